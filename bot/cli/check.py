"""`tocsin check`: what Tocsin would make of a feed, a page, a mail or a text, and why.

Refuses what cannot be read with one sentence. The verdict never changes the exit code.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.catalogue.lexicons import load_lexicons
from bot.catalogue.platforms import load_platforms
from bot.catalogue.weights import load_weights
from bot.cli.documents import Document, read_document
from bot.cli.verdicts import VerdictView
from bot.cli.wording import harmless
from bot.clock import SystemClock
from bot.config import load_settings
from bot.detection import Detector
from bot.errors import BadCatalogue, BadSetting, Fault, Refused, SourceFault
from bot.i18n import Texts
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Failed, Fetched
from bot.services.checking import Checker

DATA = Path(__file__).resolve().parents[2] / "data"
MOST_BYTES = 10_000_000
"""Of a file or of standard input, as of an address; with --jsonl this holds for each line."""

_USER_AGENT = "Tocsin (tocsin check)"


def run(args: argparse.Namespace) -> int:
    """Do as asked. 0 done, 1 where what was named cannot be read."""
    texts = Texts.load(DATA / "locales")
    try:
        checker = _checker()
        if args.jsonl:
            return _check_lines(checker, texts, args)
        return _check_document(checker, texts, args)
    except (BadCatalogue, BadSetting) as bad:
        for fault in bad.faults:
            _complain(texts.fault(args.lang, fault))
    except Fault as fault:
        _complain(texts.fault(args.lang, fault))
    except BrokenPipeError:
        # Whoever read our output has gone: nobody is left to tell.
        sys.stderr.close()
        return 0
    return 1


def _checker() -> Checker:
    platforms = load_platforms(DATA / "platforms")
    weights = load_weights(DATA / "weights")
    return Checker(Detector(load_lexicons(DATA / "lexicons"), platforms, weights), platforms)


def _check_document(checker: Checker, texts: Texts, args: argparse.Namespace) -> int:
    document = _document(args.what)
    console = Console(highlight=False, markup=False, emoji=False)
    view = VerdictView(console, texts, args.lang, why=args.why)
    if document.kind == "feed":
        view.head(document.kind, document.title, len(document.texts))
    if not any(text.title or text.body.strip() for text in document.texts):
        view.nothing()
        return 0
    for text in document.texts:
        view.show(checker.check(text))
    if document.left_out:
        view.left_out(document.left_out)
    return 0


def _document(what: str) -> Document:
    today = SystemClock().now().date()
    if what.lower().startswith(("http://", "https://")):
        body, content_type, url = asyncio.run(_fetch(what))
        return read_document(body, content_type, url=url, name="", today=today)
    return read_document(_read(what), None, url=None, name=what, today=today)


async def _fetch(url: str) -> tuple[bytes, str | None, str]:
    settings = load_settings()
    allow = AllowHosts.parse(settings.allow_hosts)
    contact = settings.user_agent_contact
    agent = f"{_USER_AGENT}; +{contact}" if contact else _USER_AGENT
    async with Fetcher(user_agent=agent, allow_hosts=allow) as fetcher:
        match await fetcher.fetch(url):
            case Fetched() as fetched:
                return await fetched.body(), fetched.content_type, fetched.final_url
            case Failed(fault=fault):
                raise fault
            case _:
                raise SourceFault("check.refused.unchanged")


def _read(what: str) -> bytes:
    if what == "-":
        return sys.stdin.buffer.read(MOST_BYTES)
    try:
        with Path(what).open("rb") as file:
            return file.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        raise _unreadable(what, error) from None


def _unreadable(what: str, error: OSError | ValueError) -> Refused:
    if isinstance(error, FileNotFoundError):
        return Refused("check.refused.missing", name=harmless(what))
    if isinstance(error, IsADirectoryError):
        return Refused("check.refused.folder", name=harmless(what))
    return Refused("check.refused.file", name=harmless(what))


def _check_lines(checker: Checker, texts: Texts, args: argparse.Namespace) -> int:
    out = sys.stdout
    if hasattr(out, "reconfigure"):
        out.reconfigure(encoding="utf-8", errors="replace")
    for line in _lines(args.what):
        if line.strip():
            answer = _answer(checker, texts, args.lang, line)
            out.write(json.dumps(answer, ensure_ascii=False) + "\n")
            out.flush()
    return 0


def _lines(what: str) -> Iterator[bytes]:
    if what == "-":
        yield from _bounded(sys.stdin.buffer)
        return
    try:
        with Path(what).open("rb") as file:
            yield from _bounded(file)
    except (OSError, ValueError) as error:
        raise _unreadable(what, error) from None


def _bounded(file: Any) -> Iterable[bytes]:
    """The lines of `file`; one that is too long yields its beginning only, which is no JSON."""
    while line := file.readline(MOST_BYTES):
        whole = line.endswith(b"\n") or len(line) < MOST_BYTES
        while not whole:
            rest = file.readline(MOST_BYTES)
            whole = rest.endswith(b"\n") or len(rest) < MOST_BYTES
        yield line


def _answer(checker: Checker, texts: Texts, locale: str, line: bytes) -> dict[str, object]:
    item: object = None
    try:
        item = json.loads(line.decode("utf-8"))
        return checker.verdict(item)
    except Refused as refused:
        fault: Fault = refused
    except (ValueError, RecursionError):
        fault = Refused("check.refused.json")
    identity = item.get("id") if isinstance(item, dict) else None
    return {"id": identity, "error": texts.fault(locale, fault)}


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr)
