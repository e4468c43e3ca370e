"""One item of a feed, one mail or one member's report, and how it keeps its identity.

Dates never decide: feeds rewrite them. A rewritten guid is recognised by address, then by content.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, count
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.domain.names import fold
from bot.domain.pages import Comparison

HASH_VERSION = 1
"""Raise it when `content_hash` changes: entries are then re-hashed silently, never re-announced."""

SAME_TITLE = 0.75
"""Titles at least this alike (0..1) may belong to one entry whose guid was kept."""

TELLING = 60
"""Characters from which the same words elsewhere are the same entry; bare titles are reused."""

APART = "#"
"""Stands between a key and what tells it apart where a feed repeats its guids."""

REPORT, LINK = "report:", "link:"
"""How keys of members' reports begin; a link's words were read by Tocsin itself."""

_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|ref|source|xtor)$", re.IGNORECASE)
_PORT = re.compile(r":(80|443)$")
_NAMES_A_PAGE = re.compile(r"[/?#]")
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True)  # no slots: what is computed is kept
class Entry:
    """What a source published. `key` is the guid, else the address, else a hash of the content.

    `body` is harmless HTML or plain text; of a page that changed, what was added, and `comparison`
    all that changed.
    """

    key: str
    url: str | None
    title: str
    body: str
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    comparison: Comparison | None = None

    @cached_property
    def content_hash(self) -> str:
        """Changes when words change; not with markup, white space or dates."""
        words = _words(f"{self.title}\n{self.body}")
        return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()

    @cached_property
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
    """The entries of one source, found by key, address and content. For one document at a time."""

    by_key: dict[str, KnownEntry] = field(default_factory=dict)
    by_address: dict[str, list[KnownEntry]] = field(default_factory=dict)
    by_content: dict[str, list[KnownEntry]] = field(default_factory=dict)
    _present: set[str] = field(default_factory=set)
    _given: set[str] = field(default_factory=set)
    _met: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, entries: Iterable[KnownEntry]) -> "KnownEntries":
        """Index `entries`; of two with the same content the later one is found first."""
        known = cls()
        for entry in entries:
            known.by_key[entry.key] = entry
            known.by_content.setdefault(entry.content_hash, []).insert(0, entry)
            if entry.address:
                known.by_address.setdefault(entry.address, []).insert(0, entry)
        return known

    def expect(self, entry: Entry) -> None:
        """`entry` stands in this document: its very words are not taken for old ones of another."""
        self._present.add(entry.content_hash)

    def identify(self, entry: Entry) -> Identified:
        """Whether `entry` is new, changed or as it was; its key is made one that is free.

        Every entry of the document is to be expected first. Two are never edits of one.
        """
        content = entry.content_hash
        # Two changes of one page are two pieces of news, however alike they read.
        changed = entry.comparison is not None
        found = self.by_key.get(entry.key) if changed else self._find(entry, content)
        if found is None:
            return NewEntry(self._with_free_key(entry, content))
        self._met.add(found.id)
        entry = self._with_own_key(entry, found)
        outdated = found.hash_version != HASH_VERSION
        if found.content_hash == content or outdated:
            rekeyed = found.key != entry.key or found.address != entry.address or outdated
            return SameEntry(found.id, entry, rekeyed)
        return UpdatedEntry(found.id, entry)

    def _find(self, entry: Entry, content: str) -> KnownEntry | None:
        kept = [self.by_key[key] for key in keys_of(entry, content) if key in self.by_key]
        kept.sort(key=lambda each: (each.content_hash != content, each.address != entry.address))
        for found in kept:
            if self._is_free(found, content) and self._may_be_one(found, entry, content):
                return found
        there = self._at_its_address(entry, content)
        return there or self._with_its_words(entry, content)

    def _is_free(self, found: KnownEntry, content: str) -> bool:
        """Whether `found` neither is nor will be another entry of this document."""
        mine = found.content_hash == content or found.content_hash not in self._present
        return mine and found.id not in self._met

    def _may_be_one(self, found: KnownEntry, entry: Entry, content: str) -> bool:
        # A feed may have one guid for everything: then more than the guid must agree.
        if found.content_hash == content:
            return True
        elsewhere = found.address and entry.address and found.address != entry.address
        if any(key.startswith(f"{entry.key}{APART}") for key in self.by_key):
            alone = len(self.by_address.get(entry.address or "", ())) == 1
            return not elsewhere and (alone or fold(found.title) == fold(entry.title))
        return not elsewhere or alike(found.title, entry.title) >= SAME_TITLE

    def _at_its_address(self, entry: Entry, content: str) -> KnownEntry | None:
        there = self.by_address.get(entry.address, []) if entry.address else []
        free = [each for each in there if self._is_free(each, content)]
        same = next((each for each in free if each.content_hash == content), None)
        if same is not None or not free or len(there) != 1:
            return same  # where several stand, an address names none of them
        edited = alike(free[0].title, entry.title) >= SAME_TITLE
        return free[0] if edited and _NAMES_A_PAGE.search(entry.address or "") else None

    def _with_its_words(self, entry: Entry, content: str) -> KnownEntry | None:
        for found in self.by_content.get(content, []):
            elsewhere = found.address and entry.address and found.address != entry.address
            short = len(entry.title) + len(entry.body) < TELLING
            if self._is_free(found, content) and not (elsewhere and short):
                return found
        return None

    def _with_own_key(self, entry: Entry, found: KnownEntry) -> Entry:
        """`entry` under its key, or the one it is kept under where another has its key."""
        holder = self.by_key.get(entry.key)
        if entry.key in self._given or (holder is not None and holder.id != found.id):
            return replace(entry, key=found.key)
        if holder is None:
            self._given.add(entry.key)
        return entry

    def _with_free_key(self, entry: Entry, content: str) -> Entry:
        numbered = (f"{entry.key}{APART}{content}{APART}{number}" for number in count(2))
        for key in chain(keys_of(entry, content), numbered):
            if key not in self.by_key and key not in self._given:
                self._given.add(key)
                return replace(entry, key=key)
        raise AssertionError("numbers do not end")


def keys_of(entry: Entry, content: str) -> tuple[str, ...]:
    """The keys under which an entry may be kept: its own, else told apart by address or content."""
    apart = (entry.address, content) if entry.address else (content,)
    return (entry.key, *(f"{entry.key}{APART}{each}" for each in apart))


def distinct_keys(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries of one document with keys told apart where the feed repeats a guid."""
    taken: dict[str, Entry] = {}
    for entry in entries:
        content = entry.content_hash
        if any(
            key in taken and taken[key].content_hash == content for key in keys_of(entry, content)
        ):
            continue
        key = next((key for key in keys_of(entry, content) if key not in taken), None)
        if key is not None:
            taken[key] = replace(entry, key=key)
    return tuple(taken.values())


def normal_address(url: str) -> str:
    """`url` without scheme, default port, `www.`, tracking parameters and trailing slash.

    A fragment stays: on one long page of news it names the item.
    """
    try:
        parts = urlsplit(url.strip())
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url.strip()
    query = urlencode([(name, value) for name, value in pairs if not _TRACKING.match(name)])
    host = _PORT.sub("", parts.netloc.casefold()).removeprefix("www.")
    fragment = "" if _TRACKING.match(parts.fragment.partition("=")[0]) else parts.fragment
    plain = urlunsplit(("", host, parts.path.rstrip("/"), query, fragment))
    return plain.removeprefix("//")


def alike(one: str, other: str) -> float:
    """How alike two titles are, 0..1, after folding."""
    left, right = fold(one)[:300], fold(other)[:300]
    if left == right:
        return 1.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _words(text: str) -> str:
    return fold(_MARKUP.sub(" ", text))
