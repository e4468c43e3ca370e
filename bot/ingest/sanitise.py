"""Foreign markup made harmless: text-level tags only, bounded. Refuses everything else."""

import html
import re

import nh3

LONGEST_BODY = 100_000
"""Characters of a body after sanitising."""

LONGEST_TITLE = 500

_LOOKED_AT = 3 * LONGEST_BODY
# fmt: off
_TAGS = frozenset(
    {
        "a", "abbr", "b", "blockquote", "br", "cite", "code", "dd", "del", "div", "dl", "dt",
        "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "q",
        "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
        "thead", "time", "tr", "u", "ul",
    }
)
_DROPPED_WITH_CONTENT = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "title",
        "head",
    }
)
# fmt: on
_ATTRIBUTES = {"a": frozenset({"href"}), "time": frozenset({"datetime"})}
_SCHEMES = frozenset({"http", "https", "mailto"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LOOKS_LIKE_HTML = re.compile(r"</[a-zA-Z]|<(br|p|hr|img)\b|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_LINE_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_UNCLOSED = re.compile(
    r"<(?![/!]|(p|li|br|hr|img|dt|dd|tr|td|th|source|input|wbr)\b)[^<>]*(?<!/)>", re.IGNORECASE
)
_DEEPEST = 500
_BLOCK_TAG = re.compile(r"<(?:/?(?:p|div|li|br|h[1-6]|tr)|br/)\b[^<>]*>", re.IGNORECASE)


def clean_body(markup: str, *, is_html: bool, base: str | None = None) -> str:
    """`markup` as harmless HTML of at most `LONGEST_BODY` characters; plain text is escaped.

    Relative links are resolved against `base`, or lose their target without one.
    """
    markup = _CONTROL.sub("", markup[:_LOOKED_AT]).strip()
    if not is_html and not _LOOKS_LIKE_HTML.search(markup):
        markup = html.escape(markup, quote=False)
    if len(_UNCLOSED.findall(markup)) - markup.count("</") > _DEEPEST:
        # Thousands of tags within each other take a parser quadratic time: the text alone, then.
        markup = _ANY_TAG.sub(" ", markup)
    clean = _cleaned(markup, base)
    if len(clean) > LONGEST_BODY:
        clean = _cleaned(_cut(clean, LONGEST_BODY - 2000), base)
    if len(clean) > LONGEST_BODY:  # thousands of open tags: the text alone, then
        clean = _cut(nh3.clean(clean, tags=set(), clean_content_tags=set()), LONGEST_BODY)
    return clean.strip()


def clean_title(markup: str, *, is_html: bool) -> str:
    """`markup` as plain text on one line: tags removed, entities resolved once."""
    markup = _LINE_BREAK.sub(" ", _CONTROL.sub("", markup[: 20 * LONGEST_TITLE]))
    if is_html:
        stripped = nh3.clean(
            _BLOCK_TAG.sub(" ", markup),
            tags=set(),
            clean_content_tags=set(_DROPPED_WITH_CONTENT - {"title", "head"}),
        )
        markup = html.unescape(stripped)
    title = " ".join(markup.split())
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def _cleaned(markup: str, base: str | None) -> str:
    if base is not None and base.lower().startswith(("http://", "https://")):
        try:
            return _nh3(markup, ("rewrite_with_base", base))
        except ValueError:  # no address after all
            pass
    return _nh3(markup, "deny")


def _nh3(markup: str, url_relative: "nh3.UrlRelative") -> str:
    return nh3.clean(
        markup,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        url_relative=url_relative,
    )


def _cut(markup: str, length: int) -> str:
    """The beginning of `markup`, never in the middle of a tag or an entity."""
    cut = markup[:length]
    for opening, closing in (("<", ">"), ("&", ";")):
        at = cut.rfind(opening)
        if at > cut.rfind(closing) and length - at < 1000:
            cut = cut[:at]
    return cut
