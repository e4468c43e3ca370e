"""Reads `data/lexicons/<language>.toml`: what betrays an announcement, and how dates are written.

`<WORD>` in a pattern stands for an entry of `[words]`, or for a kind of word of `[calendar]`.
Refuses unknown words, patterns that re2 cannot compile, and a file named for another language.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.catalogue.tables import Table, raise_faults, read_tables
from bot.detection.lexicon import (
    Binding,
    Calendar,
    DateCue,
    DatePattern,
    Lexicon,
    NameCues,
    Reach,
    Rule,
    Shape,
    Topic,
)
from bot.detection.nouns import Nouns
from bot.detection.patterns import pattern_fault, word_pattern
from bot.detection.words import fold_in_place
from bot.domain.notices import Kind, Scope, Severity, What
from bot.errors import Fault

_INSERT = re.compile(r"<([A-Z]+)>")


def load_lexicons(folder: Path) -> dict[str, Lexicon]:
    """Every lexicon in `folder`, by language. Raises `BadCatalogue` with every fault."""
    faults: list[Fault] = []
    lexicons = [_lexicon(table) for table in read_tables(folder, faults)]
    raise_faults(faults)
    return {lexicon.language: lexicon for lexicon in lexicons}


def _lexicon(table: Table) -> Lexicon:
    language = table.language("language")
    if language != Path(table.file).stem:
        table.fault("choice", "language", value=language, choices=Path(table.file).stem)
    common = frozenset(fold_in_place(table.text("common")).split())
    words = _words(table)
    calendar = _calendar(table.table("calendar"))
    times = words | _calendar_words(calendar)
    superseded = table.table("superseded")
    lexicon = Lexicon(
        language=language,
        common=common,
        joins=table.texts("joins"),
        binding=_binding(table.table("binding"), words),
        nouns=_nouns(table.table("nouns")) if "nouns" in table.values else Nouns(),
        from_now=_patterns(table, "from_now", times),
        rules=tuple(_rule(entry, words) for entry in table.tables("rule")),
        cues=tuple(_cue(entry, times) for entry in table.tables("cue")),
        superseded=_patterns(superseded, "patterns", times),
        superseded_after=_patterns(superseded, "after", times),
        dates=tuple(_date(entry, times) for entry in table.tables("date")),
        topics=tuple(_topic(entry, words) for entry in table.tables("topic")),
        names=_names(table.table("names"), words),
        calendar=calendar,
    )
    superseded.done()
    table.done()
    return lexicon


def _binding(table: Table, words: Mapping[str, str]) -> Binding:
    unless = _patterns(table, "unless", words, whole_words=True)
    binding = Binding(table.text("name"), unless)
    table.done()
    return binding


def _nouns(table: Table) -> Nouns:
    keys = ("words", "endings", "after", "after_endings", "named")
    words, endings, after, adjectives, named = (
        tuple(fold_in_place(table.find_text(key) or "").split()) for key in keys
    )
    table.done()
    return Nouns(frozenset(words), endings, frozenset(after), adjectives, named)


def _words(table: Table) -> dict[str, str]:
    entries = table.table("words")
    words: dict[str, str] = {}
    for name in entries.values:
        words[name] = _insert(entries, name, entries.text(name), words)
    return words


def _rule(table: Table, words: Mapping[str, str]) -> Rule:
    severity = table.choice("severity", Severity) if "severity" in table.values else None
    rule = Rule(
        name=table.text("name"),
        weight=table.decimal("weight"),
        patterns=_patterns(table, "patterns", words, whole_words=True),
        kind=table.choice("kind", Kind) if "kind" in table.values else Kind.NONE,
        scope=table.choice("scope", Scope) if "scope" in table.values else None,
        severity=severity,
        reach=table.choice("reach", Reach) if "reach" in table.values else Reach.SENTENCE,
        topics=table.texts("topics"),
        outranks=_flag(table, "outranks"),
        title_only=_flag(table, "title_only"),
    )
    table.done()
    return rule


def _cue(table: Table, words: Mapping[str, str]) -> DateCue:
    what = table.choice("what", What) if "what" in table.values else None
    cue = DateCue(what, _patterns(table, "patterns", words), firm=_flag(table, "firm"))
    table.done()
    return cue


def _date(table: Table, words: Mapping[str, str]) -> DatePattern:
    shape = table.choice("shape", Shape)
    pattern = _insert(table, "pattern", table.text("pattern"), words)
    _check(table, "pattern", pattern)
    table.done()
    return DatePattern(shape, pattern)


def _topic(table: Table, words: Mapping[str, str]) -> Topic:
    topic = Topic(table.text("name"), _patterns(table, "patterns", words, whole_words=True))
    table.done()
    return topic


def _names(table: Table, words: Mapping[str, str]) -> NameCues:
    cues = NameCues(
        subject_after=_patterns(table, "subject_after", words),
        object_before=_patterns(table, "object_before", words),
        successor_before=_patterns(table, "successor_before", words),
        successor_after=_patterns(table, "successor_after", words),
        bystander_before=_patterns(table, "bystander_before", words),
        greetings=frozenset(table.texts("greetings")),
        never=frozenset(table.texts("never")),
    )
    table.done()
    return cues


def _calendar(table: Table) -> Calendar:
    calendar = Calendar(
        months=_numbered(table.table("months")),
        weekdays=_numbered(table.table("weekdays")),
        numbers=_numbered(table.table("numbers")),
        units=_worded(table.table("units")),
        parts=_worded(table.table("parts")),
        feasts=_feasts(table.table("feasts")),
        day_first=_flag(table, "day_first"),
    )
    table.done()
    return calendar


def _calendar_words(calendar: Calendar) -> dict[str, str]:
    return {
        "MONTH": _either(calendar.months),
        "WEEKDAY": _either(calendar.weekdays),
        "NUMBER": _either(calendar.numbers),
        "UNIT": _either(calendar.units),
        "PART": _either(calendar.parts),
        "FEAST": _either(calendar.feasts),
    }


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


def _numbered(table: Table) -> dict[str, int]:
    return {key: table.number(key) for key in table.values}


def _worded(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key in table.values}


def _feasts(table: Table) -> dict[str, tuple[int, int]]:
    feasts: dict[str, tuple[int, int]] = {}
    for key, value in table.values.items():
        match value:
            case [int(month), int(day)] if 1 <= month <= 12 and 1 <= day <= 31:
                feasts[key] = (month, day)
            case _:
                table.fault("date", key, value=str(value))
    return feasts


def _patterns(
    table: Table, key: str, words: Mapping[str, str], *, whole_words: bool = False
) -> tuple[str, ...]:
    found = []
    for written in _untrimmed(table, key):
        pattern = _insert(table, key, written, words)
        _check(table, key, word_pattern(pattern) if whole_words else pattern)
        found.append(pattern)
    return tuple(found)


def _untrimmed(table: Table, key: str) -> list[str]:
    # A blank at the end of a pattern means something.
    table.texts(key)
    value = table.values.get(key)
    if not isinstance(value, list):
        table.fault("missing", key)
        return []
    return [item for item in value if isinstance(item, str)]


def _insert(table: Table, key: str, pattern: str, words: Mapping[str, str]) -> str:
    for name in set(_INSERT.findall(pattern)) - set(words):
        table.fault("choice", key, value=f"<{name}>", choices=", ".join(words))
    return _INSERT.sub(lambda found: words.get(found.group(1), ""), pattern)


def _check(table: Table, key: str, pattern: str) -> None:
    wrong = pattern_fault(pattern)
    if wrong is not None:
        table.fault("pattern", key, value=pattern[:80], detail=wrong)


def _flag(table: Table, key: str) -> bool:
    table.asked.add(key)
    value = table.values.get(key, False)
    if not isinstance(value, bool):
        table.fault("choice", key, value=str(value), choices="true, false")
    return value is True
