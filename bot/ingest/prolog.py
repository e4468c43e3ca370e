"""What stands before a feed's first tag: stripped of what parsers trip over, bombs refused.

Refuses documents that are no feeds by their first tag: pages, JSON, nothing at all. The document
type is taken out; only harmless entity declarations are put back.
"""

import re
from urllib.parse import urljoin, urlsplit

from bot.errors import SourceFault
from bot.ingest.challenges import is_challenge_page, is_consent_page

MOST_ENTITIES = 300
"""HTML's own list has 253."""

_BEGINNING = 4000
_PAGE_HEAD = 100_000
_FEED_TAGS = (b"rss", b"feed", b"rdf", b"channel")
_PAGE_TAGS = (b"html", b"head", b"body", b"meta", b"title", b"link", b"script", b"div")
_FEED = re.compile(rb"<(rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_FEED_BEHIND_JUNK = re.compile(rb"<\?xml\s|<(rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<([A-Za-z_][^\s<>/]{0,100})")
_ENTITY = re.compile(rb"""<!ENTITY\s+(%\s+)?([^\s"'<>]{1,60})\s+("[^"]*"|'[^']*'|[^>]*)""")
# What feedparser itself keeps: one character reference, or text without references.
_HARMLESS = re.compile(rb"""["'](&\#x?[0-9A-Fa-f]{1,7};|[^&%"'<>]*)["']""")
_LONGEST_VALUE = 40
_REFERENCE = re.compile(rb"[&%][^\s#;&%]{1,60};")
_ALTERNATE = re.compile(rb"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(rb"""type\s{0,3}=\s{0,3}["']?application/(rss|atom)\+xml""", re.IGNORECASE)
_HREF = re.compile(rb"""href\s{0,3}=\s{0,3}["']([^"'<>\s]{1,500})""", re.IGNORECASE)


def feed_document(text: bytes, url: str) -> bytes:
    """`text` (UTF-8) from its first tag on, its entities harmless.

    Raises `SourceFault` (`source.feed.…`) for what is no feed; `url` names it and is the base of
    the feeds that a page offers.
    """
    document = text.strip(b" \t\r\n\0")
    if not document:
        raise SourceFault("source.feed.empty")
    if document[:1] in b"{[":
        raise SourceFault("source.feed.json")
    if _looks_like_page(document[:_BEGINNING].lower()):
        raise _page_fault(document, url)
    if not document.startswith((b"<?", b"<!")) and not _FEED.match(document):
        junk = _FEED_BEHIND_JUNK.search(document[:_BEGINNING])
        document = document[junk.start() :] if junk else document
    document, declared = _without_prolog(document)
    tag = _FIRST_TAG.match(document)
    if tag is None:
        raise SourceFault("source.feed.unreadable")
    if tag[1].lower() in _PAGE_TAGS:
        raise _page_fault(document, url)
    if tag[1].lower().rpartition(b":")[2] not in _FEED_TAGS:
        raise SourceFault("source.feed.other", tag=tag[1].decode("utf-8", "replace"))
    return declared + document


def _looks_like_page(beginning: bytes) -> bool:
    if b"<!doctype html" in beginning:
        return True
    return b"<html" in beginning and not _FEED.search(beginning)


def _page_fault(page: bytes, url: str) -> SourceFault:
    if is_challenge_page(page):
        return SourceFault("source.feed.challenge")
    if is_consent_page(page, urlsplit(url).hostname or ""):
        return SourceFault("source.feed.consent")
    offered = _offered(page[:_PAGE_HEAD], url)
    return (
        SourceFault("source.feed.html_offers", feed=offered)
        if offered
        else SourceFault("source.feed.html")
    )


def _offered(page: bytes, url: str) -> str | None:
    """The address of the first feed that a page names as its own."""
    for link in _ALTERNATE.findall(page):
        href = _HREF.search(link)
        if href and _FEED_TYPE.search(link):
            address: str = href[1].decode("utf-8", "replace").replace("&amp;", "&")
            try:
                return urljoin(url, address)
            except ValueError:
                return None
    return None


def _without_prolog(document: bytes) -> tuple[bytes, bytes]:
    """The document from its first tag on, and a document type with its harmless entities."""
    declared = b""
    while True:
        document = document.lstrip()
        if document.startswith(b"<!--"):
            document = document.partition(b"-->")[2]
        elif document.startswith(b"<?"):
            document = document.partition(b"?>")[2]
        elif document[:9].upper() == b"<!DOCTYPE" and not declared:
            inner, document = _document_type(document)
            declared = _harmless(inner)
        else:
            return document, declared


def _document_type(document: bytes) -> tuple[bytes, bytes]:
    """The inside of the document type, and what follows it."""
    plain, _, rest = document.partition(b">")
    if b"[" not in plain:
        return b"", rest
    # An end in quotes deceives nobody: what then remains is no document, and is refused.
    end = re.search(rb"\]\s*>", document)
    if end is None:
        raise SourceFault("source.feed.unreadable")
    return document[: end.start()], document[end.end() :]


def _harmless(inner: bytes) -> bytes:
    declarations = _ENTITY.findall(inner)
    if len(declarations) > MOST_ENTITIES:
        raise SourceFault("source.feed.entities")
    kept = []
    for parameter, name, value in declarations:
        if value[:1] not in (b'"', b"'"):
            continue  # external: nothing is ever fetched for it
        harmless = _HARMLESS.fullmatch(value)
        if _REFERENCE.search(value) or len(value) > _LONGEST_VALUE:
            raise SourceFault("source.feed.entities")
        if harmless and not parameter:
            kept.append(b"\n<!ENTITY " + name + b' "' + harmless[1] + b'">')
    return b"<!DOCTYPE feed [" + b"".join(kept) + b"\n]>" if kept else b""
