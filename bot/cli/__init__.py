"""The command line: arguments, terminal output, exit codes (0 done, 1 something is wrong, 2 wrong
usage). No traceback for anything that a person, a source or Discord can cause."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.cli.arguments import of_check, of_demo, of_doctor, of_source
from bot.cli.ending import run_until_asked
from bot.cli.languages import terminal_language
from bot.config import load_settings
from bot.errors import BadCatalogue, BadSetting, Fault
from bot.i18n import Texts
from bot.logs import set_up_logs

# The rest of the program is imported by the command that needs it: it takes a second or two.

DATA = Path(__file__).resolve().parents[2] / "data"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    set_up_logs("INFO", "text")
    try:
        return int(given.act(given))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Fault as fault:
        _tell([fault])
        return 1
    except BaseExceptionGroup as group:
        faults, bugs = group.split(Fault)
        if bugs is not None or faults is None:
            raise
        _tell(_leaves(faults))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tocsin",
        description="Rings before a platform that makers depend on closes or changes its rules.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    running = commands.add_parser("run", help="the bot")
    running.set_defaults(act=_run)
    showing = commands.add_parser("demo", help="the bot in a simulated Discord, in the browser")
    of_demo(showing)
    showing.set_defaults(act=_demo)
    checking = commands.add_parser("check", help="what Tocsin would make of a feed, page or text")
    of_check(checking)
    checking.set_defaults(act=_check)
    doctor = commands.add_parser("doctor", help="what is wrong, and how to mend it")
    of_doctor(doctor)
    doctor.set_defaults(act=_doctor)
    source = commands.add_parser(
        "source", help="what communities watch: list, add, lists in and out"
    )
    of_source(source)
    source.set_defaults(act=_source)
    backup = commands.add_parser("backup", help="a consistent copy of the database, while running")
    backup.add_argument("file", type=Path, help="where the copy goes; it must not exist yet")
    backup.set_defaults(act=_backup)
    migrate = commands.add_parser(
        "migrate", help="bring the database up to date (done at start too)"
    )
    migrate.set_defaults(act=_migrate)
    return parser


def _run(_: argparse.Namespace) -> int:
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    from bot.app import run

    run_until_asked(run(settings))
    return 0


def _demo(given: argparse.Namespace) -> int:
    from bot.cli import demo

    return demo.run(given)


def _check(given: argparse.Namespace) -> int:
    from bot.cli import check

    return check.run(given)


def _doctor(given: argparse.Namespace) -> int:
    if given.alive:
        from bot.cli import alive

        return alive.run(given)
    from bot.cli import doctor

    return doctor.run(given)


def _source(given: argparse.Namespace) -> int:
    from bot.cli import source

    set_up_logs("WARNING", "text")  # what comes of a visit is said in the answer
    return source.run(given)


def _backup(given: argparse.Namespace) -> int:
    settings = load_settings()
    run_until_asked(_copy(settings.database_url, given.file))
    print(given.file)
    return 0


def _migrate(_: argparse.Namespace) -> int:
    settings = load_settings()
    run_until_asked(_open_and_close(settings.database_url))
    return 0


async def _copy(url: str, target: Path) -> None:
    from bot.storage.database import open_storage

    storage = await open_storage(url)
    try:
        await storage.backup(target)
    finally:
        await storage.close()


async def _open_and_close(url: str) -> None:
    from bot.storage.database import open_storage

    storage = await open_storage(url)
    await storage.close()


def _tell(faults: Iterable[Fault]) -> None:
    """Say what is wrong and what to do, in the terminal's language; a sentence each."""
    language = terminal_language()
    try:
        texts: Texts | None = Texts.load(DATA / "locales")
    except BadCatalogue:
        texts = None  # the sentences themselves cannot be read
    for fault in faults:
        parts = fault.faults if isinstance(fault, BadSetting | BadCatalogue) else (fault,)
        for part in parts:
            known = texts is not None and texts.has(part.key)
            words = texts.fault(language, part) if texts is not None and known else str(part)
            print(words.replace("\n", " "), file=sys.stderr)


def _leaves(group: BaseExceptionGroup[Fault]) -> Iterable[Fault]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        elif isinstance(error, Fault):
            yield error
