"""The stand-in itself: a server on loopback for REST, gateway, files and the admin door."""

import asyncio
import random
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from . import commands, messages, places, references, schema
from .acting import Actor
from .admin import AdminDoor
from .core import Core, Seen
from .errors import Violation
from .faults import Fault, Kind
from .gateway import Gateway
from .interaction import Interaction
from .interactions import ANSWER_WITHIN_S, Interactions
from .rest import PREFIX, Rest
from .state import Json, Message, World

TOKEN = "standin.token"
SENDS = r"^POST /channels/\d+/messages$"
CHANNELS = r"^\w+ /channels/"


class Standin(Actor):
    """A small Discord on 127.0.0.1. Leaving it fails on violations nobody acknowledged.

    `answer_within_s`: more than Discord's three seconds, where the machine may be busy and what is
    tested is something else.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        bot_name: str = "Tocsin",
        port: int = 0,
        heartbeat_s: float = 41.25,
        privileged_intents: bool = False,
        strict: bool = True,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        world = World(token=token, bot_name=bot_name)
        gateway = Gateway(world, heartbeat_s=heartbeat_s, privileged=privileged_intents)
        core = Core(world, gateway)
        super().__init__(core, Interactions(core, answer_within_s))
        self._port = port
        self._strict = strict
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        if error is None and self._strict:
            self.check()

    async def start(self) -> None:
        """Opens the port; the addresses are known afterwards."""
        schema.warm_up()
        routes = commands.routes() | messages.routes() | places.routes()
        rest = Rest(self.core, routes | self.interactions.routes())
        app = web.Application(client_max_size=32 * 2**20)
        app.router.add_route("*", PREFIX + "/{tail:.*}", rest.serve)
        app.router.add_get("/gateway", self.core.gateway.serve)
        app.router.add_get("/gateway/", self.core.gateway.serve)
        app.router.add_get("/attachments/{tail:.*}", self._file)
        app.router.add_route("*", "/standin/{tail:.*}", AdminDoor(self).serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.core.base_url = f"http://{host}:{port}"
        self.core.gateway.url = f"ws://{host}:{port}/gateway"

    async def stop(self) -> None:
        """Cuts the bot off and closes the port."""
        self.core.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # Addresses

    @property
    def token(self) -> str:
        return self.core.world.token

    @property
    def api(self) -> str:
        """The REST base, for DISCORD_API_BASE."""
        return self.core.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        """The gateway, for DISCORD_GATEWAY_URL."""
        return self.core.gateway.url

    @property
    def admin(self) -> str:
        """The admin door of this process."""
        return f"{self.core.base_url}/standin"

    def addresses(self) -> dict[str, str]:
        """What a bot, or another process of the test, needs to connect."""
        addresses = {"api": self.api, "gateway": self.gateway_url, "admin": self.admin}
        return {**addresses, "token": self.token}

    # What happened

    @property
    def requests(self) -> list[Seen]:
        """Every REST request, in order of arrival, with monotonic times."""
        return self.core.requests

    @property
    def violations(self) -> list[Violation]:
        """What a correct bot never does; see `acknowledge`."""
        return self.core.violations

    def interaction(self, ref: Any) -> Interaction:
        """An earlier interaction by its id, as it stands now."""
        return self.interactions.by_id[references.identifier(ref)]

    @property
    def commands(self) -> list[Json]:
        """The registered commands."""
        return self.core.world.commands

    @property
    def invalid_requests(self) -> int:
        """Answers of 401, 403 and 429 within the last ten minutes."""
        return len(self.core.limits.invalid)

    def messages(self, channel: Any, *, deleted: bool = False) -> list[Message]:
        """What stands in a channel, oldest first; each message has all its `revisions`."""
        found = references.channel(self.core, channel).messages.values()
        return [m for m in sorted(found, key=lambda m: m.id) if deleted or not m.deleted]

    def said(self, *, deleted: bool = False) -> list[Message]:
        """Every message of the bot in every channel and thread, oldest first; none ephemeral."""
        everywhere = [m for c in self.core.world.channels.values() for m in c.messages.values()]
        mine = [m for m in everywhere if m.author is self.bot and (deleted or not m.deleted)]
        return sorted(mine, key=lambda m: m.id)

    def acknowledge(self, kind: str = "", containing: str = "") -> list[Violation]:
        """Takes expected violations off the list and gives them."""
        expected = [v for v in self.violations if kind in ("", v.kind) and containing in str(v)]
        self.core.violations[:] = [v for v in self.violations if v not in expected]
        return expected

    def check(self) -> None:
        """Fails where violations are left."""
        if self.violations:
            listed = "\n".join(f"- {violation}" for violation in self.violations)
            raise AssertionError(f"the bot broke rules of Discord:\n{listed}")

    async def until(self, done: Callable[[], object], within: float = 30.0) -> None:
        """Waits until `done()` is true, looking every 10 ms."""
        deadline = time.monotonic() + within
        while not done():
            if time.monotonic() > deadline:
                raise AssertionError(f"not so after {within:g} s")
            await asyncio.sleep(0.01)

    async def connected(self, within: float = 30.0) -> None:
        """Waits until a bot has identified or resumed."""
        async with asyncio.timeout(within):
            await self.core.gateway.ready.wait()

    async def _file(self, request: web.Request) -> web.Response:
        found = self.core.world.files.get(request.path.lstrip("/"))
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[0], content_type=found[1])

    # What goes wrong

    def drop_after_commit(self, times: int | None = 1, path: str = SENDS) -> Fault:
        """Does what is asked and closes the connection without an answer."""
        return self._plan(Kind.DROP_AFTER, path, times)

    def drop_before_commit(self, times: int | None = 1, path: str = SENDS) -> Fault:
        """Closes the connection without doing anything."""
        return self._plan(Kind.DROP_BEFORE, path, times)

    def delay(
        self, seconds: float, times: int | None = 1, path: str = SENDS, *, after: bool = False
    ) -> Fault:
        """Waits before doing what is asked, or `after` it and before the answer."""
        kind = Kind.DELAY_ANSWER if after else Kind.DELAY
        return self._plan(kind, path, times, seconds=seconds)

    def fail(
        self, status: int = 500, times: int | None = 1, path: str = SENDS, *, code: int = 0
    ) -> Fault:
        """Answers an HTTP status (and Discord's `code`) without doing anything."""
        return self._plan(Kind.STATUS, path, times, status=status, code=code)

    def rate_limit(
        self,
        retry_after: float,
        times: int | None = 1,
        path: str = SENDS,
        *,
        scope: str = "user",
    ) -> Fault:
        """Answers 429; `scope` is `user`, `global` or `shared`."""
        return self._plan(Kind.RATE_LIMIT, path, times, seconds=retry_after, scope=scope)

    def fail_channel(self, channel: Any, status: int = 403, *, code: int = 50013) -> Fault:
        """Lets every request of a channel fail until `mend`."""
        number = references.identifier(channel)
        return self.fail(status, None, rf"^\w+ /channels/{number}\b", code=code)

    def chaos(
        self,
        seed: int,
        *,
        p_drop_after: float = 0.0,
        p_drop_before: float = 0.0,
        p_error: float = 0.0,
        p_rate_limit: float = 0.0,
        retry_after: float = 0.1,
        path: str = CHANNELS,
    ) -> list[Fault]:
        """Lets requests go wrong by chance until `mend`; the same seed throws the same dice."""
        dice = random.Random(seed)
        chances = {
            Kind.DROP_AFTER: p_drop_after,
            Kind.DROP_BEFORE: p_drop_before,
            Kind.STATUS: p_error,
            Kind.RATE_LIMIT: p_rate_limit,
        }
        return [
            self._plan(
                kind, path, None, seconds=retry_after, status=502, chance=chance, chooser=dice
            )
            for kind, chance in chances.items()
            if chance
        ]

    def limit(
        self, *, enabled: bool = True, per_second: int = 50, nonce_window_s: float = 300.0
    ) -> None:
        """Sets rate limits and how long a nonce is remembered, from the next request on."""
        self.core.limits.enabled = enabled
        self.core.limits.set_global(per_second)
        self.core.nonce_window_s = nonce_window_s

    def mend(self, fault: Fault | None = None) -> None:
        """Ends one fault, or all."""
        if fault is None:
            self.core.faults.clear()
        else:
            self.core.faults.remove(fault)

    async def close_gateway(self, code: int = 4000) -> None:
        """Closes every gateway connection; 4004 and 4010 to 4014 are final for the bot."""
        await self.core.gateway.close(code)

    def drop_gateway(self, *, resumable: bool = True) -> None:
        """Cuts every gateway connection without a close frame."""
        self.core.gateway.drop()
        if not resumable:
            self.core.gateway.sessions.clear()

    def reconnect_gateway(self) -> None:
        """Asks the bot to reconnect and resume (opcode 7)."""
        self.core.gateway.ask_to_reconnect()

    def invalidate_session(self, *, resumable: bool = False) -> None:
        """Sends opcode 9."""
        self.core.gateway.invalidate(resumable=resumable)

    def _plan(self, kind: Kind, path: str, times: int | None, **more: Any) -> Fault:
        return self.core.faults.add(Fault(kind, path, times, **more))
