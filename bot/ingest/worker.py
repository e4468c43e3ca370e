"""The reading room's other process: reads feeds handed in on standard input, one at a time.

Niced, bounded in memory and in time, without the parent's environment. It ends when its input
closes, when it is idle for long, or when one feed takes too long. Not for use by people.

A job is one line of JSON (`length`, `content_type`, `url`, `seen`; `task` where it is not reading)
and `length` bytes; the answer is one line (`fault`, or what was found and how many `entries` come)
and one line for each entry.
"""

import contextlib
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO

from bot.domain.entries import Entry
from bot.domain.pages import PageText, Selectors
from bot.domain.sources import SourceKind
from bot.errors import SourceFault
from bot.ingest.documents import read_document
from bot.ingest.feeds import FeedRead
from bot.ingest.lists import ListRead, read_list
from bot.ingest.offers import offers_of
from bot.ingest.opml import read_outlines
from bot.ingest.pages import PageRead, read_page

IDLE_SECONDS = 300.0
NICENESS = 10


def answer(job: dict[str, Any], body: bytes) -> Iterator[dict[str, Any]]:
    """What is written for a job: the head, then each entry."""
    try:
        head, entries = _done(job, body)
    except SourceFault as fault:
        head, entries = {"fault": fault.key, "arguments": fault.arguments}, ()
    except (MemoryError, RecursionError):
        head, entries = {"fault": "source.feed.unreadable", "arguments": {}}, ()
    except Exception:  # noqa: BLE001  a bug: told where bugs are told, in the parent
        head, entries = {"bug": traceback.format_exc()}, ()
    yield head
    for entry in entries:
        yield {
            **asdict(entry),
            "published_at": _written(entry.published_at),
            "updated_at": _written(entry.updated_at),
        }


def checked(head: dict[str, Any]) -> dict[str, Any]:
    """The head of an answer. Raises the `SourceFault` that the worker met."""
    if "bug" in head:
        raise RuntimeError(f"reading failed in the worker:\n{head['bug']}")
    if "fault" in head:
        raise SourceFault(head["fault"], **head["arguments"])
    return head


def reading_of(head: dict[str, Any], entries: tuple[Entry, ...]) -> FeedRead:
    """The reading as the parent sees it. Raises as `checked`."""
    head = checked(head)
    return FeedRead(
        head["title"],
        head["language"],
        entries,
        bytes.fromhex(head["seen"]),
        head["total"],
        head["full"],
        SourceKind(head["kind"]),
        head["next_url"],
    )


def page_of(head: dict[str, Any]) -> PageRead:
    """A page as the parent sees it. Raises as `checked`."""
    head = checked(head)
    page = PageText(head["title"], head["text"], head["language"])
    return PageRead(page, bytes.fromhex(head["gate"]))


def list_of_head(head: dict[str, Any], entries: tuple[Entry, ...]) -> ListRead:
    """A list as the parent sees it. Raises as `checked`."""
    head = checked(head)
    return ListRead(head["title"], head["language"], entries)


def entry_of_line(line: bytes) -> Entry:
    """An entry as written by `answer`."""
    values = json.loads(line)
    for name in ("published_at", "updated_at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    return Entry(**values)


def main(seconds: float, memory: int) -> None:
    """Serve jobs until the input closes. `seconds` for one job, `memory` in bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    _bound_memory(memory)
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(BrokenPipeError):
        while _waits(jobs) and (line := jobs.readline()):
            job = json.loads(line)
            body = jobs.read(job["length"])
            signal.setitimer(signal.ITIMER_REAL, seconds)  # ends the process: no handler is set
            for part in answer(job, body):
                answers.write(json.dumps(part, ensure_ascii=False).encode() + b"\n")
            answers.flush()
            signal.setitimer(signal.ITIMER_REAL, 0)


def _done(job: dict[str, Any], body: bytes) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    if job.get("task") == "outlines":
        listed = read_outlines(body)
        return {"feeds": [asdict(each) for each in listed.feeds], "left_out": listed.left_out}, ()
    content_type, url = job["content_type"], job["url"]
    if job.get("task") == "offers":
        return {"offers": [asdict(each) for each in offers_of(body, content_type, url)]}, ()
    if job.get("task") == "page":
        chosen = Selectors(tuple(job["select"]), tuple(job["remove"]))
        found = read_page(body, content_type, url, chosen)
        return {**asdict(found.page), "gate": found.gate.hex()}, ()
    if job.get("task") == "list":
        read_there = read_list(body, content_type, url)
        named = {"title": read_there.title, "language": read_there.language}
        return {**named, "entries": len(read_there.entries)}, read_there.entries
    read = read_document(body, content_type, url, bytes.fromhex(job["seen"]))
    head = {
        "title": read.title,
        "language": read.language,
        "seen": read.seen.hex(),
        "total": read.total,
        "full": read.full,
        "kind": read.kind.value,
        "next_url": read.next_url,
        "entries": len(read.entries),
    }
    return head, read.entries


def _waits(jobs: BinaryIO) -> bool:
    return bool(select.select([jobs], [], [], IDLE_SECONDS)[0])


def _bound_memory(memory: int) -> None:
    try:
        import resource  # not on every system
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _written(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
