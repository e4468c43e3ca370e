"""Quiet hours and digests in a guild's own time: what is critical never waits, nothing is lost."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.notices import Severity
from bot.domain.quiet import not_before, read_quiet_hours

PARIS = ZoneInfo("Europe/Paris")
ZONES = [PARIS, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]


def when(
    local: datetime,
    severity: Severity = Severity.IMPORTANT,
    quiet_hours: str | None = None,
    digest: str | None = None,
) -> datetime:
    """In Paris, as the clock on the wall there shows it."""
    at = not_before(
        local.astimezone(UTC), severity, zone=PARIS, quiet_hours=quiet_hours, digest=digest
    )
    return at.astimezone(PARIS)


def paris(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("22:00-07:00", time(22), time(7)),
        (" 22 – 7 ", time(22), time(7)),
        ("9:30 - 17:05", time(9, 30), time(17, 5)),
    ],
)
def test_quiet_hours_are_read(text: str, start: time, end: time) -> None:
    assert read_quiet_hours(text) == (start, end)


@pytest.mark.parametrize("text", ["", "22", "24:00-7", "22:60-7", "7-7", "ten to six", "-7"])
def test_what_is_no_span_is_refused(text: str) -> None:
    assert read_quiet_hours(text) is None


def test_what_is_critical_never_waits() -> None:
    night = paris(3, 2, 23)
    assert when(night, Severity.CRITICAL, "22:00-07:00", "weekly") == night


def test_what_comes_by_day_is_told_at_once() -> None:
    assert when(paris(3, 2, 12), quiet_hours="22:00-07:00") == paris(3, 2, 12)
    assert when(paris(3, 2, 7), quiet_hours="22:00-07:00") == paris(3, 2, 7)


def test_what_comes_before_and_after_midnight_waits_for_the_same_morning() -> None:
    assert when(paris(3, 2, 22), quiet_hours="22:00-07:00") == paris(3, 3, 7)
    assert when(paris(3, 3, 0), quiet_hours="22:00-07:00") == paris(3, 3, 7)
    assert when(paris(3, 3, 6, 59), quiet_hours="22:00-07:00") == paris(3, 3, 7)


def test_a_rest_at_noon_ends_the_same_day() -> None:
    assert when(paris(3, 2, 12, 30), quiet_hours="12:00-14:00") == paris(3, 2, 14)


def test_the_morning_after_the_clocks_change_comes_at_the_hour_on_the_wall() -> None:
    assert when(paris(3, 28, 23), quiet_hours="22:00-07:00") == paris(3, 29, 7)  # a short night
    assert when(paris(10, 24, 23), quiet_hours="22:00-07:00") == paris(10, 25, 7)  # a long one
    assert paris(3, 29, 7).astimezone(UTC).hour == 5


def test_a_morning_that_does_not_exist_comes_an_hour_later() -> None:
    assert when(paris(3, 28, 23), quiet_hours="22:00-02:30") == paris(3, 29, 3, 30)


def test_a_daily_digest_is_told_at_nine() -> None:
    assert when(paris(3, 2, 8), Severity.INFO, digest="daily") == paris(3, 2, 9)
    assert when(paris(3, 2, 9), Severity.INFO, digest="daily") == paris(3, 3, 9)
    assert when(paris(3, 28, 10), Severity.INFO, digest="daily") == paris(3, 29, 9)


def test_a_weekly_digest_is_told_on_monday() -> None:
    assert when(paris(3, 2, 8), Severity.INFO, digest="weekly") == paris(3, 2, 9)
    assert when(paris(3, 2, 10), Severity.INFO, digest="weekly") == paris(3, 9, 9)
    assert when(paris(10, 24, 10), Severity.INFO, digest="weekly") == paris(10, 26, 9)


def test_only_what_is_merely_informative_waits_for_the_digest() -> None:
    assert when(paris(3, 2, 12), Severity.IMPORTANT, digest="daily") == paris(3, 2, 12)


def test_a_digest_in_quiet_hours_waits_for_their_end() -> None:
    assert when(paris(3, 2, 8), Severity.INFO, "22:00-10:00", "daily") == paris(3, 2, 10)


HOURS = st.builds(
    lambda a, b: f"{a[0]:02}:{a[1]:02}-{b[0]:02}:{b[1]:02}",
    *([st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))] * 2),
)


CHANGES = [datetime(2026, *day, tzinfo=UTC) for day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24))]
MINUTES = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),  # when clocks change somewhere
    st.integers(0, 3 * 24 * 60),
)


@given(
    now=MINUTES,
    severity=st.sampled_from(Severity),
    zone=st.sampled_from(ZONES),
    hours=st.none() | HOURS,
    digest=st.sampled_from([None, "daily", "weekly"]),
)
def test_everything_is_told_in_time_and_never_in_the_quiet(
    now: datetime, severity: Severity, zone: ZoneInfo, hours: str | None, digest: str | None
) -> None:
    at = not_before(now, severity, zone=zone, quiet_hours=hours, digest=digest)
    assert now <= at
    assert at - now <= timedelta(days=9)
    if severity is Severity.CRITICAL:
        assert at == now
        return
    again = not_before(at, Severity.IMPORTANT, zone=zone, quiet_hours=hours, digest=digest)
    assert again == at, "it is told while the guild is quiet"
