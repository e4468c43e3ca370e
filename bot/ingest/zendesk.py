"""Articles of a Zendesk help centre (https://developer.zendesk.com/api-reference/help_center/).

Its own interface is read, never its pages, which often stand behind walls. Drafts are left out.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from bot.ingest.jsonfields import Item, Items, Markup, link_of, list_of, object_of, text_of

PAGE_SIZE = 30
"""Articles of one visit, those first that were changed last."""

_WHAT = (
    r"(?:/(?P<locale>[a-z]{2,3}(?:-[a-z0-9]{2,8})?))?"
    r"(?:/(?P<part>categories|sections)/(?P<id>\d{1,20})[^/]*)?"
)
_PAGE = re.compile(rf"/hc{_WHAT}/?", re.IGNORECASE)
_LIST = re.compile(rf"/api/v2/help_center{_WHAT}/articles(?:\.json)?", re.IGNORECASE)


def interface_of(url: str) -> str | None:
    """Where the articles of the help centre at `url` are listed, or of a section or category of it,
    those first that were changed last; None where the address is none of these."""
    parts = urlsplit(url)
    unsorted = "sort_by" not in parts.query
    found = _PAGE.fullmatch(parts.path) or (unsorted and _LIST.fullmatch(parts.path)) or None
    if found is None:
        return None
    locale = f"/{found['locale'].lower()}" if found["locale"] else ""
    part = f"/{found['part'].lower()}/{found['id']}" if found["part"] else ""
    path = f"/api/v2/help_center{locale}{part}/articles.json"
    query = f"sort_by=updated_at&sort_order=desc&per_page={PAGE_SIZE}"
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def items_of(document: object, url: str) -> Items | None:
    """The articles; None where `document` is something else."""
    found = object_of(document)
    articles = found.get("articles")
    if not isinstance(articles, list) or not found.keys() & {"page_count", "count", "meta"}:
        return None
    following = found.get("next_page") or object_of(found.get("links")).get("next")
    return Items(
        items=tuple(_item(each, url) for each in list_of(articles)),
        title=urlsplit(url).hostname or "",
        next_url=link_of(following, url),
    )


def _item(value: object, base: str) -> Item | None:
    if not isinstance(value, dict) or value.get("draft") is True:
        return None
    article: Mapping[str, object] = value
    return Item(
        key=text_of(article.get("id")),
        url=link_of(article.get("html_url"), base),
        title=Markup(text_of(article.get("title")), is_html=False),
        bodies=(Markup(text_of(article.get("body")), is_html=True),),
        published=text_of(article.get("created_at")),
        updated=text_of(article.get("edited_at")) or text_of(article.get("updated_at")),
        language=text_of(article.get("locale")),
    )
