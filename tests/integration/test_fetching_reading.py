"""Reading beside the loop: the worker begins, answers, ends, dies and is replaced, leaving nothing.

Real processes; what is heavy stays bounded in time and in memory.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import SourceFault
from bot.ingest.feeds import read_feed
from bot.ingest.reading import FeedReader

SAMPLES = Path(__file__).parents[1] / "feeds"
ROOT = Path(__file__).parents[2]
URL = "https://base.example/feed"


@pytest.mark.parametrize("name", ["rss20.xml", "rss091.xml", "rss10.rdf", "atom.xml", "empty.xml"])
async def test_the_worker_reads_as_one_would_here(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    async with FeedReader() as reader:
        assert await reader.read(body, "text/xml", URL) == read_feed(body, "text/xml", URL)


@pytest.mark.parametrize("name", ["bomb.xml", "page.html", "challenge.html"])
async def test_a_refusal_comes_through_with_its_arguments(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    padded = body + b" " * 600_000  # too large to be looked at without the worker
    with pytest.raises(SourceFault) as here:
        read_feed(padded, None, URL)
    async with FeedReader() as reader:
        with pytest.raises(SourceFault) as there:
            await reader.read(padded, None, URL)
        assert reader.worker_pid is not None
    assert (there.value.key, there.value.arguments) == (here.value.key, here.value.arguments)


async def test_small_news_needs_no_worker() -> None:
    seen = read_feed(_feed(2), None, URL).seen
    async with FeedReader() as reader:
        read = await reader.read(_feed(4), None, URL, seen)
        assert [entry.title for entry in read.entries] == ["2", "3"]
        assert reader.worker_pid is None
        assert (await reader.read(_feed(4), None, URL, read.seen)).entries == ()
        assert reader.worker_pid is None


async def test_large_news_is_read_by_the_worker() -> None:
    seen = read_feed(_feed(2), None, URL).seen
    async with FeedReader() as reader:
        read = await reader.read(_feed(40), None, URL, seen)
        assert (len(read.entries), read.full) == (38, False)
        assert reader.worker_pid is not None


async def test_readings_at_once_take_turns() -> None:
    async with FeedReader() as reader:
        reads = await asyncio.gather(*(reader.read(_feed(n), None, URL) for n in range(1, 9)))
        assert [len(read.entries) for read in reads] == list(range(1, 9))


async def test_a_feed_that_takes_too_long_is_refused_and_the_next_is_read() -> None:
    async with FeedReader() as reader:
        await reader.read(_feed(5), None, URL)
        worker = _pid(reader)
        os.kill(worker, signal.SIGSTOP)
        hasty = FeedReader(seconds=0.2)
        hasty._worker = reader._worker
        with pytest.raises(SourceFault) as refused:
            await hasty.read(_feed(5), None, URL)
        assert refused.value.key == "source.feed.too_slow"
        assert not _lives(worker)
        reader._worker = None
        assert len((await reader.read(_feed(5), None, URL)).entries) == 5


async def test_a_worker_that_was_killed_is_replaced() -> None:
    async with FeedReader() as reader:
        await reader.read(_feed(5), None, URL)
        worker = _pid(reader)
        os.kill(worker, signal.SIGKILL)
        assert len((await reader.read(_feed(6), None, URL)).entries) == 6
        assert _pid(reader) != worker


async def test_a_worker_that_dies_over_a_feed_refuses_that_feed_only() -> None:
    async with FeedReader() as reader:
        reading = asyncio.create_task(reader.read(_hard(), None, URL))
        await _until(lambda: reader.worker_pid is not None)
        os.kill(_pid(reader), signal.SIGKILL)
        with pytest.raises(SourceFault) as refused:
            await reading
        assert refused.value.key == "source.feed.unreadable"
        assert len((await reader.read(_feed(5), None, URL)).entries) == 5


async def test_cancelling_a_reading_ends_the_worker_and_the_next_is_read() -> None:
    async with FeedReader() as reader:
        reading = asyncio.create_task(reader.read(_hard(), None, URL))
        await _until(lambda: reader.worker_pid is not None)
        worker = _pid(reader)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert not _lives(worker)
        assert len((await reader.read(_feed(5), None, URL)).entries) == 5


async def test_nothing_is_left_when_the_reader_closes() -> None:
    async with FeedReader() as reader:
        await reader.read(_feed(5), None, URL)
        worker = _pid(reader)
        assert _lives(worker)
    assert not _lives(worker)


async def test_the_worker_gets_none_of_the_secrets() -> None:
    os.environ["DISCORD_TOKEN"] = "secret"
    try:
        async with FeedReader() as reader:
            await reader.read(_feed(5), None, URL)
            environment = Path(f"/proc/{_pid(reader)}/environ").read_bytes()
    finally:
        del os.environ["DISCORD_TOKEN"]
    assert b"secret" not in environment


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_worker_ends_when_its_parent_is_killed() -> None:
    script = (
        "import asyncio, time\n"
        "from bot.ingest.reading import FeedReader\n"
        "async def main():\n"
        "    async with FeedReader() as reader:\n"
        "        await reader.read(b'<rss><channel><item/></channel></rss>', None, 'http://x/')\n"
        "        print(reader.worker_pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    worker = int(await asyncio.to_thread(parent.stdout.readline))
    assert _lives(worker)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await _until(lambda: not _lives(worker))


async def test_the_hardest_feed_stays_within_the_memory() -> None:
    unclosed = b"<item><title>x</title><description>&nbsp; <b></description>" * 160_000
    body = b"<rss version='2.0'><channel><title>T</title>" + unclosed
    async with FeedReader(seconds=60) as reader:
        read = await reader.read(body[:9_900_000], None, URL)
        status = Path(f"/proc/{_pid(reader)}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    assert 0 < len(read.entries) <= 500
    assert peak < 150_000


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  processes set no events
            await asyncio.sleep(0.01)


def _feed(items: int) -> bytes:
    item = "<item><title>{0}</title><link>http://e.example/{0}</link></item>"
    made = "".join(item.format(n) for n in range(items))
    return f"<rss version='2.0'><channel><title>T</title>{made}</channel></rss>".encode()


def _hard() -> bytes:
    """Seconds of work: broken XML, which only the slow parser reads."""
    item = b"<item><title>a</title><description>&nbsp; &lt;b&gt; <b></description>"
    return b"<rss version='2.0'><channel>" + item * 25_000


def _pid(reader: FeedReader) -> int:
    pid = reader.worker_pid
    assert pid is not None
    return pid


def _lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


_EVERYTHING = """
import asyncio, gzip
from bot.errors import SourceFault
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Fetched
from bot.ingest.reading import FeedReader
from tests.website import Website

