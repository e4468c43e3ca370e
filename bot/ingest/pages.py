"""A web page as a reader sees it: its words for the gate, its readable text for comparison.

Home of selectolax and trafilatura. Walls, errors and blanks are refused: they are no page.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import xxhash
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot.domain.pages import SHORTEST, PageText, Selectors
from bot.errors import SourceFault
from bot.ingest.charset import to_utf8
from bot.ingest.sanitise import clean_title
from bot.ingest.walls import refuse_walls

WAY = 1
"""The way of extraction. Raised whenever the same page would give another text: such a change is
ours, and is never told as news."""

GATE_BYTES = 300_000
GATE_TAGS = 2_000
"""Up to here the gate takes a few milliseconds at worst. The parser's time grows with the square of
the depth: 2,000 tags within each other take it 6 ms, 100,000 take it 15 s."""

LONGEST_PAGE = 200_000
"""Characters of readable text that are kept and compared."""

_INVISIBLE = ["script", "style", "noscript", "template", "svg", "iframe", "object", "math"]
_CHROME = "nav, header, footer, aside, form, button, dialog, [role=navigation], [aria-hidden=true]"
_MAIN = ("main", "[role=main]", "article", "#content", "#main", ".content")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
_CELLS = frozenset({"td", "th"})
_BLANK_BYTES = b" \t\r\n\f\v"
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*")
_CELL_BORDERS = re.compile(r"^\|[-|\s:]*$|^\|\s*|\s*\|$", re.MULTILINE)
_CELL_BORDER = re.compile(r"[^\S\n]*\|[^\S\n]*")
_ENOUGH = 0.25


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page, and the hash of all its words (see `gate_of`)."""

    page: PageText
    gate: bytes


def can_gate(html: bytes) -> bool:
    """Whether `gate_of` is quick enough for the loop, whatever the page is."""
    return len(html) <= GATE_BYTES and html.count(b"<") - html.count(b"</") <= GATE_TAGS


def gate_of(html: bytes, content_type: str | None) -> bytes:
    """The hash of all words of a page, whatever its markup: the same hash, the same page."""
    return _gate(LexborHTMLParser(to_utf8(html, content_type)))


def read_page(html: bytes, content_type: str | None, url: str, chosen: Selectors) -> PageRead:
    """The readable text of the page at `url`, and its gate. `chosen` says where the text stands.

    Raises `SourceFault`: `source.page.challenge`, `consent`, `login`, `error`, `maintenance`,
    `short`, `selector` (what `chosen` names is not there), `binary`.
    """
    host = urlsplit(url).hostname or url
    utf8 = to_utf8(html, content_type)
    if b"\0" in utf8[:1000] or utf8[:5] == b"%PDF-":
        raise SourceFault("source.page.binary", host=host)
    tree = LexborHTMLParser(utf8)
    gate = _gate(tree)
    title = title_of(tree)
    language = language_of(tree)
    if not chosen:
        return PageRead(PageText(title, readable_or_wall(utf8, url, title), language), gate)
    refuse_walls(utf8, title, _readable(utf8, url), host)
    text = _chosen(utf8, chosen, host)[:LONGEST_PAGE]
    if len(text) < SHORTEST:
        raise SourceFault("source.page.short", host=host)
    return PageRead(PageText(title, text, language), gate)


def readable_or_wall(utf8: bytes, url: str, title: str) -> str:
    """The readable text of a page in UTF-8. Raises `SourceFault` where it is no page."""
    text = _readable(utf8, url)[:LONGEST_PAGE]
    refuse_walls(utf8, title, text, urlsplit(url).hostname or url)
    return text


def title_of(tree: LexborHTMLParser) -> str:
    """How a page calls itself."""
    for selector in ("head title", "title", "h1"):
        node = tree.css_first(selector)
        if node is not None and (title := clean_title(node.text(), is_html=False)):
            return title
    return ""


def language_of(tree: LexborHTMLParser) -> str | None:
    """The language that a page declares."""
    declared = (tree.root.attributes.get("lang") if tree.root else None) or ""
    return declared if _LANGUAGE.fullmatch(declared) else None


def _gate(tree: LexborHTMLParser) -> bytes:
    title = title_of(tree)
    tree.strip_tags(_INVISIBLE)
    words = tree.body.text(separator=" ") if tree.body else ""
    # Without blanks, since they move with the markup; splitting at them would cost as much again.
    letters = f"{title}\n{words}".encode("utf-8", "replace").translate(None, _BLANK_BYTES)
    return xxhash.xxh3_128_digest(letters)


def _chosen(utf8: bytes, chosen: Selectors, host: str) -> str:
    """The text of the parts that `chosen` names, less what it removes."""
    tree = LexborHTMLParser(utf8)
    tree.strip_tags(_INVISIBLE)
    try:
        for selector in chosen.remove:
            for node in tree.css(selector):
                node.decompose()
        parts = [part for selector in chosen.select for part in tree.css(selector)]
    except (ValueError, SelectolaxError):
        raise SourceFault("source.page.selector", host=host) from None
    if not chosen.select and tree.body is not None:
        parts = [tree.body]
    if not parts:
        raise SourceFault("source.page.selector", host=host)
    return _tidy("\n".join(_blocks(part) for part in parts))


def _readable(utf8: bytes, url: str) -> str:
    """The text that a reader came for. Where the extractor finds hardly any of the main part, the
    main part as it stands."""
    import trafilatura

    html = utf8.decode("utf-8", "replace")
    try:
        found = trafilatura.extract(
            html,
            url=url,
            output_format="txt",
            include_comments=False,
            include_tables=True,
            favor_recall=True,
        )
    except Exception:  # noqa: BLE001  whatever a page makes the extractor do is the page's fault
        found = None
    text = _tidy(_without_borders(found or ""))
    main = _main_text(utf8)
    return text if len(text) >= len(main) * _ENOUGH else main


def _main_text(utf8: bytes) -> str:
    tree = LexborHTMLParser(utf8)
    tree.strip_tags(_INVISIBLE)
    for node in tree.css(_CHROME):
        node.decompose()
    for selector in _MAIN:
        main = tree.css_first(selector)
        if main is not None and (text := _tidy(_blocks(main))):
            return text
    return _tidy(_blocks(tree.body)) if tree.body is not None else ""


def _blocks(node: LexborNode) -> str:
    """The text of a node, each block on a line, cells of a row side by side."""
    parts: list[str] = []
    for each in node.traverse(include_text=True):
        if each.tag == "-text":
            parts.append(each.text(deep=False).replace("\n", " "))
        elif each.tag in _BLOCKS:
            parts.append("\n")
        elif each.tag in _CELLS:
            parts.append(" · ")
    return "".join(parts)


def _without_borders(text: str) -> str:
    """Rows of tables as people write them: cells side by side."""
    return _CELL_BORDER.sub(" · ", _CELL_BORDERS.sub("", text))


def _tidy(text: str) -> str:
    lines = _LINES.sub("\n", _BLANKS.sub(" ", text)).strip().split("\n")
    return "\n".join(line for line in (each.strip(" ·") for each in lines) if line)
