"""Every row of the table and its goal, by the module that measures it."""

from collections.abc import Mapping

from tests.bench.figures import Goal

ROWS: Mapping[str, Mapping[str, Goal]] = {
    "rows_polls": {
        "first-poll": Goal(3, "×"),
        "poll-304": Goal(15, "×", stretch=20),
        "poll-same-body": Goal(150, "×", stretch=250),
        "poll-new-entry": Goal(10, "×", stretch=20),
        "poll-announcement": Goal(10, "×", stretch=20),
    },
    "rows_growth": {
        "growth-unchanged": Goal(1.25, "×", most=True),
        "growth-new-entry": Goal(1.25, "×", most=True),
    },
    "rows_judging": {"judged-a-second": Goal(1000, "/s")},
    "rows_pages": {
        "page-markup-changed": Goal(20, "×", stretch=25),
        "page-false-changes": Goal(0, "", most=True),
    },
    "rows_day": {
        "day-spacing": Goal(1.3, " s"),
        "day-cost": Goal(120, " s", most=True),
    },
    "rows_lag": {
        "loop-lag": Goal(25, " ms", most=True, stretch=8),
        "loop-lag-full-speed": Goal(25, " ms", most=True, stretch=8),
    },
    "rows_bot": {
        "memory": Goal(120, " MB", most=True, stretch=90),
        "sending": Goal(45, "/s", stretch=47.5),
        "answers-while-sending": Goal(1, " s", most=True),
    },
    "rows_agreement": {
        "agreement-generated": Goal(100, " %"),
        "agreement-feedparser-files": Goal(100, " %"),
    },
}

GOALS: Mapping[str, Goal] = {name: goal for rows in ROWS.values() for name, goal in rows.items()}


def chosen(words: str) -> frozenset[str]:
    """The rows whose names contain one of `words`, comma-separated; all where there are none."""
    wanted = [word.strip() for word in words.split(",") if word.strip()]
    return frozenset(n for n in GOALS if not wanted or any(word in n for word in wanted))
