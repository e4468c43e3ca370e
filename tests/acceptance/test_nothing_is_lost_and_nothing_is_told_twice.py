"""Nothing lost, nothing twice: the bot as a process is killed at fifty random moments while feeds
announce and change, moderators publish and retract, and Discord loses answers.

Discord's own memory for nonces is switched off: what is found again is found by looking for it.
"""

import asyncio
import random
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.process import Nursery, nursery
from tests.rss import Item, rss
from tests.standin import Channel, Guild, Member, Message, Standin
from tests.website import Website

KILLS = 50
NAMES = ("Kilnfolk", "Loomhall", "Woolmarket", "Papercraft", "Beadhouse", "Tilefair")
_NONCE = re.compile(r":(?P<nonce>[a-z][0-9A-Za-z.]+)$")
_WRITES = re.compile(r"^(POST|PATCH) /channels/")


@dataclass(slots=True)
class Platform:
    """A platform, what its blog says, and what moderators make of it."""

    name: str
    number: int
    ends_on: date | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    retracted_in: set[int] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"/{self.name.lower()}.xml"

    def feed(self) -> str:
        link = f"https://blog.{self.name.lower()}.example"
        items = [Item("Ten ideas for spring", "Glazes of the season.", "ideas", f"{link}/ideas")]
        if self.ends_on is not None:
            body = f"Dear sellers, {self.name} will close for good on {_written(self.ends_on)}."
            closing = f"{self.name} is closing"
            items.insert(0, Item(closing, body, "closing", f"{link}/closing", self.at))
        return rss(items)


@dataclass(slots=True)
class Community:
    """A guild with a moderator; `reviews`: everything is published by hand."""

    guild: Guild
    alerts: Channel
    second: Channel
    review: Channel
    moderator: Member
    reviews: bool


@dataclass(slots=True)
class Trial:
    """One bot, killed again and again; and the world around it."""

    discord: Standin
    site: Website
    nursery: Nursery
    folder: Path
    dice: random.Random
    communities: list[Community] = field(default_factory=list)
    platforms: list[Platform] = field(default_factory=list)
    pid: int = 0
    kills: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "tocsin.db"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    async def start(self) -> None:
        environment = {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_BASE": self.discord.api,
            "TOCSIN_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "TOCSIN_POLL_SECONDS": "1",
            "TOCSIN_POLL_MIN_SECONDS": "1",
            "TOCSIN_ALLOW_HOSTS": self.site.netloc,
        }
        self.pid = await self.nursery.start(environment, self.folder / "log")

    async def kill(self) -> None:
        assert await self.nursery.kill(self.pid) == -signal.SIGKILL, "it had ended by itself"
        self.kills += 1

    def publish(self, platform: Platform) -> None:
        self.site.serve(platform.path, platform.feed())


@pytest.fixture
async def trial(tmp_path: Path) -> AsyncIterator[Trial]:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    async with Standin(answer_within_s=20) as discord, Website() as site, nursery() as bots:
        discord.limit(nonce_window_s=0)
        made = Trial(discord, site, bots, tmp_path, random.Random(seed))
        try:
            await _prepare(made)
        except (AssertionError, TimeoutError):
            print(made.log)
            raise
        yield made


async def test_no_alert_is_lost_or_doubled_by_fifty_kills(trial: Trial) -> None:
    discord, dice = trial.discord, trial.dice
    discord.chaos(
        dice.randrange(10**6),
        p_drop_after=0.12,
        p_drop_before=0.06,
        p_error=0.02,
        p_rate_limit=0.04,
        retry_after=0.2,
    )
    discord.delay(0.12, None, _WRITES.pattern, after=True)
    while trial.kills < KILLS:
        await _let_something_happen(trial)
        await _until_a_random_moment(trial)
        await trial.kill()
        await trial.start()
    discord.mend()
    await _let_it_all_be_said(trial)
    _report(trial)
    _check_every_alert(trial)
    _check_every_review_card(trial)
    _check_every_word_in_a_thread(trial)
    _check_nothing_else_was_said(trial)
    assert "Traceback" not in trial.log, trial.log


