"""Nonces, and how long a delivery waits for its next try."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import NONCE_LENGTH, RETRY_CEILING, Subject, nonce, retry_delay

SNOWFLAKES = st.integers(min_value=0, max_value=2**63 - 1)
PARTS = st.tuples(
    st.sampled_from(Subject), SNOWFLAKES, SNOWFLAKES, SNOWFLAKES, st.integers(0, 10_000)
)


@given(PARTS)
def test_a_nonce_is_never_too_long(parts: tuple[Subject, int, int, int, int]) -> None:
    text = nonce(*parts)
    assert 0 < len(text) <= NONCE_LENGTH
    assert text.replace(".", "").isalnum()


@given(PARTS, PARTS)
def test_two_deliveries_never_share_a_nonce(
    one: tuple[Subject, int, int, int, int], other: tuple[Subject, int, int, int, int]
) -> None:
    assert (nonce(*one) == nonce(*other)) == (one == other)


def test_usual_nonces_can_be_read() -> None:
    assert nonce(Subject.ALERT, 7, 2, 1_574_921_340_316_549_120, 0).startswith("a7.2.")


def test_every_subject_has_a_letter_of_its_own() -> None:
    assert len({subject.letter for subject in Subject}) == len(Subject)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_retry_waits_at_most_thirty_seconds(attempts: int, chance: float) -> None:
    wait = retry_delay(attempts, chance)
    assert timedelta(seconds=0.25) <= wait <= RETRY_CEILING


def test_retries_come_less_and_less_often() -> None:
    waits = [retry_delay(attempts, 1.0) for attempts in range(8)]
    assert waits == sorted(waits)
    assert waits[-1] == RETRY_CEILING
