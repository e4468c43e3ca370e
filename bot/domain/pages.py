"""A watched page over time: its readable text, and what changed between two readings of it. Pure.

Refuses to call a change what only moved, was counted anew, or carries a new date of revision.
"""

import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher

SHORTEST = 200
"""Characters of readable text below which a page says too little to be compared."""

MOST_TOLD = 12
"""Sentences of a comparison that are kept, added and removed each."""

SHRUNK = 0.5
"""A page that loses this share of its text or more is believed later: it may be an error page that
nobody has thought of."""

TWICE = 2
SHRUNK_TIMES = 4
"""A change counts when it is read so many times in a row; where much is gone, the second."""

_LONGEST_SENTENCE = 600
_LONGEST_NOISE = 160
_MOST_PAIRS = 60
_ALIKE = 0.55
_STATE = struct.Struct("<4s16s16s16sB16s")
_MARK = b"TPG1"
_NOTHING = b"\0" * 16

_END = re.compile(r"(?<=[.!?…])(?<!\d\.)[\"'”»’)]{0,2}\s+(?=[\"'“«‘(¿¡]{0,2}[A-ZÀ-ÖØ-ÞŒ0-9])")
_QUOTES = str.maketrans(
    dict.fromkeys("’‘", "'")
    | dict.fromkeys("“”«»", '"')
    | dict.fromkeys("–—", "-")
    | dict.fromkeys("\u00a0\u202f", " ")
    | dict.fromkeys("\u200b\u00ad", "")
)
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(
    r"(?:(?:US|CA|AU|NZ|R)?[$€£¥]\s?|\b(?:USD|EUR|GBP|CHF|CAD|AUD|PLN|SEK|DKK|NOK|CZK)\s)?"
    r"\d+(?:[.,'\u00a0\u202f]\d+)*"
    r"(?:\s?(?:%|‰|€|£|\$|(?:percent|per cent|pour ?cent|Prozent|por ciento|por cento|procent"
    r"|USD|EUR|GBP|CHF|CAD|AUD|PLN|SEK|DKK|NOK|CZK)\b))?"
)
_DIGITS = re.compile(r"\d+(?:[.,'\u00a0\u202f]\d+)*")
_MONEY = re.compile(r"[%‰$€£¥]|percent|per cent|cent\b|Prozent|ciento|cento|procent|[A-Z]{3}")
_LETTER = re.compile(r"[^\W\d_]")

