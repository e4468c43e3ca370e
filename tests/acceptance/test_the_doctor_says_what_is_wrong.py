"""`tocsin doctor` names what is wrong and how to mend it, beside a bot that runs.

Some tests call it as people do, in a process of its own; the others in the test's, since that is
quicker."""

import io
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.cli.doctor import DATA, FindingsView, examine
from bot.cli.wording import Wording
from bot.config import look_at_settings
from bot.i18n import Texts
from bot.storage.database import open_storage
from tests.process import Answer, asked
from tests.rss import CLOSURE, NOTHING, rss
from tests.stage import Community, Stage
from tests.standin import EVERYONE_BY_DEFAULT


def environment_of(tocsin: Stage) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": tocsin.discord.token,
        "DISCORD_API_BASE": tocsin.discord.api,
        "TOCSIN_DATABASE_URL": f"sqlite+aiosqlite:///{tocsin.folder / 'tocsin.db'}",
        "TOCSIN_ALLOW_HOSTS": tocsin.site.netloc,
    }


async def examined(
    tocsin: Stage,
    environment: Mapping[str, str] | None = None,
    *,
    language: str = "en",
    visits: bool = False,
    data: Path = DATA,
) -> Answer:
    """What the doctor says beside the running bot."""
    read = look_at_settings(tocsin.folder, {**environment_of(tocsin), **(environment or {})})
    said = io.StringIO()
    view = FindingsView(said, Wording(Texts.load(DATA / "locales"), language))
    code = await examine(read, view, visits=visits, data=data)
    return Answer(code, said.getvalue(), "")


async def called(tocsin: Stage, *arguments: str, **environment: str) -> Answer:
    """The same as people call it."""
    given = {**environment_of(tocsin), **environment}
    return await asked("doctor", *arguments, environment=given, folder=tocsin.folder)


def part(answer: Answer, title: str) -> str:
    """What stands below one heading."""
    (found,) = [each for each in answer.text.split("\n\n") if each.startswith(f"{title}\n")]
    return found


