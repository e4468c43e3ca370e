"""What a visit makes of a source, and what moderators hear of its health: once, and once back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.polls import (
    GONE_AFTER,
    TOLD_AFTER,
    HealthNews,
    after_failure,
    after_reading,
    differs,
    health_news,
)
from bot.domain.sources import Health, PollBounds, Source, Validators, Watcher
from bot.errors import SourceFault

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOUNDS = PollBounds(timedelta(minutes=15), timedelta(minutes=5))
HOUR = timedelta(hours=1)

NEW = Source(
    id=1,
    url="https://news.kilnfolk.example/feed",
    validators=Validators(),
    raw_hash=None,
    seen=b"",
    health=Health.NEW,
    health_since=NOW,
    fault=None,
    failures=0,
    next_poll_at=NOW,
    polled_at=None,
    read_at=None,
)
WATCHER = Watcher(1, 1, 10, "News", "kilnfolk", "Kilnfolk", None, NOW)


def read(source: Source, at: datetime, **changes: object) -> Source:
    known = {
        "validators": Validators("e"),
        "raw_hash": b"r",
        "seen": b"s",
        "moved_to": None,
        "wait": None,
        "chance": 0.5,
    }
    return after_reading(source, at, BOUNDS, **{**known, **changes})  # type: ignore[arg-type]


def failed(source: Source, at: datetime, health: Health = Health.SLOW, key: str = "") -> Source:
    fault = SourceFault(key or "source.http.timeout", host="news.kilnfolk.example", seconds=30)
    return after_failure(source, at, BOUNDS, health=health, fault=fault, wait=None, chance=0.5)


def missing(source: Source, at: datetime) -> Source:
    return failed(source, at, Health.BROKEN, "source.http.missing")


def heard(
    source: Source, watcher: Watcher, *, permanent: bool = False
) -> tuple[list[Health], Watcher]:
    """What is told now, and the watcher after it."""
    news = health_news(source, watcher, permanent=permanent)
    if news is None:
        return [], watcher
    trouble = None if news.health is Health.OK else news.health
    return [news.health], replace(watcher, told_health=trouble)


def test_a_visit_that_finds_nothing_new_differs_only_in_its_times() -> None:
    first = read(NEW, NOW)
    second = read(first, NOW + HOUR)
    assert differs(NEW, first)
    assert not differs(first, second)
    assert (second.polled_at, second.read_at) == (NOW + HOUR, NOW + HOUR)
    assert second.health_since == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"validators": Validators("f")},
        {"raw_hash": b"other"},
        {"seen": b"other"},
        {"moved_to": "https://kilnfolk.example/feed"},
    ],
)
def test_what_is_needed_for_the_next_visit_is_written_at_once(changes: dict[str, object]) -> None:
    first = read(NEW, NOW)
    assert differs(first, read(first, NOW + HOUR, **changes))


def test_a_failure_forgets_nothing_of_what_was_read() -> None:
    known = read(NEW, NOW)
    after = failed(known, NOW + HOUR)
    assert differs(known, after)
    assert (after.seen, after.raw_hash, after.validators, after.read_at) == (
        known.seen,
        known.raw_hash,
        known.validators,
        NOW,
    )
    assert (after.failures, after.health_since) == (1, NOW + HOUR)


def test_trouble_is_counted_from_its_first_visit() -> None:
    after = failed(failed(read(NEW, NOW), NOW + HOUR), NOW + 2 * HOUR, Health.BLIND)
    assert (after.health, after.health_since, after.failures) == (Health.BLIND, NOW + HOUR, 2)


def test_a_source_that_is_back_is_well_from_now_on() -> None:
    back = read(failed(read(NEW, NOW), NOW + HOUR), NOW + 2 * HOUR)
    assert (back.health, back.health_since, back.failures, back.fault) == (
        Health.OK,
        NOW + 2 * HOUR,
        0,
        None,
    )


def test_an_address_that_is_not_found_for_long_counts_as_gone() -> None:
    once = missing(read(NEW, NOW), NOW)
    assert missing(once, NOW + GONE_AFTER - HOUR).health is Health.BROKEN
    assert missing(once, NOW + GONE_AFTER).health is Health.GONE
    assert missing(missing(once, NOW + GONE_AFTER), NOW + 2 * GONE_AFTER).health is Health.GONE


def test_a_source_long_slow_is_not_gone_when_it_is_first_not_found() -> None:
    slow = failed(read(NEW, NOW), NOW)
    first = missing(failed(slow, NOW + GONE_AFTER), NOW + GONE_AFTER + HOUR)
    assert first.health is Health.BROKEN
    assert missing(first, NOW + GONE_AFTER + 2 * HOUR).health is Health.BROKEN


def test_moderators_are_told_once_after_three_failures_and_once_when_it_is_back() -> None:
    source, watcher, said = read(NEW, NOW), WATCHER, []
    for hour in range(1, 8):
        source = failed(source, NOW + hour * HOUR)
        found, watcher = heard(source, watcher)
        said.append(found)
    assert said == [[], [], [Health.SLOW], [], [], [], []]
    for hour in (9, 10):
        source = read(source, NOW + hour * HOUR)
        found, watcher = heard(source, watcher)
        said.append(found)
    assert said[-2:] == [[Health.OK], []]


def test_one_hiccup_is_no_news() -> None:
    source = failed(read(NEW, NOW), NOW + HOUR)
    assert health_news(source, WATCHER, permanent=False) is None
    assert health_news(read(source, NOW + 2 * HOUR), WATCHER, permanent=False) is None


def test_what_waiting_cannot_mend_is_told_at_once() -> None:
    source = failed(read(NEW, NOW), NOW + HOUR, Health.GONE, "source.http.gone")
    news = health_news(source, WATCHER, permanent=True)
    assert news == HealthNews(Health.GONE, source.fault)


def test_a_paused_watcher_is_told_nothing() -> None:
    source = failed(read(NEW, NOW), NOW + HOUR, Health.GONE, "source.http.gone")
    assert health_news(source, replace(WATCHER, paused=True), permanent=True) is None


@given(st.lists(st.sampled_from(["read", "slow", "missing", "blind"]), max_size=30))
def test_bad_and_good_news_take_turns_whatever_happens(visits: list[str]) -> None:
    source, watcher, told = NEW, WATCHER, []
    for number, visit in enumerate(visits):
        at = NOW + number * HOUR
        match visit:
            case "read":
                source = read(source, at)
            case "slow":
                source = failed(source, at)
            case "missing":
                source = missing(source, at)
            case _:
                source = failed(source, at, Health.BLIND, "source.http.forbidden")
        found, watcher = heard(source, watcher)
        told += found
        assert source.next_poll_at > at
        assert source.health.speaks == (source.failures == 0)
    good = [health is Health.OK for health in told]
    assert good == [bool(turn % 2) for turn in range(len(good))]
    if visits[-TOLD_AFTER:].count("read") == 0 and len(visits) >= TOLD_AFTER:
        assert watcher.told_health is not None
