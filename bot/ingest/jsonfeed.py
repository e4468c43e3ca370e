"""JSON Feed 1.0 and 1.1 (https://jsonfeed.org/version/1.1): its items. Refuses other JSON.

No library reads it that is kept up: feedparser does not, and what there is holds the field names
alone. What takes care is what is done with the fields, and that is the same for all entries.
"""

import html
from collections.abc import Mapping

from bot.ingest.jsonfields import Item, Items, Markup, link_of, list_of, object_of, text_of

MEDIA_TYPE = "application/feed+json"


def items_of(document: object, url: str, content_type: str = "") -> Items | None:
    """The items of a JSON Feed, which says so itself or by its media type; None where `document`
    is none."""
    feed = object_of(document)
    declared = content_type.partition(";")[0].strip().lower() == MEDIA_TYPE
    if not declared and "jsonfeed.org/version/" not in text_of(feed.get("version")):
        return None
    if not isinstance(feed.get("items"), list):
        return None
    return Items(
        items=tuple(_item(each, url) for each in list_of(feed["items"])),
        title=text_of(feed.get("title")),
        language=text_of(feed.get("language")),
        next_url=link_of(feed.get("next_url"), url),
    )


def _item(value: object, base: str) -> Item | None:
    if not isinstance(value, dict):
        return None
    item: Mapping[str, object] = value
    return Item(
        key=text_of(item.get("id")),
        url=link_of(item.get("url"), base) or link_of(item.get("external_url"), base),
        # Plain text by the rules, but many a feed brings the entities of the page along.
        title=Markup(html.unescape(text_of(item.get("title"))), is_html=False),
        bodies=(
            Markup(text_of(item.get("content_html")), is_html=True),
            Markup(text_of(item.get("content_text")), is_html=False),
            Markup(text_of(item.get("summary")), is_html=False),
        ),
        published=text_of(item.get("date_published")),
        updated=text_of(item.get("date_modified")),
        language=text_of(item.get("language")),
    )