async def test_where_all_is_well_it_says_so_and_ends_with_0(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    answer = await called(makers.stage)
    assert answer.code == 0, answer.text
    assert "FAULT" not in answer.text
    assert "WARNING" not in answer.text
    assert "Discord knows the token: Tocsin, in 1 community." in part(answer, "Token")
    assert "Makers: all that is needed is granted in #alerts, #review" in answer.text
    assert "1 source is read" in part(answer, "Sources")
    assert "up to date" in part(answer, "Database")
    assert answer.text.endswith("Nothing is wrong.\n")
    assert answer.errors == ""


async def test_it_speaks_the_language_of_the_terminal(atelier: Community) -> None:
    answer = await called(atelier.stage, LANG="fr_FR.UTF-8")
    assert answer.code == 0, answer.text
    assert "Atelier\N{NO-BREAK SPACE}: tout le nécessaire est accordé dans #alerts" in answer.text
    assert answer.text.endswith("Rien à réparer.\n")
    english = await called(atelier.stage, "--lang", "en", LANG="fr_FR.UTF-8")
    assert english.text.endswith("Nothing is wrong.\n")


async def test_each_missing_permission_is_named_with_its_channel(makers: Community) -> None:
    discord = makers.stage.discord
    discord.overwrite(makers.alerts, discord.bot, deny=("send_messages", "read_message_history"))
    discord.overwrite(makers.review, discord.bot, deny="view_channel")
    answer = await examined(makers.stage)
    assert answer.code == 1
    found = part(answer, "Permissions")
    assert "Makers: missing in #alerts: Send Messages, Read Message History." in found
    assert "Makers: missing in #review: View Channel." in found
    assert "→ Discord, #alerts, Edit Channel → Permissions, role of the bot: allow these." in found


async def test_threads_are_a_warning_since_there_is_a_way_round(makers: Community) -> None:
    discord = makers.stage.discord
    discord.overwrite(makers.alerts, discord.bot, deny="create_public_threads")
    answer = await examined(makers.stage)
    assert answer.code == 0
    assert "WARNING  Makers: missing in #alerts: Create Public Threads." in answer.text


async def test_where_a_follow_tells_elsewhere_that_channel_is_looked_at_too(
    makers: Community,
) -> None:
    discord = makers.stage.discord
    closed = discord.channel(makers.guild, "etsy", overwrites={discord.bot: ((), "send_messages")})
    await makers.stage.knows(makers.guild)
    await makers.decides("follow", {"platform": "Etsy", "channel": closed})
    answer = await examined(makers.stage)
    assert "Makers: missing in #etsy: Send Messages." in answer.text


async def test_a_role_that_would_not_hear_the_alarm_is_named(makers: Community) -> None:
    role = await makers.role("sellers")
    await makers.decides("settings set", {"role": role})
    answer = await examined(makers.stage)
    assert answer.code == 1
    assert "Makers: the role that alerts in #alerts mention is not notified." in answer.text
    makers.stage.discord.allow_bot(makers.guild, EVERYONE_BY_DEFAULT | (1 << 17))
    assert (await examined(makers.stage)).code == 0


async def test_deleted_channels_and_a_review_that_everybody_reads_are_named(
    makers: Community,
) -> None:
    discord = makers.stage.discord
    discord.overwrite(makers.review, makers.guild, allow="view_channel")
    discord.delete_channel(makers.alerts)
    answer = await examined(makers.stage)
    assert answer.code == 1
    assert f"Makers: the channel {makers.alerts.id} no longer exists." in answer.text
    assert "WARNING  Makers: everybody can read #review" in answer.text


async def test_communities_without_setup_or_without_the_bot_are_named(makers: Community) -> None:
    discord = makers.stage.discord
    discord.guild("Weavers")
    discord.kick_bot(makers.guild)
    answer = await examined(makers.stage)
    assert "Weavers: not set up yet; a moderator does it with /setup." in answer.text
    assert f"WARNING  {makers.guild.id}: the bot is no longer in this community." in answer.text


async def test_a_channel_that_refuses_messages_is_told_with_or_without_discord(
    makers: Community,
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.discord.fail_channel(makers.alerts, 403, code=50013)
    await makers.reads(CLOSURE, NOTHING)
    answer = await examined(makers.stage)
    assert answer.code == 1
    assert "Makers: #alerts has refused messages since" in part(answer, "Permissions")
    offline = await examined(makers.stage, {"DISCORD_TOKEN": ""})
    assert f"{makers.guild.id}: {makers.alerts.id} has refused messages" in offline.text


@pytest.mark.parametrize(
    ("portal", "grade", "said"),
    [
        ({"interactions_endpoint_url": "https://old.example/"}, "FAULT", "Endpoint URL"),
        ({"bot_require_code_grant": True}, "FAULT", "Requires OAuth2 Code Grant"),
        ({"flags": 1 << 19}, "WARNING", "not needed: Message Content."),
    ],
)
async def test_what_is_wrong_in_the_developer_portal_is_named(
    tocsin: Stage, portal: dict[str, Any], grade: str, said: str
) -> None:
    tocsin.discord.core.world.portal.update(portal)
    answer = await examined(tocsin)
    assert answer.code == (1 if grade == "FAULT" else 0)
    found = part(answer, "Token")
    assert f"  {grade}" in found
    assert said in found
    assert "→ Developer portal, page" in found


async def test_a_wrong_token_is_told_and_never_written(tocsin: Stage) -> None:
    answer = await examined(tocsin, {"DISCORD_TOKEN": "0123456789abcdef"})
    assert answer.code == 1
    assert "Discord refuses the token." in part(answer, "Token")
    assert "three parts with dots" in part(answer, "Token")
    assert "0123456789abcdef" not in answer.text + answer.errors


async def test_without_a_token_the_rest_is_looked_at(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    before = len(makers.stage.discord.requests)
    answer = await examined(makers.stage, {"DISCORD_TOKEN": ""})
    assert answer.code == 1
    assert "No token: write DISCORD_TOKEN=" in part(answer, "Token")
    assert "1 community is set up; Discord could not be asked" in part(answer, "Permissions")
    assert "1 source is read" in part(answer, "Sources")
    assert len(makers.stage.discord.requests) == before


async def test_without_a_network_the_rest_is_looked_at(
    makers: Community, unused_tcp_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/api/v10"
    answer = await examined(makers.stage, {"DISCORD_API_BASE": nowhere})
    assert answer.code == 1
    assert "Discord cannot be reached" in part(answer, "Token")
    assert "up to date" in part(answer, "Database")


async def test_all_wrong_settings_are_told_at_once_and_secrets_are_not(tocsin: Stage) -> None:
    (tocsin.folder / ".env").write_text("TOCSIN_POLL_SECOND=60\nDISCORD_TOKEN=ab.cd.secret\n")
    (tocsin.folder / ".env").chmod(0o644)
    wrong = {
        "TOCSIN_POLL_SECONDS": "often",
        "TOCSIN_LOG_LEVEL": "LOUD",
        "TOCSIN_DATABASE_URL": "postgresql+asyncpg://bot:hunter2@127.0.0.1:1/tocsin",
    }
    answer = await called(tocsin, **wrong)
    assert answer.code == 1
    settings = part(answer, "Settings")
    assert "TOCSIN_POLL_SECONDS is “often”" in settings
    assert "TOCSIN_LOG_LEVEL is “LOUD”" in settings
    assert "TOCSIN_POLL_SECOND is not a setting" in settings
    assert "Was TOCSIN_POLL_SECONDS meant?" in settings

    assert "→ chmod 600" in settings
    for secret in ("hunter2", "secret", tocsin.discord.token):
        assert secret not in answer.text + answer.errors


async def test_sources_in_trouble_are_named_with_what_can_be_done(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.site.serve("/feed.xml", "no", status=410)
    await makers.stage.visit()
    answer = await examined(makers.stage)
    assert answer.code == 1
    found = part(answer, "Sources")
    assert "FAULT    Kilnfolk, 127.0.0.1" in found
    assert "cannot be read since Monday 2 March 2026, 12:00 UTC." in found
    assert "has been removed for good (410)" in found
    assert "→ What you can do:" in found


async def test_followed_platforms_of_which_nothing_can_be_read_are_named(
    makers: Community,
) -> None:
    await makers.decides("follow", {"platform": "DaWanda"})
    answer = await examined(makers.stage)
    assert answer.code == 0
    assert "Followed, but nothing readable is watched: DaWanda." in part(answer, "Sources")


async def test_only_when_asked_each_address_is_visited_once(
    makers: Community, tmp_path: Path
) -> None:
    site = makers.stage.site
    site.serve("/blog", rss([CLOSURE, NOTHING], title="Fernlight news"))
    site.serve("/terms", "<html><body>Terms</body></html>", "text/html")
    data = catalogue_of(tmp_path / "data", feed=site.url("/blog"), page=site.url("/terms"))
    await makers.watches("Kilnfolk", NOTHING)
    seen = len(site.visits)
    await examined(makers.stage, data=data)
    assert len(site.visits) == seen
    answer = await examined(makers.stage, data=data, visits=True)
    assert sorted(visit.path for visit in site.visits[seen:]) == ["/blog", "/feed.xml", "/terms"]
    found = part(answer, "Sources")
    assert "Fernlight: a feed with 2 entries" in found
    assert "→ The catalogue calls it unverified." in found
    assert "Fernlight: answers; it is no feed" in found
    assert "Kilnfolk, 127.0.0.1: a feed with 1 entry" in found


async def test_a_dead_address_of_the_catalogue_is_a_warning_a_watched_one_a_fault(
    makers: Community, tmp_path: Path
) -> None:
    site = makers.stage.site
    data = catalogue_of(tmp_path / "data", feed=site.url("/dead"), page="https://10.0.0.1/terms")
    await makers.watches("Kilnfolk", NOTHING)
    answer = await examined(makers.stage, data=data, visits=True)
    assert answer.code == 0
    assert "WARNING  Fernlight: 127.0.0.1 finds nothing at this address (404)." in answer.text
    assert "WARNING  Fernlight: 10.0.0.1 is not on the public internet" in answer.text
    site.serve("/feed.xml", "<html><body>Sign in</body></html>", "text/html")
    answer = await examined(makers.stage, data=data, visits=True)
    assert answer.code == 1
    assert "FAULT    Kilnfolk, 127.0.0.1: This is a web page, not a feed" in answer.text


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    answer = await without_discord(tmp_path / "var" / "tocsin.db")
    assert f"The first start makes {tmp_path / 'var' / 'tocsin.db'}." in part(answer, "Database")
    assert "FAULT" not in part(answer, "Database")
    assert list(tmp_path.iterdir()) == []


async def test_where_a_database_cannot_be_made_it_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = await without_discord(tmp_path / "file" / "tocsin.db")
    assert "FAULT    There is no database yet, and this account cannot make" in answer.text


async def test_a_newer_a_damaged_and_a_foreign_file_are_named_and_left_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tocsin.db"
    await (await open_storage(f"sqlite+aiosqlite:///{path}")).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    await _told_and_left_alone(path, "was written by a newer Tocsin (schema 9999)")
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    path.write_bytes(content)
    await _told_and_left_alone(path, "is damaged")
    path.write_text("This is a letter, and no database at all. " * 200)
    await _told_and_left_alone(path, "is damaged")


async def _told_and_left_alone(path: Path, said: str) -> None:
    before = path.read_bytes()
    answer = await without_discord(path)
    found = part(answer, "Database")
    assert "  FAULT    " in found
    assert said in found
    assert "could not be read from the database" in part(answer, "Sources")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


async def without_discord(database: Path) -> Answer:
    """What the doctor says of a database, where there is no token."""
    url = f"sqlite+aiosqlite:///{database}"
    read = look_at_settings(DATA, {"TOCSIN_DATABASE_URL": url})
    said = io.StringIO()
    code = await examine(read, FindingsView(said, Wording(Texts.load(DATA / "locales"), "en")))
    return Answer(code, said.getvalue(), "")


async def test_wrong_files_of_the_catalogue_are_named(makers: Community, tmp_path: Path) -> None:
    data = catalogue_of(tmp_path / "data", feed="https://fernlight.example/", page="no address")
    answer = await examined(makers.stage, data=data)
    assert answer.code == 1
    assert "platforms/fernlight.toml" in part(answer, "Catalogue")
    assert "up to date" in part(answer, "Database")


def catalogue_of(folder: Path, *, feed: str, page: str) -> Path:
    """A catalogue of one platform, so that no test goes out into the world."""
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("platforms"))
    (folder / "platforms").mkdir()
    written = PLATFORM.format(feed=feed, page=page)
    (folder / "platforms" / "fernlight.toml").write_text(written, "utf-8")
    return folder


PLATFORM = """
name = "Fernlight"
kind = "handmade-marketplace"
languages = ["en"]
homepage = "https://fernlight.example/"
homepage_certainty = "unverified"
domains = ["fernlight.example"]
status = "open"
status_certainty = "unverified"

[[sources]]
url = "{feed}"
kind = "feed"
language = "en"
certainty = "unverified"

[[sources]]
url = "{page}"
kind = "page"
language = "en"
certainty = "unverified"
"""


@pytest.mark.parametrize(
    "wrong", [["--everything"], ["--sources", "--alive"], ["--lang", "tlh"], ["etsy"]]
)
def test_wrong_usage_ends_with_2(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *wrong])
    assert ended.value.code == 2
