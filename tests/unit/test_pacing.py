"""The pace of what is said unasked, and the stop after too many refused requests."""

import asyncio
import itertools

import pytest

from bot.chat.client import LONGEST_WAIT, _Backoff
from bot.chat.pacing import INVALID_MAX, INVALID_WINDOW, PER_SECOND, Pacer


class _SkippingLoop(asyncio.SelectorEventLoop):
    """A loop that does not wait for timers but moves its clock to the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def time(self) -> float:
        return super().time() + self.skipped

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            wait = self._scheduled[0].when() - self.time()  # type: ignore[attr-defined]
            self.skipped += max(0.0, wait)
        super()._run_once()  # type: ignore[misc]


def test_turns_are_spread_evenly_below_the_limit() -> None:
    async def take(count: int) -> list[float]:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        times: list[float] = []

        async def one() -> None:
            await pacer.turn()
            times.append(loop.time())

        await asyncio.gather(*(one() for _ in range(count)))
        return times

    with asyncio.Runner(loop_factory=_SkippingLoop) as runner:
        times = runner.run(take(500))
    assert PER_SECOND < 50
    for start in range(len(times) - 50):
        assert times[start + 50] - times[start] > 1.0, "more than 50 within a second"
    assert times[-1] - times[0] == pytest.approx(499 / PER_SECOND, abs=0.2)


def test_a_loop_that_was_held_up_lets_no_burst_go() -> None:
    async def take() -> list[float]:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        times: list[float] = []

        async def one() -> None:
            await pacer.turn()
            times.append(loop.time())

        waiting = [asyncio.create_task(one()) for _ in range(20)]
        await asyncio.sleep(3 / PER_SECOND)
        assert isinstance(loop, _SkippingLoop)
        loop.skipped += 0.3  # as if something had blocked it
        await asyncio.gather(*waiting)
        return times

    with asyncio.Runner(loop_factory=_SkippingLoop) as runner:
        times = runner.run(take())
    gaps = [later - at for at, later in itertools.pairwise(times)]
    assert min(gaps) > 0.9 / PER_SECOND


def test_a_pause_earns_no_burst() -> None:
    async def take() -> list[float]:
        pacer, loop = Pacer(), asyncio.get_running_loop()
        await pacer.turn()
        await asyncio.sleep(60)
        times = []
        for _ in range(3):
            await pacer.turn()
            times.append(loop.time())
        return times

    with asyncio.Runner(loop_factory=_SkippingLoop) as runner:
        first, _, third = runner.run(take())
    assert third - first >= 2 / PER_SECOND - 0.001


async def test_too_many_refused_requests_close_the_door_for_a_while() -> None:
    pacer = Pacer(invalid_max=3)
    for status in (401, 200, 403, 404, 500):
        pacer.answered(status)
    assert pacer.closed_for() == 0
    pacer.answered(429)
    assert INVALID_WINDOW - 5 < pacer.closed_for() <= INVALID_WINDOW


def test_the_door_opens_when_the_oldest_refusal_is_ten_minutes_old() -> None:
    async def wait() -> float:
        pacer = Pacer(invalid_max=3)
        for _ in range(3):
            pacer.answered(403)
        await asyncio.sleep(INVALID_WINDOW + 0.01)
        return pacer.closed_for()

    with asyncio.Runner(loop_factory=_SkippingLoop) as runner:
        assert runner.run(wait()) == 0


def test_the_gateway_is_tried_again_at_least_twice_a_minute() -> None:
    backoff = _Backoff()
    assert all(0 <= backoff.delay() <= LONGEST_WAIT for _ in range(200))
    assert LONGEST_WAIT == 30


def test_it_stops_at_a_tenth_of_what_discord_bans_for() -> None:
    assert INVALID_MAX == 1_000
