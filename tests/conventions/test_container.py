"""Dockerfile and compose file rest on what the program is: settings, commands, versions."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from bot.cli import _parser
from bot.config import NAMES, read_settings
from bot.storage.heartbeat import heartbeat_file

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
IGNORED = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.MULTILINE)


def environment() -> dict[str, str]:
    pairs = [pair for line in instructions("ENV") for pair in shlex.split(line)]
    return dict(pair.split("=", 1) for pair in pairs)


def words(text: str) -> list[str]:
    return list(re.findall(r'"([^"]*)"', text))


def test_both_stages_have_one_base_with_a_python_that_is_supported() -> None:
    bases = [line.split()[0] for line in instructions("FROM")]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    version = re.fullmatch(r"python:(\d+)\.(\d+)-slim-[a-z]+", bases[0])
    assert version is not None
    least = re.fullmatch(r">=(\d+)\.(\d+)", PROJECT["requires-python"])
    assert least is not None
    assert tuple(map(int, version.groups())) >= tuple(map(int, least.groups()))


def test_what_is_installed_is_what_the_lock_names() -> None:
    installs = re.findall(r"pip [^&]*\binstall [^&]+", DOCKERFILE)
    assert installs
    for each in installs:
        assert "--require-hashes" in each or "--no-deps --no-build-isolation" in each


def test_it_calls_commands_that_exist() -> None:
    (entry,) = instructions("ENTRYPOINT")
    (command,) = instructions("CMD")
    (check,) = instructions("HEALTHCHECK")
    assert words(entry)[0] in PROJECT["scripts"]
    for said in (words(command), words(check.partition("CMD")[2])[1:]):
        _parser().parse_args(said)
    assert "--alive" in check


def test_it_names_settings_that_exist_and_no_secret() -> None:
    text = DOCKERFILE + COMPOSE
    named = set(re.findall(r"\b(?:TOCSIN|DISCORD)_[A-Z_]+", text))
    assert named <= set(NAMES.values())
    assert not re.search(r"DISCORD_TOKEN|password|secret", text, re.IGNORECASE)
    assert "env_file: .env" in COMPOSE


def test_what_is_kept_lies_in_the_volume() -> None:
    (volume,) = instructions("VOLUME")
    url = read_settings(environment()).database_url
    assert heartbeat_file(url).is_relative_to(volume)
    assert f"- data:{volume}\n" in COMPOSE
    assert instructions("WORKDIR")[-1] == volume  # a relative path in .env, too


def test_it_does_not_run_as_root() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert f"--uid {user.split(':')[0]}" in DOCKERFILE


def test_the_label_says_the_version() -> None:
    assert f'image.version="{PROJECT["version"]}"' in DOCKERFILE
    assert f'image.description="{PROJECT["description"]}"' in DOCKERFILE


@pytest.mark.parametrize(
    "needed",
    [
        source
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    ],
)
def test_what_is_copied_exists_and_reaches_the_builder(needed: str) -> None:
    assert (ROOT / needed).exists()
    assert f"!{needed}" in IGNORED


def test_nothing_else_reaches_the_builder() -> None:
    assert "*" in IGNORED
    assert {"**/.env*", "**/*.db*"} <= set(IGNORED)


def test_compose_takes_away_what_is_not_needed() -> None:
    for line in (
        "read_only: true",
        "no-new-privileges:true",
        "restart: unless-stopped",
        "init: true",
        "stop_grace_period:",
        "mem_limit:",
    ):
        assert line in COMPOSE
    assert re.search(r"cap_drop:\n +- ALL\n", COMPOSE)
    assert re.search(r"tmpfs:\n +- /tmp:", COMPOSE)
