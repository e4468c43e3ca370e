"""Brings the schema up to date, after a copy of the old file. Refuses a newer schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import DatabaseFault
from bot.storage.copying import copy_file

SCRIPTS = Path(__file__).parent


def alembic_config(scripts: Path = SCRIPTS) -> Config:
    """Alembic's settings; its messages go to our log, not to standard output."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


async def migrate(engine: AsyncEngine, path: Path | None, folder: Path = SCRIPTS) -> None:
    """Apply what is missing. `path`: the SQLite file, copied beside itself first.

    Raises `DatabaseFault` when the database was written by a newer program.
    """
    config = alembic_config(folder)
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    async with engine.connect() as connection:
        current = await connection.run_sync(current_revision)
    if current == head:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseFault("database.newer", path=str(path or ""), found=current)
    if current is not None and path is not None:
        copy = path.with_name(f"{path.name}.before-{head}")
        if not copy.exists():  # one from an earlier try is older and truer
            await copy_file(engine, copy)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, config)


def current_revision(connection: Connection) -> str | None:
    """The revision of the schema; None where nothing was ever migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
