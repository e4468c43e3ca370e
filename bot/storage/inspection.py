"""Looks at a database without changing it: neither made, nor migrated, nor so much as a file beside
it. Works while the bot writes. Refuses what cannot be read with a `DatabaseFault`."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import DatabaseFault
from bot.storage.database import UnitOfWork, sqlite_file, telling_faults
from bot.storage.migrations import current_revision, revisions

_MAGIC = b"SQLite format 3\x00"


class Schema(StrEnum):
    """How the tables stand to what this program expects."""

    ABSENT = "absent"  # no database yet
    CURRENT = "current"
    OLDER = "older"  # brought up to date at the next start
    NEWER = "newer"  # written by a newer program


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the database that lies beside it."""

    path: Path
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found at `place` (an absolute path, or an address without its password).

    `size`, `free`: bytes of the file and of its disk, `writable` whether this account may write
    there; None where it is no file.
    """

    place: str
    schema: Schema
    revision: str | None = None
    size: int | None = None
    free: int | None = None
    writable: bool | None = None
    newest_copy: Copy | None = None


async def inspect_database(url: str) -> Inspection:
    """Look at the database at `url`. Raises `DatabaseFault`: damaged, cannot be opened."""
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise DatabaseFault("database.url") from None
    path = sqlite_file(parsed)
    if path is not None:
        with _all_told(path), telling_faults(path):
            return await asyncio.to_thread(_inspect_file, path.absolute())
    place = parsed.render_as_string(hide_password=True)
    async with _engine(parsed) as engine, _reachable(place), engine.connect() as connection:
        revision = await connection.run_sync(current_revision)
    return Inspection(place, _schema(revision), revision)


@asynccontextmanager
async def looking_into(url: str) -> AsyncIterator[UnitOfWork]:
    """All that is kept, for reading only. The schema must be `CURRENT`."""
    parsed = make_url(url)
    path = sqlite_file(parsed)
    async with _engine(parsed) as engine:
        with _all_told(path), telling_faults(path):
            async with engine.connect() as connection:
                yield UnitOfWork(connection)


def _inspect_file(path: Path) -> Inspection:
    folder = next(parent for parent in path.parents if parent.exists())
    free = shutil.disk_usage(folder).free
    if not path.exists():
        writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        return Inspection(str(path), Schema.ABSENT, free=free, writable=writable)
    with contextlib.closing(sqlite3.connect(_read_only(path), uri=True, timeout=10)) as file:
        (found,) = file.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise DatabaseFault("database.damaged", path=str(path), detail=found)
        tables = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        rows = file.execute("SELECT version_num FROM alembic_version") if tables.fetchone() else ()
        revision = next((row[0] for row in rows), None)
    return Inspection(
        str(path),
        _schema(revision),
        revision,
        size=path.stat().st_size,
        free=free,
        writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK),
        newest_copy=_newest_copy(path),
    )


def _read_only(path: Path) -> str:
    """The file's address for a reader that leaves nothing behind.

    Where no log lies beside the file nobody has it open, and even a reader would make one, which
    may then belong to an account that the bot is not: so it is read as if nothing could change it.
    """
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    return f"{path.absolute().as_uri()}?{mode}"


def _schema(revision: str | None) -> Schema:
    known = revisions()
    if revision == max(known):
        return Schema.CURRENT
    return Schema.OLDER if revision is None or revision in known else Schema.NEWER


def _newest_copy(path: Path) -> Copy | None:
    copies = [
        Copy(each, datetime.fromtimestamp(each.stat().st_mtime, UTC))
        for each in path.parent.iterdir()
        if each != path and each.is_file() and _is_database(each)
    ]
    return max(copies, key=lambda copy: copy.made_at, default=None)


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


@contextlib.contextmanager
def _all_told(path: Path | None) -> Iterator[None]:
    """What `telling_faults` lets pass: a look may meet tables that are not as they should be."""
    try:
        yield
    except (sqlite3.Error, sa.exc.DBAPIError) as error:
        said = str(getattr(error, "orig", None) or error)
        raise DatabaseFault("database.damaged", path=str(path or ""), detail=said) from None


@asynccontextmanager
async def _engine(url: sa.URL) -> AsyncIterator[AsyncEngine]:
    path = sqlite_file(url)
    try:
        if path is None:
            engine = create_async_engine(url, poolclass=sa.NullPool)
        else:
            place = _read_only(path)
            engine = create_async_engine(
                url,
                poolclass=sa.NullPool,
                async_creator=lambda: aiosqlite.connect(place, uri=True, timeout=10),
            )
    except (sa.exc.ArgumentError, ImportError) as error:
        raise DatabaseFault("database.driver", detail=str(error)) from None
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def _reachable(place: str) -> AsyncIterator[None]:
    """What a server or its driver may raise, as a fault."""
    try:
        async with asyncio.timeout(15):
            yield
    except (sa.exc.SQLAlchemyError, OSError, TimeoutError) as error:
        why = str(getattr(error, "orig", None) or error) or type(error).__name__
        detail = why.splitlines()[0]
        raise DatabaseFault("database.cannot_open", path=place, detail=detail) from None
