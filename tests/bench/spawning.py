"""Contestants and servers as processes of their own, asked by lines of JSON on standard input.
Refuses to leave one behind; an error in one is raised where it was asked."""

import asyncio
import inspect
import json
import sys
import traceback
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_LONGEST_LINE = 1 << 24


class Contestant:
    """Another process of the bench."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(self, method: str, **arguments: Any) -> Any:
        """Have it do something; its answer."""
        assert self._process.stdin is not None
        asked = json.dumps({"method": method, "arguments": arguments})
        self._process.stdin.write(asked.encode() + b"\n")
        await self._process.stdin.drain()
        answer = json.loads(await self.line())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    async def line(self) -> str:
        """The next line it writes. Raises `EOFError` where it has ended."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise EOFError(f"a process ended with {await self._process.wait()}")
        return line.decode()


@asynccontextmanager
async def spawned(
    module: str, *arguments: str, environment: dict[str, str] | None = None
) -> AsyncIterator[Contestant]:
    """`python -m module arguments`, ended with its standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
        env=environment,
        limit=_LONGEST_LINE,
    )
    try:
        yield Contestant(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(20):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def answer(contestant: object) -> None:
    """The other side: do what is asked of `contestant`'s methods until the input ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        try:
            result = getattr(contestant, asked["method"])(**asked["arguments"])
            told = {"result": await result if inspect.isawaitable(result) else result}
        except Exception:  # noqa: BLE001 - told to whoever asked
            told = {"error": traceback.format_exc()}
        print(json.dumps(told), flush=True)
