"""The sign of life as a small file beside the database, for whoever asks from outside.

Refuses nothing: what is no sign of life is none. Imports no database: a health check is quick.
"""

import contextlib
import json
from datetime import datetime
from pathlib import Path

from bot.domain.heartbeat import Heartbeat


def heartbeat_file(database_url: str) -> Path:
    """Beside an SQLite file, under its name; else `var/tocsin.alive`."""
    scheme, _, rest = database_url.partition(":///")
    name = rest.partition("?")[0]
    if not scheme.startswith("sqlite") or not name or name.startswith((":memory:", "file:")):
        return Path("var/tocsin.alive")
    return Path(f"{name}.alive")


def write_heartbeat(path: Path, heartbeat: Heartbeat) -> None:
    """Replace the sign at once, so that nobody reads half a one. Raises `OSError`."""
    part = path.with_name(f"{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    seen = {name: at.isoformat() for name, at in heartbeat.seen.items()}
    times = {"started_at": heartbeat.started_at, "beat_at": heartbeat.beat_at}
    told = {key: at.isoformat() for key, at in times.items()}
    part.write_text(json.dumps({**told, "seen": seen}), "utf-8")
    part.replace(path)


def find_heartbeat(path: Path) -> Heartbeat | None:
    """The newest sign that was left."""
    try:
        told = json.loads(path.read_text("utf-8"))
        return Heartbeat(
            started_at=_instant(told["started_at"]),
            beat_at=_instant(told["beat_at"]),
            seen={str(name): _instant(at) for name, at in told["seen"].items()},
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def forget_heartbeat(path: Path) -> None:
    """Take the sign away: it ended in order."""
    with contextlib.suppress(OSError):
        path.unlink()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant
