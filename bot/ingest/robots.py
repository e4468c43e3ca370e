"""What a host asks of robots (RFC 9309). Home of protego. Refuses nothing by itself.

A file that cannot be understood asks for nothing.
"""

from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from bot.errors import SourceFault

ROBOT = "Tocsin"
"""The name by which hosts may speak of us."""

LONGEST = 500_000
"""Bytes of a file that are read (RFC 9309, 2.5)."""


class Wishes:
    """What one host asks."""

    def __init__(self, body: bytes = b"") -> None:
        try:
            self._rules = Protego.parse(body[:LONGEST].decode("utf-8", "replace"))
        except Exception:  # noqa: BLE001  whatever a file makes the parser do is the file's fault
            self._rules = Protego.parse("")

    def objection(self, url: str) -> SourceFault | None:
        """Why `url` must not be visited; None: it may be."""
        if self._rules.can_fetch(url, ROBOT):
            return None
        return SourceFault("source.robots", host=urlsplit(url).hostname or url)


def robots_address(url: str) -> str:
    """Where the host of `url` says what it asks."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
