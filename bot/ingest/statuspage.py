"""Incidents of a Statuspage (`/api/v2/incidents.json`), each with its updates in their order.

Such pages tell of outages; that a closure is never raised by them alone is decided elsewhere.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from bot.ingest.jsonfields import Item, Items, Markup, link_of, list_of, object_of, text_of

_HOST = re.compile(r"(?:^|[.-])status(?:page)?(?:[.-]|$)|status\.[a-z]{2,}$", re.IGNORECASE)
_FEED_ID = re.compile(r"tag:[^,\s]{1,253},2005:/history")


def interface_of(url: str) -> str | None:
    """Where a status page at `url` would list its incidents; None where the host has not the name
    of one, or the address is not its front page."""
    parts = urlsplit(url)
    if not _HOST.search(parts.hostname or "") or parts.path.strip("/") not in ("", "history"):
        return None
    return urlunsplit((parts.scheme, parts.netloc, "/api/v2/incidents.json", "", ""))


def is_status_feed(feed_id: object, description: object, title: object) -> bool:
    """Whether a feed of this id (Atom), description (RSS) or title is a history of outages; other
    makers of such pages title theirs alike."""
    return (
        _FEED_ID.fullmatch(text_of(feed_id).strip()) is not None
        or text_of(description).strip() == "Statuspage"
        or text_of(title).strip().casefold().endswith("incident history")
    )


def items_of(document: object, url: str) -> Items | None:
    """The incidents; None where `document` is something else."""
    found = object_of(document)
    page = object_of(found.get("page"))
    incidents = found.get("incidents")
    if not page or not isinstance(incidents, list):
        return None
    home = link_of(page.get("url"), url) or url
    return Items(
        items=tuple(_item(each, home) for each in list_of(incidents)),
        title=text_of(page.get("name")),
    )


def _item(value: object, home: str) -> Item | None:
    if not isinstance(value, dict):
        return None
    incident: Mapping[str, object] = value
    key = text_of(incident.get("id"))
    # They come the newest first, as a rule; times of one form sort as they are written.
    updates = [object_of(each) for each in reversed(list_of(incident.get("incident_updates")))]
    updates.sort(key=lambda update: text_of(update.get("created_at")))
    said = [text_of(update.get("body")).strip() for update in updates]
    link = f"/incidents/{key}" if key.isalnum() else incident.get("shortlink")
    return Item(
        key=key,
        url=link_of(link, home),
        title=Markup(text_of(incident.get("name")), is_html=False),
        bodies=(Markup("\n\n".join(filter(None, said)), is_html=False),),
        published=text_of(incident.get("created_at")),
        updated=text_of(incident.get("updated_at")),
    )
