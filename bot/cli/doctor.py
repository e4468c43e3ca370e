"""`tocsin doctor`: what is wrong with settings, catalogue, database, token, permissions and
sources, and how to mend it. Exit code 1 if something is wrong; warnings do not count."""

import argparse
import asyncio
import json
import platform
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import user_agent, version_number
from bot.chat.examination import examination
from bot.cli.languages import terminal_language
from bot.cli.wording import Wording
from bot.clock import SystemClock
from bot.config import SettingsRead, look_at_settings
from bot.domain.findings import Finding, Grade
from bot.errors import Fault
from bot.i18n import Texts
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.reading import FeedReader
from bot.services.doctor import Doctor, Part
from bot.services.doctor_sources import Rounds, State

DATA = Path(__file__).resolve().parents[2] / "data"

_STYLES = {
    Grade.OK: "green",
    Grade.NOTE: "dim",
    Grade.WARNING: "bold yellow",
    Grade.FAULT: "bold red",
}

_NEEDED_TO_ASK = {"DISCORD_API_BASE", "DISCORD_GATEWAY_URL"}


def run(args: argparse.Namespace) -> int:
    """Examine and tell. Raises `BadSetting` where `.env` cannot be read at all."""
    wording = Wording(Texts.load(DATA / "locales"), args.lang or terminal_language())
    view = JsonView(sys.stdout, wording) if args.json else FindingsView(sys.stdout, wording)
    return asyncio.run(examine(look_at_settings(), view, visits=args.sources))


async def examine(
    read: SettingsRead, view: "View", *, visits: bool = False, data: Path = DATA
) -> int:
    """Examine what these settings describe. Returns the exit code."""
    settings, clock = read.settings, SystemClock()
    view.head()
    async with AsyncExitStack() as stack:
        discord = rounds = None
        if settings.discord_token and not read.broken & _NEEDED_TO_ASK:
            base = settings.discord_api_base if settings.has_own_api else None
            discord = await stack.enter_async_context(
                examination(settings.discord_token, base, settings.discord_gateway_url)
            )
        if visits:
            own = _allowed(settings.allow_hosts)
            fetcher = await stack.enter_async_context(
                Fetcher(user_agent=user_agent(settings), allow_hosts=own)
            )
            rounds = Rounds(fetcher, await stack.enter_async_context(FeedReader()), clock, own)
        async for part, finding in Doctor(read, data, clock, discord, rounds).examine():
            view.show(part, finding)
    view.total()
    return 1 if view.counted[Grade.FAULT] else 0


class View(Protocol):
    """Where findings go."""

    counted: Counter[Grade]

    def head(self) -> None:
        """What is examined."""

    def show(self, part: Part, finding: Finding) -> None:
        """One finding."""

    def total(self) -> None:
        """How it stands altogether."""


class JsonView:
    """Prints one document at the end, for programs. Keys are words of this program."""

    def __init__(self, file: TextIO, wording: Wording) -> None:
        self._file = file
        self._wording = wording
        self._findings: list[dict[str, object]] = []
        self.counted: Counter[Grade] = Counter()

    def head(self) -> None:
        """Nothing: the document comes whole."""

    def show(self, part: Part, finding: Finding) -> None:
        """Keep one finding."""
        self.counted[finding.grade] += 1
        mend = self._wording.say(finding.mend) if finding.mend else None
        self._findings.append(
            {
                "part": part.value,
                "grade": finding.grade.value,
                "key": finding.said.key,
                "said": self._wording.say(finding.said),
                "mend": mend,
                **({"source": dict(finding.facts)} if finding.facts else {}),
            }
        )

    def total(self) -> None:
        """Print."""
        counted = {grade.value: self.counted[grade] for grade in Grade}
        document = {"version": version_number(), "counted": counted, "findings": self._findings}
        print(json.dumps(document, ensure_ascii=False, indent=1), file=self._file)


class FindingsView:
    """Shows findings as they come, one line each, with what mends them below; counts them. What was
    visited stands in a table at the end."""

    def __init__(self, file: TextIO, wording: Wording) -> None:
        self._console = Console(file=file, highlight=False, markup=False, emoji=False)
        self._wording = wording
        self._grades = {each: wording.get(f"doctor.grade.{each.value}") for each in Grade}
        self._width = max(map(len, self._grades.values()))
        self._part: Part | None = None
        self._visited: list[Mapping[str, object]] = []
        self.counted: Counter[Grade] = Counter()

    def head(self) -> None:
        """What is examined."""
        number, python = version_number(), platform.python_version()
        self._line(self._wording.get("doctor.head", number=number, python=python))

    def show(self, part: Part, finding: Finding) -> None:
        """One finding."""
        if part is not self._part:
            self._part = part
            self._line("")
            self._line(self._wording.get(f"doctor.part.{part.value}"), "bold")
        self.counted[finding.grade] += 1
        if finding.facts:
            self._visited.append(finding.facts)
        grade = self._grades[finding.grade]
        self._row(grade, self._wording.say(finding.said), _STYLES[finding.grade])
        if finding.mend is not None:
            self._row("", f"→ {self._wording.say(finding.mend)}", "")

    def total(self) -> None:
        """How it stands altogether."""
        if self._visited:
            self._print_visited()
        faults, warnings = self.counted[Grade.FAULT], self.counted[Grade.WARNING]
        self._line("")
        if not faults and not warnings:
            self._line(self._wording.get("doctor.total.good"), "bold green")
            return
        parts = [
            self._wording.get(f"doctor.total.{each.value}", self.counted[each])
            for each in (Grade.FAULT, Grade.WARNING)
            if self.counted[each]
        ]
        self._line(" ".join(parts), "bold red" if faults else "bold yellow")

    def _print_visited(self) -> None:
        """Each address with its state, those first that somebody has to look at."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in ("state", "name", "kind", "newest", "url"):
            table.add_column(self._wording.get(f"doctor.table.{column}"), overflow="fold")
        order = {state: place for place, state in enumerate(reversed(State))}
        for each in sorted(self._visited, key=lambda each: order[State(str(each["state"]))]):
            state = self._wording.get(f"doctor.state.{each['state']}")
            newest = str(each.get("newest") or "")
            cells = (state, str(each["name"]), str(each["kind"]), newest, str(each["url"]))
            table.add_row(*(Text(cell) for cell in cells))
        self._line("")
        self._console.print(table)

    def _row(self, grade: str, text: str, style: str) -> None:
        if not self._console.is_terminal:
            self._line(f"  {grade:{self._width}}  {text}")
            return
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=self._width + 2, no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(Text(f"  {grade}", style), Text(text))
        self._console.print(table)

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=not self._console.is_terminal)


def _allowed(written: str) -> AllowHosts:
    try:
        return AllowHosts.parse(written)
    except Fault:
        return AllowHosts()  # what is wrong with it is told among the settings
