"""Entries equal to feedparser's own full parse in key, title, link and date: over a generated feed
of every dialect, and over feedparser's test files where its source distribution can be had.

Each feed is read twice, as in life: whole, and with only its newest items unknown.
"""

import asyncio
import calendar
import html
import io
import re
import sys
import tarfile
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from bot.domain.entries import Entry
from bot.errors import SourceFault
from bot.ingest.delta import HASH, news, split
from bot.ingest.feeds import open_feed, read_feed
from bot.ingest.items import LONGEST_KEY, address
from bot.ingest.sanitise import LONGEST_TITLE
from tests.bench.dialects import documents
from tests.bench.figures import Figure
from tests.bench.goals import GOALS

BASE = "https://feeds.example/feed.xml"
NUMBERS = range(12)
FIELDS = ("key", "title", "link", "date")

_TAG = re.compile(r"<[^<>]*>")
_FOLDERS = ("wellformed", "illformed", "encoding", "entities")
_DOWNLOAD_SECONDS = 90


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    if "agreement-generated" in names:
        newest = datetime(2026, 3, 2, 9, tzinfo=UTC)
        yield _figure("agreement-generated", documents(NUMBERS, newest), "11 dialects, 4 encodings")
    if "agreement-feedparser-files" in names:
        archive = await _source_distribution(folder)
        if archive is None:
            why = "its source distribution cannot be had here (no network?)"
            name = "agreement-feedparser-files"
            yield Figure(name, GOALS[name], None, note=why)
        else:
            yield _figure("agreement-feedparser-files", _test_files(archive), archive.name)


def _figure(name: str, feeds: Iterable[tuple[str, bytes]], source: str) -> Figure:
    count = Counter[str]()
    different: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for feed, body in feeds:
        count["feeds"] += 1
        theirs = _their_entries(body)
        for reading, entries in _our_readings(body):
            if entries is None:
                count["refused" if theirs else "empty"] += reading == "whole"
                continue
            expected = theirs if reading == "whole" else theirs[: len(entries)]
            count["entries"] += len(expected)
            count[reading] += len(expected)
            for field in _differences(expected, entries):
                different[field] += 1
                examples.setdefault(field, feed)
    whole = count["entries"] * len(FIELDS)
    told = ", ".join(f"{n} in {field} (first: {examples[field]})" for field, n in different.items())
    return Figure(
        name,
        GOALS[name],
        100 * (1 - sum(different.values()) / whole) if whole else None,
        f"{count['entries']:,} entries of {count['feeds']:,} feeds, {count['delta']:,} of them by "
        "the delta",
        "feedparser, everything at once",
        1,
        f"{source}; differing: {told or 'none'}; {count['refused']} feeds with entries that Tocsin "
        f"refuses, {count['empty']} without",
        {"different": [float(sum(different.values()))], "fields": [float(whole)]},
    )


def _our_readings(body: bytes) -> Iterator[tuple[str, tuple[Entry, ...] | None]]:
    """The whole feed, and its first items as if only they were new."""
    try:
        whole = read_feed(body, None, BASE)
    except SourceFault:
        yield "whole", None
        return
    yield "whole", whole.entries
    document = open_feed(body, None, BASE, b"")
    parts = split(document.text) if whole.seen else None
    if parts is None or len(parts.chunks) < 2:
        return
    new = max(1, len(parts.chunks) // 4)
    seen = news(parts, b"").seen
    older = seen[:HASH] + seen[HASH * (1 + new) :]
    again = read_feed(body, None, BASE, older)
    if not again.full:
        yield "delta", again.entries


def _their_entries(body: bytes) -> list[Mapping[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on dates that it takes one for the other
        try:
            parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-location": BASE})
        except Exception:  # noqa: BLE001 - some of its own files end it
            return []
    entries: list[Mapping[str, Any]] = parsed["entries"]
    return entries


def _differences(theirs: list[Mapping[str, Any]], ours: tuple[Entry, ...]) -> Iterator[str]:
    if len(theirs) != len(ours):
        # One field each, so that a lost entry weighs as much as one that is wrong throughout.
        yield from FIELDS * abs(len(theirs) - len(ours))
    for item, entry in zip(theirs, ours, strict=False):
        told = {
            "key": (_key(item, entry), entry.key),
            "title": (_text(item.get("title") or "")[: LONGEST_TITLE - 1], _text(entry.title)),
            "link": (address(item.get("link")), entry.url),
            "date": (_date(item), entry.published_at or entry.updated_at),
        }
        for field, (their, our) in told.items():
            equal = str(our).startswith(str(their)) if field == "title" else their == our
            if not equal:
                yield field


def _key(item: Mapping[str, Any], entry: Entry) -> str:
    """What identifies it: guid, else address; without both, ours is taken as it is."""
    guid = " ".join(str(item.get("id") or "").split()) or address(item.get("link"))
    return entry.key if not guid or len(guid) > LONGEST_KEY else guid


def _text(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", html.unescape(markup))).split())


def _date(item: Mapping[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        parsed = dict.get(item, name) if isinstance(item, dict) else None
        if parsed:
            try:
                return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError):
                continue
    return None


async def _source_distribution(folder: Path) -> Path | None:
    """feedparser as its authors publish it, with its tests."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-binary", ":all:", "--dest", str(folder)),
        f"feedparser=={feedparser.__version__}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_DOWNLOAD_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    return next(iter(folder.glob("feedparser-*.tar.gz")), None)


def _test_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = Path(member.name).parts
            if member.isfile() and len(parts) > 3 and parts[1] == "tests" and parts[2] in _FOLDERS:
                file = tar.extractfile(member)
                if file is not None:
                    yield "/".join(parts[2:]), file.read()
