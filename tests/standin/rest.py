"""The REST door: records each request, lets faults strike, checks limits, rights and bodies.

Everything under `/api/v10`. What no route knows is answered 404 and held against the bot.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import BodyPartReader, web

from . import schema
from .core import Call, Core, Handler, Reply, Routes, Seen
from .errors import Refusal, Violation
from .faults import Fault, Kind
from .limits import Verdict, too_many

PREFIX = "/api/v10"

_WITHOUT_TOKEN = ("/interactions/", "/webhooks/")
_ALWAYS = {"Via": "1.1 google", "Server": "stand-in"}
_Files = tuple[tuple[str, bytes, str], ...]


class Rest:
    """Answers requests by its routes, given as `METHOD /path/{parameter}`."""

    def __init__(self, core: Core, routes: Routes) -> None:
        self._core = core
        self._table: dict[tuple[str, int], list[tuple[list[str], str, Handler]]] = {}
        for route, handler in sorted(routes.items(), key=lambda entry: entry[0].count("{")):
            method, path = route.split(" ")
            steps = path.split("/")
            self._table.setdefault((method, len(steps)), []).append((steps, route, handler))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handles one request from its arrival to its answer, or to its loss."""
        path = request.path.removeprefix(PREFIX)
        found = self._find(request.method, path)
        seen = Seen(time.monotonic(), request.method, path, found[0] if found else "")
        self._core.requests.append(seen)
        struck = self._core.faults.strike_before(f"{request.method} {path}")
        seen.faults = tuple(kind.value for kind in struck)
        await _wait(struck.get(Kind.DELAY))
        if Kind.DROP_BEFORE in struck:
            return _lost(request, seen)
        if Kind.STATUS in struck or Kind.RATE_LIMIT in struck:
            return self._respond(seen, *_failure(struck))
        status, body, headers = await self._answer(request, seen, found)
        response = self._respond(seen, status, body, headers)
        if status < 300:
            struck = self._core.faults.strike_after(f"{request.method} {path}")
            seen.faults += tuple(kind.value for kind in struck)
            await _wait(struck.get(Kind.DELAY_ANSWER))
            if Kind.DROP_AFTER in struck:
                return _lost(request, seen)
        seen.ended = time.monotonic()
        return response

    def _find(self, method: str, path: str) -> tuple[str, Handler, dict[str, str]] | None:
        steps = path.split("/")
        for pattern, route, handler in self._table.get((method, len(steps)), ()):
            params: dict[str, str] = {}
            for expected, step in zip(pattern, steps, strict=True):
                if expected.startswith("{"):
                    params[expected[1:-1]] = step
                elif expected != step:
                    break
            else:
                return route, handler, params
        return None

    async def _answer(
        self,
        request: web.Request,
        seen: Seen,
        found: tuple[str, Handler, dict[str, str]] | None,
    ) -> tuple[int, Any, Mapping[str, str]]:
        core = self._core
        limited = not seen.path.startswith(_WITHOUT_TOKEN) and seen.path != "/gateway"
        if limited and request.headers.get("Authorization") != f"Bot {core.world.token}":
            return 401, {"message": "401: Unauthorized", "code": 0}, {}
        if limited:
            verdict = core.limits.judge_globally(core.world.token)
            if verdict.refused:
                return 429, verdict.refused, verdict.headers
        if found is None:
            core.violations.append(
                Violation("route", "unknown route", f"{seen.method} {seen.path}")
            )
            return 404, {"message": "404: Not Found", "code": 0}, {}
        route, handler, params = found
        verdict = Verdict({})
        if "channel_id" in params:
            verdict = core.limits.judge(route, params["channel_id"])
        if verdict.refused:
            return 429, verdict.refused, verdict.headers
        seen.body, files = await _read(request)
        status, body = self._handle(handler, Call(route, params, request.query, seen.body, files))
        return status, body, verdict.headers

    def _handle(self, handler: Handler, call: Call) -> Reply:
        try:
            fault = schema.request_fault(call.route, call.body)
            if fault:
                self._core.violations.append(Violation("schema", fault, call.route))
                raise Refusal(400, 50035, f"Invalid Form Body\nIn {fault}")
            status, body = handler(self._core, call)
        except Refusal as refusal:
            if refusal.rule:
                self._core.violations.append(Violation("rule", refusal.rule, call.route))
            status, body = refusal.status, refusal.body()
        own = schema.response_fault(call.route, status, body)
        if own:
            self._core.violations.append(Violation("standin", own, f"{call.route} {status}"))
        return status, body

    def _respond(
        self, seen: Seen, status: int, body: Any, headers: Mapping[str, str]
    ) -> web.Response:
        seen.status, seen.ended = status, time.monotonic()
        shared = headers.get("X-RateLimit-Scope") == "shared"
        invalid = status in (401, 403) or (status == 429 and not shared)
        if invalid and self._core.limits.count_invalid():
            what = "10,000 invalid requests in ten minutes: the address is banned"
            self._core.violations.append(Violation("ban", what, seen.path))
        if body is None:
            return web.Response(status=status, headers={**_ALWAYS, **headers})
        # discord.py takes a 429 for a ban unless the type is exactly this, without a charset.
        typed = {**_ALWAYS, **headers, "Content-Type": "application/json"}
        return web.Response(body=json.dumps(body).encode(), status=status, headers=typed)


async def _read(request: web.Request) -> tuple[Any, _Files]:
    """The JSON body and uploaded files; what is no JSON is refused by the description."""
    if not request.can_read_body:
        return None, ()
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        try:
            return json.loads(raw), ()
        except ValueError:
            return raw.decode(errors="replace"), ()
    body: Any = {}
    files: list[tuple[str, bytes, str]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "payload_json":
            body = await part.json()
        elif part.filename:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append((part.filename, bytes(await part.read()), kind))
    return body, tuple(files)


async def _wait(fault: Fault | None) -> None:
    if fault is not None:
        await asyncio.sleep(fault.seconds)


def _lost(request: web.Request, seen: Seen) -> web.Response:
    """Closes the connection; the bot sees neither status nor body."""
    seen.dropped, seen.ended = True, time.monotonic()
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
    return web.Response()


def _failure(kinds: Mapping[Kind, Fault]) -> tuple[int, Any, Mapping[str, str]]:
    if Kind.RATE_LIMIT in kinds:
        fault = kinds[Kind.RATE_LIMIT]
        verdict = too_many(fault.seconds, fault.scope)
        return 429, verdict.refused, verdict.headers
    fault = kinds[Kind.STATUS]
    message = _MESSAGES.get(fault.code) or f"{fault.status}: {HTTPStatus(fault.status).phrase}"
    return fault.status, {"message": message, "code": fault.code}, {}


_MESSAGES = {
    10003: "Unknown Channel",
    10008: "Unknown Message",
    50001: "Missing Access",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
}
