"""Who is meant: the platform that an announcement is about, and where its sellers are sent.

Names of the catalogue are preferred; else a name is taken as written. Refuses to guess where no
name stands out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.detection.lexicon import NameCues
from bot.detection.nouns import Nouns
from bot.detection.patterns import Pattern, any_of
from bot.detection.words import ADDRESS, Sentence, fold_in_place
from bot.domain.platforms import Platform

_WORD = (
    r"[A-ZÀ-ÖØ-Þ][\w'’+-]*(?:\.(?:com|io|org|net|club|shop|store|fr|de|es|it|pt|br|nl|ly|me)\b)?"
    r"|[a-z][A-Z]\w+"
)
_JOIN = (
    r"(?: (?:&|\+|of|et|de|du|des|del|della|delle|di|do|da|dos|das|à|aux|and"
    r"|(?:dell|nell|all|d|l)['’]))?"
)
_NAME = re.compile(rf"(?<![\w-])@?(?:{_WORD})(?:{_JOIN} ?(?:{_WORD})){{0,3}}")
_AND = re.compile(r" (?:and|et|und|en|y|e) ")
_LETTERS = re.compile(r"[^a-z0-9]+")
_LETTERED = re.compile(r"\b[^\W\d_]+")
_CLITIC = re.compile(r"^\w+-(?:os?|as?|l[oa]s?|se|me|te|nos|lhes?)$")
_SPELT_WORD = re.compile(r"[\w'’.]+|&")
_WINDOW = 60
_PLAN_AFTER = re.compile(
    r"^[ -](?:plans?|tiers?|subscriptions?|memberships?|packages?|abonnements?|tarif|paket|konto"
    r"|pakket|account)\b"
)
_PLAN_BEFORE = re.compile(
    r"\b(?:plan|tarif|paket|forfait|formule|offre|abonnement|plano|pacote|piano|pacchetto|pakket"
    r"|suscripcion|assinatura) $"
)
"""What a name beside it is the name of: a thing to subscribe to."""
_WHAT_IT_IS = re.compile(
    r"^[ -](?:app|ad|online|web|video|photo|music|craft|handmade)?[ -]?(?:network|platform"
    r"|market(?:place)?|service|store|shop|site|website|app|plattform|marktplatz|dienst|netzwerk"
    r"|marktplaats|dienst|netwerk)(?= )"
)
"""What often stands between a name and what becomes of it: "the iAd network is shutting down"."""
_LONGEST_SIGNATURE = 45
_JOINS = frozenset(["and", "et", "und", "en", "e", "ed", "y", "a", "o"])
_RULES = " *_-–—"
_ENDED = re.compile(r"[.!?:;…]$")
_ORGANISED = re.compile(
    r"&|\+|^(?:The|Le|La|Les|L['’]|Das|Der|Die|El|Los|Las|Il|Lo|I|Gli|O|A|Os|As|Het|De) \S"
)
_SHORT = 3
_SPELLED = (
    ("and", ""),
    ("und", ""),
    ("et", ""),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("ss", "s"),
)
_NO_NAMES_SAID = """rss atom api apis cdn mfa 2fa sdk url urls html css csv json xml pdf
faq vat ssl tls oauth sso iban tos gdpr dsgvo rgpd dac7 dsa p2b kyc
psd2 seo qr gps ios android windows linux macos bsn kvk nif cnpj cpf
siret tva mwst iva btw usb http https dns vpn ai ki ia cc-by-sa cc-by
gpl guidelines"""
_NO_NAMES = frozenset(_NO_NAMES_SAID.split())
"""What is written in capitals and names no platform, in any of the languages."""

_FORGES = frozenset(["github.com", "gitlab.com", "codeberg.org", "medium.com", "sourceforge.net"])
_CONTACT = re.compile(r"(?:https?://|\bwww\.|[\w.+-]{1,64}@)([\w.-]{3,100})")
_EVERYBODYS = frozenset(
    [
        "gmail",
        "google",
        "twitter",
        "facebook",
        "instagram",
        "youtube",
        "linkedin",
        "github",
        "x",
        "outlook",
        "hotmail",
        "yahoo",
        "medium",
        "apple",
        "discord",
        "t",
        "bit",
        "example",
        "co",
    ]
)
_DULL = """www com org net help blog news newsletter mail email support status notify dev devs docs
developer developers community forum aide ayuda soporte comunidad foro boletin noticias ajuda
suporte comunidade comunicados aiuto assistenza supporto comunita sviluppatori notizie"""
_DULL_LABELS = frozenset(_DULL.split())


@dataclass(frozen=True, slots=True)
class Named:
    """A name as people know it, and the catalogue's slug where it is known. `by_product`: what is
    told concerns a product under that name ("Etsy Studio"), not the platform itself."""

    name: str
    slug: str | None
    by_product: bool = False


@dataclass(slots=True)
class _Candidate:
    written: str
    slug: str | None
    points: float = 0.0
    sent_to: float = 0.0
    seen: int = 0
    inside: int = 0  # times that a capital was not merely that of a sentence's first word
    acts: int = 0  # times that it is said what it does
    products: int = 0  # times that another name followed in a telling sentence
    at: set[int] = field(default_factory=set)


class NameReader:
    """Finds names in the sentences of one language."""

    def __init__(
        self,
        cues: NameCues,
        common: frozenset[str],
        nouns: Nouns,
        platforms: Sequence[Platform],
    ) -> None:
        self._nouns = nouns
        self._never = cues.never | common
        self._greetings = cues.greetings
        self._subject_after = Pattern(any_of(cues.subject_after))
        self._object_before = Pattern(any_of(cues.object_before))
        self._successor_before = Pattern(any_of(cues.successor_before))
        self._successor_after = Pattern(any_of(cues.successor_after))
        self._bystander_before = Pattern(any_of(cues.bystander_before))
        self._known = {
            fold_in_place(name): (platform, name)
            for platform in platforms
            for name in platform.names
        }
        names = sorted(self._known, key=len, reverse=True)
        self._catalogue = Pattern(rf"\b(?:{any_of(re.escape(name) for name in names)})\b")

    def read(
        self,
        found: Sequence[Sentence],
        strong: Sequence[int],
        url: str | None,
        *,
        own: bool,
        letter: bool = False,
    ) -> tuple[Named | None, Named | None]:
        """The platform and the successor. `strong` are the places of the telling sentences;
        `own` says that the text stands on the platform's own address, `letter` that it may have
        come to its sellers by mail."""
        small = _written_small(found)
        candidates: dict[str, _Candidate] = {}
        for sentence in (*found[1:], *found[:1]):  # the title last: its capitals may mislead
            self._collect(sentence, sentence.place in strong, candidates, small)
        for candidate in candidates.values():
            if not candidate.inside and candidate.slug is None:
                candidate.points -= 2.5
                if candidate.at == {0} and not candidate.acts:
                    candidate.points -= (
                        2.5  # "Changement de prestataire": only a title's first word
                    )
        if url is None or _is_forge(url):
            self._favour_title(candidates, found)
        self._favour_owner(candidates, found, url, own=own)
        if letter:
            self._favour_writer(candidates, found, url)
            self._favour_signature(candidates, found)
        platform = self._best(candidates)
        if platform is None and letter and _is_forge(url) and (labels := _labels(url)):
            platform = _Candidate(labels[-1].capitalize(), None)
        successor = self._sent_to(candidates, platform)
        return _named(platform), _named(successor)

    def _collect(
        self,
        sentence: Sentence,
        strong: bool,
        candidates: dict[str, _Candidate],
        small: frozenset[str],
    ) -> None:
        known = [each.written for each in candidates.values()]
        subject: _Candidate | None = None
        for start, end, written, slug in sorted(self._names(sentence, known)):
            key = slug or _key(written)
            before = sentence.folded[max(0, start - _WINDOW) : start].rstrip('[("')
            after = sentence.folded[end : end + _WINDOW].lstrip('")]')
            if len(key) < 2 or (slug is None and written.lower() in small):
                continue
            if before.strip(" ,!") in self._greetings:
                continue
            candidate = candidates.setdefault(key, _Candidate(written, slug))
            candidate.seen += 1
            candidate.inside += bool(before.strip(" \"'(-")) or not written.isalpha()
            candidate.at.add(sentence.place)
            if (strong or sentence.is_title) and slug and not _is_title_case(sentence.text):
                candidate.products += self._is_product(sentence.text[end : end + 30])
            if slug is None and (_PLAN_AFTER.match(after) or _PLAN_BEFORE.search(before)):
                candidate.points -= 2.0  # "the Hobby plan" is not whom it is about
            after = _WHAT_IT_IS.sub("", after)
            done_to = self._weigh(candidate, before, after, sentence, strong)
            if done_to and subject and subject is not candidate and subject.slug is None:
                subject.points -= 4.0  # "Hill & Co closes Barnboard" is about Barnboard
            if strong or sentence.is_title:
                subject = subject or candidate
            if sentence.is_title and start == 0:
                alone = end >= len(sentence.text) - 1
                candidate.points += 3.0 if alone and candidate.seen > 1 else 0.5

    def _is_product(self, after: str) -> bool:
        found = re.match(r" ([A-ZÀ-Ý][\w'’-]+)", after)
        return found is not None and fold_in_place(found[1]) not in self._never

    def _weigh(
        self, candidate: _Candidate, before: str, after: str, sentence: Sentence, strong: bool
    ) -> bool:
        """Add the points of one mention; whether something is done to this name there."""
        telling = strong or sentence.is_title
        points = 1.0 if candidate.seen <= 2 else 0.2
        points += 2.0 * sentence.is_title + 0.5 * (sentence.place == 1) + 1.0 * strong
        points += 0.6 * (candidate.slug is not None and candidate.seen <= 2)
        sent = self._successor_before.found(before) or self._successor_after.found(after)
        if sent:
            candidate.sent_to += 2.0 if telling else 1.0
            points -= 2.0
        elif self._bystander_before.found(before):
            points -= 0.8
        acts = self._subject_after.found(after) and not self._successor_after.found(after)
        candidate.acts += bool(acts)
        if acts:
            points += 2.0 if telling else 0.5
        done_to = bool(before.strip()) and not sent and self._object_before.found(before)
        if done_to:
            points += 3.5 if telling else 0.5
        candidate.points += points
        return done_to and telling

    def _names(
        self, sentence: Sentence, known: Sequence[str]
    ) -> list[tuple[int, int, str, str | None]]:
        text, folded = sentence.text, sentence.folded
        found: list[tuple[int, int, str, str | None]] = []
        taken: list[tuple[int, int]] = []
        for start, end in self._catalogue.spans(folded):
            platform, known = self._known[folded[start:end]]
            if _written_as(text[start:end], known) and not (
                start == 0 and folded[start:end] in self._never
            ):
                found.append((start, end, platform.name, platform.slug))
                taken.append((start, end))
        if sentence.is_title and _is_title_case(text):
            spans = _occurrences(text, known)
        else:
            spans = [found.span() for found in _NAME.finditer(text)]
            if self._nouns:
                spans = [
                    part for span in spans for part in self._nouns.names_in(text, folded, *span)
                ]
        for span in spans:
            start, end = self._trim(text, folded, *span)
            if end <= start or any(start < upto and since < end for since, upto in taken):
                continue
            if not self._dull(folded[start:end]):
                found.append((start, end, text[start:end].strip("@'’.- "), None))
                taken.append((start, end))
        return found

    def _trim(self, text: str, folded: str, start: int, end: int) -> tuple[int, int]:
        """Without leading words that name nothing, and without a possessive."""
        begun = start
        while start < end:
            word = re.match(r"@?[\w]+(?:['’](?=[A-ZÀ-Ý]))?", folded[start:end])
            raw = text[start:end]
            if word is None:
                break
            bare = word.group().strip("'@")
            rest = start + len(word.group())
            hailed = bare in self._greetings and not folded[:start].strip()
            small = start > begun and text[start:rest].islower()  # "L'aventure Argiloire"
            if not (bare in self._never or hailed or small) or rest >= end:
                break
            gap = len(folded[rest:end]) - len(folded[rest:end].lstrip(" '"))
            if raw[:1].isupper() and start > 0 and bare in ("a", "les", "the", "la", "le", "ma"):
                break  # an article in the middle of a sentence with a capital belongs to the name
            start = rest + gap
        cut = folded.find("'s ", start, end)
        end = cut if cut > start else end
        for tail in ("'s", "'"):
            if folded[start:end].endswith(tail):
                end -= len(tail)
        return start, end

    def _dull(self, plain: str) -> bool:
        if plain in _NO_NAMES:
            return True
        words = plain.replace("'", " ").split()
        if _CLITIC.search(plain):
            return True  # "Envie-os" is a verb and whom it concerns
        return all(word.strip("@.") in self._never for word in words)

    def _favour_title(self, candidates: dict[str, _Candidate], found: Sequence[Sentence]) -> None:
        """A title that is nothing but a name, which the text then speaks of, names the platform."""
        title = found[0] if found and found[0].is_title else None
        known = any(each.slug for each in candidates.values())
        if known or title is None or not title.text[:1].isupper():
            return
        words = _LETTERS.sub(" ", title.folded).split()
        if not 0 < len(words) <= 4 or all(word in self._never for word in words):
            return
        told = [word for word in words if len(word) > 3]
        if any(word in self._never for word in told):
            return
        phrase = title.folded.strip()
        if any(phrase in sentence.folded for sentence in found[1:]):
            key = _LETTERS.sub("", phrase)
            candidate = candidates.setdefault(key, _Candidate(title.text, None))
            candidate.points += 5.0

    def _favour_owner(
        self,
        candidates: dict[str, _Candidate],
        found: Sequence[Sentence],
        url: str | None,
        *,
        own: bool,
    ) -> None:
        """A text on a platform's own address, or a mail from it, is about that platform."""
        labels = _labels(url)
        owners = [each for key, each in candidates.items() if _is_label(key, labels)]
        written = _spelled_out(found, labels) if own else None
        whole = _key(written or "")
        if written and not any(each.slug or whole in _key(each.written) for each in owners):
            # "Hilo y Barro" on hiloybarro.es is more than "Barro"
            part = max((each.points for each in owners), default=0.0)
            candidates[whole] = _Candidate(written, None, points=6.0 + max(part, 0.0))
            return
        for candidate in owners:
            exact = _unjoined(_key(candidate.written)) in map(_unjoined, labels)
            candidate.points += (8 if exact or candidate.slug else 6) if own else 2
            candidate.written = _owned_part(candidate.written, labels)
        named = owners or [each for each in candidates.values() if each.slug]
        if own and labels and not named and labels[-1] in self._known:
            platform, _ = self._known[labels[-1]]
            candidates[platform.slug] = _Candidate(platform.name, platform.slug, points=8.0)
        elif own and labels and not owners:
            points = 3.0
            candidates[labels[-1]] = _Candidate(labels[-1].capitalize(), None, points=points)

    def _favour_writer(
        self, candidates: dict[str, _Candidate], found: Sequence[Sentence], url: str | None
    ) -> None:
        """A letter is about the platform whose address it gives, if it says its name as well."""
        if url is not None and not _is_forge(url):
            return
        for label in _contacts(found):
            written = _spelled_out(found, (label,))
            if written:
                key = _LETTERS.sub("", fold_in_place(written))
                candidate = candidates.setdefault(key, _Candidate(written, None))
                candidate.points += 4.0
                return

    def _favour_signature(
        self, candidates: dict[str, _Candidate], found: Sequence[Sentence]
    ) -> None:
        """A letter is about the platform that signs it; people who sign are named nowhere else."""
        last = found[-1]
        if last.is_title or len(last.text) > _LONGEST_SIGNATURE or _ENDED.search(last.text):
            return
        signed = [each for each in candidates.values() if last.place in each.at]
        for candidate in signed:
            written = candidate.written
            if (
                _ORGANISED.search(written)
                or len(candidate.at) > 1
                or any(each.written.startswith(f"{written} ") for each in candidates.values())
                or _signs_for(last, candidate, one=len(signed) == 1)
            ):
                candidate.points += 4.0

    def _best(self, candidates: dict[str, _Candidate]) -> _Candidate | None:
        ranked = sorted(
            candidates.values(),
            key=lambda each: (each.points, -min(each.at, default=0)),
            reverse=True,
        )
        return ranked[0] if ranked and ranked[0].points >= 1.5 else None

    def _sent_to(
        self, candidates: dict[str, _Candidate], platform: _Candidate | None
    ) -> _Candidate | None:
        others = [
            each for each in candidates.values() if each is not platform and each.sent_to >= 1.0
        ]
        return max(others, key=lambda each: (each.sent_to, each.points), default=None)


