"""Every module stands in a room that import-linter knows, and says first what it is."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for room in ("bot", "cogs") for path in (ROOT / room).rglob("*.py"))
MIGRATIONS = ROOT / "bot" / "storage" / "migrations"


def _rooms() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    return {name.strip("() ") for layer in layers for name in layer.split("|")}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_stands_in_a_room(path: Path) -> None:
    name = _name(path)
    assert name == "bot" or any(name == room or name.startswith(f"{room}.") for room in _rooms())


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_file_says_first_what_it_is(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert said
    assert path.is_relative_to(MIGRATIONS) or len(said.splitlines()) <= 8


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "clock.py"], ids=_name)
def test_only_the_clock_reads_the_time(path: Path) -> None:
    reads = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|\btime\.time\(")
    assert not reads.search(path.read_text("utf-8"))


def test_nothing_that_is_kept_names_this_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - whichever git the contributor has
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    kept = listed.stdout.split() if listed.returncode == 0 else []
    foreign = re.compile("/work" + "/|/opt" + "/|pypi" + r"\.org|files\.python" + "hosted")
    named = [
        name
        for name in kept
        if (ROOT / name).is_file()
        and (ROOT / name).suffix not in (".png", ".json", ".jsonl")
        and foreign.search((ROOT / name).read_text("utf-8", "replace"))
    ]
    assert named == []


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"]
)
def test_a_lock_has_hashes_and_no_address_of_an_index(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "--index-url" not in text
    assert "://" not in text
