"""`tocsin demo` as people start and end it: an address, a story, and nothing left behind."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.demo.demo import PORT

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds in which even a slow machine has started, or ended."""


async def test_the_address_comes_first_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    async with _started(tmp_path, "demo", "--no-browser", "--port", "0") as demo:
        assert demo.stdout is not None
        address = (await asyncio.wait_for(demo.stdout.readline(), PATIENCE)).decode()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", address)
        async with aiohttp.ClientSession() as http, http.get(address.strip()) as answer:
            assert answer.status == 200
        story = b""
        async with asyncio.timeout(PATIENCE):
            while "Élodie sets Tocsin up".encode() not in story:
                story += await demo.stdout.readline()
        assert [each.name for each in tmp_path.glob("tocsin-demo-*/*.db")] == ["tocsin.db"]
        demo.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(demo.communicate(), PATIENCE)
        assert demo.returncode == 0
        assert "Traceback" not in errors.decode()
        assert list(tmp_path.iterdir()) == []


async def test_it_goes_elsewhere_where_its_port_is_taken_and_says_so(tmp_path: Path) -> None:
    with socket.socket() as other:
        with contextlib.suppress(OSError):  # somebody else has it: as good
            other.bind(("127.0.0.1", PORT))
            other.listen()
        async with _started(tmp_path, "demo", "--no-browser", "--speed", "4") as demo:
            assert demo.stdout is not None
            address = (await asyncio.wait_for(demo.stdout.readline(), PATIENCE)).decode()
            assert f":{PORT}/" not in address
            demo.send_signal(signal.SIGTERM)
            _, errors = await asyncio.wait_for(demo.communicate(), PATIENCE)
            assert demo.returncode == 0
            assert f"Port {PORT} is taken" in errors.decode()


async def test_a_port_that_was_asked_for_and_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        async with _started(tmp_path, "demo", "--no-browser", "--port", taken) as demo:
            said, errors = await asyncio.wait_for(demo.communicate(), PATIENCE)
    assert demo.returncode == 1
    assert said == b""
    assert taken in errors.decode()
    assert len(errors.decode().splitlines()) == 1


async def test_without_its_packages_it_says_how_to_get_them(tmp_path: Path) -> None:
    bare = "import sys; sys.modules['simcord'] = None; from bot.cli import main; sys.exit(main())"
    async with _started(tmp_path, "demo", program=("-c", bare)) as demo:
        _, errors = await asyncio.wait_for(demo.communicate(), PATIENCE)
    assert demo.returncode == 1
    assert "make demo" in errors.decode()
    assert len(errors.decode().splitlines()) == 1


async def test_a_speed_that_there_is_not_is_told(tmp_path: Path) -> None:
    async with _started(tmp_path, "demo", speed="warp") as demo:
        _, errors = await asyncio.wait_for(demo.communicate(), PATIENCE)
    assert demo.returncode == 1
    assert "warp" in errors.decode()
    assert "instant" in errors.decode()


@asynccontextmanager
async def _started(
    folder: Path, *arguments: str, program: tuple[str, ...] = ("-m", "bot"), speed: str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        *arguments,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "LANG": "en_GB.UTF-8",
            "PYTHONIOENCODING": "utf-8",
            "TMPDIR": str(folder),
            "SPEED": speed,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
