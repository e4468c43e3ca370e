"""Runs the program's work until it is done or somebody asks to stop. Refuses to linger: what has
not ended in time is a bug, which says where it stood and is ended by force."""

import asyncio
import contextlib
import faulthandler
import logging
import secrets
import signal
from collections.abc import Coroutine
from typing import Any

ENDS_WITHIN = 20.0
"""Seconds from being asked to stop. What supervises services waits for 10 to 90 of them."""

log = logging.getLogger(__name__)


def run_until_asked(work: Coroutine[Any, Any, None], patience: float = ENDS_WITHIN) -> None:
    """Run `work`; SIGTERM and SIGINT cancel it. Raises `KeyboardInterrupt` after a SIGINT."""
    asked: set[signal.Signals] = set()
    try:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_supervised(work, patience, asked))
    finally:
        faulthandler.cancel_dump_traceback_later()
    if signal.SIGINT in asked:
        raise KeyboardInterrupt


async def _supervised(
    work: Coroutine[Any, Any, None], patience: float, asked: set[signal.Signals]
) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(number: signal.Signals) -> None:
        if not asked:
            loop.call_later(patience / 2, _tell_what_lingers)
            faulthandler.dump_traceback_later(patience, exit=True)
        asked.add(number)
        if task is not None:
            task.cancel()

    with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop, number)
    await work


def _tell_what_lingers() -> None:
    here = asyncio.current_task()
    lingering = [task for task in asyncio.all_tasks() if task is not here]
    stacks = "; ".join(f"{task.get_name()}: {_stand_of(task)}" for task in lingering)
    log.error("bug %s: asked to stop, and not yet ended: %s", secrets.token_hex(4), stacks)


def _stand_of(task: asyncio.Task[Any]) -> str:
    """The lines on which it waits, outermost first."""
    lines = []
    waits: Any = task.get_coro()
    while waits is not None:
        frame = getattr(waits, "cr_frame", None) or getattr(waits, "gi_frame", None)
        if frame is not None:
            lines.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        waits = getattr(waits, "cr_await", None) or getattr(waits, "gi_yieldfrom", None)
    return " > ".join(lines) or "nowhere"
