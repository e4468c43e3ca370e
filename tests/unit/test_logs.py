"""What the log looks like, and that no secret is ever written into it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import JsonFormatter, TextFormatter, set_up_logs

TOKEN = "MTA5ODc2NTQzMjEwOTg3NjU0Mw.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    named = ("discord", "discord.client", "aiosqlite", "alembic", "asyncio", "aiohttp.access")
    levels = {name: logging.getLogger(name).level for name in named}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_a_line_of_text_says_when_how_grave_where_and_what() -> None:
    written = io.StringIO()
    set_up_logs("INFO", "text", written)
    logging.getLogger("bot.workers").info("ready in %d guilds", 3)
    line = written.getvalue()
    assert line.endswith("Z INFO bot.workers: ready in 3 guilds\n")
    assert line[4] == "-"


def test_a_line_of_json_holds_the_same_and_the_trace_of_a_bug() -> None:
    written = io.StringIO()
    set_up_logs("INFO", "json", written)
    try:
        raise RuntimeError("of clay")
    except RuntimeError:
        logging.getLogger("bot").exception("bug %s", "a1b2")
    line = json.loads(written.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "bot", "bug a1b2")
    assert "RuntimeError: of clay" in line["trace"]
    assert line["at"].endswith("Z")


def test_below_its_level_nothing_is_written() -> None:
    written = io.StringIO()
    set_up_logs("WARNING", "text", written)
    logging.getLogger("bot").info("all is well")
    logging.getLogger("aiosqlite").info("a query")
    assert written.getvalue() == ""


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_token_is_never_written(formatter: logging.Formatter) -> None:
    try:
        raise ValueError(f"bad token {TOKEN}")
    except ValueError as error:
        trace = (ValueError, error, error.__traceback__)
        record = logging.LogRecord("x", 40, "", 1, "with %s", (TOKEN,), trace)
    written = formatter.format(record)
    assert TOKEN not in written
    assert "***" in written
