"""The detector's judgement, asked for from the loop. Refuses nothing: any text is judged."""

import asyncio

from bot.detection import Detector
from bot.domain.notices import Judgement, Text

ASIDE_FROM = 20_000
"""Characters from which a text is judged in a thread: below, the loop waits a few ms at most."""


async def judge(detector: Detector, text: Text) -> Judgement:
    """What `text` announces; the loop goes on meanwhile where the text is long."""
    if len(text.title) + len(text.body) < ASIDE_FROM:
        return detector.judge(text)
    return await asyncio.to_thread(detector.judge, text)
