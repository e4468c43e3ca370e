"""When a source is visited next: never more rarely than promised, never more often than polite."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sources import (
    BACKOFF_CEILING,
    BACKOFF_FACTOR,
    RETRY_AFTER_CEILING,
    Health,
    PollBounds,
    next_poll,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUARTER = PollBounds(timedelta(minutes=15), timedelta(minutes=5))

SECONDS = st.integers(1, 30 * 86400)
CHANCE = st.floats(0, 1)


def wait(
    bounds: PollBounds,
    failures: int = 0,
    retry_after: timedelta | None = None,
    chance: float = 0,
) -> timedelta:
    at = next_poll(NOW, bounds, failures=failures, retry_after=retry_after, chance=chance)
    return at - NOW


@given(every=SECONDS, minimum=SECONDS, chance=CHANCE)
def test_a_healthy_source_is_visited_at_least_as_often_as_promised(
    every: int, minimum: int, chance: float
) -> None:
    bounds = PollBounds(timedelta(seconds=every), timedelta(seconds=minimum))
    assert bounds.every * 0.8 <= wait(bounds, chance=chance) <= bounds.every


@given(every=SECONDS, failures=st.integers(1, 10**6), chance=CHANCE)
def test_back_off_grows_and_never_becomes_silence(every: int, failures: int, chance: float) -> None:
    bounds = PollBounds(timedelta(seconds=every), timedelta(seconds=1))
    longest = max(min(bounds.every * BACKOFF_FACTOR, BACKOFF_CEILING), bounds.every)
    found = wait(bounds, failures, chance=chance)
    assert bounds.every <= found <= longest * 1.1
    assert wait(bounds, failures) <= wait(bounds, failures + 1)


def test_a_failing_source_is_visited_after_twice_four_times_eight_times_as_long() -> None:
    minutes = [wait(QUARTER, failures).total_seconds() / 60 for failures in range(1, 7)]
    assert minutes == [30, 60, 120, 240, 240, 240]


@given(asked=st.integers(1, 10**7), failures=st.integers(0, 50), chance=CHANCE)
def test_a_server_that_asks_us_to_wait_is_heard_for_a_day_at_most(
    asked: int, failures: int, chance: float
) -> None:
    retry_after = timedelta(seconds=asked)
    found = wait(QUARTER, failures, retry_after, chance)
    assert found >= min(retry_after, RETRY_AFTER_CEILING)
    assert found <= RETRY_AFTER_CEILING * 1.1


@given(st.lists(CHANCE, min_size=2, max_size=2, unique=True))
def test_chance_keeps_sources_from_marching_in_step(chances: list[float]) -> None:
    low, high = sorted(chances)
    assert wait(QUARTER, chance=high) <= wait(QUARTER, chance=low)
    assert wait(QUARTER, 2, chance=high) <= wait(QUARTER, 2, chance=low)
    # Full jitter: the whole of the back-off, down to the usual interval.
    assert wait(QUARTER, 2, chance=1) == QUARTER.every
    assert wait(QUARTER, 2, chance=0) == QUARTER.every * 4


@pytest.mark.parametrize("health", Health)
def test_only_what_was_read_or_never_visited_speaks(health: Health) -> None:
    assert health.speaks == (health.value in ("ok", "new"))
