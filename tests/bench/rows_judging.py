"""Entries judged a second: language, signals, dates, names and all, beside what others take for a
part of it: one `re` alternation of the lexicon, and dateparser's `search_dates`."""

import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

from dateparser.search import search_dates

from bot.app import load_data
from bot.detection.patterns import any_of, word_pattern
from bot.detection.words import sentences
from bot.domain.notices import Origin, Text
from tests.bench.figures import Figure, median, ratio, spread, times, written
from tests.bench.goals import GOALS
from tests.bench.words import Says, post

ROUNDS = 5
TEXTS = 120
FEW = 4
"""Texts of a round that the peers read: they take their time."""

_ON = date(2026, 3, 2)
_EVERY_TENTH = (Says.CLOSURE, Says.NEAR_MISS)


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The row."""
    _, catalogue = load_data()
    detector = catalogue.detector
    alternations = {
        language: re.compile(
            any_of(word_pattern(each) for rule in lexicon.rules for each in rule.patterns)
        )
        for language, lexicon in catalogue.lexicons.items()
    }
    ours: list[float] = []
    matched: list[float] = []
    dated: list[float] = []
    found = 0
    for number in range(ROUNDS + 1):
        texts = [_text(number * TEXTS + place) for place in range(TEXTS)]
        found += sum(bool(detector.judge(text).notices) for text, _ in texts[:20])  # warms up, too
        mine = [_cost(detector.judge, text) for text, _ in texts]
        common = {language: each.common for language, each in catalogue.lexicons.items()}
        words = [
            (alternations[language], sentence.words)
            for text, language in texts[:FEW]
            for sentence in sentences(text.title, text.body, common[language])
        ]
        theirs = _cost(lambda pairs: [list(p.finditer(w)) for p, w in pairs], words)
        dates = [_cost(_dates, pair) for pair in texts[:FEW]]
        if number:
            ours.append(median(mine))
            matched.append(theirs / FEW)
            dated.append(median(dates))
    size = sum(len(text.body) for text, _ in texts) // TEXTS
    yield Figure(
        "judged-a-second",
        GOALS["judged-a-second"],
        1000 / median(ours),
        f"{written(median(ours))} ms an entry ({spread(ours)})",
        f"re alternation {written(median(matched))} ms, search_dates {written(median(dated))} ms",
        ROUNDS,
        f"texts of {size:,} characters, {found} of {20 * (ROUNDS + 1)} said something; "
        f"the whole judgement costs {times(1 / ratio(matched, ours))} the alternation alone and "
        f"{times(ratio(dated, ours))} less than search_dates alone",
        {"ours_ms": ours, "alternation_ms": matched, "search_dates_ms": dated},
    )


def _text(number: int) -> tuple[Text, str]:
    says = _EVERY_TENTH[number % 10] if number % 10 < len(_EVERY_TENTH) else Says.ORDINARY
    language = "fr" if number % 3 == 2 else "en"
    written_post = post(f"judged {number}", says, "Kilnfolk", language, _ON, 5 + number % 9)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in written_post.paragraphs)
    address = f"https://blog.kilnfolk.example/{number}"
    return Text(written_post.title, body, address, _ON, Origin.OFFICIAL), language


def _dates(pair: tuple[Text, str]) -> object:
    text, language = pair
    return search_dates(f"{text.title}\n{text.body}", languages=[language])


def _cost(work: "Callable[..., object]", value: object) -> float:
    """Milliseconds of CPU."""
    before = time.process_time()
    work(value)
    return 1000 * (time.process_time() - before)
