"""How SQLite is spoken to: aiosqlite's thread, but one visit to it for each statement.

SQLAlchemy makes a cursor, executes, fetches and closes, and aiosqlite goes to its thread and back
for each of these: four times what one statement costs. Nothing here knows any SQL.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

import aiosqlite


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """As `aiosqlite.connect`; to be awaited. The thread never keeps the program from ending."""
    connection = _Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with its own
    return connection


class _Connection(aiosqlite.Connection):
    def cursor(self) -> "_Cursor":  # type: ignore[override]
        return _Cursor(self)


class _Cursor:
    """What SQLAlchemy asks of a cursor. All rows are fetched when a statement is executed."""

    def __init__(self, connection: _Connection) -> None:
        # aiosqlite's own cursors go to its thread by this way.
        self._on_thread: Callable[..., Awaitable[None]] = connection._execute  # noqa: SLF001
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Execute one statement and fetch what it gives."""
        await self._on_thread(self._run, "execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Execute one statement for each of `parameters`."""
        await self._on_thread(self._run, "executemany", statement, parameters)

    async def fetchall(self) -> list[Any]:
        """The rows, which are there already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left open."""

    def _run(self, method: str, statement: str, parameters: Any) -> None:
        """On the thread."""
        cursor = self._connection._conn.cursor()  # noqa: SLF001 - as above
        try:
            getattr(cursor, method)(statement, parameters)
            self._rows = cursor.fetchall()
            self.description = cursor.description
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
