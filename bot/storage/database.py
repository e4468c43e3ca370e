"""Opens the database and hands out units of work: one writer at a time, BEGIN IMMEDIATE, WAL.

Refuses a damaged file and a newer schema. Nothing may be awaited inside a unit of work but storage.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import DatabaseFault
from bot.storage.alerts import Alerts
from bot.storage.checklists import Checklists
from bot.storage.copying import copy_file
from bot.storage.driver import connect
from bot.storage.entries import Entries
from bot.storage.guilds import Guilds
from bot.storage.incidents import Incidents
from bot.storage.migrations import migrate
from bot.storage.outbox import Outbox
from bot.storage.pages import Pages
from bot.storage.sources import Sources

BUSY_TIMEOUT_MS = 10_000


class UnitOfWork:
    """All that is kept, seen through one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.guilds = Guilds(connection)
        self.sources = Sources(connection)
        self.entries = Entries(connection)
        self.incidents = Incidents(connection)
        self.alerts = Alerts(connection)
        self.outbox = Outbox(connection)
        self.checklists = Checklists(connection)
        self.pages = Pages(connection)


class Storage:
    """The database. Made by `open_storage`, ended by `close`."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader
        self._writing = asyncio.Lock()
        self.committed = asyncio.Event()
        """Set after each commit: there may be something in the outbox."""

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """A write transaction: committed at the end, rolled back if anything is raised."""
        async with self._writing:
            with telling_faults():
                async with self._writer.begin() as connection:
                    yield UnitOfWork(connection)
        self.committed.set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """A consistent view for reading. Writing in it fails."""
        with telling_faults():
            async with self._reader.connect() as connection:
                yield UnitOfWork(connection)

    async def backup(self, target: Path) -> None:
        """A consistent copy while running. Raises `DatabaseFault` where it cannot be written."""
        if self._writer.dialect.name != "sqlite":
            raise DatabaseFault("database.backup.not_sqlite")
        if target.exists():
            raise DatabaseFault("database.backup.exists", path=str(target))
        with telling_faults(target):
            await copy_file(self._writer, target)

    async def close(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


async def open_storage(url: str) -> Storage:
    """Open (or make) the database at `url`, check it and bring its schema up to date.

    Raises `DatabaseFault`: cannot be opened, damaged, newer than this program, disk full.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise DatabaseFault("database.url") from None
    path = sqlite_file(parsed)
    fresh = path is not None and not path.exists()
    if path is not None:
        _make_folder(path)
    storage = None
    try:
        with telling_faults(path):
            writer = _engine(parsed, "BEGIN IMMEDIATE", size=1)
            reader = _engine(parsed, "BEGIN", size=4, read_only=True)
            storage = Storage(writer, reader)
            if path is not None:
                await asyncio.to_thread(_try, path)
            if path is not None and not fresh:
                await _check(reader)
            await migrate(writer, path)
    except BaseException:
        if storage is not None:
            await storage.close()
        raise
    return storage


def sqlite_file(url: sa.URL) -> Path | None:
    """The file of an SQLite database; None where it is none."""
    database = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or database.startswith((":memory:", "file:")):
        return None
    return Path(database)


def _try(path: Path) -> None:
    """Raises what keeps the file from being opened; the driver would tell it from a thread that
    may outlive the loop."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA schema_version")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseFault("database.cannot_open", path=str(path), detail=error.strerror) from None


def _engine(url: sa.URL, begin: str, size: int, read_only: bool = False) -> AsyncEngine:
    try:
        if url.get_backend_name() != "sqlite":
            return create_async_engine(url, pool_size=size, pool_pre_ping=True)
        engine = create_async_engine(
            url,
            poolclass=sa.AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "async_creator_fn": connect},
        )
    except (sa.exc.ArgumentError, ImportError) as error:
        raise DatabaseFault("database.driver", detail=str(error)) from None

    # The driver's own transactions neither protect a read before a write nor roll back DDL:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"query_only={int(read_only)}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(begin)  # not by way of a statement of SQLAlchemy's, which costs ten times it
        cursor.close()

    return engine


async def _check(reader: AsyncEngine) -> None:
    async with reader.connect() as connection:
        found = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar()
    if found != "ok":
        raise DatabaseFault("database.damaged", path=reader.url.database, detail=str(found))


class telling_faults:  # noqa: N801 - reads as a clause
    """Turns what the disk or the file can cause into `DatabaseFault`."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, sa.exc.DBAPIError | sqlite3.Error | OSError):
            return
        said = str(error.orig) if isinstance(error, sa.exc.DBAPIError) else str(error)
        path = str(self._path or "")
        for words, key in (
            ("is full", "database.full"),
            ("readonly", "database.read_only"),
            ("read-only", "database.read_only"),
            ("is locked", "database.locked"),
            ("malformed", "database.damaged"),
            ("not a database", "database.damaged"),
            ("unable to open", "database.cannot_open"),
            ("disk I/O", "database.disk"),
        ):
            if words in said:
                raise DatabaseFault(key, path=path, detail=said) from error
        if isinstance(error, OSError):
            raise DatabaseFault("database.cannot_open", path=path, detail=said) from error