async def _prepare(trial: Trial) -> None:
    discord = trial.discord
    trial.platforms = [Platform(name, number) for number, name in enumerate(NAMES)]
    for platform in trial.platforms:
        trial.publish(platform)
    await trial.start()
    await discord.connected()
    await discord.until(lambda: discord.commands)
    for number in range(3):
        trial.communities.append(await _community(trial, number))


async def _community(trial: Trial, number: int) -> Community:
    discord = trial.discord
    guild = discord.guild(f"Makers {number}")
    made = Community(
        guild,
        discord.channel(guild, "alerts"),
        discord.channel(guild, "second"),
        discord.channel(guild, "review"),
        discord.member(guild, f"moderator {number}", permissions="manage_guild"),
        reviews=number == 2,
    )
    mode = "review" if made.reviews else "automatic"
    await _command(trial, made, "setup", channel=made.alerts, review_channel=made.review, mode=mode)
    for platform in trial.platforms:
        url = trial.site.url(platform.path)
        await _command(trial, made, "source add", url=url, platform=platform.name)
    await _command(trial, made, "follow", platform=trial.platforms[0].name, channel=made.second)
    return made


async def _command(trial: Trial, here: Community, name: str, **options: object) -> None:
    await trial.discord.slash(here.guild, here.alerts, here.moderator, name, options)


async def _let_something_happen(trial: Trial) -> None:
    """A blog announces or corrects itself; moderators publish, retract or delete."""
    dice = trial.dice
    platform = dice.choice(trial.platforms)
    if platform.ends_on is None or dice.random() < 0.6:
        days = 40 + trial.kills * 3 + platform.number
        platform.ends_on = datetime.now(UTC).date() + timedelta(days=days)
        trial.publish(platform)
    if not trial.discord.core.gateway.live:
        return
    _publish_what_waits(trial)
    if dice.random() < 0.1:
        here = dice.choice(trial.communities)
        standing = [m for m in _alerts(trial, here.alerts) if not _is_retracted(m)]
        if standing:
            trial.discord.delete_message(dice.choice(standing))


def _publish_what_waits(trial: Trial) -> None:
    here = trial.communities[2]
    for message in trial.discord.messages(here.review):
        for custom_id in message.custom_ids:
            if custom_id.startswith("publish:"):
                asyncio.ensure_future(  # noqa: RUF006 - whether it arrives is left to chance
                    trial.discord.click(here.moderator, message, custom_id=custom_id, wait=False)
                )


async def _until_a_random_moment(trial: Trial) -> None:
    """Either any moment, or one shortly after a message has begun to be sent."""
    dice = trial.dice
    if dice.random() < 0.4:
        await asyncio.sleep(dice.uniform(0.05, 1.2))
        return
    before = _writes(trial)
    wanted = before + dice.randrange(1, 5)
    for _ in range(120):
        if _writes(trial) >= wanted:
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(dice.uniform(0.0, 0.2))


def _writes(trial: Trial) -> int:
    return sum(bool(_WRITES.match(f"{s.method} {s.path}")) for s in trial.discord.requests)


async def _let_it_all_be_said(trial: Trial) -> None:
    """The last word of every platform; a retraction; and time to say it all."""
    discord = trial.discord
    await discord.connected()
    for platform in trial.platforms:
        platform.ends_on = datetime.now(UTC).date() + timedelta(days=400 + platform.number)
        trial.publish(platform)
    await discord.until(lambda: _has_read_the_last_word(trial), within=30)
    for _ in range(100):
        _publish_what_waits(trial)
        await asyncio.sleep(0.3)
        if not _rows(trial, "SELECT id FROM alerts WHERE state = 'pending'"):
            break
    first = trial.platforms[0]
    for here in trial.communities[:2]:
        shown = await discord.slash(
            here.guild, here.alerts, here.moderator, "incident retract", {"incident": first.name}
        )
        assert "taken back" in shown.text, shown.text
        first.retracted_in.add(here.guild.id)
    unsettled = "SELECT id FROM deliveries WHERE state NOT IN ('settled', 'dropped')"
    await discord.until(lambda: not _rows(trial, unsettled), within=60)


