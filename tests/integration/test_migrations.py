"""The schema is brought up to date after a copy of the old file; a newer one is refused."""

import asyncio
import io
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql

from bot.domain.guilds import GuildSettings
from bot.errors import DatabaseFault
from bot.storage.database import Storage, open_storage
from bot.storage.migrations import SCRIPTS, migrate, revisions
from bot.storage.migrations.applying import alembic_config
from bot.storage.tables import metadata
from tests.process import ROOT

ADDS_A_TABLE = '''"""One step further."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("kilns", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("guilds", sa.Column("kiln", sa.Integer))
'''
BREAKS_HALF_WAY = ADDS_A_TABLE + '    raise RuntimeError("half-way")\n'


async def opened(path: Path) -> Storage:
    return await open_storage(f"sqlite+aiosqlite:///{path}")


def further(tmp_path: Path, script: str) -> Path:
    """The migrations of a program that is one step ahead."""
    folder = tmp_path / "migrations"
    shutil.copytree(
        SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    (folder / "versions" / "9999_further.py").write_text(script.format(head=head))
    return folder


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()


def test_the_revisions_are_those_that_the_files_are_named_after() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert revisions() == {script.revision for script in scripts.walk_revisions()}
    assert max(revisions()) == scripts.get_current_head()


async def test_a_schema_that_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    await (await opened(tmp_path / "t.db")).close()
    program = (
        "import asyncio, sys\n"
        "from bot.storage.database import open_storage\n"
        "async def main():\n"
        f"    await (await open_storage('sqlite+aiosqlite:///{tmp_path / 't.db'}')).close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    printed, _ = await run.communicate()
    assert printed == b"False\n"


async def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    storage = await opened(tmp_path / "t.db")
    async with storage._writer.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
    await storage.close()
    assert differences == []


async def test_the_migrations_and_the_tables_agree_on_what_is_compared_by_nobody(
    tmp_path: Path,
) -> None:
    """Server defaults, cascades and counters, as SQLite keeps them."""
    storage = await opened(tmp_path / "t.db")
    await storage.close()
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)

    def described(connection: sa.Connection) -> dict[str, object]:
        inspector = sa.inspect(connection)
        counters = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        return {
            "counted": set(connection.exec_driver_sql(counters).scalars()),
            "keys": {
                name: sorted(
                    (each["constrained_columns"], each["referred_table"], each["options"])
                    for each in inspector.get_foreign_keys(name)
                )
                for name in metadata.tables
            },
            "defaults": {
                name: [(each["name"], each["default"]) for each in inspector.get_columns(name)]
                for name in metadata.tables
            },
        }

    with engine.connect() as wanted:
        expected = described(wanted)
    made = sa.create_engine(f"sqlite:///{tmp_path / 't.db'}")
    with made.connect() as connection:
        found = described(connection)
    engine.dispose()
    made.dispose()
    assert found["counted"] == expected["counted"]
    assert found["keys"] == expected["keys"]
    for name, columns in expected["defaults"].items():  # type: ignore[attr-defined]
        assert sorted(map(repr, columns)) == sorted(map(repr, found["defaults"][name]))  # type: ignore[index]


async def test_an_older_schema_is_brought_up_after_a_copy_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    storage = await opened(path)
    async with storage.unit_of_work() as work:
        await work.guilds.save(GuildSettings(10, channel_id=7))
    await migrate(storage._writer, path, further(tmp_path, ADDS_A_TABLE))
    await storage.close()
    assert "kilns" in tables(path)
    copy = tmp_path / "t.db.before-9999"
    assert "kilns" not in tables(copy)
    older = await opened(copy)
    async with older.reading() as work:
        kept = await work.guilds.find(10)
    await older.close()
    assert kept is not None
    assert kept.channel_id == 7


async def test_a_step_that_breaks_half_way_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    storage = await opened(path)
    before = tables(path)
    with pytest.raises(RuntimeError, match="half-way"):
        await migrate(storage._writer, path, further(tmp_path, BREAKS_HALF_WAY))
    assert tables(path) == before
    await migrate(storage._writer, path, further(tmp_path, ADDS_A_TABLE))
    await storage.close()
    assert "kilns" in tables(path)


async def test_a_copy_from_an_earlier_try_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    storage = await opened(path)
    (tmp_path / "t.db.before-9999").write_text("the first copy")
    await migrate(storage._writer, path, further(tmp_path, ADDS_A_TABLE))
    await storage.close()
    assert (tmp_path / "t.db.before-9999").read_text() == "the first copy"


async def test_where_nothing_is_missing_no_copy_is_made(tmp_path: Path) -> None:
    for _ in range(2):
        await (await opened(tmp_path / "t.db")).close()
    assert [each.name for each in tmp_path.iterdir() if "before" in each.name] == []


async def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    storage = await opened(path)
    await migrate(storage._writer, path, further(tmp_path, ADDS_A_TABLE))
    await storage.close()
    with pytest.raises(DatabaseFault) as raised:
        await opened(path)
    assert raised.value.key == "database.newer"
    assert raised.value.arguments["found"] == "9999"
    assert "kilns" in tables(path)


def test_there_is_one_line_of_migrations_and_each_says_what_it_does() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert all(script.doc for script in scripts.walk_revisions())


def test_the_migrations_are_written_for_postgresql_too() -> None:
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    scripts = ScriptDirectory.from_config(alembic_config())
    with Operations.context(context):
        for script in reversed(list(scripts.walk_revisions())):
            script.module.upgrade()
    made = {line.split()[2] for line in written.getvalue().splitlines() if "CREATE TABLE" in line}
    assert made == set(metadata.tables)
    assert "BIGSERIAL" in written.getvalue()


def test_the_tables_are_written_for_postgresql_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(sa.schema.CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert len(str(index.name)) <= 63, "PostgreSQL cuts longer names"
            assert "CREATE INDEX" in str(sa.schema.CreateIndex(index).compile(dialect=dialect))
