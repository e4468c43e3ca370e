"""How often a source wants to be visited: its rhythm, its hours of rest, and the bounds of both."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import USUAL, Pace
from bot.domain.sources import PollBounds, next_poll

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = PollBounds(15 * MINUTE, 5 * MINUTE)


def wait(pace: Pace = USUAL, fresh: timedelta | None = None, chance: float = 0) -> timedelta:
    at = next_poll(NOW, BOUNDS, failures=0, retry_after=None, chance=chance, fresh=fresh, pace=pace)
    return at - NOW


def test_a_source_that_speaks_often_is_visited_more_often_and_never_below_the_minimum() -> None:
    assert wait(Pace(rhythm=10 * MINUTE)) == 5 * MINUTE
    assert wait(Pace(rhythm=80 * MINUTE)) == 10 * MINUTE
    assert wait(Pace(rhythm=7 * DAY)) == 15 * MINUTE
    assert wait(Pace(rhythm=timedelta(0)), chance=1) == 5 * MINUTE


def test_what_says_that_it_stays_fresh_is_left_alone_for_an_hour_at_most() -> None:
    assert wait(fresh=30 * MINUTE) == 30 * MINUTE
    assert wait(Pace(ttl=40 * MINUTE), fresh=20 * MINUTE) == 40 * MINUTE
    assert wait(fresh=DAY) == HOUR
    assert wait(Pace(ttl=DAY), chance=1) == 1.1 * HOUR
    assert wait(fresh=MINUTE) == 15 * MINUTE


def test_hours_and_days_of_rest_are_kept_for_six_hours_at_most() -> None:
    assert wait(Pace(skip_hours=(12, 13))) == 2 * HOUR
    assert wait(Pace(skip_hours=(3,))) == 15 * MINUTE
    assert wait(Pace(skip_days=(0,))) == 15 * MINUTE + 6 * HOUR
    assert wait(Pace(skip_hours=tuple(range(24)))) == 15 * MINUTE + 6 * HOUR


def test_a_rhythm_is_learned_from_the_newest_dates_and_changes_slowly() -> None:
    first = USUAL.after_news([NOW - DAY * number for number in range(1, 6)], NOW)
    assert (first.rhythm, first.newest_at) == (DAY, NOW - DAY)
    later = first.after_news([NOW - 23 * HOUR], NOW)
    assert later.rhythm == (3 * DAY + HOUR) / 4
    assert first.after_news([NOW - 9 * DAY], NOW) == first
    assert first.after_news([None, NOW + DAY], NOW) == first


def test_one_date_alone_tells_no_rhythm() -> None:
    assert USUAL.after_news([NOW], NOW) == Pace(newest_at=NOW)


@given(
    rhythm=st.none() | st.timedeltas(timedelta(0), 400 * DAY),
    ttl=st.none() | st.timedeltas(timedelta(seconds=1), 400 * DAY),
    fresh=st.none() | st.timedeltas(timedelta(seconds=1), 400 * DAY),
    hours=st.sets(st.integers(0, 23)),
    days=st.sets(st.integers(0, 6)),
    chance=st.floats(0, 1),
)
def test_whatever_a_source_asks_for_it_is_neither_pestered_nor_forgotten(
    rhythm: timedelta | None,
    ttl: timedelta | None,
    fresh: timedelta | None,
    hours: set[int],
    days: set[int],
    chance: float,
) -> None:
    pace = Pace(ttl, tuple(hours), tuple(days), rhythm)
    assert BOUNDS.minimum <= wait(pace, fresh, chance) <= 1.1 * HOUR + 6 * HOUR
