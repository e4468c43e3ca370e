"""Which addresses may be visited: public ones over http and https, and what the operator exempts.

Refuses other schemes and ports, names and passwords in the address, and every spelling of an
address that is not public. What a name resolves to is checked when connecting (`connecting.py`).
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from bot.errors import Fault, SourceFault

PORTS = (80, 443)
"""The ports that need no exemption."""

LONGEST = 2000
"""Characters of an address."""

IPAddress = IPv4Address | IPv6Address

# https://www.iana.org/assignments/iana-ipv4-special-registry, multicast and class E.
_NOT_PUBLIC_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Only 2000::/3 is handed out. Beyond it lie ::, ::1, mapped and compatible addresses, NAT64
# (64:ff9b::/96, 64:ff9b:1::/48), discard, ULA, link-local, site-local and multicast.
_GIVEN_OUT_V6 = IPv6Network("2000::/3")
# https://www.iana.org/assignments/iana-ipv6-special-registry: protocols and Teredo, documentation
# (twice), 6to4.
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

_FORBIDDEN_CHARACTER = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_HOST_AND_PORT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:/?#@\s]+)(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class AllowHosts:
    """Hosts exempt from the rule: (host, port), or (host, None) for every port."""

    hosts: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "AllowHosts":
        """Read `host` or `host:port`, comma-separated; IPv6 in brackets where a port follows.

        Raises `Fault` (`source.allow.entry`) for the first entry that is neither.
        """
        return cls(frozenset(_allowed(entry) for entry in re.split(r"[,\s]+", text) if entry))

    def allows(self, host: str, port: int) -> bool:
        """Whether the host and port, as written in an address, are exempt."""
        return (host, None) in self.hosts or (host, port) in self.hosts

    def exempts(self, url: str) -> bool:
        """Whether what `url` names is exempt. What is no address is not."""
        try:
            return check_address(url, self).exempt
        except SourceFault:
            return False


@dataclass(frozen=True, slots=True)
class Address:
    """An address that may be visited. `exempt`: what it resolves to is not looked at."""

    url: URL
    host: str
    port: int
    exempt: bool


def check_address(url: str, allow: AllowHosts) -> Address:
    """`url` as it will be visited. Raises `SourceFault` (`source.address.…`) where it may not be.

    The address that was checked is the one to connect to: parse nothing again.
    """
    parsed = _parsed(url)
    host, port = parsed.raw_host or "", parsed.port or 0
    if allow.allows(host, port):
        return Address(parsed, host, port, exempt=True)
    if port not in PORTS:
        raise SourceFault("source.address.port", port=port)
    _check_host(host)
    return Address(parsed, host, port, exempt=False)


def is_public(ip: IPAddress) -> bool:
    """Whether `ip` is an address of the public internet. Addresses that embed others are not."""
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in _NOT_PUBLIC_V4)
    if ip.scope_id is not None or ip not in _GIVEN_OUT_V6:
        return False
    return not any(ip in block for block in _NOT_PUBLIC_V6)


def _parsed(url: str) -> URL:
    url = url.strip(" \t\r\n")
    if len(url) > LONGEST:
        raise SourceFault("source.address.long", limit=LONGEST)
    if _FORBIDDEN_CHARACTER.search(url):
        raise SourceFault("source.address.characters")
    scheme = url.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        raise SourceFault("source.address.scheme")
    try:
        parsed = URL(url)
        host = parsed.raw_host
        port = parsed.port
    except ValueError:
        raise SourceFault("source.address.unreadable") from None
    if parsed.raw_user is not None or parsed.raw_password is not None or "@" in parsed.authority:
        raise SourceFault("source.address.credentials")
    if not host or not port or not parsed.absolute:
        raise SourceFault("source.address.unreadable")
    return parsed.with_fragment(None)


def _check_host(host: str) -> None:
    ip = _literal(host)
    if ip is not None:
        if not is_public(ip):
            raise SourceFault("source.address.private", host=host)
        return
    if not _HOST_NAME.fullmatch(host):
        raise SourceFault("source.address.unreadable")
    labels = host.removesuffix(".").split(".")
    # 2130706433, 0x7f.1 and 0177.0.0.1 are addresses to whoever resolves them (WHATWG URL, 4.4).
    if _NUMBER.fullmatch(labels[-1]):
        raise SourceFault("source.address.numeric", host=host)
    if labels[-1] == "localhost" or labels[-2:] == ["localhost", "localdomain"]:
        raise SourceFault("source.address.private", host=host)


def _literal(host: str) -> IPAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _allowed(entry: str) -> tuple[str, int | None]:
    bare = _literal(entry)
    if bare is not None:
        return bare.compressed, None
    match = _HOST_AND_PORT.fullmatch(entry)
    if match is None or int(match[2] or 1) not in range(1, 65536):
        raise Fault("source.allow.entry", entry=entry)
    try:
        host = URL.build(scheme="http", host=match[1].strip("[]")).raw_host
    except ValueError:
        host = None
    if not host:
        raise Fault("source.allow.entry", entry=entry)
    return host, int(match[2]) if match[2] else None
