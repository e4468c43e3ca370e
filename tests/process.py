"""The bot as a process of its own: started as people start it, or forked from one that has already
imported everything, which makes fifty restarts affordable. Refuses to leave a process behind.

`python -m tests.process` is the other side of `Nursery`: a line of JSON with an environment and a
log file starts `tocsin run` in a fork of itself, a line with a process id waits for its end.
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended and what it wrote to standard error."""

    code: int
    errors: str


class Bot:
    """`python -m bot run`, running."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def end(self, within: float = 30.0) -> Ended:
        """Wait for its end."""
        async with asyncio.timeout(within):
            _, errors = await self._process.communicate()
        assert self._process.returncode is not None
        return Ended(self._process.returncode, errors.decode())


@asynccontextmanager
async def started(environment: Mapping[str, str], folder: Path) -> AsyncIterator[Bot]:
    """Start the bot in `folder` with nothing but `environment` and the search path."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Bot(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended and what it wrote."""

    code: int
    text: str
    errors: str


async def asked(
    *arguments: str, environment: Mapping[str, str], folder: Path, within: float = 120.0
) -> Answer:
    """`python -m bot` with `arguments`, in `folder`, to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(within):
            text, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode is not None
    return Answer(process.returncode, text.decode(), errors.decode())


class Nursery:
    """Starts bots quickly, one after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def start(self, environment: Mapping[str, str], log: Path) -> int:
        """Fork a bot whose standard error goes to the end of `log`. Returns its process id."""
        return int(await self._ask({"environment": dict(environment), "log": str(log)}))

    async def kill(self, pid: int, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal and wait for the end. Returns the exit code, negative for a signal."""
        os.kill(pid, number)
        return int(await self._ask({"wait": pid}))

    async def _ask(self, question: dict[str, Any]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        async with asyncio.timeout(30):
            return (await self._process.stdout.readline()).decode()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A process that has imported the bot; it and all its bots end with it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(30):
            await process.wait()


def main() -> None:
    import bot.app  # what takes a second and a half
    import bot.cli

    bots: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            bots.discard(asked["wait"])
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                _become_the_bot(asked)
                os._exit(bot.cli.main(["run"]))
            bots.add(answer)
        print(answer, flush=True)
    for pid in bots:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _become_the_bot(asked: dict[str, Any]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for target, source in ((0, nothing), (1, nothing), (2, log)):
        os.dup2(source, target)
    os.environ.update(asked["environment"])
    random.seed()  # or all forks would throw the same dice


if __name__ == "__main__":
    main()
