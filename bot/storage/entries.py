"""Entries: what sources published and members reported."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.entries import APART, HASH_VERSION, Entry, KnownEntries, KnownEntry
from bot.storage.codec import comparison_from_json, comparison_to_json
from bot.storage.rows import inserted_id
from bot.storage.tables import entries

_FEW = 20
"""So many entries are looked for one by one."""

_JOKER = re.compile(r"[%_/]")

# Put together once: that takes SQLAlchemy longer than the answer.
_ADD = sa.insert(entries)
_KNOWN = (
    sa.select(
        entries.c.id,
        entries.c.key,
        entries.c.address,
        entries.c.title,
        entries.c.content_hash,
        entries.c.hash_version,
    )
    .where(entries.c.source_id == sa.bindparam("source_id"))
    .order_by(entries.c.id)
)
_COULD_BE = _KNOWN.where(
    sa.or_(
        entries.c.key == sa.bindparam("key"),
        entries.c.key.like(sa.bindparam("apart"), escape="/"),
        entries.c.address == sa.bindparam("address"),
        entries.c.content_hash == sa.bindparam("content"),
    )
)


class Entries:
    """The rows of `entries`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known_among(self, source_id: int, wanted: Sequence[Entry]) -> KnownEntries:
        """What is remembered that could be one of `wanted`: same key, address or content.

        Of many wanted ones, everything that is remembered of the source.
        """
        if not wanted:
            return KnownEntries.of(())
        of_source = {"source_id": source_id}
        if len(wanted) > _FEW:
            rows = (await self._connection.execute(_KNOWN, of_source)).all()
            return KnownEntries.of(KnownEntry(*row) for row in rows)
        found: dict[int, KnownEntry] = {}
        for entry in wanted:
            rows = (await self._connection.execute(_COULD_BE, of_source | _traits(entry))).all()
            found |= {row.id: KnownEntry(*row) for row in rows}
        return KnownEntries.of(found[key] for key in sorted(found))

    async def add(
        self,
        entry: Entry,
        now: datetime,
        *,
        source_id: int | None,
        guild_id: int | None = None,
        reporter_id: int | None = None,
    ) -> int:
        """A new entry. Returns its id."""
        whose = {"source_id": source_id, "guild_id": guild_id, "reporter_id": reporter_id}
        row = whose | {"first_seen_at": now} | _values(entry, now)
        return inserted_id(await self._connection.execute(_ADD, row))

    async def add_all(self, new: Sequence[Entry], now: datetime, *, source_id: int) -> None:
        """New entries of a source, in one statement."""
        if new:
            of_source = {"source_id": source_id, "first_seen_at": now}
            rows = [of_source | _values(entry, now) for entry in new]
            await self._connection.execute(_ADD, rows)

    async def find_report(self, key: str) -> int | None:
        """The id of a report that the same member made before."""
        query = sa.select(entries.c.id).where(entries.c.source_id.is_(None), entries.c.key == key)
        found: int | None = await self._connection.scalar(query)
        return found

    async def find_own(self, source_id: int, key: str) -> int | None:
        """The id of a source's entry with this key."""
        query = sa.select(entries.c.id).where(
            entries.c.source_id == source_id, entries.c.key == key
        )
        found: int | None = await self._connection.scalar(query)
        return found

    async def remove(self, entry_id: int) -> None:
        """Forget an entry, and the notices that were made of it."""
        await self._connection.execute(sa.delete(entries).where(entries.c.id == entry_id))

    async def change(self, entry_id: int, entry: Entry, now: datetime) -> None:
        """The new words (or key) of a known entry."""
        await self._connection.execute(
            sa.update(entries).where(entries.c.id == entry_id).values(**_values(entry, now))
        )

    async def recent(self, source_id: int, since: datetime) -> list[tuple[int, Entry]]:
        """Entries of a source published since then, oldest first."""
        when = sa.func.coalesce(entries.c.published_at, entries.c.first_seen_at)
        query = (
            sa.select(entries)
            .where(entries.c.source_id == source_id, when >= since)
            .order_by(when, entries.c.id)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [(row["id"], _entry(row)) for row in rows]

    async def count(self, source_id: int) -> int:
        """How many entries of a source are remembered."""
        query = sa.select(sa.func.count()).where(entries.c.source_id == source_id)
        return int(await self._connection.scalar(query.select_from(entries)) or 0)


def _traits(entry: Entry) -> dict[str, str | None]:
    """What `_COULD_BE` compares. What a feed repeats is kept under its key, `APART` and more."""
    escaped = _JOKER.sub(r"/\g<0>", entry.key)
    return {
        "key": entry.key,
        "apart": f"{escaped}{APART}%",
        "address": entry.address,
        "content": entry.content_hash,
    }


def _values(entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "key": entry.key,
        "address": entry.address,
        "url": entry.url,
        "title": entry.title,
        "body": entry.body,
        "content_hash": entry.content_hash,
        "hash_version": HASH_VERSION,
        "language": entry.language,
        "published_at": entry.published_at,
        "updated_at": now,
        "comparison": comparison_to_json(entry.comparison) if entry.comparison else None,
    }


def _entry(row: Any) -> Entry:
    return Entry(
        key=row["key"],
        url=row["url"],
        title=row["title"],
        body=row["body"],
        published_at=row["published_at"],
        updated_at=row["updated_at"],
        language=row["language"],
        comparison=comparison_from_json(row["comparison"]),
    )
