"""Brings the schema up to date where it is not; `applying` does it. Each file in `versions` begins
with the number of its revision, in ascending order."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

SCRIPTS = Path(__file__).parent

_VERSION = sa.table("alembic_version", sa.column("version_num"))


async def migrate(engine: AsyncEngine, path: Path | None, folder: Path = SCRIPTS) -> None:
    """Apply what is missing. `path`: the SQLite file, copied beside itself first.

    Raises `DatabaseFault` when the database was written by a newer program.
    """
    async with engine.connect() as connection:
        current = await connection.run_sync(current_revision)
    if current == max(revisions(folder)):
        return
    from bot.storage.migrations.applying import apply  # 11 MB that are needed once a release

    await apply(engine, path, folder, current)


def revisions(folder: Path = SCRIPTS) -> frozenset[str]:
    """The revisions of the schema that this program knows; the greatest is its own."""
    scripts = (folder / "versions").glob("[0-9]*_*.py")
    return frozenset(each.name.partition("_")[0] for each in scripts)


def current_revision(connection: sa.Connection) -> str | None:
    """The revision of the schema; None where nothing was ever migrated."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    found: str | None = connection.scalar(sa.select(_VERSION.c.version_num))
    return found
