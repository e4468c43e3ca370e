"""The simulated Discord on which the real bot plays: a guild, its people, and a picture of it.

The only module that knows simcord, insides included (pinned; `tests/integration/test_demo_stage.py`
proves what is relied on). All that acts goes through one lock: simcord does one thing at a time.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, ClassVar, Self, cast

import discord
import simcord
from aiohttp import web
from simcord import _dpy_internals, interactions
from simcord.backend.access import can_access_channel, can_access_message
from simcord.backend.cdn import CDN_BASE
from simcord.enums import MessageType
from simcord.preview import Preview
from simcord.preview._server import PreviewServer

from bot.clock import Clock
from bot.demo.scenery import Scenery, Seen
from bot.demo.tongue import Tongue
from bot.errors import Refused

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds after which simcord gives up waiting for the bot; a slow machine must not look broken."""

REMEMBERED = 50
"""So many requests and events are remembered; simcord itself would keep them all."""

LONG_REST = 1.0
"""Seconds of rest for which nobody waits before the next thing is done."""

PAGES = 12
"""So many windows may be open on one picture; the oldest makes room."""

KEPT_BY_BROWSERS = 900
"""Seconds for which a browser keeps what the picture is made of."""

_LOCALES = {"en": "en-GB", "fr": "fr"}
_ANCESTORS = "frame-ancestors http://127.0.0.1:* http://localhost:*"
_SETTLING = 0.15
"""Seconds in which what happens at once is drawn at once; drawing takes about as long."""


class Stage:
    """A guild, seen and acted in. Made by `open_stage`."""

    def __init__(self, world: "_World", server: "_Server", scenery: Scenery) -> None:
        self.scenery = scenery
        self._world = world
        self._server = server
        self._lock = asyncio.Lock()
        self._dirty = asyncio.Event()
        self._picture: _Picture | None = None
        self._guild, self._channels, self._people = _furnish(world, scenery)

    @property
    def guild_id(self) -> int:
        """The guild's id."""
        return int(self._guild.id)

    @property
    def view(self) -> str:
        """The address of the picture; anew with each look."""
        return self._server.address

    def member_id(self, person: str) -> int:
        """Somebody's Discord id."""
        return int(self._people[person].id)

    def room_id(self, place: str) -> str | None:
        """The id of a channel by its key, or of a thread by its id; None while there is none."""
        if place in self._channels:
            return str(self._channels[place].id)
        return place if any(str(each.id) == place for each in self._handles()) else None

    def rooms(self, person: str) -> tuple[Seen, ...]:
        """Every channel, each with its threads after it, as `person` sees them."""
        found = []
        for channel in self._channels.values():
            found.append(self._seen(channel, None, person))
            threads = sorted(channel.threads, key=lambda each: each.id)
            found.extend(self._seen(each, str(channel.id), person) for each in threads)
        return tuple(found)

    async def look(self, room: str, person: str) -> None:
        """Turn the picture to `room` as `person` sees it. Raises `Refused` where they may not."""
        handle = next((each for each in self._handles() if str(each.id) == room), None)
        actor = self._people[person]
        if handle is None or not can_access_channel(self._world, handle.id, actor, history=True):
            raise Refused("demo.refused.hidden")
        async with self._lock:
            if self._picture is not None:
                await self._picture.close()
            self._picture = _Picture(
                self._world, handle, actor, self.scenery, self._server, self._lock
            )
            await self._server.show(self._picture)

    async def command(self, person: str, channel: str, name: str, /, **options: Any) -> str:
        """A slash command; where an option is the key of a channel, that channel is meant.
        Returns what was answered."""
        given = {option: self._channels.get(value, value) for option, value in options.items()}
        typed, filled = self._world.tongue.said(name, given)
        async with self._acting():
            result = await self._people[person].slash(self._channels[channel], typed, **filled)
        return self._answer(result)

    def typed(self, name: str, options: Mapping[str, str]) -> str:
        """How a member types a command in their language."""
        path, filled = self._world.tongue.said(name, options)
        shown = (
            f"{option}:#{self._channels[value].name}"
            if value in self._channels
            else f"{option}:{value}"
            for option, value in filled.items()
        )
        return " ".join([f"/{path}", *shown])

    async def report(self, person: str, channel: str, letter: str) -> str:
        """`/report`, and a letter pasted into its window. Returns what was answered."""
        actor = self._people[person]
        async with self._acting():
            window, _ = self._world.tongue.said("report", {})
            shown = await actor.slash(self._channels[channel], window)
            result = await actor.submit_modal(shown, {"letter": letter})
        return self._answer(result)

    def place_of(self, room: str) -> str:
        """The key of a channel, or of the channel that a thread hangs under, by its id."""
        for key, channel in self._channels.items():
            if room == str(channel.id) or any(room == str(each.id) for each in channel.threads):
                return key
        raise LookupError(f"no room {room}")

    async def say(self, person: str, channel: str, words: str) -> None:
        """A message."""
        async with self._acting():
            await self._people[person].send(self._channels[channel], words)

    async def press(self, person: str, channel: str, beginning: str) -> bool:
        """Press the first button whose `custom_id` begins so, on the newest message in `channel`
        that has one and that `person` sees. Returns whether there was one."""
        actor, handle = self._people[person], self._channels[channel]
        async with self._acting():
            for message in reversed(handle.history(viewer=actor)):
                for custom_id in _custom_ids(message.components):
                    if custom_id.startswith(beginning):
                        await actor.click(message, custom_id=custom_id)
                        return True
        return False

    async def restart(
        self,
        end: Callable[[], Awaitable[None]],
        begin: Callable[[], Awaitable[discord.Client]],
    ) -> None:
        """End the bot, begin it again and let it in. Nobody acts meanwhile."""
        async with self._acting():
            await self._world.settle()
            await end()
            await self._world.restart_bot(await begin())

    async def watch(self, changed: Callable[[], None]) -> None:
        """Keep the picture up to date and say when something was seen to happen. For ever."""
        while True:
            await self._dirty.wait()
            await asyncio.sleep(_SETTLING)
            self._dirty.clear()
            try:
                async with self._lock:
                    self._world.forget()
                    if self._picture is not None:
                        await self._picture.refresh()
            except Exception:
                # A picture that cannot be drawn now is drawn at the next change.
                log.exception("bug in the demo's picture")
            changed()

    async def close(self) -> None:
        """Take everything down. The client is closed by whoever opened it."""
        async with self._lock:
            if self._picture is not None:
                await self._picture.close()
            await self._world.shutdown()
        await self._server.shut()

    def heard(self, _event: str, _payload: object) -> None:
        """Something was told to the bot, or by it."""
        self._dirty.set()

    def _handles(self) -> Iterator[simcord.ChannelHandle]:
        for channel in self._channels.values():
            yield channel
            yield from channel.threads

    def _answer(self, result: simcord.InteractionResult) -> str:
        """The words of an answer and of what followed it, channels by their names."""
        messages = [each for each in (result.response, *result.followups) if each is not None]
        text = "\n".join(
            words for each in messages for words in (each.content, *_words(each.components))
        )
        for handle in self._handles():
            text = text.replace(handle.mention, f"#{handle.name}")
        return text

    def _seen(self, handle: simcord.ChannelHandle, parent: str | None, person: str) -> Seen:
        world, viewer = self._world, self._people[person]
        readers = tuple(
            key
            for key, actor in self._people.items()
            if can_access_channel(world, handle.id, actor, history=True)
        )
        messages = tuple(
            message.id
            for message in world.backend.messages.get(handle.id, {}).values()
            if message.author_id != viewer.id
            and message.type != MessageType.THREAD_CREATED
            and can_access_message(world, handle.id, message, viewer, history=True)
        )
        private = len(readers) < len(self._people)
        return Seen(str(handle.id), handle.name or "", parent, private, readers, messages)

    @asynccontextmanager
    async def _acting(self) -> AsyncIterator[None]:
        async with self._lock:
            try:
                yield
            finally:
                self._dirty.set()


