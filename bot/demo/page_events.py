"""Server-sent events of the demo's page: the whole scene on every change, and a heartbeat.

Nothing is queued: a client that is slow misses what lies between, and one that does not take what
it is sent is let go. Refuses more streams than any visitor has tabs.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import asdict, dataclass
from datetime import datetime

from aiohttp import web

from bot.demo.show import Scene, Show

MOST = 24


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: a sign of life at least so often; a client takes what it is sent within `patience`;
    two scenes are at least `breath` apart, since an instant story is hundreds of changes."""

    heartbeat: float = 15.0
    patience: float = 10.0
    breath: float = 0.1


class EventStreams:
    """All streams that are open; `end` tells each that the demo has ended."""

    def __init__(self, show: Show, pace: Pace) -> None:
        self._show = show
        self._pace = pace
        self._open = 0
        self._ended = False
        self._waiting: set[asyncio.Timeout] = set()

    def end(self) -> None:
        """Say so on every stream and close it."""
        self._ended = True
        for each in self._waiting:
            if not each.expired():
                each.reschedule(0)

    async def serve(self, request: web.Request, language: str) -> web.StreamResponse:
        """One stream, until its client has gone or the demo ends."""
        if self._open >= MOST:
            raise web.HTTPServiceUnavailable
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        self._open += 1
        try:
            await response.prepare(request)
            async with contextlib.aclosing(self._told(language)) as told:
                async for chunk in told:
                    async with asyncio.timeout(self._pace.patience):
                        await response.write(chunk)
        except (ConnectionError, TimeoutError):
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._open -= 1
        return response

    async def _told(self, language: str) -> AsyncGenerator[bytes]:
        shown: int | None = None
        while not self._ended:
            scene = await self._show.scene(language)
            if scene.revision == shown:
                yield b": still playing\n\n"
            else:
                shown = scene.revision
                yield f"event: scene\ndata: {as_json(scene)}\n\n".encode()
                await self._rest(asyncio.sleep(self._pace.breath))
            await self._rest(self._show.changed(shown))
        yield b"event: ended\ndata: {}\n\n"

    async def _rest(self, until: Awaitable[None]) -> None:
        """Until then, until the next heartbeat, or until the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0 if self._ended else self._pace.heartbeat) as waiting:
                self._waiting.add(waiting)
                try:
                    await until
                finally:
                    self._waiting.discard(waiting)


def as_json(scene: Scene) -> str:
    """A scene on one line, its times in ISO 8601."""
    return json.dumps(asdict(scene), default=_instant, ensure_ascii=False, separators=(",", ":"))


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} in a scene")
