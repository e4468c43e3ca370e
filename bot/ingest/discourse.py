"""Topics of a Discourse forum: its lists in JSON, and where the same lists stand as feeds.

The lists in JSON have titles only; the feeds have first posts, so they are what is offered.
"""

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit, urlunsplit

from bot.ingest.jsonfields import Item, Items, Markup, link_of, list_of, object_of, text_of

NAMESPACE = "http://www.discourse.org/"

_LIST = re.compile(r"/(?:latest|new|top|c|t|tag|categories)(?=[/.]|$)")
_PART = re.compile(r"(?P<path>.*?/(?:c/(?:[^/]+/){1,3}|t/(?:[^/]+/)?)\d{1,9})(?:[/.].*)?")


def interface_of(url: str) -> str | None:
    """The feed of what a list in JSON lists; None where `url` is no such list."""
    return feed_of(url) if urlsplit(url).path.endswith("/latest.json") else None


def feed_of(url: str) -> str:
    """The feed of the forum at `url`: of the category or topic that it names, else of all."""
    part = _PART.fullmatch(urlsplit(url).path)
    return urljoin(url, f"{part['path']}.rss") if part else f"{_home(url)}latest.rss"


def items_of(document: object, url: str) -> Items | None:
    """The topics of a list; None where `document` is something else."""
    topics = object_of(object_of(document).get("topic_list"))
    if not isinstance(topics.get("topics"), list):
        return None
    base = _home(url)
    path, _, query = text_of(topics.get("more_topics_url")).partition("?")
    return Items(
        items=tuple(_item(each, base) for each in list_of(topics["topics"])),
        title=urlsplit(url).hostname or "",
        next_url=link_of(f"{path.removesuffix('.json')}.json?{query}", url) if query else None,
    )


def _item(value: object, base: str) -> Item | None:
    if not isinstance(value, dict):
        return None
    topic: Mapping[str, object] = value
    key, slug = text_of(topic.get("id")), text_of(topic.get("slug")) or "-"
    return Item(
        key=key,
        url=link_of(f"t/{slug}/{key}", base) if key else None,
        title=Markup(text_of(topic.get("title")), is_html=False),
        bodies=(Markup(text_of(topic.get("excerpt")), is_html=True),),
        published=text_of(topic.get("created_at")),
    )


def _home(url: str) -> str:
    """The forum's own address, with a slash at the end: it may stand below a folder."""
    parts = urlsplit(url)
    found = _LIST.search(parts.path)
    path = parts.path[: found.start()] if found else ""
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", ""))
