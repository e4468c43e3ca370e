"""Where every noun is written with a capital: what tells nouns from names.

Refuses to decide by capitals alone; in languages that write nouns small it knows none, and every
capital may name something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(r"[^\s\-'’]+")


@dataclass(frozen=True, slots=True)
class Nouns:
    """Folded `words` that are nouns as they stand, `endings` of compounds, and words `after` which
    a capital begins a noun (articles, numbers), with `after_endings` of such (adjectives).
    `named` are endings of compounds that name shops, although an article stands before."""

    words: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    after: frozenset[str] = frozenset()
    after_endings: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.endings)

    def tell(self, word: str, before: str) -> bool:
        """Whether the capital of the folded `word` is a noun's; `before` is the word before it."""
        if word in self.words or word.endswith(self.named):
            return word in self.words or word in self.named
        return (
            word.endswith(self.endings)
            or before in self.after
            or before.endswith(self.after_endings)
        )

    def names_in(self, text: str, folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a run of capitals that are no nouns: "Etsy" of "Etsy-Shop"."""
        before = _word_before(folded, start)
        since = upto = -1
        for part in _PART.finditer(folded, start, end):
            # "dein Fadenhof-Team": the article belongs to the noun that ends the compound
            compound = folded[part.end() : part.end() + 1] == "-" and part.end() < end
            word = part.group().strip(".")
            odd = word not in self.words and _is_odd(text[part.start() : part.end()])
            if not odd and self.tell(word, "" if compound else before):
                if since >= 0:
                    yield since, upto
                since = -1
            else:
                since, upto = (part.start() if since < 0 else since), part.end()
            before = word
        if since >= 0:
            yield since, upto


def _word_before(folded: str, start: int) -> str:
    """The word right before `start`; none where a quotation mark or a full stop stands between."""
    found = re.search(r"(\w+) $", folded[max(0, start - 24) : start])
    return found[1] if found else ""


def _is_odd(word: str) -> bool:
    """Written as no noun is: with a capital or a digit inside, or as an address."""
    return any(char.isupper() or char.isdigit() for char in word[1:]) and not word.isupper()
