"""One item as feedparser understands it, made an entry: identity, address, words, dates, language.

Refuses addresses that are not http or https, and dates that no calendar has.
"""

import calendar
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from yarl import URL

from bot.domain.entries import Entry
from bot.ingest.sanitise import clean_body, clean_title

LONGEST_KEY = 500
"""Characters of a guid; longer ones are hashed."""

_LONGEST_URL = 2000
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")


def entry_of(item: Mapping[str, Any], feed_language: str | None) -> Entry:
    """The entry of a feedparser item. Its `key` is the guid, else the address, else its content."""
    url = address(item.get("link"))
    entry = Entry(
        key="",
        url=url,
        title=_title(item),
        body=_body(item),
        published_at=_instant(item, "published_parsed"),
        updated_at=_instant(item, "updated_parsed"),
        language=_language(item) or feed_language,
    )
    return replace(entry, key=_key(item.get("id"), url) or entry.content_hash)


def address(link: object) -> str | None:
    """`link` where it is an absolute http or https address; else None."""
    if not isinstance(link, str) or not link.lower().startswith(("http://", "https://")):
        return None
    try:
        url = URL(link)
    except ValueError:
        return None
    text = str(url)
    return text if url.raw_host and len(text) <= _LONGEST_URL else None


def language_tag(tag: object) -> str | None:
    """A language as `en` or `pt-br`; None for what is none."""
    lower = tag.strip().replace("_", "-").lower() if isinstance(tag, str) else ""
    return lower if _LANGUAGE.fullmatch(lower) else None


def _key(guid: object, url: str | None) -> str | None:
    key = " ".join(guid.split()) if isinstance(guid, str) else ""
    key = key.encode("utf-8", "replace").decode() or url or ""
    if len(key) > LONGEST_KEY:
        return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return key or None


def _title(item: Mapping[str, Any]) -> str:
    detail = item.get("title_detail") or {}
    return clean_title(item.get("title") or "", is_html=detail.get("type") in _HTML_TYPES)


def _body(item: Mapping[str, Any]) -> str:
    candidates = [*(item.get("content") or ()), item.get("summary_detail") or {}]
    longest = max(candidates, key=lambda candidate: len(candidate.get("value") or ""))
    is_html = longest.get("type") in _HTML_TYPES
    return clean_body(longest.get("value") or "", is_html=is_html, base=longest.get("base"))


def _instant(item: Mapping[str, Any], key: str) -> datetime | None:
    # Not item[key] of feedparser's own dict, which takes one date for another with a warning.
    parsed = dict.get(item, key) if isinstance(item, dict) else None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _language(item: Mapping[str, Any]) -> str | None:
    details = [*(item.get("content") or ()), item.get("summary_detail"), item.get("title_detail")]
    return next((tag for d in details if d and (tag := language_tag(d.get("language")))), None)
