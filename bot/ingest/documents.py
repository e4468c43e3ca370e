"""What stands at an address, read as entries: a feed in XML, or one of the interfaces in JSON.

Which of them it is, the document itself says, never its address or what a server calls it.
"""

from bot.ingest.feeds import FeedRead, read_feed
from bot.ingest.interfaces import read_json

_BOMS = b"\xef\xbb\xbf\xff\xfe"
_BLANK = b" \t\r\n\0"


def is_json(body: bytes) -> bool:
    """Whether `body` begins as JSON does; nothing else that is read begins so."""
    return body[:200].lstrip(_BOMS).lstrip(_BLANK)[:1] in (b"{", b"[")


def read_document(body: bytes, content_type: str | None, url: str, seen: bytes = b"") -> FeedRead:
    """Read a body. `url` is the base of relative links; `seen` as the last reading gave it.

    Raises `SourceFault` (`source.feed.…`).
    """
    if is_json(body):
        return read_json(body, content_type, url, seen)
    return read_feed(body, content_type, url, seen)