@asynccontextmanager
async def open_stage(
    client: discord.Client, clock: Clock, scenery: Scenery
) -> AsyncIterator[Stage]:
    """Set the scene and let the bot in. The client must be logged in nowhere yet."""
    locale = _LOCALES.get(scenery.language, "en-GB")
    world = _World(client, clock, Tongue(locale))
    server = _Server(scenery)
    with _speaking(locale, world.tongue):
        stage = Stage(world, server, scenery)
        await world.start()
        world.backend.subscribers.append(stage.heard)
        try:
            await server.start()
            yield stage
        finally:
            await stage.close()


class _Time:
    """The story's time, as simcord asks for it: it passes by itself and is never set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun = clock.now()

    @property
    def elapsed(self) -> float:
        return (self.now() - self._begun).total_seconds()

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        """It passes anyway."""


class _World(simcord.Env):
    """simcord's world on the story's time, which forgets what is long past."""

    def __init__(self, client: discord.Client, clock: Clock, tongue: Tongue) -> None:
        super().__init__(client, check_errors=False, settle_timeout=PATIENCE)
        self.tongue = tongue
        self.backend.clock = _Time(clock)  # type: ignore[assignment]
        register = self.backend.register_commands

        def registered(guild_id: int | None, commands: list[dict[str, Any]]) -> Any:
            return register(guild_id, tongue.learn(commands))

        self.backend.register_commands = registered  # type: ignore[method-assign, assignment]

    def _schedule_timer(
        self, record: Any, callback: Any, args: tuple[Any, ...], context: Any
    ) -> None:
        """A long rest, such as a connection kept for later, is nothing to wait for: real time."""
        rest = record.when - self._virtual_time
        if rest < LONG_REST:
            super()._schedule_timer(record, callback, args, context)
            return
        record.when = math.inf

        def over() -> None:
            if record.handle is not None and not record.handle.cancelled():
                record.handle._run()  # noqa: SLF001 - as simcord itself does

        if self._runtime is not None:
            real = _dpy_internals.real_monotonic()
            self._runtime.call_at(real + rest, over, context=context)

    def forget(self) -> None:
        """Let go of old requests and events."""
        for kept in (self.backend.http_requests, self.backend.transcript):
            del kept[:-REMEMBERED]


class _Picture(Preview):
    """One channel as one member sees it, for a frame in our own page. It is shown by `server`;
    what a visitor does in it waits for `lock`."""

    _MAX_PAGES = PAGES

    def __init__(
        self,
        world: _World,
        channel: simcord.ChannelHandle,
        viewer: simcord.MemberActor,
        scenery: Scenery,
        server: "_Server",
        lock: asyncio.Lock,
    ) -> None:
        super().__init__(
            world,
            channel,
            (viewer,),
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale=_LOCALES.get(scenery.language, "en-GB"),
            timezone=scenery.zone,
            presentation_time=None,
            assets=_portraits(world, scenery),
            port=0,
        )
        self._server = server
        self._lock = lock

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        # Only windows are drawn anew; nobody looks at the one that is kept for programs.
        self._pages.clear()
        return self

    def _open_page(self, viewer_id: Any = None, target_id: Any = None) -> Any:
        if len(self._pages) >= PAGES:
            oldest = min(self._pages.values(), key=lambda page: page.last_activity)
            self._close_page(oldest.id)
        if self._python is not None:
            newest = self._initial_target(self._python.viewer, self.channel.id)
            self._python.target_id = self._python.window_end_id = newest
        return super()._open_page(viewer_id, target_id)

    async def _action(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        if not isinstance(body, Mapping) or body.get("kind") == "close":
            body = {}
        async with self._lock:
            page = self._pages.get(context_id or "")
            if page is not None and "published_revision" in body:
                # What the visitor saw is at most a moment old; the bot checks for itself.
                body = {**body, "published_revision": page.revision}
            return await super()._action(context_id, body)


def _framed(headers: Mapping[str, str]) -> dict[str, str]:
    """Security headers that let our page frame what they come with."""
    allowed = {name: value for name, value in headers.items() if name != "X-Frame-Options"}
    policy = allowed["Content-Security-Policy"]
    allowed["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", _ANCESTORS)
    return allowed


class _Server(PreviewServer):
    """One server on one port for all pictures, one after the other; our page may frame it."""

    _SECURITY_HEADERS: ClassVar[dict[str, str]] = _framed(PreviewServer._SECURITY_HEADERS)  # noqa: SLF001

    def __init__(self, scenery: Scenery) -> None:
        super().__init__(cast("Preview", None))
        self._scenery = scenery
        self._style = scenery.style.read_text("utf-8")
        self._shown = 0

    @property
    def address(self) -> str:
        """Where the present picture is; empty before the first."""
        if not self._shown:
            return ""
        return f"http://127.0.0.1:{self.port}/?{self._shown}#{self.preview.capability}"

    async def show(self, picture: _Picture) -> None:
        """From now on, this picture."""
        self.preview = picture
        self._shown += 1
        await picture.__aenter__()

    async def start(self) -> None:
        if self.runner is None:
            await super().start()

    async def close(self) -> None:
        """A picture is taken down; the server stays."""

    async def shut(self) -> None:
        """Stop serving."""
        await super().close()

    async def _static(self, request: web.Request) -> web.Response:
        response: web.Response = await super()._static(request)
        if request.path != "/":
            # Ten megabytes of letters need not be fetched for each look.
            response.headers["Cache-Control"] = f"private, max-age={KEPT_BY_BROWSERS}"
        if response.content_type not in _WORDED:
            return response
        text = response.text or ""
        if request.path == "/preview.css":
            text = text.replace("font-display: block", "font-display: swap") + self._style
        for word, other in self._scenery.words.items():
            text = text.replace(word, other)
        response.text = text
        return response


_WORDED = ("text/html", "text/css", "application/javascript")


@contextmanager
def _speaking(locale: str, tongue: Tongue) -> Iterator[None]:
    """Everybody's Discord is in this language; simcord's is always American. Nobody is held to
    three seconds: the machine may be slow, and the story's clock may jump."""
    plain = interactions.base_payload

    def payload(*args: Any, **kwargs: Any) -> Any:
        record, made = plain(*args, **kwargs)
        record.initial_response_deadline = None
        tongue.meant(made)
        made["locale"] = locale
        if "guild_locale" in made:
            made["guild_locale"] = locale
        return record, made

    interactions.base_payload = payload
    try:
        yield
    finally:
        interactions.base_payload = plain


