"""Every statement that storage makes can be said in PostgreSQL too."""

import contextlib
import inspect
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.deliveries import Delivery, DeliveryState, Subject
from bot.domain.entries import Entry
from bot.domain.guilds import GuildSettings, Subscription
from bot.domain.incidents import ToldNotice
from bot.domain.pages import PageText, Version
from bot.domain.sources import Health, Source, SourceKind, Validators, Watcher
from bot.errors import Fault, SourceFault
from bot.storage.database import Storage, UnitOfWork, open_storage
from bot.storage.pages import Packed
from tests.told import NOW, alert, told

SOURCE = Source(
    1, "https://k.example/", Validators(), None, b"", Health.NEW, NOW, None, 0, NOW, None, None
)
DELIVERY = Delivery(
    1, Subject.ALERT, 1, 10, 1000, 1, 0, DeliveryState.PENDING, "en", None, None, 0, NOW, None
)
EXAMPLES: dict[Any, Any] = {
    int: 1,
    str: "x",
    bool: True,
    datetime: NOW,
    Alert: alert(),
    Revision: Revision(1, Reason.FIRST, NOW),
    Entry: Entry("k", "https://k.example/1", "t", "b", NOW),
    GuildSettings: GuildSettings(10),
    Subscription: Subscription(0, 10, "kilnfolk", "Kilnfolk"),
    ToldNotice: told(),
    Source: SOURCE,
    Watcher: Watcher(1, 1, 10, "n", "kilnfolk", "Kilnfolk", None, None),
    Fault: SourceFault("source.http.missing", host="k.example"),
    Delivery: DELIVERY,
    Subject: Subject.ALERT,
    AlertState: AlertState.PENDING,
    SourceKind: SourceKind.FEED,
    Packed: Packed.of(b"page"),
    PageText: PageText("t", "b", "en"),
    Version: Version(1, 1, 1, NOW, "t", "b", "en"),
}


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 't.db'}")
    yield opened
    await opened.close()


def example(kind: Any) -> Any:
    """Something of this type, as little as will do."""
    if kind in EXAMPLES:
        return EXAMPLES[kind]
    inner = get_args(kind)
    match get_origin(kind):
        case origin if origin in (Union, UnionType):
            return example(inner[0])
        case origin if origin is dict:
            return {}
        case origin if origin is set:
            return {example(inner[0])}
        case None:
            raise NotImplementedError(f"no example of {kind}")
        case _:
            return [example(inner[0])]


def methods(work: UnitOfWork) -> list[tuple[str, Any]]:
    rooms = {name: room for name, room in vars(work).items() if hasattr(room, "_connection")}
    assert len(rooms) >= 7
    return [
        (f"{name}.{called}", method)
        for name, room in rooms.items()
        for called, method in inspect.getmembers(room, inspect.iscoroutinefunction)
        if not called.startswith("_")
    ]


async def test_every_statement_is_understood_by_postgresql(storage: Storage) -> None:
    said: list[Any] = []
    engine = storage._writer.sync_engine
    sa.event.listen(engine, "before_execute", lambda _c, statement, *_: said.append(statement))
    silent = []
    async with storage.unit_of_work() as work:
        names = [name for name, _ in methods(work)]
    for name in names:
        before = len(said)
        with contextlib.suppress(KeyError, sa.exc.IntegrityError):
            async with storage.unit_of_work() as work:
                method = dict(methods(work))[name]
                hints = get_type_hints(method)
                given = {
                    each: example(hints[each]) for each in inspect.signature(method).parameters
                }
                await method(**given)
        if len(said) == before:
            silent.append(name)
    assert silent == [], "methods that said nothing"
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    statements = {str(each.compile(dialect=dialect)) for each in said if hasattr(each, "compile")}
    assert len(statements) > 60
    assert not any("PRAGMA" in each for each in statements)