def _named(candidate: _Candidate | None) -> Named | None:
    if candidate is None:
        return None
    return Named(candidate.written, candidate.slug, candidate.products > 0)


def _signs_for(last: Sentence, candidate: _Candidate, *, one: bool) -> bool:
    """Whether it is signed for somebody: "the Loomly team", "Ollie, Loomly"; not "Bex and Tom"."""
    before, _, after = last.text.partition(candidate.written)
    said_before, said_after = before.strip(_RULES), after.strip(_RULES)
    if ":" in said_before:
        return False
    if one:
        return bool(said_before) or said_after[:1].islower()
    word = said_before.rsplit(" ", 1)[-1]
    joined = word.endswith((",", "|", "·")) or (word.islower() and word not in _JOINS)
    return joined and not said_after


def _written_as(written: str, known: str) -> bool:
    """Short names only in capitals, longer ones at least with one at the beginning."""
    if len(known) <= _SHORT:
        return written == known
    return "." in known or written[:1].isupper() or not known[:1].isupper()


def _is_title_case(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words)


def _is_forge(url: str | None) -> bool:
    """Whether everybody publishes there under a path of their own."""
    return any(f"//{start}{forge}/" in (url or "") for forge in _FORGES for start in ("", "www."))


def _labels(url: str | None) -> tuple[str, ...]:
    """What names the owner of an address: parts of the host or, on a forge, of the path."""
    try:
        parts = urlsplit(url or "")
        host = parts.hostname or ""
    except ValueError:
        return ()
    named = host.split(".")[:-1]
    if _is_forge(url):
        named = parts.path.split("/")[1:3][::-1]
    labels = (_key(part).removesuffix("docs") for part in named)
    return tuple(label for label in labels if len(label) > 2 and label not in _DULL_LABELS)