def _furnish(
    world: _World, scenery: Scenery
) -> tuple[simcord.GuildHandle, dict[str, simcord.ChannelHandle], dict[str, simcord.MemberActor]]:
    world.backend.bot_user.name = "Tocsin"
    world.backend.bot_user.avatar = "tocsin"
    guild = world.create_guild(scenery.guild)
    moderators = guild.create_role(
        scenery.moderators, permissions=discord.Permissions(manage_guild=True)
    )
    people = {
        each.key: guild.add_member(
            world.create_user(each.key, global_name=each.name, avatar=each.key),
            roles=[moderators] if each.moderates else [],
        )
        for each in scenery.people
    }
    shown = discord.PermissionOverwrite(view_channel=True)
    hidden = discord.PermissionOverwrite(view_channel=False)
    private: dict[Any, discord.PermissionOverwrite] = {
        guild.default_role: hidden,
        moderators: shown,
        guild.roles["Tocsin"]: shown,
    }
    channels = {
        each.key: guild.create_text_channel(
            each.name, topic=each.topic, overwrites=private if each.private else None
        )
        for each in scenery.channels
    }
    return guild, channels, people


def _portraits(world: "_World", scenery: Scenery) -> dict[str, tuple[str, bytes]]:
    """What everybody looks like, at the address where simcord looks for it."""
    found = {}
    for user in world.backend.users.values():
        path = scenery.portraits / f"{user.avatar}.png"
        if user.avatar and path.is_file():
            address = f"{CDN_BASE}/avatars/{user.id}/{user.avatar}.png"
            found[address] = (path.name, path.read_bytes())
    return found


def _words(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for component in components:
        if isinstance(component.get("content"), str):
            yield component["content"]
        yield from _words(component.get("components") or ())


def _custom_ids(components: Sequence[Any]) -> Iterator[str]:
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id:
            yield custom_id
        for inside in ("children", "components"):
            yield from _custom_ids(getattr(component, inside, None) or ())
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield from _custom_ids([accessory])
