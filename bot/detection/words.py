"""From what a source wrote to sentences and folded words. Refuses nothing: any text is read.

Folding keeps one character for one character, so that a place in folded text is a place in the
verbatim one.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from bot.detection.nouns import Nouns

LONGEST = 100_000
"""Characters of a text that are read; what follows is left out."""

LONGEST_SENTENCE = 1_500
"""Characters after which a text without full stops is cut all the same."""

_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b[^<>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|section|article|blockquote|hr|dt|dd|header|footer)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"<(?:p|div|li|h[1-6]|article)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLANKS = re.compile(r"[ \t\r\f\v]+")
ADDRESS = re.compile(
    r"https?://[^\s)\]>\"']+|www\.[^\s)\]>\"']+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}"
)
_END = re.compile(r"(?<=[.!?…])[\"'”“’»)*_]*\s+(?=[\"'“„‘«»(*_•–—-]*\s?[A-ZÀ-ÖØ-Þ0-9¿¡])|\n+")
_COUNTED = (
    r"(?:J[aä]n|Feb|M[aä]r|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|Halbjahr|Kalenderwoche)"
)
_BULLET = re.compile(rf"\s*(?:[-*•–—·#>=+★👉|]|\d{{1,2}}(?:\)|\.(?!\s{_COUNTED}))\s)")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[ap]\.m|inc|ltd|co|corp|mr|mrs|ms|dr|st|vs|e\.g|i\.e|u\.s|u\.k|approx|art|env|mm?e?|no|nb"
    r"|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|inkl|ggf|evtl|nr|abs|usw|bijv|incl|excl|evt|m\.u\.v|dhr|mevr"
    r"|sra?s?|srl|s\.r\.l|s\.p\.a|s\.a|s\.l|ltda|lda|exmos?|art[so]?"
    r"|n[uú]m|n\.?[º°o]|p[aá]g|p\.\s?ej|av|ecc|sig|dott|avv|prof|tel|d|dª|ee|c\.\s?m"
    r"|[A-Z])\.$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_COUNTED_NEXT = re.compile(_COUNTED)
_WORD = re.compile(r"[^\W_]+|[%$€£?]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` verbatim; `folded` the same without accents and capitals, place for place.

    `words` are the folded words with single spaces, padded; a capital shows as `@`.
    """

    text: str
    folded: str
    words: str
    is_title: bool
    place: int


def readable(raw: str) -> str:
    """`raw` without mark-up, cut to `LONGEST`, with plain blanks."""
    text = raw[:LONGEST]
    if "<" in text:
        text = _UNSEEN.sub(" ", text)
        if _PARAGRAPH.search(text):
            text = text.replace("\n", " ")  # in HTML a new line is a blank
        text = _TAG.sub("", _BLOCK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return _BLANKS.sub(" ", text.replace("\x00", " "))


def sentences(
    title: str, body: str, common: frozenset[str], nouns: Nouns | None = None
) -> tuple[Sentence, ...]:
    """The title and the sentences of the body, in order. `common` words and nouns name nothing."""
    pieces = [" ".join(readable(title).split())[:LONGEST_SENTENCE], *_split(readable(body))]
    folded = [fold_in_place(piece) for piece in pieces]
    lowered = _written_small(pieces)
    found = []
    for place, (piece, plain) in enumerate(zip(pieces, folded, strict=True)):
        if piece:
            words = _words(piece, plain, common, lowered, nouns or Nouns())
            found.append(Sentence(piece, plain, words, place == 0, place))
    return tuple(found)


def fold_in_place(text: str) -> str:
    """Lower case without accents, mark-up signs and addresses blanked; as long as `text`."""
    folded = text.translate(_fold_table())
    if "http" in folded or "www." in folded or "@" in folded:
        folded = ADDRESS.sub(lambda found: " " * len(found.group()), folded)
    return folded


@cache
def _fold_table() -> dict[int, str]:
    table = {}
    for code in range(0x21, 0x250):
        char = chr(code)
        base = unicodedata.normalize("NFKD", char)[0].lower()
        table[code] = base if len(base) == 1 else char
    table |= {ord(blank): " " for blank in "\u00a0\u202f\u2009\u200b\u2007\n\t*_`#"}
    table |= {ord(quote): "'" for quote in "’‘ʼ´`"}
    table |= {ord("ß"): "s", ord("ẞ"): "s"}
    table |= {ord(quote): '"' for quote in "“”«»„"}
    table |= {ord(dash): "-" for dash in "‐‑–—−"}
    return table


def _split(body: str) -> list[str]:
    pieces: list[str] = []
    for line in _lines(body):
        start = len(pieces)
        for piece in _END.split(line):
            if len(pieces) > start and _goes_on(pieces[-1][-12:], piece):
                pieces[-1] = f"{pieces[-1]} {piece}"
            elif piece.strip():
                pieces.append(piece.strip())
    return [part for piece in pieces for part in _bounded(piece)]


def _goes_on(end: str, following: str) -> bool:
    """Whether a full stop ends no sentence: after "Ltd.", or in "31. August"."""
    if _ORDINAL.search(end):
        return _COUNTED_NEXT.match(following) is not None
    return _ABBREVIATED.search(end) is not None


def _bounded(piece: str) -> list[str]:
    """`piece` in parts that are no longer than a sentence can be."""
    parts = []
    while len(piece) > LONGEST_SENTENCE:
        cut = piece.rfind(" ", 1, LONGEST_SENTENCE)
        cut = cut if cut > 0 else LONGEST_SENTENCE
        parts.append(piece[:cut])
        piece = piece[cut:].strip()
    return [*parts, piece] if piece else parts


def _lines(body: str) -> list[str]:
    """Lines as meant: those of a wrapped letter are joined again."""
    lines: list[str] = []
    open_line = False
    for line in body.split("\n"):
        bare = line.strip()
        if not bare:
            open_line = False
            continue
        if open_line and not _BULLET.match(line):
            lines[-1] = f"{lines[-1]} {bare}"
        else:
            lines.append(bare)
        open_line = len(bare) > 50 and bare[-1] not in ".!?:;…|>"
    return lines


def _written_small(pieces: list[str]) -> frozenset[str]:
    text = " ".join(pieces)
    return frozenset(word for word in re.findall(r"[^\W\d_]+", text) if word[0].islower())


def _words(
    piece: str, plain: str, common: frozenset[str], lowered: frozenset[str], nouns: Nouns
) -> str:
    words: list[str] = []
    capital_nouns = bool(nouns)
    before = ""
    for found in _WORD.finditer(plain):
        start = found.start()
        word = found.group()
        if not piece[start].isupper() or (capital_nouns and nouns.tell(word, before)):
            words.append(word)
        elif words or (word not in common and piece[start : found.end()].lower() not in lowered):
            words.append("@" + word)
        else:
            words.append(word)
        before = word
    return f" {' '.join(words)} "
