"""Applies what is missing to a schema, after a copy of the old file. Refuses a newer schema. The
home of Alembic, which is imported only where there is something to apply."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import DatabaseFault
from bot.storage.copying import copy_file
from bot.storage.migrations import SCRIPTS


def alembic_config(scripts: Path = SCRIPTS) -> Config:
    """Alembic's settings; its messages go to our log, not to standard output."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


async def apply(engine: AsyncEngine, path: Path | None, folder: Path, current: str | None) -> None:
    """Bring a schema from the revision `current` to the newest. As `migrate` otherwise."""
    config = alembic_config(folder)
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseFault("database.newer", path=str(path or ""), found=current)
    if current is not None and path is not None:
        copy = path.with_name(f"{path.name}.before-{scripts.get_current_head()}")
        if not copy.exists():  # one from an earlier try is older and truer
            await copy_file(engine, copy)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, config)


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