def _written_small(found: Sequence[Sentence]) -> frozenset[str]:
    """Words that name nothing: mostly written small, addresses aside (there, all names are)."""
    text = ADDRESS.sub(" ", "\n".join(sentence.text for sentence in found))
    counted = Counter(_LETTERED.findall(text))
    small = {word: times for word, times in counted.items() if word.islower()}
    for word, times in counted.items():
        lowered = word.lower()
        if lowered in small and lowered != word:
            small[lowered] -= times
    return frozenset(word for word, more in small.items() if more >= 0)


def _occurrences(text: str, known: Sequence[str]) -> list[tuple[int, int]]:
    """Where names that are known from elsewhere stand in a title all in capitals."""
    spans = []
    for name in sorted(known, key=len, reverse=True)[:60]:
        start = text.find(name)
        if start >= 0:
            spans.append((start, start + len(name)))
    return spans


def _key(written: str) -> str:
    return _LETTERS.sub("", fold_in_place(written))


def _is_label(key: str, labels: Sequence[str]) -> bool:
    bare = _LETTERS.sub("", key)
    return any(
        bare == label
        or (len(label) > 4 and label in bare)
        or (len(bare) > 4 and (bare in label or _unjoined(bare) == _unjoined(label)))
        for label in labels
    )


def _owned_part(written: str, labels: Sequence[str]) -> str:
    """Of two joined names, "Bead Bay and Pearl Row", the one that the address spells."""
    parts = _AND.split(written)
    named = [part for part in parts if _unjoined(_key(part)) in map(_unjoined, labels)]
    return named[0] if named else written


def _contacts(found: Sequence[Sentence]) -> list[str]:
    """What names the owners of the addresses in a text, the most frequent first."""
    labels: Counter[str] = Counter()
    for sentence in found:
        for address in _CONTACT.finditer(sentence.text):
            parts = address[1].lower().rstrip(".").split(".")
            if len(parts) > 1 and parts[-2] not in _EVERYBODYS and len(parts[-2]) > 1:
                labels[_LETTERS.sub("", parts[-2])] += 1
    return [label for label, _ in labels.most_common(5)]


def _unjoined(letters: str) -> str:
    """Without what stands for "&" in an address, nor for the two dots of an umlaut."""
    for spelled, bare in _SPELLED:
        letters = letters.replace(spelled, bare)
    return letters


def _reads(joined: str, tail: str, label: str) -> bool:
    """Whether `label` spells "filo & argilla" with a word for the sign: filoeargilla."""
    head = joined.removesuffix(tail)
    between = label[len(head) : len(label) - len(tail)]
    return label == head + between + tail and between in ("and", "und", "et", "en", "e", "y")


def _spelled_out(found: Sequence[Sentence], labels: Sequence[str]) -> str | None:
    """The words of the text that read like a label of the address, in their own spelling."""
    plain = {_unjoined(label) for label in labels}
    for sentence in found:
        words = [(found, _key(found.group())) for found in _SPELT_WORD.finditer(sentence.text)]
        for first, (begin, _) in enumerate(words):
            if not any(char.isupper() for char in begin.group()):
                continue
            joined = ""
            for last in range(first, min(first + 5, len(words))):
                joined += words[last][1]
                if _unjoined(joined) in plain or (
                    words[last - 1][0].group() == "&"
                    and any(_reads(joined, words[last][1], label) for label in labels)
                ):
                    return sentence.text[begin.start() : words[last][0].end()].rstrip(".,")
    return None
