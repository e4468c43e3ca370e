"""One item of a feed, one mail or one member's report, and how it keeps its identity.

Dates never decide: feeds rewrite them. A rewritten guid is recognised by address, then by content.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import SequenceMatcher
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.domain.names import fold

HASH_VERSION = 1
"""Raise it when `content_hash` changes: entries are then re-hashed silently, never re-announced."""

SAME_TITLE = 0.75
"""Titles at least this alike (0..1) may belong to one entry whose guid was kept."""

_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|ref|source)$")
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source published. `key` is the guid, else the address, else a hash of the content.

    `body` is harmless HTML or plain text.
    """

    key: str
    url: str | None
    title: str
    body: str
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None

    @property
    def content_hash(self) -> str:
        """Changes when words change; not with markup, white space or dates."""
        words = _words(f"{self.title}\n{self.body}")
        return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()

    @property
    def address(self) -> str | None:
        """The address without what does not name the document."""
        return normal_address(self.url) if self.url else None


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is remembered of an entry so that it is recognised again."""

    id: int
    key: str
    address: str | None
    title: str
    content_hash: str
    hash_version: int = HASH_VERSION


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Never seen before."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class UpdatedEntry:
    """Seen before; its words have changed."""

    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class SameEntry:
    """Seen before, same words. `rekeyed` where only its guid or address was rewritten."""

    id: int
    entry: Entry
    rekeyed: bool = False


Identified = NewEntry | UpdatedEntry | SameEntry


@dataclass(slots=True)
class KnownEntries:
    """The entries of one source, found by key, address and content."""

    by_key: dict[str, KnownEntry] = field(default_factory=dict)
    by_address: dict[str, KnownEntry] = field(default_factory=dict)
    by_content: dict[str, KnownEntry] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[KnownEntry]) -> "KnownEntries":
        """Index `entries`; of two with the same address or content the later one is found."""
        known = cls()
        for entry in entries:
            known.by_key[entry.key] = entry
            known.by_content[entry.content_hash] = entry
            if entry.address:
                known.by_address[entry.address] = entry
        return known

    def identify(self, entry: Entry) -> Identified:
        """Whether `entry` is new, changed or as it was."""
        content = entry.content_hash
        found = self._find(entry, content)
        if found is None:
            return NewEntry(entry)
        outdated = found.hash_version != HASH_VERSION
        if found.content_hash == content or outdated:
            rekeyed = found.key != entry.key or found.address != entry.address or outdated
            return SameEntry(found.id, entry, rekeyed)
        return UpdatedEntry(found.id, entry)

    def _find(self, entry: Entry, content: str) -> KnownEntry | None:
        found = self.by_key.get(entry.key)
        if found is not None and _may_be_one(found, entry, content):
            return found
        address = entry.address
        found = self.by_address.get(address) if address else None
        if found is not None and alike(found.title, entry.title) >= SAME_TITLE:
            return found
        return self.by_content.get(content)


def distinct_keys(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries of one document with keys told apart where the feed repeats a guid."""
    taken: dict[str, Entry] = {}
    for entry in entries:
        key = entry.key
        if key in taken:
            if taken[key].content_hash == entry.content_hash:
                continue
            key = f"{key}#{entry.address or entry.content_hash}"
        if key not in taken:
            taken[key] = replace(entry, key=key)
    return tuple(taken.values())


def normal_address(url: str) -> str:
    """`url` without scheme, fragment, `www.`, tracking parameters and trailing slash."""
    try:
        parts = urlsplit(url.strip())
        query = [(k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.match(k)]
    except ValueError:
        return url.strip()
    host = parts.netloc.casefold().removeprefix("www.")
    return urlunsplit(("", host, parts.path.rstrip("/"), urlencode(query), "")).removeprefix("//")


def alike(one: str, other: str) -> float:
    """How alike two titles are, 0..1, after folding."""
    left, right = fold(one)[:300], fold(other)[:300]
    if left == right:
        return 1.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _may_be_one(found: KnownEntry, entry: Entry, content: str) -> bool:
    # A feed with one guid for everything: neither address, content nor title agree.
    return (
        found.content_hash == content
        or (found.address is not None and found.address == entry.address)
        or found.address is None
        or entry.address is None
        or alike(found.title, entry.title) >= SAME_TITLE
    )


def _words(text: str) -> str:
    return fold(_MARKUP.sub(" ", text))
