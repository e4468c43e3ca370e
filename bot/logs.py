"""What the log looks like, as text or JSON lines. Refuses tokens: a secret is never written."""

import json
import logging
import re
import sys
import time
from typing import Any, TextIO

_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")


def set_up_logs(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (standard error) at `level`, as `text` or `json`."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their messages at lower levels tell of retries that Tocsin reports in its own words.
    for noisy in ("discord", "aiosqlite", "alembic", "asyncio", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    client = logging.getLogger("discord.client")
    client.setLevel(logging.ERROR)  # it misses voice; we do not
    client.filters[:] = [_reconnects_in_a_sentence]


def _reconnects_in_a_sentence(record: logging.LogRecord) -> bool:
    """Discord's gateway may be away at any time: that is told, but is no bug with a trace."""
    if record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
        error = record.exc_info[1]
        why = str(error) or type(error).__name__
        record.msg = "Discord's gateway is away (%s); next try in %.0f s"
        record.args = (why, *(record.args or ()))
        record.exc_info = None
    return True


class TextFormatter(logging.Formatter):
    """`2026-11-24T20:00:00Z INFO bot.workers: words`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("***", super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, and the trace of a bug."""

    def __init__(self) -> None:
        super().__init__()
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _TOKEN.sub("***", json.dumps(line, ensure_ascii=False))
