"""Settings are read together, told together when they are wrong, and never betray a secret."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import NAMES, Settings, load_settings, masked, read_settings
from bot.errors import BadSetting
from bot.i18n import Texts
from bot.ingest.addresses import AllowHosts

LOCALES = Path(__file__).parents[2] / "data" / "locales"
SECRET = "hunter2@home:8!"


def faults_of(**values: str) -> list[str]:
    with pytest.raises(BadSetting) as raised:
        read_settings(values)
    return [fault.key for fault in raised.value.faults]


def test_nothing_set_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()
    assert read_settings(dict.fromkeys(NAMES.values(), "  ")) == Settings()


def test_every_setting_has_a_name_and_is_read() -> None:
    assert set(NAMES) == {each.name for each in fields(Settings)}
    found = read_settings(
        {
            "DISCORD_TOKEN": "t",
            "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10/",
            "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9/",
            "TOCSIN_DATABASE_URL": "postgresql+asyncpg://u@h/db",
            "TOCSIN_POLL_SECONDS": "1",
            "TOCSIN_POLL_MIN_SECONDS": "1",
            "TOCSIN_ALLOW_HOSTS": "127.0.0.1:8080, feeds.example",
            "TOCSIN_WEB_BIND": "[::1]:8080",
            "TOCSIN_OWNER_IDS": "12, 34 56",
            "TOCSIN_LOG_LEVEL": "debug",
            "TOCSIN_LOG_FORMAT": "json",
            "TOCSIN_USER_AGENT_CONTACT": "ops@kilnfolk.example",
            "TOCSIN_SOURCES_PER_GUILD": "12",
        }
    )
    untouched = [
        each.name for each in fields(Settings) if getattr(found, each.name) == each.default
    ]
    assert untouched == []
    assert found.owner_ids == (12, 34, 56)
    assert found.has_own_api
    assert found.log_level == "DEBUG"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOCSIN_POLL_SECONDS=60\nTOCSIN_LOG_FORMAT=json\nBARE\n")
    found = load_settings(tmp_path, {"TOCSIN_POLL_SECONDS": "30"})
    assert (found.poll_seconds, found.log_format) == (30, "json")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=\xff\xfe\x00")
    with pytest.raises(BadSetting) as raised:
        load_settings(tmp_path, {})
    assert [fault.key for fault in raised.value.faults] == ["settings.unreadable"]


def test_without_a_file_the_environment_is_enough(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings()


def test_every_wrong_setting_is_told_at_once_in_both_languages() -> None:
    wrong = {
        "DISCORD_API_BASE": "discord.com",
        "DISCORD_GATEWAY_URL": "https://discord.com",
        "TOCSIN_DATABASE_URL": "mysql://h/db",
        "TOCSIN_POLL_SECONDS": "0",
        "TOCSIN_POLL_MIN_SECONDS": "often",
        "TOCSIN_ALLOW_HOSTS": "http://feeds.example/",
        "TOCSIN_WEB_BIND": "8080",
        "TOCSIN_OWNER_IDS": "me",
        "TOCSIN_LOG_LEVEL": "loud",
        "TOCSIN_LOG_FORMAT": "xml",
        "TOCSIN_SOURCES_PER_GUILD": "many",
    }
    with pytest.raises(BadSetting) as raised:
        read_settings(wrong)
    assert len(raised.value.faults) == len(wrong)
    texts = Texts.load(LOCALES)
    for fault in raised.value.faults:
        for locale in ("en", "fr", "de"):
            assert str(fault.arguments["name"]) in texts.fault(locale, fault)


@pytest.mark.parametrize("seconds", ["-1", "0", "1.5", "", "9999999999", "1e3"])
def test_an_interval_is_a_whole_number_of_seconds(seconds: str) -> None:
    if seconds:
        assert faults_of(TOCSIN_POLL_SECONDS=seconds) == ["settings.bad.poll_seconds"]
    else:
        assert read_settings({"TOCSIN_POLL_SECONDS": seconds}).poll_seconds == 900


def test_the_token_is_never_shown() -> None:
    settings = read_settings({"DISCORD_TOKEN": SECRET})
    assert SECRET not in repr(settings)
    assert SECRET not in str(masked(settings))
    assert masked(settings)["DISCORD_TOKEN"] == "set"
    assert masked(Settings())["DISCORD_TOKEN"] == "not set"


@pytest.mark.parametrize(
    "name", ["TOCSIN_DATABASE_URL", "DISCORD_API_BASE", "TOCSIN_USER_AGENT_CONTACT"]
)
def test_the_password_of_an_address_is_never_shown(name: str) -> None:
    scheme = "postgresql+asyncpg" if name == "TOCSIN_DATABASE_URL" else "https"
    settings = read_settings({name: f"{scheme}://tocsin:{SECRET}@db.example/tocsin"})
    shown = masked(settings)[name]
    assert shown == f"{scheme}://tocsin:***@db.example/tocsin"


def test_the_password_of_a_wrong_address_is_not_told_either() -> None:
    with pytest.raises(BadSetting) as raised:
        read_settings({"TOCSIN_DATABASE_URL": f"postgres://tocsin:{SECRET}@db.example/tocsin"})
    texts = Texts.load(LOCALES)
    told = [texts.fault("en", fault) for fault in raised.value.faults]
    assert "db.example" in told[0]
    assert not any(part in told[0] for part in ("hunter2", "home:8"))
    assert "hunter2" not in str(raised.value.faults[0])


HOSTS = st.from_regex(r"[a-z0-9]{1,9}(\.[a-z]{2,5}){0,2}(:[1-9][0-9]{0,3})?", fullmatch=True)


@given(st.lists(HOSTS, max_size=4).map(", ".join))
def test_allowed_hosts_that_pass_here_are_understood_there(text: str) -> None:
    assert bool(
        AllowHosts.parse(read_settings({"TOCSIN_ALLOW_HOSTS": text}).allow_hosts).hosts
    ) == (bool(text))


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:8080,[::1]:80", "::1", "a.example b:1"])
def test_hosts_are_accepted_as_the_contract_writes_them(text: str) -> None:
    assert AllowHosts.parse(read_settings({"TOCSIN_ALLOW_HOSTS": text}).allow_hosts).hosts


@pytest.mark.parametrize(
    "text", ["http://a.example", "a:0", "a:70000", "a/b", "me@a", "0#", "\x1b"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    assert wrong(TOCSIN_ALLOW_HOSTS=text) == ["TOCSIN_ALLOW_HOSTS"]


@given(st.sampled_from(sorted(NAMES.values())), st.text(max_size=40))
def test_whatever_is_written_is_read_or_told(name: str, text: str) -> None:
    assert wrong(**{name: text}) in ([], [name])


def wrong(**values: str) -> list[object]:
    """The names of the settings that are refused."""
    try:
        read_settings(values)
    except BadSetting as bad:
        return [fault.arguments["name"] for fault in bad.faults]
    return []
