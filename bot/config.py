"""Settings from the environment and `.env`, read once and checked together. Secrets are masked
wherever they are printed."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.errors import BadSetting, Fault

_PASSWORD = re.compile(r"(://[^:/?#\s]*:)[^/?#\s]*@")
_HOST_AND_PORT = re.compile(
    r"(\[[0-9a-fA-F:.]+\]|[\w-]+(\.[\w-]+)*\.?)(:(?P<port>\d{1,5}))?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]+"
)

DEFAULT_API_BASE = "https://discord.com/api/v10"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings (DESIGN section 5). Times in seconds."""

    discord_token: str | None = field(default=None, repr=False)
    discord_api_base: str = DEFAULT_API_BASE
    discord_gateway_url: str | None = None
    database_url: str = "sqlite+aiosqlite:///var/tocsin.db"
    poll_seconds: int = 900
    poll_min_seconds: int = 300
    allow_hosts: str = ""
    web_bind: str | None = None
    owner_ids: tuple[int, ...] = ()
    log_level: str = "INFO"
    log_format: str = "text"
    user_agent_contact: str | None = None
    sources_per_guild: int = 100

    @property
    def has_own_api(self) -> bool:
        """Whether Discord is reached through something other than Discord's own address."""
        return self.discord_api_base != DEFAULT_API_BASE


NAMES = {
    "discord_token": "DISCORD_TOKEN",
    "discord_api_base": "DISCORD_API_BASE",
    "discord_gateway_url": "DISCORD_GATEWAY_URL",
    "database_url": "TOCSIN_DATABASE_URL",
    "poll_seconds": "TOCSIN_POLL_SECONDS",
    "poll_min_seconds": "TOCSIN_POLL_MIN_SECONDS",
    "allow_hosts": "TOCSIN_ALLOW_HOSTS",
    "web_bind": "TOCSIN_WEB_BIND",
    "owner_ids": "TOCSIN_OWNER_IDS",
    "log_level": "TOCSIN_LOG_LEVEL",
    "log_format": "TOCSIN_LOG_FORMAT",
    "user_agent_contact": "TOCSIN_USER_AGENT_CONTACT",
    "sources_per_guild": "TOCSIN_SOURCES_PER_GUILD",
}


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """What was found: settings with the default for each that cannot be read, the faults of those,
    the names that were given, and the file that was read (None: there is none)."""

    settings: Settings
    faults: tuple[Fault, ...]
    given: tuple[str, ...]
    unknown: tuple[str, ...]
    file: Path | None

    @property
    def broken(self) -> frozenset[str]:
        """The names of what cannot be read."""
        return frozenset(str(each.arguments["name"]) for each in self.faults)


def load_settings(
    folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read `folder/.env` under the environment. Raises `BadSetting` with every fault at once."""
    read = look_at_settings(folder, environment)
    if read.faults:
        raise BadSetting(read.faults)
    return read.settings


def look_at_settings(
    folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> SettingsRead:
    """The same with its faults beside it. Raises `BadSetting` where `.env` cannot be read."""
    path = (folder or Path.cwd()) / ".env"
    try:
        written = dotenv_values(path) if path.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault("settings.unreadable", path=str(path), detail=str(error))
        raise BadSetting((fault,)) from None
    given = {name: value for name, value in written.items() if value is not None}
    values = {**given, **(os.environ if environment is None else environment)}
    settings, faults = _read(values)
    return SettingsRead(
        settings,
        faults,
        given=tuple(name for name in NAMES.values() if values.get(name, "").strip()),
        unknown=tuple(
            name
            for name in values
            if name.startswith(("TOCSIN_", "DISCORD_")) and name not in NAMES.values()
        ),
        file=path if path.is_file() else None,
    )


def read_settings(values: Mapping[str, str]) -> Settings:
    """Settings from `values`; what is empty or absent has its default. Raises `BadSetting`."""
    settings, faults = _read(values)
    if faults:
        raise BadSetting(faults)
    return settings


def masked(settings: Settings) -> dict[str, str]:
    """Every setting as it may be printed."""
    shown = {
        NAMES[each.name]: _masked(str(getattr(settings, each.name))) for each in fields(settings)
    }
    shown["DISCORD_TOKEN"] = "set" if settings.discord_token else "not set"
    return shown


def _read(values: Mapping[str, str]) -> tuple[Settings, tuple[Fault, ...]]:
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for each in fields(Settings):
        name = NAMES[each.name]
        text = values.get(name, "").strip()
        if not text:
            continue
        try:
            found[each.name] = _READERS.get(each.name, str)(text)
        except ValueError:
            faults.append(Fault(f"settings.bad.{each.name}", name=name, value=_masked(text)))
    return Settings(**found), tuple(faults)


def _masked(text: str) -> str:
    """Without the password of an address, which may itself hold an `@`."""
    return _PASSWORD.sub(r"\1***@", text)


def _seconds(text: str) -> int:
    seconds = int(text)
    if not 1 <= seconds <= 30 * 86400:
        raise ValueError(text)
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 10_000:
        raise ValueError(text)
    return count


def _ids(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[,\s]+", text) if part)


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(text)
    return text.rstrip("/")


def _gateway_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(text)
    return text


def _hosts(text: str) -> str:
    for part in re.split(r"[,\s]+", text):
        found = _HOST_AND_PORT.fullmatch(part)
        if part and (found is None or int(found["port"] or 1) not in range(1, 65536)):
            raise ValueError(text)
    return text


def _bind(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not 0 <= int(port) <= 65535:
        raise ValueError(text)
    return text


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(text)
    return text.upper()


def _format(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError(text)
    return text


def _database(text: str) -> str:
    if not re.match(r"^(sqlite\+aiosqlite|postgresql\+\w+)://", text):
        raise ValueError(text)
    return text


_READERS: dict[str, Any] = {
    "discord_api_base": _web_url,
    "discord_gateway_url": _gateway_url,
    "database_url": _database,
    "poll_seconds": _seconds,
    "poll_min_seconds": _seconds,
    "sources_per_guild": _count,
    "allow_hosts": _hosts,
    "web_bind": _bind,
    "owner_ids": _ids,
    "log_level": _level,
    "log_format": _format,
}
