"""Two thousand hosts on one machine: a server on every address of the loopback net, which remembers
when each was asked and answers 304 to whoever knows what it last sent."""

import asyncio
import re
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime

from tests.bench.feeds import Blog
from tests.bench.spawning import answer
from tests.webpages import news, page

_HOST = re.compile(rb"\r\nHost: ([0-9.]+)", re.IGNORECASE)
_KINDS = {
    b"/page": ("text/html; charset=utf-8", page().encode()),
    b"/list": (
        "text/html; charset=utf-8",
        news((f"/n/{n}", f"News number {n} for sellers", "2026-02-02") for n in range(9)).encode(),
    ),
}


class Hosts:
    """What the bench asks of the server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._asked: dict[bytes, list[float]] = defaultdict(list)

    async def port(self) -> int:
        """Where it listens, on every address."""
        return self._port

    async def asked(self, since: float, speed: float) -> dict[str, float]:
        """Since that moment (`time.time()`): answers, hosts, the most in an hour at one host and
        the shortest time between two, in seconds of a clock that runs `speed` times as fast."""
        most, shortest, total = 0, float("inf"), 0
        for times in self._asked.values():
            some = [each for each in times if each >= since]
            total += len(some)
            first = 0
            for place, at in enumerate(some):
                while (at - some[first]) * speed > 3600:
                    first += 1
                most = max(most, place - first + 1)
                if place:
                    shortest = min(shortest, (at - some[place - 1]) * speed)
        return {"total": total, "hosts": len(self._asked), "most": most, "shortest": shortest}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                found = _HOST.search(head)
                if path != b"/robots.txt":
                    self._asked[found[1] if found else b"?"].append(time.time())
                writer.write(_answer(head, path))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _answer(head: bytes, path: bytes) -> bytes:
    if path == b"/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    kind = path[:5]
    if b"If-None-Match" in head:
        return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    content_type, body = _KINDS.get(kind, ("application/rss+xml", _FEED))
    told = f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: {content_type}\r\nContent-Length: '
    return told.encode() + str(len(body)).encode() + b"\r\n\r\n" + body


_FEED = Blog(1, datetime(2026, 2, 1, tzinfo=UTC)).document()


async def _main() -> None:
    hosts: Hosts | None = None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert hosts is not None
        await hosts.serve(reader, writer)

    server = await asyncio.start_server(serve, "0.0.0.0", 0, backlog=1000)
    hosts = Hosts(server.sockets[0].getsockname()[1])
    async with server:
        await answer(hosts)


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
