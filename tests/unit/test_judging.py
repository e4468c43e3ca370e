"""Where texts are judged: short ones at once, long ones aside from the loop."""

import threading

from bot.detection import Detector
from bot.domain.notices import Judgement, Text
from bot.services.judging import ASIDE_FROM, judge


class Watched(Detector):
    """A detector without lexicons that remembers in which thread it was asked."""

    def __init__(self) -> None:
        self.asked_in: list[int] = []

    def judge(self, text: Text) -> Judgement:
        self.asked_in.append(threading.get_ident())
        return Judgement("und", (), (), ())


async def test_a_long_text_is_judged_aside_from_the_loop() -> None:
    detector = Watched()
    await judge(detector, Text("A letter", "x" * ASIDE_FROM))
    assert detector.asked_in != [threading.get_ident()]
    assert len(detector.asked_in) == 1


async def test_a_short_text_is_judged_at_once() -> None:
    detector = Watched()
    await judge(detector, Text("A letter", "We are closing."))
    assert detector.asked_in == [threading.get_ident()]
