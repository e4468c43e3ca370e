"""Whose turn it is: one visit at a time to a host, a rest after it, and nobody is forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sources import Health, Source, Validators
from bot.ingest.addresses import AllowHosts
from bot.services.turns import REST, Turns, host_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
ONE = "https://one.example/feed"
TWO = "https://two.example/feed"


def source(number: int, url: str, due: datetime = NOW, failures: int = 0) -> Source:
    return Source(
        id=number,
        url=url,
        validators=Validators(),
        raw_hash=None,
        seen=b"",
        health=Health.SLOW if failures else Health.OK,
        health_since=NOW,
        fault=None,
        failures=failures,
        next_poll_at=due,
        polled_at=None,
        read_at=None,
    )


def turns(*sources: Source, own: str = "") -> Turns:
    made = Turns(QUARTER, AllowHosts.parse(own))
    made.learn(sources)
    return made


def ids(started: list[Source]) -> list[int]:
    return [each.id for each in started]


def test_a_host_has_one_visit_at_a_time_and_a_rest_after_it() -> None:
    made = turns(source(1, ONE), source(2, ONE + "/b"), source(3, TWO))
    (first, other) = made.start(NOW, 10)
    assert {first.id, other.id} == {1, 3}
    assert made.start(NOW + timedelta(minutes=1), 10) == []
    ended = NOW + timedelta(seconds=10)
    made.ended(first, NOW + QUARTER, ended)
    assert made.start(ended + REST - timedelta(milliseconds=1), 10) == []
    assert ids(made.start(ended + REST, 10)) == [2]


def test_no_more_is_started_than_there_is_room_for() -> None:
    made = turns(*(source(number, f"https://{number}.example/") for number in range(5)))
    assert len(made.start(NOW, 2)) == 2
    assert len(made.start(NOW, 9)) == 3


def test_what_is_not_due_waits_and_says_until_when() -> None:
    due = NOW + timedelta(minutes=3)
    made = turns(source(1, ONE, due))
    assert made.start(NOW, 9) == []
    assert made.next_at == due
    assert ids(made.start(due, 9)) == [1]
    assert made.next_at is None


def test_what_can_be_read_goes_before_what_fails() -> None:
    sick = source(1, ONE, NOW - timedelta(hours=1), failures=4)
    made = turns(sick, source(2, ONE + "/well"))
    assert ids(made.start(NOW, 9)) == [2]


def test_the_operators_own_machines_need_no_rest() -> None:
    made = turns(source(1, ONE), source(2, ONE + "/b"), own="one.example")
    (first,) = made.start(NOW, 9)
    made.ended(first, NOW + QUARTER, NOW)
    assert ids(made.start(NOW, 9)) == [2]


def test_rests_never_cost_a_host_with_many_sources_what_was_promised() -> None:
    many = [source(number, f"{ONE}/{number}") for number in range(1200)]
    made, now, visited = turns(*many), NOW, 0
    while now < NOW + QUARTER:
        for each in made.start(now, 9):
            visited += 1
            made.ended(each, NOW + QUARTER, now)
        now = made.next_at or NOW + QUARTER
    assert visited == 1200


def test_a_visit_under_way_stays_so_when_the_list_is_read_anew() -> None:
    both = [source(1, ONE), source(2, ONE + "/b")]
    made = turns(*both)
    (first,) = made.start(NOW, 9)
    made.learn(both)
    assert made.start(NOW + QUARTER, 9) == []
    made.ended(first, NOW + 2 * QUARTER, NOW + QUARTER)
    assert ids(made.start(NOW + QUARTER + REST, 9)) == [2]


def test_a_visit_that_is_not_written_down_yet_is_not_made_again() -> None:
    made = turns(source(1, ONE))
    (first,) = made.start(NOW, 9)
    visited = replace(first, polled_at=NOW, next_poll_at=NOW + QUARTER)
    made.ended(visited, visited.next_poll_at, NOW)
    made.learn([source(1, ONE)])  # as it still stands in the database
    assert made.start(NOW + timedelta(minutes=1), 9) == []


def test_a_source_that_was_removed_meanwhile_does_not_come_back() -> None:
    made = turns(source(1, ONE), source(2, TWO))
    started = made.start(NOW, 9)
    made.learn([source(2, TWO)])
    for each in started:
        made.ended(each, NOW + QUARTER, NOW)
    assert ids(made.start(NOW + QUARTER, 9)) == [2]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.Example/feed", "shop.example"),
        ("http://shop.example:80/", "shop.example"),
        ("https://shop.example.:443/", "shop.example"),
        ("http://shop.example:8080/", "shop.example:8080"),
        ("http://[2606:4700::1]/", "2606:4700::1"),
        ("http://shop.example:port/", "shop.example"),
    ],
)
def test_a_host_is_the_same_however_it_is_written(url: str, host: str) -> None:
    assert host_of(url) == host


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 900), st.booleans()),
        min_size=1,
        max_size=25,
    )
)
def test_everybody_has_a_turn_and_no_host_two(sources: list[tuple[str, int, bool]]) -> None:
    made = turns(
        *(
            source(number, f"https://{host}.example/{number}", NOW + timedelta(seconds=due), sick)
            for number, (host, due, sick) in enumerate(sources)
        )
    )
    now = NOW
    visited: set[int] = set()
    while len(visited) < len(sources):
        started = made.start(now, 10)
        hosts = [host_of(each.url) for each in started]
        assert len(set(hosts)) == len(hosts)
        for each in started:
            visited.add(each.id)
            made.ended(each, NOW + timedelta(days=1), now)
        assert made.next_at is not None
        now = max(now, made.next_at)
