"""The demo's page over HTTP, on 127.0.0.1 alone: the page, its scene, its events, what it asks.

Refuses other hosts and other origins, so that no site that a visitor has open can drive or read it,
and lets the page load nothing from elsewhere but the picture of the channel, on loopback too.
"""

import errno
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.demo.page_events import EventStreams, Pace, as_json
from bot.demo.page_sheet import Sheet, open_sheet
from bot.demo.show import Answer, Ask, Show
from bot.errors import Fault
from bot.i18n import Texts

STATIC = Path(__file__).parent / "static"
HOST = "127.0.0.1"
PACE = Pace()
LONGEST = 64 * 1024
"""Bytes that may be asked at once; a long letter has a tenth of it."""

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; frame-src http://{HOST}:*; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def open_page(
    show: Show,
    port: int,
    languages: tuple[str, ...],
    *,
    asked: str | None = None,
    texts: Texts | None = None,
    pace: Pace = PACE,
) -> AsyncIterator[str]:
    """Serve the page and yield its address. Port 0 is any that is free; a taken one is a Fault.

    `asked`: the language that the page begins in; else the browser's.
    """
    page = _Page(EventStreams(show, pace), show, open_sheet(languages, texts), asked)
    runner = web.AppRunner(page.app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        page.address = await _listen(runner, port)
        yield f"{page.address}/"
    finally:
        page.streams.end()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> str:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Fault("demo_page.port_taken", port=port) from error
        raise Fault("demo_page.port_refused", port=port, detail=error.strerror or "") from error
    return f"http://{HOST}:{runner.addresses[0][1]}"


class _Page:
    """The routes, and what guards them."""

    def __init__(self, streams: EventStreams, show: Show, sheet: Sheet, asked: str | None) -> None:
        self.address = ""
        self.streams = streams
        self._show = show
        self._sheet = sheet
        self._asked = asked
        self._files = {each.name: each for each in STATIC.iterdir() if each.suffix in TYPES}

    def app(self) -> web.Application:
        """The application, guarded."""
        app = web.Application(middlewares=[self._guard], client_max_size=LONGEST)
        app.router.add_get("/", self._front)
        app.router.add_get("/static/{name}", self._file)
        app.router.add_get("/api/scene", self._scene)
        app.router.add_get("/api/events", self._events, allow_head=False)
        app.router.add_post("/api/ask", self._ask)
        app.on_response_prepare.append(_make_safe)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only under our own address: a name that somebody else points at us is not ours."""
        if request.host != self.address.removeprefix("http://"):
            raise web.HTTPMisdirectedRequest(text=self.address)
        if request.path.startswith("/api/") and _is_foreign(request):
            raise web.HTTPForbidden
        return await handler(request)

    async def _front(self, request: web.Request) -> web.Response:
        text = self._sheet.render(self._language(request))
        headers = {"Vary": "Accept-Language", "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.Response(
            body=path.read_bytes(),
            content_type=TYPES[path.suffix],
            charset="utf-8",
            headers={"Cache-Control": "no-cache"},
        )

    async def _scene(self, request: web.Request) -> web.Response:
        scene = await self._show.scene(self._language(request))
        return web.json_response(text=as_json(scene), headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await self.streams.serve(request, self._language(request))

    async def _ask(self, request: web.Request) -> web.Response:
        if request.headers.get("Origin") != self.address:
            raise web.HTTPForbidden
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        language = self._language(request)
        try:
            ask, values = _wish(await request.json())
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(413, language, "demo_page.too_long")
        except (ValueError, LookupError, RecursionError):
            return self._refuse(400, language, "demo_page.unreadable")
        return _told(await self._show.ask(language, ask, values))

    def _refuse(self, status: int, language: str, key: str) -> web.Response:
        return _told(Answer(done=False, said=self._sheet.say(language, key)), status)

    def _language(self, request: web.Request) -> str:
        browsers = request.headers.get("Accept-Language", "")
        return self._sheet.pick(request.query.get("lang") or self._asked or browsers)


async def _make_safe(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SAFETY)
    response.headers.pop("Server", None)


def _is_foreign(request: web.Request) -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def _wish(asked: object) -> tuple[Ask, Mapping[str, str]]:
    """What is asked. Raises ValueError or LookupError where that cannot be made out."""
    if not isinstance(asked, dict):
        raise ValueError("no object")  # noqa: TRY004 - what is sent is a value, not a programmer's
    values = asked.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        raise ValueError("values are words")
    json.dumps(values, ensure_ascii=False).encode()  # half a surrogate pair is no word
    return Ask(asked["ask"]), values


def _told(answer: Answer, status: int = 200) -> web.Response:
    return web.json_response(
        {"done": answer.done, "said": answer.said},
        status=status,
        headers={"Cache-Control": "no-store"},
    )
