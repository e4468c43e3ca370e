"""When an answer asks us to come back, in every spelling, and what of it is not believed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import USUAL, Pace
from bot.ingest.freshness import LONGEST_WAIT, fresh_for, retry_after, wished

AT = "Mon, 03 Jul 2017 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, Max-Age = 600, must-revalidate"}, 600),
        ({"Cache-Control": 'max-age="600"'}, 600),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": "max-age=600", "Age": "700"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Expires": "Mon, 03 Jul 2017 12:10:00 GMT", "Date": AT}, 600),
        ({"Expires": "Mon, 03 Jul 2017 12:10:00 GMT"}, None),
        ({"Expires": "0", "Date": AT}, None),
        ({"Expires": "Mon, 03 Jul 2017 11:00:00 GMT", "Date": AT}, None),
        (
            {
                "Cache-Control": "max-age=60",
                "Expires": "Mon, 03 Jul 2017 13:00:00 GMT",
                "Date": AT,
            },
            60,
        ),
    ],
)
def test_an_answer_says_how_long_it_stays_fresh(
    headers: dict[str, str], seconds: int | None
) -> None:
    assert fresh_for(headers) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("Mon, 03 Jul 2017 12:02:00 GMT", 120),
        ("Monday, 03-Jul-17 12:02:00 GMT", 120),
        ("Mon, 03 Jul 2017 11:00:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(asked: str, seconds: int | None) -> None:
    found = retry_after({"Retry-After": asked, "Date": AT})
    assert found == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=60), st.sampled_from(["Retry-After", "Expires", "Cache-Control", "Age"]))
def test_no_header_asks_for_more_than_is_believed(value: str, name: str) -> None:
    for read in (retry_after, fresh_for):
        found = read({"Cache-Control": "max-age=9", "Date": AT, name: value})
        assert found is None or timedelta(0) < found <= LONGEST_WAIT


def test_a_feed_says_when_it_wants_to_be_left_alone() -> None:
    head = (
        b"<rss><channel><ttl> 60 </ttl><skipHours><hour>0</hour><hour>23</hour><hour>24</hour>"
        b"<hour>77</hour></skipHours><skipDays><day>Sunday</day><day>saturday</day>"
        b"<day>Someday</day></skipDays>"
    )
    assert wished(head + b"<item>") == Pace(timedelta(hours=1), (0, 23), (5, 6))


def test_what_stands_in_an_item_is_no_wish_of_the_feed() -> None:
    assert wished(b"<rss><channel><item><ttl>60</ttl></item></channel></rss>") == USUAL
    assert wished(b'{"ttl": 60}') == USUAL
    assert wished(b"<ttl>0</ttl>") == USUAL


@given(st.binary(max_size=300))
def test_whatever_a_document_holds_it_is_read(noise: bytes) -> None:
    found = wished(b"<skipHours>" + noise + b"</skipHours><ttl>" + noise)
    assert all(0 <= hour < 24 for hour in found.skip_hours)
