"""Brings the schema up to date, after a copy of the old file. Refuses a newer schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import DatabaseFault


def alembic_config() -> Config:
    """Alembic's settings; its messages go to our log, not to standard output."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


async def migrate(engine: AsyncEngine, path: Path | None) -> None:
    """Apply what is missing. `path`: the SQLite file, copied beside itself first.

    Raises `DatabaseFault` when the database was written by a newer program.
    """
    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    async with engine.connect() as connection:
        current = await connection.run_sync(_current)
    if current == head:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseFault("database.newer", path=str(path or ""), found=current)
    if current is not None and path is not None:
        await _keep_copy(engine, path.with_name(f"{path.name}.before-{head}"))
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, config)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _keep_copy(engine: AsyncEngine, target: Path) -> None:
    if target.exists():
        return  # a copy from an earlier try, which is the older and truer one
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None  # noqa: S101 - just connected
        await driver.execute("VACUUM INTO ?", (str(target),))


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
