"""On what, and with which versions, was measured; and how busy the machine is with other things."""

import os
import platform
import tomllib
from importlib.metadata import PackageNotFoundError, version

import psutil

from tests.bench.spawning import ROOT

PACKAGES = ("aiohttp", "discord.py", "feedparser", "reader", "dateparser", "sqlalchemy", "nh3")


def state() -> dict[str, str]:
    """What the table begins with."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        tocsin = tomllib.load(file)["project"]["version"]
    memory = psutil.virtual_memory().total / 2**30
    return {
        "machine": f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}",
        "versions": ", ".join(
            [f"Tocsin {tocsin}", f"Python {platform.python_version()}", *map(_named, PACKAGES)]
        ),
    }


def load() -> str:
    """How many processes want the machine, ours included, over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - nowhere but Linux
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model n")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def _named(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"