def _has_read_the_last_word(trial: Trial) -> bool:
    told = [str(row[0]) for row in _rows(trial, "SELECT told FROM alerts")]
    last = [p.ends_on.isoformat() for p in trial.platforms if p.ends_on]
    return len(told) == len(NAMES) * 3 and all(any(day in each for day in last) for each in told)


def _check_every_alert(trial: Trial) -> None:
    for here in trial.communities:
        for channel in (here.alerts, here.second):
            expected = trial.platforms if channel is here.alerts else trial.platforms[:1]
            found = _alerts(trial, channel)
            told = Counter(_platform_of(trial, message).name for message in found)
            assert told == Counter(platform.name for platform in expected)
            for message in found:
                platform = _platform_of(trial, message)
                assert platform.ends_on is not None
                assert _written(platform.ends_on) in message.text
                assert _is_retracted(message) == (here.guild.id in platform.retracted_in)


def _check_every_review_card(trial: Trial) -> None:
    for here in trial.communities:
        cards = trial.discord.messages(here.review)
        assert len(cards) == (len(NAMES) if here.reviews else 0)
        assert not any("Publish" in card.labels for card in cards)


def _check_every_word_in_a_thread(trial: Trial) -> None:
    """What the outbox says it said in threads stands there once; nothing was dropped by mistake."""
    settled = _rows(
        trial,
        "SELECT message_id FROM deliveries WHERE subject = 'note' AND state = 'settled'",
    )
    standing = [m.id for m in trial.discord.said() if _letter(m) == "n"]
    assert Counter(standing) == Counter(row[0] for row in settled)
    words = [m for m in trial.discord.said() if _letter(m) == "n"]
    assert set(Counter(nonce for word in words for nonce in _nonces(word)).values()) <= {1}
    first = trial.platforms[0]
    for here in trial.communities[:2]:
        for channel in (here.alerts, here.second):
            (alert,) = [m for m in _alerts(trial, channel) if _platform_of(trial, m) is first]
            assert alert.thread is not None
            told = [m.text for m in trial.discord.messages(alert.thread)]
            assert sum("taken back" in text for text in told) == 1


def _check_nothing_else_was_said(trial: Trial) -> None:
    letters = Counter(_letter(message) for message in trial.discord.said())
    assert set(letters) <= {"a", "n", "r"}, "health, held or stopped notices without cause"
    assert letters["a"] == len(NAMES) * 3 + 3


def _report(trial: Trial) -> None:
    seen = Counter(
        f"{s.method} {'message' if s.path.count('/') > 3 else s.path.split('/')[-1]}"
        for s in trial.discord.requests
        if s.path.startswith("/channels/")
    )
    lost = sum(s.dropped for s in trial.discord.requests)
    print(f"{trial.kills} kills, {trial.discord.core.gateway.identifies} starts seen by Discord")
    print(f"requests: {dict(seen)}, {lost} answers lost, {len(trial.discord.said())} messages")


def _alerts(trial: Trial, channel: Channel) -> list[Message]:
    return [message for message in trial.discord.messages(channel) if _is_alert(message)]


def _is_alert(message: Message) -> bool:
    return _letter(message) == "a"


def _is_retracted(message: Message) -> bool:
    return message.text.startswith("## Retracted")


def _platform_of(trial: Trial, message: Message) -> Platform:
    (found,) = [p for p in trial.platforms if f"{p.name} is closing" in message.text]
    return found


def _letter(message: Message) -> str:
    return next(iter(sorted(_nonces(message))), "?")[0]


def _nonces(message: Message) -> set[str]:
    return {found["nonce"] for each in message.custom_ids if (found := _NONCE.search(each))}


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _rows(trial: Trial, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(trial.database, timeout=10)) as database:
        found: list[tuple[object, ...]] = database.execute(query).fetchall()
    return found