# What pages count or date anew by themselves: no change of what they say.
_VOLATILE = re.compile(
    r"""^\W*(?:
      (?:page\s)?(?:last\s)?(?:updated|modified|reviewed|revised|edited)\b.{0,60}
      | (?:last|latest|date\sof\slast)\s(?:update|revision|change|modified)\b.{0,60}
      | (?:effective|published|posted|version)(?:\sdate|\son|\sas\sof)?
         \W{0,3}[\w\s,./-]{0,24}\d{4}\W*
      | (?:derni[èe]re\s(?:mise\s[àa]\sjour|modification|r[ée]vision)
         |mis\s[àa]\sjour|mise\s[àa]\sjour
         |modifi[ée]e?|publi[ée]e?|en\svigueur\s(?:au|depuis))\b.{0,60}
      | (?:zuletzt\s\w+|letzte\s(?:aktualisierung|[äa]nderung)|aktualisiert|stand|fassung\svom
         |ver[öo]ffentlicht)\b.{0,60}
      | (?:[úu]ltima\s(?:actualizaci[óo]n|modificaci[óo]n|atualiza[çc][ãa]o|modifica[çc][ãa]o)
         |actualizado|atualizado|publicado|[úu]ltima\srevis\w+)\b.{0,60}
      | (?:ultimo\saggiornamento|ultima\smodifica|aggiornato|pubblicato)\b.{0,60}
      | (?:laatst\s(?:bijgewerkt|gewijzigd)|bijgewerkt|laatste\s(?:wijziging|update))\b.{0,60}
      | (?:©|\(c\)|copyright)\s?.{0,80}
      | \d+\s(?:out\sof|of|sur|von|de|di|van)\s\d+\b.{0,80}
      | .{0,40}(?:found\sthis\shelpful|fanden\sdies\shilfreich|jug[ée]\scela\sutile
         |was\sthis\s(?:article|page)\shelpful).{0,40}
      | \d+\s(?:views?|comments?|likes?|shares?|replies|votes?|followers?|min(?:ute)?s?\sread
         |vues?|commentaires?|kommentare|aufrufe|vistas|comentarios|visualizzazioni|commenti)\W*
      | (?:\d+|an?|one|a\sfew)\s(?:second|minute|hour|day|week|month|year)s?\sago\W*
      | (?:il\sy\sa|vor|hace|h[áa])\s\d+\s\w+\W*
      | \d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?\W*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A number as it was written before and now: `6.5 %` → `7.2 %`; `quote` is the new sentence."""

    before: str
    after: str
    quote: str

    @property
    def is_money(self) -> bool:
        """Whether it is a share or an amount of money."""
        return bool(_MONEY.search(self.before) or _MONEY.search(self.after))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed on a page since the copy of the day `since`, in the page's own words.

    `more` counts the sentences left out. `language` is the page's; `unchanged` names the languages
    in which the same document was read and says what it said, or the names of the pages where the
    language is the same.
    """

    since: date
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[Moved, ...] = ()
    more: int = 0
    language: str | None = None
    unchanged: tuple[str, ...] = ()

    @property
    def only_added(self) -> tuple[str, ...]:
        """What is new beside the sentences with a moved number."""
        quotes = {each.quote for each in self.moved}
        return tuple(each for each in self.added if each not in quotes)

    @property
    def only_removed(self) -> tuple[str, ...]:
        """What is gone beside the sentences in which only a number moved."""
        shapes = {_shape(each.quote) for each in self.moved}
        return tuple(each for each in self.removed if _shape(each) not in shapes)

    @property
    def figures(self) -> frozenset[tuple[str, str]]:
        """The numbers that moved, as they are in every language: `("6.5", "7.2")`."""
        return frozenset((_figure(each.before), _figure(each.after)) for each in self.moved)


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the text of a page stands, as CSS selectors: parts to read, and what to leave out of
    them. Without any the reader finds out by itself."""

    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.select or self.remove)


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as a reader sees it. `text`: one block a line; `language` as it declares it."""

    title: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class PageState:
    """What is remembered of a page between visits, to be kept as bytes.

    `gate` is the hash of all its words, `text` of the version that counts, `pending` of one that
    was read `times` times since and does not count yet; `way` stands for how it was read.
    """

    gate: bytes = _NOTHING
    text: bytes = _NOTHING
    pending: bytes = _NOTHING
    times: int = 0
    way: bytes = _NOTHING

    def pack(self) -> bytes:
        """As bytes."""
        return _STATE.pack(_MARK, self.gate, self.text, self.pending, self.times, self.way)

    @classmethod
    def unpack(cls, packed: bytes) -> "PageState | None":
        """From bytes; None where nothing, or something else, is remembered."""
        if len(packed) != _STATE.size or not packed.startswith(_MARK):
            return None
        _, gate, text, pending, times, way = _STATE.unpack(packed)
        return cls(gate, text, pending, times, way)


@dataclass(frozen=True, slots=True)
class FirstRecord:
    """Nothing to compare with: kept in silence."""

    state: PageState


@dataclass(frozen=True, slots=True)
class AsBefore:
    """The readable text is the one that counts already."""

    state: PageState


@dataclass(frozen=True, slots=True)
class Unsure:
    """Another text, which does not count before it is read again."""

    state: PageState


@dataclass(frozen=True, slots=True)
class Changed:
    """Another text, read often enough: it counts from now on."""

    state: PageState


PageDecision = FirstRecord | AsBefore | Unsure | Changed


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page as it came at `at` from `url`; `sha256` is of `body`, uncompressed."""

    id: int
    source_id: int
    at: datetime
    url: str
    content_type: str | None
    sha256: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """A text of a page that counted from `at` on. `snapshot_id`: the copy it was read from."""

    id: int
    source_id: int
    snapshot_id: int
    at: datetime
    title: str
    text: str
    language: str | None


def decide(
    state: PageState | None, gate: bytes, text: bytes, way: bytes, *, shrunk: bool
) -> PageDecision:
    """What a reading comes to. `gate`, `text` and `way` as in `PageState`, of this reading;
    `shrunk`: much of the text that counts is gone."""
    if state is None or state.text == _NOTHING or state.way != way:
        return FirstRecord(PageState(gate, text, way=way))
    if text == state.text:
        return AsBefore(PageState(gate, text, way=way))
    times = state.times + 1 if state.pending == text else 1
    if times < (SHRUNK_TIMES if shrunk else TWICE):
        return Unsure(PageState(state.gate, state.text, text, times, way))
    return Changed(PageState(gate, text, way=way))


def has_shrunk(before: str, after: str) -> bool:
    """Whether so much of a page's text is gone that it may be another page."""
    return len(after) < len(before) * (1 - SHRUNK)


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a page's text: each line, and in a line each sentence."""
    return tuple(_sentences(text))


