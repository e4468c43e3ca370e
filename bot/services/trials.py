"""Addresses of the catalogue that nobody has verified: they are read for a day before they speak.

On trial is also, from the beginning, what turns out not to be its platform's. A guild's own sources
are never on trial: a moderator has looked at them.
"""

from dataclasses import replace
from datetime import datetime

from bot.catalogue.catalogue import Catalogue
from bot.domain.names import fold
from bot.domain.platforms import CatalogueSource, Certainty, Platform
from bot.domain.polls import NEVER
from bot.domain.sources import Watcher
from bot.services.paging import Reading
from bot.storage.database import UnitOfWork

_LOOKED_AT = 5_000


def trial_of(source: CatalogueSource, now: datetime) -> datetime | None:
    """From when on a source of the catalogue is on trial; None: it was verified."""
    return now if source.certainty is Certainty.UNVERIFIED else None


def is_its_own(platform: Platform, said: str, url: str) -> bool:
    """Whether what is said at `url` is the platform's, by its host or by its name."""
    if platform.owns(url):
        return True
    words = fold(said)
    return any(fold(name) in words for name in platform.names)


class Trials:
    """Tells whether what was read is what its platform says."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def note(
        self, work: UnitOfWork, watcher: Watcher, reading: Reading, url: str, now: datetime
    ) -> None:
        """Hold back a source on trial for as long as what is read at `url` is not about its
        platform, and begin its trial anew when it is."""
        platform = self._catalogue.find_platform(watcher.platform)
        if watcher.trial_since is None or platform is None:
            return
        held = watcher.trial_since == NEVER
        match _speaks_of_it(platform, reading, url):
            case False if not held:
                await work.sources.save_watcher(replace(watcher, trial_since=NEVER))
            case True if held:
                await work.sources.save_watcher(replace(watcher, trial_since=now))


def _speaks_of_it(platform: Platform, reading: Reading, url: str) -> bool | None:
    """None: nothing was read that could tell."""
    if not reading.read.entries and reading.kept is None:
        return None
    said = [reading.read.title or ""]
    for entry in reading.read.entries[:20]:
        said += [entry.title, entry.body[:_LOOKED_AT]]
    if reading.kept is not None:
        said.append(reading.kept.page.text[:_LOOKED_AT])
    return is_its_own(platform, " ".join(said), url)
