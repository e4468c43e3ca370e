"""What tests are handed: the whole bot on its stage, and a community that has been set up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stage import Community, Stage, stage


@pytest.fixture
async def tocsin(tmp_path: Path) -> AsyncIterator[Stage]:
    """The bot in this process, in no guild yet, with a website and a clock that tests move."""
    async with stage(tmp_path) as made:
        yield made


@pytest.fixture
async def makers(tocsin: Stage) -> Community:
    """An English-speaking community with a private review channel, in `automatic` mode."""
    return await tocsin.community()


@pytest.fixture
async def atelier(tocsin: Stage) -> Community:
    """A French-speaking one."""
    return await tocsin.community("Atelier", locale="fr")
