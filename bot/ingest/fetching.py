"""One visit to one address: conditional GET within the address rule, the limits and good manners.

Every hop is checked; only what was checked is connected to. Whatever the world does ends in an
outcome, never in an exception; nothing is retried here. No cookies, no proxies, no disguise.
"""

import asyncio
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import aiohttp
import xxhash
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.domain.sources import Validators
from bot.errors import Fault, SourceFault
from bot.ingest.addresses import Address, AllowHosts, check_address
from bot.ingest.challenges import is_challenge_header, is_challenge_page
from bot.ingest.connecting import NoSuchName, PrivateAddress, Resolver, public_socket
from bot.ingest.freshness import fresh_for, retry_after
from bot.ingest.inflating import encodings_of
from bot.ingest.outcomes import Failed, Fetched, FetchOutcome, Unchanged

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)

_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_BLIND = (401, 403, 407, 451)
_ASKED_TO_WAIT = (429, 503)
_TROUBLE = (408, 425)
_PEEK = 16_000
_LONGEST_VALIDATOR = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a visit may cost. `body`: bytes, raw and inflated alike; `seconds`: all hops together.

    `per_host`: visits at once to one server (host and port); others wait their turn before their
    time begins: one that was planned, and one that a person asks for. A visit that takes longer
    than `patience` seconds no longer keeps them waiting. A connection serves the visits to a host
    that follow each other, and is closed once it was idle for `idle_seconds`.
    """

    body: int = 10_000_000
    seconds: float = 30.0
    redirects: int = 5
    per_host: int = 2
    patience: float = 3.0
    connections: int = 100
    idle_seconds: float = 8.0
    dns_seconds: int = 1800


class Fetcher:
    """Visits addresses; one for the whole program, used as `async with Fetcher(...) as fetcher`.

    `resolver` and `tls` stand in for the system's in tests; what they say is checked all the same.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow_hosts: AllowHosts,
        limits: Limits | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._allow = allow_hosts
        self._limits = limits or Limits()
        self._resolver = resolver
        self._tls = tls
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        resolver = self._resolver
        if resolver is None:
            resolver = aiohttp.DefaultResolver()
            self._stack.push_async_callback(resolver.close)
        tls = self._tls or ssl.create_default_context()
        self._public = await self._stack.enter_async_context(self._session(resolver, tls, True))
        self._exempt = await self._stack.enter_async_context(self._session(resolver, tls, False))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def fetch(self, url: str, validators: Validators | None = None) -> FetchOutcome:
        """Visit `url`; `validators` as stored from the last visit. Raises only `CancelledError`."""
        try:
            address = check_address(url, self._allow)
        except SourceFault as fault:
            return Failed.because(fault)
        async with self._turn(address.url.raw_authority):
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await self._follow(address, validators or Validators())
            except SourceFault as fault:
                return Failed.because(fault)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                return Failed.because(self._told(error, address.host))

    def _session(
        self, resolver: AbstractResolver, tls: ssl.SSLContext, public_only: bool
    ) -> aiohttp.ClientSession:
        # Two sessions, since a connection made for an exempt host must never serve another.
        connector = aiohttp.TCPConnector(
            ssl=tls,
            resolver=Resolver(resolver, public_only=public_only),
            socket_factory=public_socket if public_only else None,
            ttl_dns_cache=self._limits.dns_seconds,
            limit=self._limits.connections,
            keepalive_timeout=self._limits.idle_seconds,
        )
        return aiohttp.ClientSession(
            connector=connector,
            headers={
                "User-Agent": self._user_agent,
                "Accept": ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=False,
            max_line_size=1 << 15,
            max_field_size=1 << 15,
        )

    def _turn(self, server: str) -> "_Turn":
        turns = self._turns.get(server)
        if turns is None:
            turns = self._turns[server] = asyncio.Semaphore(self._limits.per_host)
        return _Turn(turns, self._limits.patience)

    async def _follow(self, address: Address, validators: Validators) -> FetchOutcome:
        visited = {address.url}
        permanent = True
        start = address.url
        while True:
            async with self._get(address, validators) as response:
                if response.status not in _REDIRECTS:
                    moved = permanent and len(visited) > 1
                    return await self._outcome(
                        response, address, validators, str(address.url) if moved else None
                    )
                target = self._hop(address, response)
                permanent = permanent and _is_permanent(response.status, start, target.url)
            if target.url in visited:
                raise SourceFault("source.redirect.loop", host=target.host)
            if len(visited) > self._limits.redirects:
                raise SourceFault("source.redirect.many", limit=self._limits.redirects)
            visited.add(target.url)
            address = target

    def _get(
        self, address: Address, validators: Validators
    ) -> "aiohttp.client._RequestContextManager":
        headers = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        session = self._exempt if address.exempt else self._public
        return session.get(address.url, headers=headers, allow_redirects=False)

    def _hop(self, address: Address, response: aiohttp.ClientResponse) -> Address:
        location = response.headers.get("Location", "").strip().replace(" ", "%20")
        if not location:
            raise SourceFault("source.redirect.nowhere", host=address.host)
        try:
            return check_address(urljoin(str(address.url), location), self._allow)
        except SourceFault as why:
            raise SourceFault("source.redirect.forbidden", host=address.host, why=why) from None
        except ValueError:
            raise SourceFault("source.redirect.nowhere", host=address.host) from None

    async def _outcome(
        self,
        response: aiohttp.ClientResponse,
        address: Address,
        asked: Validators,
        moved_to: str | None,
    ) -> FetchOutcome:
        wait, fresh = retry_after(response.headers), fresh_for(response.headers)
        if response.status == 304 and (asked.etag or asked.last_modified):
            return Unchanged(_validators(response, asked), moved_to, wait, fresh)
        fault = await self._fault(response, address.host)
        if fault is not None:
            return Failed.because(fault, wait)
        encodings = encodings_of(response.headers.get("Content-Encoding"))
        raw = await self._bounded(response)
        return Fetched(
            raw=raw,
            raw_hash=xxhash.xxh3_128_digest(raw),
            encodings=encodings,
            limit=self._limits.body,
            content_type=response.headers.get("Content-Type"),
            final_url=str(address.url),
            moved_to=moved_to,
            validators=_validators(response, Validators()),
            wait=wait,
            fresh=fresh,
        )

    async def _fault(self, response: aiohttp.ClientResponse, host: str) -> Fault | None:
        status = response.status
        if is_challenge_header(response.headers):
            return SourceFault("source.http.challenge", host=host)
        match status:
            case _ if 200 <= status < 300:
                return None
            case _ if status in _BLIND:
                return SourceFault("source.http.forbidden", host=host, status=status)
            case 404:
                return SourceFault("source.http.missing", host=host)
            case 410:
                return SourceFault("source.http.gone", host=host)
            case _ if status >= 500 or status in _ASKED_TO_WAIT or status in _TROUBLE:
                return await self._trouble(response, host)
        return SourceFault("source.http.status", host=host, status=status)

    async def _trouble(self, response: aiohttp.ClientResponse, host: str) -> Fault:
        # Walls against robots like to answer 503 and 429; their page tells them apart.
        if response.content_type == "text/html" and is_challenge_page(await _peek(response)):
            return SourceFault("source.http.challenge", host=host)
        if response.status == 429:
            return SourceFault("source.http.wait", host=host)
        return SourceFault("source.http.trouble", host=host, status=response.status)

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        limit = self._limits.body
        too_large = SourceFault("source.body.large", limit=limit // 1_000_000)
        if (response.content_length or 0) > limit:
            raise too_large
        received = bytearray()
        async for chunk in response.content.iter_any():
            received += chunk
            if len(received) > limit:
                raise too_large
        return bytes(received)

    def _told(self, error: Exception, host: str) -> Fault:
        match error:
            case TimeoutError():
                return SourceFault("source.http.timeout", host=host, seconds=self._limits.seconds)
            case aiohttp.ClientConnectorError(os_error=PrivateAddress()):
                private = SourceFault("source.address.private", host=error.host)
                if error.host == host:
                    return private
                return SourceFault("source.redirect.forbidden", host=host, why=private)
            case aiohttp.ClientConnectorError(os_error=NoSuchName()):
                return SourceFault("source.connect.no_name", host=error.host)
            case aiohttp.ClientConnectorDNSError():
                return SourceFault("source.connect.lookup", host=error.host)
            case aiohttp.ClientSSLError():
                return SourceFault("source.connect.tls", host=error.host)
            case aiohttp.ClientConnectorError():
                self._forget(error.host, error.port)
                return SourceFault("source.connect.refused", host=error.host)
            case aiohttp.ClientPayloadError():
                return SourceFault("source.http.cut", host=host)
            case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | OSError():
                return SourceFault("source.connect.lost", host=host)
        return SourceFault("source.connect.garbled", host=host)

    def _forget(self, host: str, port: int | None) -> None:
        """Nobody answered there: next time ask again where the host lives."""
        for session in (self._public, self._exempt):
            if isinstance(session.connector, aiohttp.TCPConnector) and port is not None:
                session.connector.clear_dns_cache(host, port)


class _Turn:
    """One of the visits that a server may have at once; given back once, at the end or when the
    others have waited for `patience` seconds, whichever comes first."""

    __slots__ = ("_late", "_patience", "_turns")

    def __init__(self, turns: asyncio.Semaphore, patience: float) -> None:
        self._turns = turns
        self._patience = patience
        self._late: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._turns.acquire()
        loop = asyncio.get_running_loop()
        self._late = loop.call_later(self._patience, self._give_back)

    async def __aexit__(self, *_: object) -> None:
        if self._late is not None:
            self._late.cancel()
            self._give_back()

    def _give_back(self) -> None:
        if self._late is not None:
            self._late = None
            self._turns.release()


def _is_permanent(status: int, start: URL, target: URL) -> bool:
    return status in _PERMANENT and not (start.scheme == "https" and target.scheme == "http")


def _validators(response: aiohttp.ClientResponse, default: Validators) -> Validators:
    return Validators(
        _validator(response.headers.get("ETag")) or default.etag,
        _validator(response.headers.get("Last-Modified")) or default.last_modified,
    )


def _validator(value: str | None) -> str | None:
    # They are sent back as they came; what could not be sent is not kept.
    if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable():
        return value
    return None


async def _peek(response: aiohttp.ClientResponse) -> bytes:
    seen = bytearray()
    async for chunk in response.content.iter_any():
        seen += chunk
        if len(seen) >= _PEEK:
            break
    return bytes(seen)
