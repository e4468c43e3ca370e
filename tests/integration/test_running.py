"""`tocsin run` as a process: what keeps it from running is said in one sentence, in the terminal's
language; once it runs, neither Discord's absence nor a signal leaves a trace."""

import asyncio
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import DATA, load_data
from bot.errors import BadCatalogue
from bot.storage.database import open_storage
from tests.process import ROOT, Bot, Ended, started
from tests.rss import CLOSURE, NOTHING, rss
from tests.standin import Channel, Guild, Member, Standin
from tests.website import Website

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"


async def test_without_a_token_it_says_where_to_put_one(tmp_path: Path) -> None:
    ended = await _run({}, tmp_path)
    assert _one_sentence(ended)
    assert "DISCORD_TOKEN" in ended.errors


async def test_it_says_so_in_french_in_a_french_terminal(tmp_path: Path) -> None:
    english = await _run({"LANG": "en_GB.UTF-8"}, tmp_path)
    french = await _run({"LANG": "fr_FR.UTF-8"}, tmp_path)
    assert _one_sentence(french)
    assert "DISCORD_TOKEN" in french.errors
    assert french.errors != english.errors


async def test_a_wrong_token_is_told_and_never_written(tmp_path: Path) -> None:
    async with Standin(answer_within_s=20) as discord:
        wrong = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": discord.api}
        ended = await _run(wrong, tmp_path)
    assert _one_sentence(ended)
    assert "token" in ended.errors.lower()
    assert TOKEN not in ended.errors


async def test_an_unreachable_network_is_told(tmp_path: Path, unused_tcp_port: int) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/api/v10"
    for language in ("en", "fr", "de"):
        ended = await _run(
            {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": nowhere, "LANG": language}, tmp_path
        )
        assert _one_sentence(ended)
        assert "Discord" in ended.errors


async def test_every_broken_setting_is_told_at_once(tmp_path: Path) -> None:
    broken = {"DISCORD_TOKEN": TOKEN, "TOCSIN_POLL_SECONDS": "often", "TOCSIN_LOG_LEVEL": "LOUD"}
    ended = await _run(broken, tmp_path)
    assert ended.code == 1
    first, second = sorted(ended.errors.strip().splitlines())
    assert "TOCSIN_LOG_LEVEL" in first + second
    assert "TOCSIN_POLL_SECONDS" in first + second


async def test_settings_are_read_from_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOCSIN_POLL_SECONDS=never\n")
    ended = await _run({"DISCORD_TOKEN": TOKEN}, tmp_path)
    assert _one_sentence(ended)
    assert "TOCSIN_POLL_SECONDS" in ended.errors


async def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    path.write_bytes(b"This is a letter, and no database at all. " * 200)
    ended = await _run(_with(path), tmp_path)
    assert _one_sentence(ended)
    assert str(path) in ended.errors


async def test_a_damaged_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = await _database(tmp_path)
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    path.write_bytes(content)
    ended = await _run(_with(path), tmp_path)
    assert _one_sentence(ended)
    assert path.read_bytes() == bytes(content)


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = await _database(tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    ended = await _run(_with(path), tmp_path)
    assert _one_sentence(ended)
    assert "newer" in ended.errors


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "var" / "tocsin.db"
    ended = await _run(_with(path), tmp_path)
    assert _one_sentence(ended)
    assert str(path) in ended.errors


async def test_a_folder_that_nobody_can_write_to_is_told(tmp_path: Path) -> None:
    path = Path("/proc/tocsin.db")  # not even root can
    ended = await _run(_with(path), tmp_path)
    assert _one_sentence(ended)


def test_a_broken_catalogue_file_is_told_with_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "platforms" / "folksy.toml").write_text("name = [", "utf-8")
    with pytest.raises(BadCatalogue) as told:
        load_data(folder)
    (fault,) = told.value.faults
    assert "folksy.toml" in str(fault)


@dataclass(slots=True)
class Scene:
    """The bot as a process, connected, with a feed that it watches every second."""

    bot: Bot
    discord: Standin
    site: Website
    guild: Guild
    alerts: Channel
    moderator: Member

    async def prepare(self) -> None:
        self.site.serve("/feed.xml", rss([NOTHING]))
        await self.discord.connected()
        await self.discord.until(lambda: self.discord.commands)
        await self._command("setup", channel=self.alerts)
        url = self.site.url("/feed.xml")
        await self._command("source add", url=url, platform="Kilnfolk")

    async def _command(self, name: str, **options: object) -> None:
        await self.discord.slash(self.guild, self.alerts, self.moderator, name, options)

    async def visited_again(self) -> None:
        """Wait for two more visits to the feed."""
        before = self.site.visits_to("/feed.xml")
        await self.discord.until(lambda: self.site.visits_to("/feed.xml") >= before + 2)

    async def rings(self) -> None:
        """What is announced now is told once."""
        self.site.serve("/feed.xml", rss([CLOSURE, NOTHING]))
        await self.discord.until(lambda: self.discord.messages(self.alerts), within=30)

    async def ends(self) -> None:
        """It ends in order and has written nothing that a person need not read."""
        self.bot.tell(signal.SIGTERM)
        ended = await self.bot.end()
        assert ended.code == 0, ended.errors
        assert _quiet(ended), ended.errors
        assert len(self.discord.messages(self.alerts)) == 1


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with Standin(answer_within_s=20) as discord, Website() as site:
        guild = discord.guild("Makers")
        alerts = discord.channel(guild, "alerts")
        moderator = discord.member(guild, "moderator", permissions="manage_guild")
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api,
            "TOCSIN_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'tocsin.db'}",
            "TOCSIN_POLL_SECONDS": "1",
            "TOCSIN_POLL_MIN_SECONDS": "1",
            "TOCSIN_ALLOW_HOSTS": site.netloc,
        }
        async with started(environment, tmp_path) as bot:
            made = Scene(bot, discord, site, guild, alerts, moderator)
            await made.prepare()
            yield made


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_a_signal_ends_it_in_order(scene: Scene, number: signal.Signals, code: int) -> None:
    scene.bot.tell(number)
    ended = await scene.bot.end()
    assert ended.code == code
    assert _quiet(ended), ended.errors


