"""Only what was not read before is parsed: a document split at its items, by bytes, and hashed.

The split refuses (returns None) wherever it would not be sound: text between items, nested items,
no clean end, marked sections that do not close. Documents are UTF-8 here (`charset.py`).
Idea and figures: parsing is nearly all of a feed reader's cost; of a hundred kilobytes with one
new item it is a fortieth this way.
"""

import re
from dataclasses import dataclass

import xxhash

VERSION = b"1"
"""Raise it when entries come out of the same bytes differently: everything is then read anew."""

HASH = 8
"""Bytes of a chunk's hash (xxh3, 64 bits)."""

MOST_ITEMS = 4000
"""Items of one document that are looked at; of more, those at both ends."""

_LEAST_MEMORY = 100
_LONGEST_HEAD = 256_000

_ITEM = re.compile(rb"<(item|entry)(?=[\s>/])")
_MARKED = re.compile(rb"<(?:!\[CDATA\[|!--|\?)")
_CLOSERS = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
_TAG = re.compile(rb"<(/?)([A-Za-z_][^\s<>/]*)([^<>]*)>")
_END = re.compile(rb"</([A-Za-z_][^\s<>/]*)\s*>\s*\Z")


@dataclass(frozen=True, slots=True)
class Split:
    """`head` + `chunks` + `tail` is the document, white space between chunks apart.

    `context`: the tags that are open where the items stand (namespaces, base, language).
    """

    head: bytes
    chunks: tuple[bytes, ...]
    tail: bytes
    context: bytes

    def only(self, chosen: tuple[int, ...]) -> bytes:
        """The document with the chosen chunks only."""
        return b"".join((self.head, *(self.chunks[i] for i in chosen), self.tail))


@dataclass(frozen=True, slots=True)
class News:
    """What of a split document was not read before.

    `unseen`: indexes of chunks, each content once. `seen`: to keep for the next time.
    `anew`: nothing can be compared, since this is the first time or the context changed.
    """

    unseen: tuple[int, ...]
    seen: bytes
    anew: bool


def split(document: bytes) -> Split | None:
    """The document at its items, or None where splitting would not be sound."""
    first = _opener(document, 0)
    if first is None:
        return None
    start, name = first
    context = _context(document[:start])
    if context is None:
        return None
    chunks = []
    head_end = end = start
    while True:
        chunk_end = _item_end(document, start, name)
        if chunk_end is None:
            return None
        chunks.append(document[start:chunk_end])
        end = chunk_end
        following = _opener(document, end)
        if following is None:
            break
        start, other = following
        if other != name or document[end:start].strip():
            return None
    tail = document[end:]
    if not _ends_cleanly(tail, document[:head_end], context):
        return None
    if len(chunks) > MOST_ITEMS:
        chunks = chunks[: MOST_ITEMS // 2] + chunks[-MOST_ITEMS // 2 :]
    return Split(document[:head_end], tuple(chunks), tail, context)


def news(document: Split, seen: bytes) -> News:
    """What of `document` is not in `seen` (as kept from the last time, or empty)."""
    context = xxhash.xxh3_64_digest(VERSION + document.context)
    anew = not seen.startswith(context)
    known = set() if anew else _unpacked(seen[HASH:])
    hashes = [xxhash.xxh3_64_digest(chunk) for chunk in document.chunks]
    unseen = []
    for index, digest in enumerate(hashes):
        if digest not in known:
            known.add(digest)
            unseen.append(index)
    if not unseen and not anew:
        return News((), seen, anew=False)
    return News(tuple(unseen), context + _remembered(hashes, b"" if anew else seen), anew)


def whole_items(document: bytes) -> bytes:
    """A document cut half-way without its last, half item: it is whole at the next visit."""
    name = _ITEM.search(document)
    if name is None:
        return document
    opened = document.rfind(b"<" + name[1])
    closed = document.rfind(b"</" + name[1])
    root = _END.search(document[-200:])
    return document[:opened] if root is None and opened > closed else document


def _remembered(hashes: list[bytes], seen: bytes) -> bytes:
    """Those of this document, then older ones: an item that leaves and comes back is no news."""
    current = list(dict.fromkeys(hashes))
    older = [
        seen[at : at + HASH]
        for at in range(HASH, len(seen), HASH)
        if seen[at : at + HASH] not in set_of(current)
    ]
    most = min(max(2 * len(current), _LEAST_MEMORY), MOST_ITEMS)
    return b"".join((current + older)[:most])
