"""`tocsin doctor --alive`: a running bot says that its loops go round; one that ended or stands
still does not, whatever it left behind."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.findings import Grade
from bot.domain.heartbeat import LOOPS, LOST_AFTER, OUTBOX, VISITS, Heartbeat
from bot.services.heart import Heart, pulse
from bot.storage.heartbeat import find_heartbeat, heartbeat_file, write_heartbeat
from tests.fakes import NOON, MovableClock
from tests.process import asked, started
from tests.stage import Stage
from tests.standin import Standin

PAST = LOST_AFTER.total_seconds() + 10


async def test_it_lives_while_it_runs_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with Standin() as discord:
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api,
            "TOCSIN_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'tocsin.db'}",
        }
        before = await asked("doctor", "--alive", environment=environment, folder=tmp_path)
        assert (before.code, before.errors) == (1, "")
        assert "It is not running here" in before.text
        async with started(environment, tmp_path) as bot:
            await discord.until((tmp_path / "tocsin.db.alive").exists, within=60)
            during = await asked("doctor", "--alive", environment=environment, folder=tmp_path)
            assert (during.code, during.errors) == (0, "")
            assert "It is running: last sign of life" in during.text
            bot.tell(signal.SIGTERM)
            assert (await bot.end()).code == 0
    assert not (tmp_path / "tocsin.db.alive").exists()


async def test_wrong_settings_are_said_in_a_sentence(tmp_path: Path) -> None:
    wrong = {"TOCSIN_DATABASE_URL": "tocsin.db"}
    answer = await asked("doctor", "--alive", environment=wrong, folder=tmp_path)
    assert answer.code == 1
    assert "TOCSIN_DATABASE_URL is “tocsin.db”" in answer.errors
    assert "Traceback" not in answer.errors


async def test_the_loops_of_the_bot_say_that_they_go_round(tocsin: Stage) -> None:
    loops = asyncio.ensure_future(tocsin.app.run_loops())
    path = tocsin.folder / "tocsin.db.alive"

    def all_go_round() -> bool:
        sign = find_heartbeat(path)
        return sign is not None and set(LOOPS) <= sign.seen.keys()

    await tocsin.discord.until(all_go_round)
    loops.cancel()
    await asyncio.gather(loops, return_exceptions=True)
    assert not path.exists()


@pytest.mark.parametrize("stuck", [VISITS, OUTBOX])
def test_a_loop_that_stands_still_is_named(tmp_path: Path, stuck: str) -> None:
    clock, path = MovableClock(), tmp_path / "alive"
    heart = Heart(clock, path)
    round_of = {name: heart.hears_from(name) for name in LOOPS}
    for goes_round in round_of.values():
        goes_round()
    clock.move(seconds=PAST)
    round_of[VISITS if stuck == OUTBOX else OUTBOX]()
    heart.beat(connected=True)
    sign = find_heartbeat(path)
    assert sign is not None
    assert sign.stuck() == (stuck,)
    assert not sign.lives(clock.now())
    assert pulse(sign, path, clock.now()).grade is Grade.FAULT


def test_discord_being_away_is_told_and_is_no_death(tmp_path: Path) -> None:
    clock, path = MovableClock(), tmp_path / "alive"
    heart = Heart(clock, path)
    clock.move(seconds=PAST)
    for name in LOOPS:
        heart.hears_from(name)()
    heart.beat(connected=False)
    sign = find_heartbeat(path)
    assert sign is not None
    assert sign.lives(clock.now())
    found = pulse(sign, path, clock.now())
    assert found.grade is Grade.WARNING
    assert found.said.key == "doctor.pulse.away"


def test_an_old_sign_is_none(tmp_path: Path) -> None:
    sign = Heartbeat(NOON, NOON, dict.fromkeys(LOOPS, NOON))
    assert sign.lives(NOON + LOST_AFTER)
    assert not sign.lives(NOON + LOST_AFTER + timedelta(seconds=1))
    write_heartbeat(tmp_path / "alive", sign)
    assert find_heartbeat(tmp_path / "alive") == sign


@pytest.mark.parametrize("junk", ["", "{", "[]", "null", '{"beat_at": "noon"}', "\x00\xff"])
def test_what_is_no_sign_of_life_is_none(tmp_path: Path, junk: str) -> None:
    (tmp_path / "alive").write_text(junk, "latin-1")
    assert find_heartbeat(tmp_path / "alive") is None


def test_a_disk_that_takes_no_file_does_not_stop_the_bot(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    heart = Heart(MovableClock(), tmp_path / "file" / "alive")
    heart.beat(connected=True)
    heart.stop()


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite+aiosqlite:///var/tocsin.db", "var/tocsin.db.alive"),
        ("sqlite+aiosqlite:////data/tocsin.db?cache=shared", "/data/tocsin.db.alive"),
        ("sqlite+aiosqlite:///:memory:", "var/tocsin.alive"),
        ("postgresql+asyncpg://bot:secret@db/tocsin", "var/tocsin.alive"),
    ],
)
def test_the_sign_lies_beside_the_database(url: str, path: str) -> None:
    assert heartbeat_file(url) == Path(path)
