"""A consistent copy of an SQLite file in use. Never overwrites, never leaves half a one."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine


async def copy_file(engine: AsyncEngine, target: Path) -> None:
    """Copy the database of `engine` to `target`, which appears when it is whole.

    Raises what the driver and the disk raise.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            if driver is None:
                raise LookupError("a connection without a driver")
            await driver.execute("VACUUM INTO ?", (str(part),))
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
