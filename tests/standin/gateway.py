"""The gateway: sessions over WebSockets, their events, resuming, and being cut off.

Source: discord.com/developers/docs/events/gateway. Events go only to sessions whose intents and
shard want them; message content only to those that may see it.
"""

import asyncio
import contextlib
import importlib
import json
import secrets
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from . import payloads
from .state import Channel, Guild, Json, Message, World

GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
_REPLAYED = 2000


class Op(IntEnum):
    """Opcodes of the gateway."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Compressor(Protocol):
    """Turns one message into the next piece of a connection's compressed stream."""

    def pack(self, text: bytes) -> bytes: ...


@dataclass(slots=True, eq=False)
class Session:
    """What survives a lost connection: the events and who wanted them."""

    id: str
    intents: int
    shard: tuple[int, int]
    sequence: int = 0
    sent: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=_REPLAYED))
    connection: "Connection | None" = None

    def wants(self, intent: int, guild: Guild | None) -> bool:
        index, count = self.shard
        here = (guild.id >> 22) % count == index if guild else index == 0
        return here and (not intent or bool(self.intents & intent))


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket and the queue of what is to be written to it."""

    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    compressor: Compressor | None
    outgoing: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    session: Session | None = None
    cut: bool = False

    def send(
        self, op: Op, data: Any = None, event: str | None = None, s: int | None = None
    ) -> None:
        self.outgoing.put_nowait({"op": int(op), "d": data, "t": event, "s": s})

    async def write(self) -> None:
        """Writes what is queued, in order, until cancelled or cut off."""
        while True:
            text = json.dumps(await self.outgoing.get())
            if self.compressor:
                await self.socket.send_bytes(self.compressor.pack(text.encode()))
            else:
                await self.socket.send_str(text)


class Gateway:
    """All sessions. `heartbeat_s` goes into HELLO; `acks = False` leaves heartbeats unanswered.

    Without `privileged` a bot that asks for members, presences or contents is closed with 4014.
    """

    def __init__(
        self, world: World, *, heartbeat_s: float = 41.25, privileged: bool = False
    ) -> None:
        self.privileged = privileged
        self.world = world
        self.heartbeat_s = heartbeat_s
        self.acks = True
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identifies = 0
        self.resumes = 0
        self.ready = asyncio.Event()

    @property
    def live(self) -> list[Session]:
        """Sessions with an open connection."""
        return [session for session in self.sessions.values() if session.connection]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handles one connection from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        compressor = _compressor(request.query.get("compress"))
        connection = Connection(socket, request.transport, compressor)
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            connection.send(Op.HELLO, {"heartbeat_interval": int(self.heartbeat_s * 1000)})
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(connection, json.loads(frame.data))
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writer
            self._lose(connection)
        return socket

    async def _receive(self, connection: Connection, message: Json) -> None:
        match message["op"]:
            case Op.HEARTBEAT:
                if self.acks:
                    connection.send(Op.HEARTBEAT_ACK)
            case Op.IDENTIFY:
                await self._identify(connection, message["d"])
            case Op.RESUME:
                await self._resume(connection, message["d"])

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies += 1
        if data["token"] != self.world.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & PRIVILEGED and not self.privileged:
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        index, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), data["intents"], (index, count))
        self.sessions[session.id] = session
        connection.session, session.connection = session, connection
        guilds = [g for g in self.world.guilds.values() if session.wants(0, g)]
        guilds = [g for g in guilds if self.world.bot.id in g.members]
        self._queue(session, "READY", self._ready(session, guilds))
        for guild in guilds:
            if session.intents & GUILDS:
                self._queue(session, "GUILD_CREATE", payloads.guild_create(guild, self.world.bot))
        self.ready.set()

    def _ready(self, session: Session, guilds: Iterable[Guild]) -> Json:
        return {
            "v": 10,
            "user": payloads.own_user(self.world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self.world.application_id), "flags": 0},
            "private_channels": [],
        }

    async def _resume(self, connection: Connection, data: Json) -> None:
        self.resumes += 1
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.world.token:
            connection.send(Op.INVALID_SESSION, False)
            return
        if session.connection:
            session.connection.cut = True
            await session.connection.socket.close(code=4000)
        connection.session, session.connection = session, connection
        for sequence, event in session.sent:
            if sequence > (data["seq"] or 0):
                connection.send(Op.DISPATCH, event["d"], event["t"], sequence)
        self._queue(session, "RESUMED", {"_trace": []})
        self.ready.set()

    def _lose(self, connection: Connection) -> None:
        self.connections.discard(connection)
        session = connection.session
        if session and session.connection is connection:
            session.connection = None
            # The client's own goodbye ends a session; anything else may be resumed.
            if not connection.cut and connection.socket.close_code in (1000, 1001):
                self.sessions.pop(session.id, None)
        if not self.live:
            self.ready.clear()

    # What happens in the world

    def dispatch(self, event: str, data: Any, *, guild: Guild | None, intent: int = 0) -> int:
        """Tells an event to the sessions that want it; gives how many of them are connected."""
        wanting = [s for s in self.sessions.values() if s.wants(intent, guild)]
        for session in wanting:
            self._queue(session, event, data)
        return sum(1 for session in wanting if session.connection)

    def message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, without its content where a session may not see it."""
        channel = message.channel
        intent = GUILD_MESSAGES if channel.guild else DIRECT_MESSAGES
        whole: Json | None = None
        for session in self.sessions.values():
            if not session.wants(intent, channel.guild):
                continue
            if whole is None:
                whole = payloads.message(message)
                if channel.guild:
                    whole["guild_id"] = str(channel.guild.id)
            sees = message.author is self.world.bot or channel.guild is None
            sees = sees or bool(session.intents & MESSAGE_CONTENT)
            bare = {"content": "", "embeds": [], "components": [], "attachments": []}
            self._queue(session, event, whole if sees else {**whole, **bare})

    def deleted(self, message: Message) -> None:
        """MESSAGE_DELETE."""
        guild = message.channel.guild
        data = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if guild:
            data["guild_id"] = str(guild.id)
        intent = GUILD_MESSAGES if guild else DIRECT_MESSAGES
        self.dispatch("MESSAGE_DELETE", data, guild=guild, intent=intent)

    def channel(self, event: str, channel: Channel) -> None:
        """CHANNEL_* or THREAD_* with the whole channel."""
        self.dispatch(event, payloads.channel(channel), guild=channel.guild, intent=GUILDS)

    def _queue(self, session: Session, event: str, data: Any) -> None:
        session.sequence += 1
        session.sent.append((session.sequence, {"t": event, "d": data}))
        if session.connection:
            session.connection.send(Op.DISPATCH, data, event, session.sequence)

    # Being cut off

    async def close(self, code: int = 4000) -> None:
        """Closes every connection with a code (4004, 4010 to 4014 are final for the bot)."""
        for connection in list(self.connections):
            connection.cut = True
            await connection.socket.close(code=code)

    def drop(self) -> None:
        """Cuts every connection without a close frame."""
        for connection in list(self.connections):
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()

    def ask_to_reconnect(self) -> None:
        """Opcode 7."""
        for connection in list(self.connections):
            connection.send(Op.RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Opcode 9; where it is not resumable the sessions are forgotten."""
        for connection in list(self.connections):
            connection.send(Op.INVALID_SESSION, resumable)
            if connection.session and not resumable:
                self.sessions.pop(connection.session.id, None)

    def forget_sessions(self) -> None:
        """Lets the next RESUME fail, as after a long absence."""
        for session in list(self.sessions.values()):
            if session.connection is None:
                del self.sessions[session.id]


class _Zlib:
    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def pack(self, text: bytes) -> bytes:
        return self._stream.compress(text) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class _Zstd:
    def __init__(self) -> None:
        # Only a client that has the library asks for it, and then tests have it too.
        zstandard = importlib.import_module("zstandard")
        self._flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        self._stream = zstandard.ZstdCompressor().compressobj()

    def pack(self, text: bytes) -> bytes:
        packed: bytes = self._stream.compress(text) + self._stream.flush(self._flush)
        return packed


def _compressor(asked: str | None) -> Compressor | None:
    match asked:
        case "zlib-stream":
            return _Zlib()
        case "zstd-stream":
            return _Zstd()
        case _:
            return None
