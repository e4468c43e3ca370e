"""A small web server on loopback for tests: pages, redirects, and every fault a site can have.

Raw sockets, so that it can stop half-way, drip, stall and answer with nonsense. Refuses to serve
what was not put on it (404). Used as `async with Website() as site`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bot.ingest.addresses import AllowHosts

Answer = Callable[["Visit", asyncio.StreamWriter], Awaitable[bool]]
"""Writes an answer; False where the connection must be closed after it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Website:
    """Serves what was put on it, by path (with its query), and remembers who came."""

    host: str = "127.0.0.1"
    visits: list[Visit] = field(default_factory=list)
    connections: int = 0
    _answers: dict[str, Answer] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def netloc(self) -> str:
        """`host:port`, as for TOCSIN_ALLOW_HOSTS."""
        return f"{self.host}:{self.port}"

    @property
    def allowed(self) -> AllowHosts:
        """This site alone, exempt from the address rule."""
        return AllowHosts.parse(self.netloc)

    def url(self, path: str = "/") -> str:
        return f"http://{self.netloc}{path}"

    def visits_to(self, path: str) -> int:
        return sum(visit.path == path for visit in self.visits)

    def serve(
        self,
        path: str,
        body: bytes | str,
        content_type: str = "application/rss+xml; charset=utf-8",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
    ) -> None:
        """A page. With an ETag or Last-Modified among `headers`, a matching visit gets 304."""
        content = body.encode() if isinstance(body, str) else body
        sent = {"Content-Type": content_type, **(headers or {})}

        async def answer(visit: Visit, writer: asyncio.StreamWriter) -> bool:
            await asyncio.sleep(delay)
            if _matches(visit, sent):
                writer.write(_head(304, sent))
            else:
                writer.write(_head(status, {**sent, "Content-Length": str(len(content))}) + content)
            return True

        self._answers[path] = answer

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        self.serve(path, b"", status=status, headers={"Location": to})

    def stream(
        self,
        path: str,
        chunks: Callable[[], Iterable[bytes]],
        *,
        headers: Mapping[str, str] | None = None,
        every: float = 0.0,
    ) -> None:
        """A body of any size, made while it is sent, `every` seconds a chunk."""

        async def answer(visit: Visit, writer: asyncio.StreamWriter) -> bool:
            writer.write(_head(200, {"Transfer-Encoding": "chunked", **(headers or {})}))
            for chunk in chunks():
                writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                await writer.drain()
                if every:
                    await asyncio.sleep(every)
            writer.write(b"0\r\n\r\n")
            return True

        self._answers[path] = answer

    def cut(self, path: str, body: bytes, after: int) -> None:
        """Promises all of `body`, sends `after` bytes of it and hangs up."""
        self.raw(path, _head(200, {"Content-Length": str(len(body))}) + body[:after])

    def raw(self, path: str, answer: bytes) -> None:
        """Exactly these bytes, then the end of the connection."""

        async def write(visit: Visit, writer: asyncio.StreamWriter) -> bool:
            writer.write(answer)
            return False

        self._answers[path] = write

    def stall(self, path: str) -> None:
        """Takes the request and never answers."""

        async def answer(visit: Visit, writer: asyncio.StreamWriter) -> bool:
            await asyncio.Event().wait()
            return False

        self._answers[path] = answer

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while (visit := await _visit(reader)) is not None:
                self.visits.append(visit)
                answer = self._answers.get(visit.path, _not_found)
                if not await answer(visit, writer):
                    break
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # the visitor left, or the site closes
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


async def _visit(reader: asyncio.StreamReader) -> Visit | None:
    try:
        first = await reader.readexactly(1)
        if not first.isalpha():  # TLS, where none is spoken
            return Visit("", "", {})
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    request, *lines = head.strip().split("\r\n")
    method, path, _ = request.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    await reader.readexactly(int(headers.get("content-length", "0")))
    return Visit(method, path, headers)


async def _not_found(visit: Visit, writer: asyncio.StreamWriter) -> bool:
    writer.write(_head(404 if visit.method else 400, {"Content-Length": "0"}))
    return bool(visit.method)


def _matches(visit: Visit, sent: Mapping[str, str]) -> bool:
    pairs = (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified"))
    return any(name in sent and visit.headers.get(asked) == sent[name] for asked, name in pairs)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join((*lines, "", "")).encode("utf-8", "surrogateescape")