_DEAF = """
import asyncio, sys
from bot.cli.ending import run_until_asked

async def deaf():
    print("deaf", flush=True)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue

run_until_asked(deaf(), patience=1.0)
"""


async def test_what_does_not_hear_that_it_is_to_end_is_ended_and_named() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _DEAF, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"deaf\n"
    process.send_signal(signal.SIGTERM)
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert "asked to stop, and not yet ended" in errors.decode()
    assert "<string>:" in errors.decode(), "where it stood"


async def test_a_gateway_that_drops_is_found_again(scene: Scene) -> None:
    gateway = scene.discord.core.gateway
    scene.discord.drop_gateway()
    await scene.discord.until(lambda: gateway.resumes >= 1 and gateway.live)
    scene.discord.reconnect_gateway()
    await scene.discord.until(lambda: gateway.resumes >= 2 and gateway.live)
    scene.discord.drop_gateway(resumable=False)
    await scene.discord.until(lambda: gateway.identifies >= 2 and gateway.live, within=30)
    await scene.rings()
    await scene.ends()


async def test_a_gateway_that_stays_away_stops_neither_visits_nor_alerts(scene: Scene) -> None:
    away = asyncio.create_task(_keep_away(scene.discord))
    await scene.visited_again()
    await scene.rings()
    assert not scene.discord.core.gateway.live
    away.cancel()
    await scene.ends()


async def test_discord_may_be_gone_altogether_for_a_while(scene: Scene) -> None:
    discord = scene.discord
    discord._port = int(discord.core.base_url.rpartition(":")[2])
    await discord.stop()
    await scene.visited_again()
    scene.site.serve("/feed.xml", rss([CLOSURE, NOTHING]))
    await scene.visited_again()
    assert scene.bot.running
    await discord.start()
    await discord.until(lambda: discord.messages(scene.alerts), within=40)
    await scene.ends()


async def _keep_away(discord: Standin) -> None:
    while True:
        discord.drop_gateway(resumable=False)
        await asyncio.sleep(0.01)


async def _run(environment: dict[str, str], folder: Path) -> Ended:
    async with started(environment, folder) as bot:
        return await bot.end()


def _with(database: Path) -> dict[str, str]:
    url = f"sqlite+aiosqlite:///{database}"
    return {"DISCORD_TOKEN": TOKEN, "TOCSIN_DATABASE_URL": url}


async def _database(folder: Path) -> Path:
    path = folder / "tocsin.db"
    storage = await open_storage(f"sqlite+aiosqlite:///{path}")
    await storage.close()
    return path


def _one_sentence(ended: Ended) -> bool:
    lines = ended.errors.strip().splitlines()
    assert ended.code == 1, ended.errors
    assert len(lines) == 1, ended.errors
    assert lines[0].endswith("."), lines[0]
    assert len(lines[0]) > 20
    return True


def _quiet(ended: Ended) -> bool:
    noise = ("Traceback", "was destroyed", "never retrieved", "Unclosed", "bug ")
    return not any(words in ended.errors for words in noise)
