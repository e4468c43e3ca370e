"""The address rule at the moment of connecting: only what was checked is connected to.

Refuses addresses that are not public twice: after a name was resolved, and when the socket for
one address is made. A name that changes its address in between (DNS rebinding) gains nothing.
"""

import socket
from ipaddress import ip_address

import aiodns
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

from bot.ingest.addresses import is_public

_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_NO_SUCH_NAME_ARES = {aiodns.error.ARES_ENOTFOUND, aiodns.error.ARES_ENODATA}


class PrivateAddress(OSError):
    """A name, or an address, that leads only to where Tocsin must not go."""


class NoSuchName(OSError):
    """The name does not exist, or has no address."""


class Resolver(AbstractResolver):
    """Resolves names through `inner`; with `public_only`, only to public addresses.

    Raises `PrivateAddress`, `NoSuchName`, or `OSError` where nobody could answer.
    """

    def __init__(self, inner: AbstractResolver, *, public_only: bool) -> None:
        self._inner = inner
        self._public_only = public_only

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        try:
            found = await self._inner.resolve(host, port, family)
        except OSError as error:
            if _means_no_such_name(error):
                raise NoSuchName(host) from error
            raise
        if not found:
            raise NoSuchName(host)
        if not self._public_only:
            return found
        public = [result for result in found if _is_public(result["host"])]
        if not public:
            raise PrivateAddress(host)
        return public

    async def close(self) -> None:
        """Nothing: `inner` belongs to who made it."""


def public_socket(info: AddrInfoType) -> socket.socket:
    """A socket to connect to the address of `info`. Raises `PrivateAddress`."""
    family, kind, protocol, _, address = info
    if not _is_public(str(address[0])):
        raise PrivateAddress(str(address[0]))
    return socket.socket(family, kind, protocol)


def _is_public(host: str) -> bool:
    try:
        return is_public(ip_address(host))
    except ValueError:
        return False


def _means_no_such_name(error: OSError) -> bool:
    if isinstance(error, socket.gaierror):
        return error.errno in _NO_SUCH_NAME
    cause = error.__cause__
    return isinstance(cause, aiodns.error.DNSError) and cause.args[0] in _NO_SUCH_NAME_ARES
