"""Values of foreign JSON, taken only where they are what they should be; else there is nothing.

What an item of any interface says is an `Item`: plain words, from which an entry is made by the
rules that hold for feeds. Refuses dates without a calendar day.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

LONGEST_DATE = 60


@dataclass(frozen=True, slots=True)
class Markup:
    """A text and whether it is HTML."""

    value: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One item as its document has it. `bodies`: the longest counts; dates as written."""

    key: str
    url: str | None
    title: Markup
    bodies: tuple[Markup, ...]
    published: str = ""
    updated: str = ""
    language: str = ""

    @property
    def written(self) -> bytes:
        """All of it, to be compared with what was read before."""
        return repr(astuple(self)).encode()

    def as_parsed(self, base: str) -> dict[str, Any]:
        """The item as feedparser would give it; `base` is that of its relative links."""
        return {
            "id": self.key,
            "link": self.url,
            "title": self.title.value,
            "title_detail": _detail(self.title, base),
            "content": [_detail(body, base) for body in self.bodies],
            "published_parsed": _instant(self.published),
            "updated_parsed": _instant(self.updated),
        }


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a document, the title and language that it gives itself, and where it goes on.

    `None` in `items` stands for what is no item.
    """

    items: tuple[Item | None, ...]
    title: str = ""
    language: str = ""
    next_url: str | None = None


def text_of(value: object) -> str:
    """`value` where it is a text; a whole number as its digits; else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def object_of(value: object) -> Mapping[str, object]:
    """`value` where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """`value` where it is a list; else an empty one."""
    return value if isinstance(value, list) else []


def link_of(value: object, base: str) -> str | None:
    """An address as a link from `base`; None where there is none."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        return urljoin(base, value.strip())
    except ValueError:
        return None


def _detail(markup: Markup, base: str) -> dict[str, Any]:
    kind = "text/html" if markup.is_html else "text/plain"
    return {"value": markup.value, "type": kind, "base": base}


def _instant(written: str) -> tuple[int, ...] | None:
    """A date of RFC 3339, or of mails, in UTC; what has no time zone is UTC."""
    written = written.strip()
    if not written or len(written) > LONGEST_DATE:
        return None
    try:
        found = _date(written)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return tuple(found.timetuple())


def _date(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return parsedate_to_datetime(written)
