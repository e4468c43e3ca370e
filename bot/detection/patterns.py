"""Many patterns over one sentence at once. The home of re2, whose time is linear in the text."""

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

import re2

MEMORY = 8 << 20
"""Bytes that each automaton may grow to before it starts anew."""

TOGETHER = 32
"""Patterns in one automaton. Of more, the states multiply; of fewer, the text is read too often."""

T = TypeVar("T")


class PatternSet(Generic[T]):
    """Which of many patterns a text matches; each pattern stands for a value.

    Patterns are those of a checked lexicon: one that re2 refuses is a bug and raises.
    """

    def __init__(self, patterns: Iterable[tuple[str, T]]) -> None:
        self._sets: list[tuple[Any, list[T]]] = []
        for pattern, value in patterns:
            if not self._sets or len(self._sets[-1][1]) == TOGETHER:
                self._sets.append((re2.Set.SearchSet(_options()), []))
            self._sets[-1][0].Add(pattern)
            self._sets[-1][1].append(value)
        for compiled, _ in self._sets:
            compiled.Compile()

    def match(self, text: str) -> list[T]:
        """The values of the patterns that match, each once, in their order."""
        found: dict[int, T] = {}
        for compiled, values in self._sets:
            for index in sorted(compiled.Match(text) or ()):
                found.setdefault(id(values[index]), values[index])
        return list(found.values())

    def within(self, text: str) -> "PatternSet[T]":
        """What of this can match in parts of `text`: most automata find nothing in most texts."""
        narrowed: PatternSet[T] = PatternSet(())
        narrowed._sets = [each for each in self._sets if each[0].Match(text)]
        return narrowed


class Pattern:
    """One pattern and where it matches."""

    def __init__(self, pattern: str) -> None:
        self._compiled: Any = re2.compile(pattern, _options())

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each match."""
        for found in self._compiled.finditer(text):
            yield found.start(), found.end()

    def groups(self, text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
        """Start, end and the named groups of each match."""
        for found in self._compiled.finditer(text):
            named = {key: value for key, value in found.groupdict().items() if value is not None}
            yield found.start(), found.end(), named

    def found(self, text: str) -> bool:
        """Whether it matches anywhere."""
        return self._compiled.search(text) is not None


def word_pattern(pattern: str) -> str:
    """`pattern` for whole folded words: each space also lets a capital's mark pass."""
    return f"[ @](?:{pattern.replace(' ', ' @?')}) "


def pattern_fault(pattern: str) -> str | None:
    """Why re2 cannot compile `pattern`; None where it can."""
    try:
        re2.compile(pattern, _options())
    except re2.error as error:
        return str(error)
    return None


def any_of(patterns: Iterable[str]) -> str:
    """One alternation of `patterns`; one that never matches where there are none."""
    return "|".join(f"(?:{pattern})" for pattern in patterns) or r"[^\s\S]"


def _options() -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return options