def meaning(text: str) -> str:
    """`text` as far as it says something: without spacing, spelling of quotes, counters and dates
    of revision, and in whatever order. Two texts with the same meaning are no change."""
    return "\n".join(sorted(_key(each) for each in _sentences(text) if _tells(each)))


def compare(before: str, after: str, since: date) -> Comparison | None:
    """What a page says now that it did not, and the other way round; None: nothing.

    A sentence that only stands elsewhere has not changed. Linear but for a bounded number of pairs.
    """
    old, new = _told(before), _told(after)
    removed, added = _missing(old, new), _missing(new, old)
    if not removed and not added:
        return None
    moved = tuple(dict.fromkeys(_moves(removed, added)))
    told = len(added) + len(removed)
    added, removed = _most_telling(added, moved), _most_telling(removed, moved)
    more = told - len(added) - len(removed)
    return Comparison(since, added, removed, moved[:MOST_TOLD], more)


def is_wording(comparison: Comparison) -> bool:
    """Whether hardly more than a word or a comma changed, and no number: nothing to be told."""
    if comparison.moved or comparison.more or len(comparison.added) != len(comparison.removed):
        return False
    pairs = zip(comparison.removed, comparison.added, strict=True)
    return all(_differing_words(old, new) <= 2 for old, new in pairs)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for sentence in _END.split(line):
            if sentence := sentence.strip():
                yield sentence


def _told(text: str) -> list[str]:
    return [each for each in _sentences(text) if _tells(each)]


def _tells(sentence: str) -> bool:
    if not _LETTER.search(sentence) and not _MONEY.search(sentence):
        return False
    return len(sentence) > _LONGEST_NOISE or not _VOLATILE.match(sentence)


def _key(sentence: str) -> str:
    return _BLANKS.sub(" ", sentence.translate(_QUOTES).casefold()).strip(" .;:|*-•·")


def _missing(these: Sequence[str], others: Iterable[str]) -> tuple[str, ...]:
    """Those of `these` that are not among `others`, in order."""
    left = Counter(map(_key, others))
    found = []
    for each in these:
        key = _key(each)
        if left[key]:
            left[key] -= 1
        else:
            found.append(each)
    return tuple(found)


def _moves(removed: Sequence[str], added: Sequence[str]) -> Iterator[Moved]:
    """The numbers that moved, sentence by sentence."""
    for old, new in _pairs(removed, added):
        before, after = tuple(_NUMBER.findall(old)), tuple(_NUMBER.findall(new))
        if len(before) != len(after):
            before, after = _missing(before, after), _missing(after, before)
            if len(before) != len(after):
                continue
        for was, now in zip(before, after, strict=True):
            if _DIGITS.findall(was) != _DIGITS.findall(now):
                yield Moved(was.strip(), now.strip(), _cut(new))


def _pairs(removed: Sequence[str], added: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Sentences that are the same but for some words or numbers: first those of the same shape."""
    free: dict[str, list[str]] = {}
    for old in removed:
        free.setdefault(_shape(old), []).append(old)
    unpaired = []
    for new in added:
        alike = free.get(_shape(new))
        if alike:
            yield alike.pop(0), new
        else:
            unpaired.append(new)
    left = [old for alike in free.values() for old in alike][:_MOST_PAIRS]
    for new in unpaired[:_MOST_PAIRS]:
        best = max(left, key=lambda old: _likeness(old, new), default=None)
        if best is not None and _likeness(best, new) >= _ALIKE:
            left.remove(best)
            yield best, new


def _shape(sentence: str) -> str:
    return _DIGITS.sub("#", _key(sentence))


def _likeness(one: str, other: str) -> float:
    left, right = _shape(one).split()[:80], _shape(other).split()[:80]
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _most_telling(sentences: tuple[str, ...], moved: Sequence[Moved]) -> tuple[str, ...]:
    """At most `MOST_TOLD`, those with a moved number first, in the page's order."""
    cut = [_cut(each) for each in sentences]
    quotes = {each.quote for each in moved}
    ranked = sorted(range(len(cut)), key=lambda n: (cut[n] not in quotes, n))
    return tuple(cut[n] for n in sorted(ranked[:MOST_TOLD]))


def _figure(number: str) -> str:
    digits = _DIGITS.search(number)
    return digits[0].replace(",", ".") if digits else number


def _cut(sentence: str) -> str:
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence
    return sentence[: _LONGEST_SENTENCE - 1].rstrip() + "…"


def _differing_words(old: str, new: str) -> int:
    left, right = _key(old).split(), _key(new).split()
    if _DIGITS.findall(old) != _DIGITS.findall(new):
        return len(left)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    blocks = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return sum(max(code[2] - code[1], code[4] - code[3]) for code in blocks)
