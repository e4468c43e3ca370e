"""Pages: copies as they came, compressed, and the text that was read from each.

The first copy and the latest ones are kept; between them the oldest go, so that a page that never
rests cannot fill the disk.
"""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.pages import PageText, Snapshot, Version
from bot.storage.rows import inserted_id
from bot.storage.tables import snapshots, versions

MOST_KEPT = 60
"""Copies of one page: with its first, those of the latest changes."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A body ready to be kept. Made outside of a unit of work: it takes a few milliseconds."""

    sha256: bytes
    body: bytes

    @classmethod
    def of(cls, body: bytes) -> "Packed":
        """`body`, compressed and hashed."""
        return cls(hashlib.sha256(body).digest(), zlib.compress(body, 6))


class Pages:
    """The rows of `snapshots` and `versions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(
        self,
        source_id: int,
        packed: Packed,
        page: PageText,
        at: datetime,
        *,
        url: str,
        content_type: str | None,
    ) -> None:
        """Keep a copy and its text, which counts from now on."""
        result = await self._connection.execute(
            sa.insert(snapshots).values(
                source_id=source_id,
                at=at,
                url=url,
                content_type=content_type,
                sha256=packed.sha256,
                body=packed.body,
            )
        )
        await self._add_version(source_id, inserted_id(result), page, at)
        await self._thin_out(source_id)

    async def read_anew(self, old: Version, page: PageText) -> None:
        """Keep what a copy says, in place of how it was read before."""
        await self._connection.execute(sa.delete(versions).where(versions.c.id == old.id))
        await self._add_version(old.source_id, old.snapshot_id, page, old.at)

    async def latest(self, source_id: int) -> Version | None:
        """The text that counts."""
        newest = versions.c.at.desc(), versions.c.id.desc()
        query = sa.select(versions).where(versions.c.source_id == source_id).order_by(*newest)
        row = (await self._connection.execute(query.limit(1))).mappings().one_or_none()
        return _version(row) if row else None

    async def snapshot(self, snapshot_id: int) -> Snapshot | None:
        """A copy with its bytes."""
        query = sa.select(snapshots).where(snapshots.c.id == snapshot_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _snapshot(row) if row else None

    async def copies(self, source_id: int) -> list[tuple[int, datetime, bytes]]:
        """Id, time and SHA-256 of each copy, the oldest first."""
        query = (
            sa.select(snapshots.c.id, snapshots.c.at, snapshots.c.sha256)
            .where(snapshots.c.source_id == source_id)
            .order_by(snapshots.c.at, snapshots.c.id)
        )
        rows = (await self._connection.execute(query)).all()
        return [(row.id, row.at, row.sha256) for row in rows]

    async def _add_version(
        self, source_id: int, snapshot_id: int, page: PageText, at: datetime
    ) -> None:
        await self._connection.execute(
            sa.insert(versions).values(
                source_id=source_id,
                snapshot_id=snapshot_id,
                at=at,
                title=page.title,
                text=page.text,
                language=page.language,
            )
        )

    async def _thin_out(self, source_id: int) -> None:
        copies = await self.copies(source_id)
        for snapshot_id, _, _ in copies[1 : 1 + max(0, len(copies) - MOST_KEPT)]:
            await self._connection.execute(
                sa.delete(snapshots).where(snapshots.c.id == snapshot_id)
            )


def _version(row: Any) -> Version:
    return Version(
        id=row["id"],
        source_id=row["source_id"],
        snapshot_id=row["snapshot_id"],
        at=row["at"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
    )


def _snapshot(row: Any) -> Snapshot:
    return Snapshot(
        id=row["id"],
        source_id=row["source_id"],
        at=row["at"],
        url=row["url"],
        content_type=row["content_type"],
        sha256=row["sha256"],
        body=zlib.decompress(row["body"]),
    )
