"""lemon24's `reader` as a contestant: its own update of the same feeds from the same server.

`python -m tests.bench.peer_reader FOLDER`.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.spawning import answer


class Peer:
    """What the bench asks of it. Costs are CPU seconds of this process."""

    def __init__(self, folder: Path) -> None:
        # The feedparser that it brings along asks for this module under the name of another
        # distribution, of which there is no wheel.
        sys.modules.setdefault("sgmllib", import_module("feedparser_sgmllib"))
        self._library = import_module("reader")
        self._reader: Any = self._library.make_reader(str(folder / "reader.sqlite"), feed_root=None)

    def watch(self, urls: Sequence[str]) -> None:
        """Feeds that were never read."""
        for url in urls:
            self._reader.add_feed(url)

    def rest(self, urls: Sequence[str]) -> None:
        """Feeds that are no longer to be read."""
        for url in urls:
            self._reader.disable_feed_updates(url)

    def visit(self, *, new: bool | None = None) -> dict[str, float]:
        """Update all feeds, or (`new`) those that were never read, with one worker: several gain
        nothing, since parsing holds the interpreter's lock."""
        before = time.process_time()
        fresh = 0
        for result in self._reader.update_feeds_iter(new=new, scheduled=False):
            if isinstance(result.value, Exception):
                raise result.value
            if isinstance(result.value, self._library.UpdatedFeed):
                fresh += result.value.new
        return {"cpu": time.process_time() - before, "fresh": fresh}


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(answer(Peer(Path(sys.argv[1]))))
