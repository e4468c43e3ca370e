"""Many patterns over one sentence at once. The home of re2, whose time is linear in the text."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

import re2

MEMORY = 1 << 16
"""Bytes that one pattern's automaton may grow to before it starts anew. All together they are what
a detector weighs, and sentences are short: more than this saves no time."""

PLACING = 1 << 18
"""The same of a pattern that must tell where it matches, forwards and backwards."""

MOST_MEMORY = 1 << 19
"""What a pattern may have that does not fit into `MEMORY`. None of a lexicon's needs more."""

T = TypeVar("T")


class PatternSet(Generic[T]):
    """Which of many patterns a text matches; each pattern stands for a value.

    One automaton looks for the words that patterns cannot do without; only patterns whose words
    are there are tried. Patterns are those of a checked lexicon: one that re2 refuses is a bug.
    """

    def __init__(self, patterns: Iterable[tuple[str, T]]) -> None:
        self._values: list[T] = []
        self._filter: Any = re2.Filter()
        for pattern, value in patterns:
            _in_least_memory(MEMORY, partial(self._filter.Add, pattern))
            self._values.append(value)
        if self._values:
            self._filter.Compile()

    def match(self, text: str) -> list[T]:
        """The values of the patterns that match, each once, in their order."""
        found: dict[int, T] = {}
        for index in sorted(self._filter.Match(text) or ()) if self._values else ():
            found.setdefault(id(self._values[index]), self._values[index])
        return list(found.values())


class Pattern:
    """One pattern and where it matches. Compiled when it is first needed: most never are."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> Any:
        return _in_least_memory(PLACING, partial(re2.compile, self._pattern))

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
        re2.compile(pattern, _options(MOST_MEMORY))
    except re2.error as error:
        return str(error)
    return None


def any_of(patterns: Iterable[str]) -> str:
    """One alternation of `patterns`; one that never matches where there are none."""
    return "|".join(f"(?:{pattern})" for pattern in patterns) or r"[^\s\S]"


def _in_least_memory(wanted: int, compiled: Callable[[Any], Any]) -> Any:
    """What `compiled` makes with options of `wanted` bytes, or of what there is where a pattern
    needs more."""
    try:
        return compiled(_options(wanted))
    except re2.error:
        return compiled(_options(MOST_MEMORY))


def _options(memory: int) -> Any:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    return options
