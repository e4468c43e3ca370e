"""Lists of subscriptions (OPML 2.0, http://opml.org/spec2.opml), read within bounds and written.

Refuses document types (no feed reader writes one; entities multiply), deep nesting, and what is no
OPML. Addresses are taken as they stand: whether they are any is seen where they are used.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from xml.parsers import expat

from bot.errors import SourceFault
from bot.ingest.charset import to_utf8
from bot.ingest.sanitise import clean_title

LARGEST = 2_000_000
"""Bytes of a list."""

MOST_OUTLINES = 500
"""Feeds of one list; how many more there are is told."""

DEEPEST = 20
LONGEST_ADDRESS = 2000

_NAME_MAX = 200
_NAMESPACE = "urn:tocsin:opml"
_STRAY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = bytes(sorted(set(range(32)) - {9, 10, 13}))


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list. `platform`, `origin`: as Tocsin itself wrote them; `folder`: the name
    above it; `home`: the site it belongs to. What is not said is empty."""

    url: str
    name: str = ""
    home: str = ""
    folder: str = ""
    platform: str = ""
    origin: str = ""
    kind: str = "rss"


@dataclass(frozen=True, slots=True)
class Outlines:
    """The feeds of a list in their order, each address once, and how many more there were."""

    feeds: tuple[Outline, ...]
    left_out: int


def read_outlines(body: bytes) -> Outlines:
    """Read a list. Raises `SourceFault` (`opml.…`)."""
    if len(body) > LARGEST:
        raise SourceFault("opml.large", megabytes=LARGEST // 1_000_000)
    text = to_utf8(body, None).strip(b" \t\r\n\0").translate(None, _CONTROL)
    reader = _Reader()
    try:
        # Most broken lists have titles with a bare "&", or entities of HTML, which XML has not.
        reader.parser.Parse(_STRAY.sub(b"&amp;", text), True)
    except expat.ExpatError:
        raise SourceFault("opml.unreadable") from None
    if not reader.is_opml:
        raise SourceFault("opml.unreadable")
    if not reader.found:
        raise SourceFault("opml.empty")
    return Outlines(tuple(reader.found.values()), reader.left_out)


def write_outlines(title: str, outlines: Iterable[Outline]) -> bytes:
    """A list for any feed reader; what only Tocsin knows stands in attributes of its own."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:tocsin="{_NAMESPACE}">',
        f"  <head><title>{_quoted(title)}</title></head>",
        "  <body>",
    ]
    ordered = sorted(outlines, key=lambda outline: (outline.folder, outline.name, outline.url))
    for folder, within in groupby(ordered, key=lambda outline: outline.folder):
        lines.append(f'    <outline text="{_quoted(folder)}">')
        lines.extend(f"      {_written(outline)}" for outline in within)
        lines.append("    </outline>")
    lines.extend(["  </body>", "</opml>", ""])
    return "\n".join(lines).encode()


class _Reader:
    """Collects outlines that have an address, or say that they are feeds."""

    def __init__(self) -> None:
        self.is_opml = False
        self.found: dict[str, Outline] = {}
        self.left_out = 0
        self._folders: list[str] = []
        self._depth = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse(self, *_: object) -> None:
        raise SourceFault("opml.entities")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SourceFault("opml.deep", limit=DEEPEST)
        if self._depth == 1:
            self.is_opml = tag.lower() == "opml"
        if tag.lower() != "outline":
            return
        given = {name.lower().rpartition(":")[2]: value for name, value in attributes.items()}
        name = _name(given.get("text") or given.get("title") or "")
        url = given.get("xmlurl", "").strip()[:LONGEST_ADDRESS]
        if url or given.get("type", "").lower() in ("rss", "atom"):
            self._keep(url, name, given)
        self._folders.append(name)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if tag.lower() == "outline":
            self._folders.pop()

    def _keep(self, url: str, name: str, given: Mapping[str, str]) -> None:
        key = url or f" {len(self.found)}"  # without an address: kept, to be told
        if key in self.found:
            return
        if len(self.found) == MOST_OUTLINES:
            self.left_out += 1
            return
        self.found[key] = Outline(
            url=url,
            name=name,
            home=given.get("htmlurl", "").strip()[:LONGEST_ADDRESS],
            folder=self._folders[-1] if self._folders else "",
            platform=_name(given.get("platform", "")),
            origin=given.get("origin", "").strip().lower()[:20],
        )


def _name(text: str) -> str:
    return clean_title(text, is_html=True)[:_NAME_MAX]


def _written(outline: Outline) -> str:
    values = {
        "type": outline.kind,
        "text": outline.name,
        "title": outline.name,
        "xmlUrl": outline.url,
        "tocsin:platform": outline.platform,
        "tocsin:origin": outline.origin,
    }
    said = " ".join(f'{name}="{_quoted(value)}"' for name, value in values.items() if value)
    return f"<outline {said}/>"


def _quoted(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", " ".join(text.split())), quote=True)