MILLION = 1_000_000

def sixty():
    return (b"<item/>" * 14_285 for _ in range(600))

async def main():
    item = b"<item><title>t</title><description>&lt;p&gt;word&lt;/p&gt; word</description></item>"
    feed = b"<rss version='2.0'><channel>" + item * 110_000 + b"</channel></rss>"
    async with Website() as site, FeedReader(seconds=120) as reader:
        site.stream("/sixty", sixty)
        packed = {"Content-Encoding": "gzip"}
        site.serve("/bomb", gzip.compress(bytes(50 * MILLION)), headers=packed)
        site.serve("/large", feed)
        site.serve("/half", feed[:-5000])
        del feed
        async with Fetcher(user_agent="t", allow_hosts=site.allowed) as fetcher:
            for path in ("/sixty", "/bomb", "/large", "/half"):
                outcome = await fetcher.fetch(site.url(path))
                if not isinstance(outcome, Fetched):
                    print(outcome.fault.key)
                    continue
                try:
                    read = await reader.read(
                        await outcome.body(), outcome.content_type, outcome.final_url
                    )
                    print(len(read.entries))
                except SourceFault as fault:
                    print(fault.key)
    # getrusage would begin at the size of the process that this one was made from.
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(int(peak.split()[1]) // 1024)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures through /proc")
async def test_everything_large_at_once_stays_within_200_megabytes() -> None:
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _EVERYTHING, stdout=subprocess.PIPE, cwd=ROOT
    )
    printed, _ = await run.communicate()
    *told, megabytes = printed.decode().split()
    assert told == ["source.body.large", "source.body.large", "1", "1"]
    assert int(megabytes) < 200
