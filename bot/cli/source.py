"""`tocsin source`: what communities watch, for the operator; also while the bot runs, which sees
within half a minute what changed.

What is added belongs to one community, as if a moderator there had added it. What all communities
may hear is the catalogue, in `data/platforms`; it is only listed here. Exit code 1 where something
could not be done.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.app import load_data, user_agent
from bot.cli.languages import terminal_language
from bot.cli.wording import Wording, harmless
from bot.clock import SystemClock
from bot.config import load_settings
from bot.domain.notices import Origin
from bot.domain.sources import PollBounds, Source, SourceKind, Watcher
from bot.errors import Refused
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.opml import LARGEST, MOST_OUTLINES
from bot.ingest.reading import FeedReader
from bot.services.adding import Choice, Wanted
from bot.services.services import Services, make_services
from bot.services.transfer import Imported
from bot.services.watching import Added
from bot.storage.database import open_storage


def run(args: argparse.Namespace) -> int:
    """Do as asked. Raises `Fault` for what keeps all of it from being done."""
    return asyncio.run(_run(args))


async def _run(args: argparse.Namespace) -> int:
    async with _opened() as services:
        wording = Wording(services.texts, args.lang or terminal_language())
        operator = _Operator(services, wording)
        match args.command:
            case "list":
                return await operator.listing(args.guild)
            case "add":
                origin = Origin(args.origin) if args.origin else None
                guild_id = await operator.guild(args.guild)
                return await operator.add(
                    Wanted(
                        guild_id,
                        None,
                        args.url,
                        args.platform,
                        args.name,
                        origin,
                        as_page=args.page,
                    )
                )
            case "copies":
                return await operator.copies(args.address, args.save)
            case "remove":
                return await operator.remove(await operator.guild(args.guild), args.source)
            case "import":
                guild_id = await operator.guild(args.guild)
                return await operator.load(guild_id, args.file, args.platform, args.left)
            case _:
                return await operator.export(await operator.guild(args.guild), args.file)


@asynccontextmanager
async def _opened() -> AsyncIterator[Services]:
    """All that Tocsin can do, without Discord and without loops."""
    settings, clock = load_settings(), SystemClock()
    texts, catalogue = load_data()
    allow = AllowHosts.parse(settings.allow_hosts)
    async with AsyncExitStack() as stack:
        storage = await open_storage(settings.database_url)
        stack.push_async_callback(storage.close)
        agent = user_agent(settings)
        yield make_services(
            clock=clock,
            texts=texts,
            catalogue=catalogue,
            storage=storage,
            fetcher=await stack.enter_async_context(Fetcher(user_agent=agent, allow_hosts=allow)),
            reader=await stack.enter_async_context(FeedReader()),
            allow=allow,
            sources_per_guild=settings.sources_per_guild,
            bounds=PollBounds(
                timedelta(seconds=settings.poll_seconds),
                timedelta(seconds=settings.poll_min_seconds),
            ),
            sources_changed=lambda: None,  # a running bot looks for itself
        )


class _Operator:
    """Does one command and prints what came of it. Returns exit codes."""

    def __init__(self, services: Services, wording: Wording) -> None:
        self._services = services
        self._wording = wording

    async def guild(self, given: int | None) -> int:
        """Whose sources are meant. Raises `Refused` where that is not clear."""
        known = await self._guilds()
        possible = ", ".join(map(str, known))
        if given is not None and given not in known:
            raise Refused("operator.unknown_guild", id=given, guilds=possible or "–")
        if given is None and not known:
            raise Refused("operator.no_guild")
        if given is None and len(known) > 1:
            raise Refused("operator.which_guild", guilds=possible)
        return known[0] if given is None else given

    async def listing(self, given: int | None) -> int:
        """What each guild watches, or one; then what the catalogue brings."""
        chosen = await self._guilds() if given is None else [await self.guild(given)]
        for guild_id in chosen:
            pairs = await self._services.watching.listing(guild_id)
            self._say("operator.guild", len(pairs), id=guild_id)
            self._print_all(pairs)
        if given is None:
            async with self._services.storage.reading() as work:
                pairs = await work.sources.watchers_for(None)
            self._say("operator.catalogue", len(pairs))
            self._print_all(pairs)
        return 0

    async def add(self, wanted: Wanted) -> int:
        """Add what stands at an address; where there are several, name them."""
        match await self._services.adding.add(wanted):
            case Choice(candidates=candidates):
                self._say("operator.several", len(candidates))
                for each in candidates:
                    print(f"  {harmless(each.url)}  {harmless(each.title)}")
                return 1
            case Added() as added:
                self._print_added(added)
        return 0

    async def remove(self, guild_id: int, source: str) -> int:
        """No longer watch a source."""
        removed = await self._services.watching.remove(guild_id, source)
        self._say("operator.removed", name=harmless(removed.name))
        return 0

    async def load(self, guild_id: int, file: str, platform: str | None, left: str | None) -> int:
        """Import a list; what is not added is printed, and written to `left`."""
        target = _free(left) if left else None
        imported = await self._services.transfer.load(
            guild_id, None, _content(file), platform=platform, progress=self._tell_progress
        )
        self._print_imported(imported)
        if imported.left and target is not None:
            _write(target, self._services.transfer.as_list(imported.left))
            self._say("operator.left_in", file=str(target))
        return 1 if imported.left or imported.beyond else 0

    async def copies(self, address: str, folder: str | None) -> int:
        """List the copies of a page, and write them to `folder` where one is named."""
        async with self._services.storage.reading() as work:
            source = await work.sources.find_by_url(address.strip())
            copies = await work.pages.copies(source.id) if source is not None else []
        if source is None or not copies:
            raise Refused("operator.no_copies", url=address)
        self._say("operator.copies", len(copies), url=harmless(source.url))
        target = _folder(folder) if folder else None
        for snapshot_id, at, sha256 in copies:
            print(f"  {at:%Y-%m-%d %H:%M:%S} UTC  sha256 {sha256.hex()}")
            if target is not None:
                async with self._services.storage.reading() as work:
                    copy = await work.pages.snapshot(snapshot_id)
                if copy is not None:
                    _write(target / f"{at:%Y%m%dT%H%M%SZ}-{snapshot_id}.html", copy.body)
        if target is not None:
            self._say("operator.copies_in", folder=str(target))
        return 0

    async def export(self, guild_id: int, file: str) -> int:
        """Write a guild's sources as a list."""
        target = _free(file) if file != "-" else None
        content, _ = await self._services.transfer.export(guild_id)
        if target is None:
            sys.stdout.buffer.write(content)
        else:
            _write(target, content)
        return 0

    async def _guilds(self) -> list[int]:
        async with self._services.storage.reading() as work:
            return [each.guild_id for each in await work.guilds.all() if each.channel_id]

    async def _tell_progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            said = self._wording.get("opml.progress", total, done=done)
            end = "\n" if done == total else ""
            print(f"\r{said}", end=end, file=sys.stderr, flush=True)

    def _say(self, key: str, n: int | None = None, **arguments: object) -> None:
        print(self._wording.get(key, n, **arguments))

    def _print_all(self, pairs: list[tuple[Watcher, Source]]) -> None:
        for watcher, source in pairs:
            kind = self._wording.get(f"discovery.kind.{source.kind.value}")
            state = "paused" if watcher.paused else source.health.value
            words = self._wording.get(
                "source.health.paused" if watcher.paused else f"source.state.{state}"
            )
            print(f"  #{watcher.id} {harmless(watcher.name)} · {harmless(watcher.platform_name)}")
            print(f"      {harmless(source.url)}")
            print(f"      {kind} · {words}")
            if source.fault is not None:
                print(f"      {self._wording.say(source.fault)}")

    def _print_added(self, added: Added) -> None:
        watcher, kind = added.watcher, added.source.kind
        name, about = harmless(watcher.name), harmless(watcher.platform_name)
        if added.given not in (None, added.source.url):
            what = self._wording.get(f"discovery.kind.{kind.value}")
            self._say("discovery.found", kind=what, url=harmless(added.source.url))
        if added.fault is not None:
            trouble = self._wording.say(added.fault)
            self._say(
                "operator.added_unread", id=watcher.id, name=name, platform=about, trouble=trouble
            )
        else:
            self._say("operator.added", added.entries, id=watcher.id, name=name, platform=about)
        if kind is SourceKind.STATUSPAGE:
            self._say("discovery.outages")
        else:
            self._say(f"source.counts_as.{(watcher.origin or Origin.OFFICIAL).value}")
        if added.offered:
            self._say("source.offered", added.offered)

    def _print_imported(self, imported: Imported) -> None:
        self._say("opml.imported", len(imported.added))
        if imported.added:
            self._say("opml.origins")
        if imported.beyond:
            self._say("opml.beyond", imported.beyond, limit=MOST_OUTLINES)
        if imported.left:
            self._say("opml.left", len(imported.left))
        for each in imported.left:
            outline = each.outline
            name = " ".join(filter(None, (harmless(outline.name), harmless(outline.url)))) or "–"
            self._say("opml.line", name=name, trouble=self._wording.say(each.why))


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST + 1)
    except (OSError, ValueError):
        raise Refused("operator.file", file=file) from None


def _folder(name: str) -> Path:
    target = Path(name)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Refused("operator.file", file=name) from None
    return target


def _free(file: str) -> Path:
    target = Path(file)
    if target.exists():
        raise Refused("operator.exists", file=file)
    return target


def _write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError:
        raise Refused("operator.file", file=str(target)) from None
