"""Only what was not read before is parsed: a document split at its items, by bytes, and hashed.

The split refuses (returns None) wherever it would not be sound: text between items, nested items,
no clean end, marked sections that do not close. Documents are UTF-8 here (`charset.py`).
Idea and figures: parsing is nearly all of a feed reader's cost; of a hundred kilobytes with one
new item it is a fortieth this way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import xxhash

VERSION = b"2"
"""Raise it when entries come out of the same bytes differently: everything is then read anew."""

HASH = 8
"""Bytes of a chunk's hash (xxh3, 64 bits)."""

MOST_ITEMS = 4000
"""Items of one document that are looked at; of more, those at both ends."""

_LEAST_MEMORY = 100
_LONGEST_HEAD = 256_000

_ITEM = re.compile(rb"<(item|entry)(?=[\s>/])")
_EDGES = {
    b"item": re.compile(rb"<(/?)item(?=[\s>/])"),
    b"entry": re.compile(rb"<(/?)entry(?=[\s>/])"),
}
_FOLLOWING = {
    b"item": re.compile(rb"\s*<(item)(?=[\s>/])"),
    b"entry": re.compile(rb"\s*<(entry)(?=[\s>/])"),
}
_MARKED = re.compile(rb"<(?:!\[CDATA\[|!--|\?)")
_CLOSERS = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
_TAG = re.compile(rb"<(/?)([A-Za-z_][^\s<>/]*)([^<>]*)>")
_ROOT_END = re.compile(rb"</[A-Za-z_][^\s<>/]*\s*>\s*\Z")

_Open = list[tuple[bytes, bytes]]


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
    opener = _next(_ITEM, document, 0)
    if opener is None:
        return None
    name, start = opener[1], opener.start()
    head = document[:start]
    opened = _opened(head)
    if opened is None:
        return None
    chunks = []
    while True:
        end = _item_end(document, start, name)
        if end is None:
            return None
        chunks.append(document[start:end])
        opener = _FOLLOWING[name].match(document, end) or _next(_ITEM, document, end)
        if opener is None:
            break
        start = opener.start(1) - 1
        if opener[1] != name or document[end:start].strip():
            return None
    tail = document[end:]
    if not _closes(tail, list(opened)):
        return None
    if len(chunks) > MOST_ITEMS:
        chunks = chunks[: MOST_ITEMS // 2] + chunks[-MOST_ITEMS // 2 :]
    return Split(head, tuple(chunks), tail, _context(head, opened))


def news(document: Split, seen: bytes) -> News:
    """What of `document` is not in `seen` (as kept from the last time, or empty)."""
    return unseen(document.context, document.chunks, seen)


def unseen(told: bytes, chunks: Sequence[bytes], seen: bytes) -> News:
    """What of `chunks` is not in `seen`; everything where `told`, their context, has changed."""
    context = xxhash.xxh3_64_digest(VERSION + told)
    anew = not seen.startswith(context)
    older = [] if anew else [seen[at : at + HASH] for at in range(HASH, len(seen), HASH)]
    known = set(older)
    hashes = [xxhash.xxh3_64_digest(chunk) for chunk in chunks]
    fresh = []
    for index, digest in enumerate(hashes):
        if digest not in known:
            known.add(digest)
            fresh.append(index)
    if not fresh and not anew:
        return News((), seen, anew=False)
    # Older ones are kept for a while: an item that leaves and comes back is no news.
    remembered = list(dict.fromkeys(hashes + older))
    most = min(max(2 * len(hashes), _LEAST_MEMORY), MOST_ITEMS)
    return News(tuple(fresh), b"".join((context, *remembered[:most])), anew)


def whole_items(document: bytes) -> tuple[bytes, bool]:
    """A document cut half-way without its half item (it is whole at the next visit).

    True where something was left out.
    """
    name = _ITEM.search(document)
    if name is None or _ROOT_END.search(document[-200:]):
        return document, False
    opened = document.rfind(b"<" + name[1])
    if document.rfind(b"</" + name[1]) > opened:
        return document, False
    return document[:opened], True


def _next(pattern: re.Pattern[bytes], document: bytes, start: int) -> re.Match[bytes] | None:
    """The next match outside CDATA, comments and instructions. Linear in the document."""
    found = pattern.search(document, start)
    while found is not None:
        marked = _MARKED.search(document, start, found.start())
        if marked is None:
            return found
        closer = _CLOSERS[marked[0]]
        end = document.find(closer, marked.end())
        if end < 0:
            return None
        start = end + len(closer)
        if found.start() < start:
            found = pattern.search(document, start)
    return None


def _item_end(document: bytes, start: int, name: bytes) -> int | None:
    """Where the item that begins at `start` ends; None for a nested or an unclosed one."""
    if document[document.find(b">", start) - 1] == ord("/"):
        return None
    plain = _plain_end(document, start, b"<" + name, b"</" + name + b">")
    if plain is not None:
        return plain
    edge = _next(_EDGES[name], document, start + 1)
    if edge is None or not edge[1]:
        return None
    end = document.find(b">", edge.end())
    if end < 0 or document[edge.end() : end].strip():
        return None
    return end + 1


def _plain_end(document: bytes, start: int, opener: bytes, closer: bytes) -> int | None:
    """Where an item ends that mentions nothing like itself: nearly every item, found fast."""
    position = start + 1
    end = document.find(closer, position)
    while end >= 0:
        marked = _MARKED.search(document, position, end)
        if marked is None:
            return None if document.find(opener, start + 1, end) >= 0 else end + len(closer)
        ending = _CLOSERS[marked[0]]
        position = document.find(ending, marked.end()) + len(ending)
        if not marked.end() <= position <= end:  # unclosed, or beyond the first end
            return None
    return None


def _opened(head: bytes) -> _Open | None:
    """The tags that are open at the end of `head`, outermost first; None where it is unclear."""
    plain = _unmarked(head) if len(head) <= _LONGEST_HEAD else None
    opened: _Open = []
    return opened if plain is not None and _walk(plain, opened) and opened else None


def _closes(tail: bytes, opened: _Open) -> bool:
    """Whether `tail` closes what is open, and nothing follows."""
    plain = _unmarked(tail) if len(tail) <= _LONGEST_HEAD else None
    if plain is None or not _walk(plain, opened):
        return False
    return not opened and _ROOT_END.search(plain[-200:]) is not None


def _walk(plain: bytes, opened: _Open) -> bool:
    """Open and close the tags of `plain` upon `opened`; False where they do not match."""
    for closing, name, rest in _TAG.findall(plain):
        if not closing:
            if not rest.endswith(b"/"):
                opened.append((name, rest))
        elif not opened or opened.pop()[0] != name:
            return False
    return True


def _unmarked(document: bytes) -> bytes | None:
    """Without CDATA, comments and instructions; None where one does not close."""
    kept = []
    start = 0
    while (marked := _MARKED.search(document, start)) is not None:
        kept.append(document[start : marked.start()])
        closer = _CLOSERS[marked[0]]
        end = document.find(closer, marked.end())
        if end < 0:
            return None
        start = end + len(closer)
    return b"".join((*kept, document[start:]))


def _context(head: bytes, opened: _Open) -> bytes:
    declared = head[: head.find(b"]>")] if head.startswith(b"<!DOCTYPE") else b""
    return b"\n".join((declared, *(name + b" " + rest for name, rest in opened)))
