"""What `tocsin check` is given, as texts to judge: a feed, a page, a mail, or plain text.

Feeds, other interfaces and mails are read by the rooms of ingest; a page is read as its words
stand, without its navigation. Refuses nothing: what is nothing else is plain text.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser

from bot.domain.entries import Entry
from bot.domain.notices import Origin, Text
from bot.errors import SourceFault
from bot.ingest.charset import to_utf8
from bot.ingest.documents import is_json
from bot.ingest.documents import read_document as read_source
from bot.ingest.letters import is_mail, read_mail

MOST_ENTRIES = 25
"""Entries of a feed that are shown."""

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_ARTICLE = re.compile(
    r"(?:article:published_time|datePublished|date|dc\.date|pubdate)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Document:
    """What was found: `texts` the newest first, and how many further entries were `left_out`."""

    kind: str  # feed, page, mail or text
    title: str | None
    texts: tuple[Text, ...]
    left_out: int = 0


def read_document(
    body: bytes, content_type: str | None, *, url: str | None, name: str, today: date
) -> Document:
    """Read `body`. `url` where it was fetched from; `name` how it was called; `today` dates what
    has no date of its own. Raises `SourceFault` for a feed that cannot be read."""
    if name.lower().endswith(".eml") or is_mail(body):
        return Document("mail", None, (_mail(body),))
    if is_json(body) and (found := _interface(body, content_type, url)) is not None:
        return found
    text = to_utf8(body, content_type).decode("utf-8", "replace")
    head = text[:2000].lstrip("\ufeff \r\n\t").lower()
    if re.search(r"<(?:rss|feed|rdf:rdf)[\s>]", head):
        return _feed(body, content_type, url)
    if head.startswith(("<!doctype html", "<html")) or "<body" in head or "<head" in head:
        return Document("page", None, (_page(text, url, today),))
    if head.startswith("<?xml"):
        return _feed(body, content_type, url)
    first, _, rest = text.strip().partition("\n")
    return Document("text", None, (Text(first.strip(), rest.strip(), url, today),))


def _interface(body: bytes, content_type: str | None, url: str | None) -> Document | None:
    """A JSON Feed and the like; None for other JSON, which is text like any other."""
    try:
        return _feed(body, content_type, url)
    except SourceFault:
        return None


def _feed(body: bytes, content_type: str | None, url: str | None) -> Document:
    read = read_source(body, content_type, url or "")
    entries = sorted(read.entries, key=_newness, reverse=True)
    shown = entries[:MOST_ENTRIES]
    texts = tuple(Text(entry.title, entry.body, entry.url or url, _day(entry)) for entry in shown)
    return Document("feed", read.title, texts, max(read.total, len(entries)) - len(shown))


def _newness(entry: Entry) -> datetime:
    return entry.published_at or entry.updated_at or datetime.min.replace(tzinfo=UTC)


def _day(entry: Entry) -> date | None:
    at = entry.published_at or entry.updated_at
    return at.date() if at else None


def _mail(body: bytes) -> Text:
    letter = read_mail(body)
    return Text(letter.subject, letter.body, None, letter.sent_on, Origin.COMMUNITY)


def _page(text: str, url: str | None, today: date) -> Text:
    reader = _PageReader()
    reader.feed(text)
    reader.close()
    title = reader.heading.strip() or reader.title.strip()
    return Text(title, "".join(reader.main or reader.words), url, reader.published or today)


class _PageReader(HTMLParser):
    """Title, words and date of a page; of its words those within main or article if there are."""

    _SKIPPED = frozenset(
        [
            "script",
            "style",
            "template",
            "noscript",
            "nav",
            "footer",
            "header",
            "aside",
            "form",
            "svg",
            "select",
            "button",
        ]
    )
    _BLOCKS = frozenset(
        [
            "p",
            "div",
            "li",
            "ul",
            "ol",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "br",
            "tr",
            "section",
            "article",
            "main",
            "td",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.heading = ""
        self.words: list[str] = []
        self.main: list[str] = []
        self.published: date | None = None
        self._skipping: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and _ARTICLE.search(given.get("property") or given.get("name") or ""):
            self.published = self.published or _iso_day(given.get("content"))
        elif tag == "time":
            self.published = self.published or _iso_day(given.get("datetime"))
        if tag in self._SKIPPED:
            self._skipping.append(tag)
        elif tag in ("main", "article", "title", "h1"):
            self._inside.append(tag)
        if tag in self._BLOCKS:
            self._write("\n")

    def handle_endtag(self, tag: str) -> None:
        for stack in (self._skipping, self._inside):
            if tag in stack:
                del stack[len(stack) - 1 - stack[::-1].index(tag) :]
        if tag in self._BLOCKS:
            self._write("\n")

    def handle_data(self, data: str) -> None:
        data = _BLANKS.sub(" ", data)
        if "title" in self._inside:
            self.title += data
        elif not self._skipping or ("h1" in self._inside and self._skipping == ["header"]):
            if "h1" in self._inside:
                self.heading += data
            else:
                self._write(data)

    def _write(self, data: str) -> None:
        if self._skipping:
            return
        self.words.append(data)
        if "main" in self._inside or "article" in self._inside:
            self.main.append(data)


def _iso_day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None
