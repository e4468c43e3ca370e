"""Reading feeds and pages without holding up the loop: small news at once, the rest in a process of
its own.

A feed that takes too long, or that ends the worker, is refused; the next feed gets a new worker.
Cancelling a reading leaves nothing behind.
"""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import bot
from bot.domain.entries import Entry
from bot.domain.pages import Selectors
from bot.errors import SourceFault
from bot.ingest.documents import is_json
from bot.ingest.feeds import Document, FeedRead, open_feed, read_new
from bot.ingest.lists import ListRead
from bot.ingest.offers import Offer
from bot.ingest.opml import LARGEST, Outline, Outlines
from bot.ingest.pages import PageRead
from bot.ingest.worker import checked, entry_of_line, list_of_head, page_of, reading_of

FEW_ITEMS = 3
"""New items that are read at once, as long as they are `SMALL`."""

SMALL = 30_000
"""Bytes that are parsed without the worker."""

LARGE = 500_000
"""Bytes of a body that is not even split without the worker."""

_LONGEST_LINE = 1 << 21
_MEMORY = 400_000_000
_GRACE = 2.0
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")


class FeedReader:
    """Reads feeds; one for the whole program, used as `async with FeedReader() as reader`.

    `seconds`: what one feed may take. The worker begins with the first feed that needs it.
    """

    def __init__(self, seconds: float = 20.0) -> None:
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._worker: _Worker | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    @property
    def worker_pid(self) -> int | None:
        """The worker's process, where there is one."""
        return self._worker.process.pid if self._worker else None

    async def read(
        self, body: bytes, content_type: str | None, url: str, seen: bytes = b""
    ) -> FeedRead:
        """As `read_document`. Raises `SourceFault`, also `source.feed.too_slow`."""
        if len(body) <= LARGE and not is_json(body):
            document = open_feed(body, content_type, url, seen)
            read = read_new(document) if _is_little(document) else None
            if read is not None:
                return read
        job = {"content_type": content_type, "url": url, "seen": seen.hex()}
        return reading_of(*await self._have_done(job, body))

    async def offers(self, page: bytes, content_type: str | None, url: str) -> tuple[Offer, ...]:
        """As `offers_of`: what a page offers to be read in its place. Raises `SourceFault`."""
        job = {"task": "offers", "content_type": content_type, "url": url}
        head, _ = await self._have_done(job, page)
        return tuple(Offer(**each) for each in checked(head)["offers"])

    async def page(
        self, body: bytes, content_type: str | None, url: str, chosen: Selectors
    ) -> PageRead:
        """As `read_page`: what a web page says. Raises `SourceFault`."""
        job = {"task": "page", "content_type": content_type, "url": url}
        selectors = {"select": chosen.select, "remove": chosen.remove}
        head, _ = await self._have_done({**job, **selectors}, body)
        return page_of(head)

    async def listed(self, body: bytes, content_type: str | None, url: str) -> ListRead:
        """As `read_list`: what a web page lists. Raises `SourceFault`."""
        job = {"task": "list", "content_type": content_type, "url": url}
        return list_of_head(*await self._have_done(job, body))

    async def outlines(self, body: bytes) -> Outlines:
        """As `read_outlines`: the feeds of a list of subscriptions. Raises `SourceFault`."""
        head, _ = await self._have_done({"task": "outlines"}, body[: LARGEST + 1])
        listed = checked(head)
        return Outlines(tuple(Outline(**each) for each in listed["feeds"]), listed["left_out"])

    async def _have_done(
        self, job: dict[str, Any], body: bytes
    ) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        line = json.dumps({"length": len(body), **job}).encode() + b"\n"
        async with self._lock:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._ask(line, body)
            except TimeoutError:
                await self._end()
                raise SourceFault("source.feed.too_slow", seconds=self._seconds) from None
            except EOFError:
                await self._end()
                raise SourceFault("source.feed.unreadable") from None
            except asyncio.CancelledError:
                await self._end()
                raise

    async def _ask(self, job: bytes, body: bytes) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        was_idle = self._worker is not None
        worker = self._worker = self._worker or await _begin(self._seconds)
        try:
            head = await worker.ask(job, body)
        except EOFError:
            if not was_idle:
                raise
            await self._end()  # it ended while idle: once more, with a new one
            worker = self._worker = await _begin(self._seconds)
            head = await worker.ask(job, body)
        entries = []
        for _ in range(head.get("entries", 0)):
            entries.append(entry_of_line(await worker.line()))
            await asyncio.sleep(0)
        return head, tuple(entries)

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await asyncio.shield(worker.end())


def _is_little(document: Document) -> bool:
    new = document.new_items
    return new is not None and new <= FEW_ITEMS and len(document.delta()) <= SMALL


@dataclass(frozen=True, slots=True)
class _Worker:
    """The other process and its pipes."""

    process: Process
    jobs: asyncio.StreamWriter
    answers: asyncio.StreamReader

    async def ask(self, job: bytes, body: bytes) -> dict[str, Any]:
        """Hand in a job; the head of the answer. Raises `EOFError` where the process has ended."""
        try:
            self.jobs.write(job)
            self.jobs.write(body)
            await self.jobs.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise EOFError from None
        head: dict[str, Any] = json.loads(await self.line())
        return head

    async def line(self) -> bytes:
        """The next line of the answer. Raises `EOFError`."""
        line = await self.answers.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line

    async def end(self) -> None:
        """End the process and wait until nothing of it is left."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.jobs.close()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self.jobs.wait_closed()
        while await self.answers.read(1 << 16):
            pass
        await self.process.wait()


async def _begin(seconds: float) -> _Worker:
    root = str(Path(bot.__file__).resolve().parents[1])
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.ingest.worker",
        str(seconds + _GRACE),
        str(_MEMORY),
        stdin=PIPE,
        stdout=PIPE,
        limit=_LONGEST_LINE,
        env={**environment, "PYTHONPATH": root},
        start_new_session=True,  # an interrupt at the keyboard is the parent's to handle
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a worker without pipes")
    return _Worker(process, process.stdin, process.stdout)
