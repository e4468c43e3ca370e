"""Pages: what it costs to see that only the markup changed, beside reading the page each time; and
how often a thousand walls, errors and blanks are taken for a change."""

import gc
import time
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import trafilatura

from bot.domain.pages import Selectors
from bot.domain.sources import SourceKind
from bot.ingest.pages import can_gate, gate_of, read_page
from tests.bench.figures import Figure, median, ratio, spread, times, written
from tests.bench.goals import GOALS
from tests.bench.words import Says, post
from tests.walls import walls
from tests.watchtower import MODERATOR, Watchtower, watchtower
from tests.webpages import HTML, page

ROUNDS = 5
PAGES = 12
PARAGRAPHS = 260
PATH = "/terms"
_ON = date(2026, 3, 2)

_TYPE = "text/html; charset=utf-8"


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    if "page-markup-changed" in names:
        yield _markup_changed()
    if "page-false-changes" in names:
        async with watchtower(folder) as tower:
            yield await _false_changes(tower)


def _markup_changed() -> Figure:
    ours: list[float] = []
    theirs: list[float] = []
    size = 0
    for number in range(ROUNDS + 1):
        pages = [_page(number * PAGES + place) for place in range(PAGES)]
        size = len(pages[0])
        assert all(map(can_gate, pages))
        assert len({gate_of(each, _TYPE) for each in pages}) == PAGES
        gate = _cost(lambda html: gate_of(html, _TYPE), pages)
        extracted = _cost(_extract, pages)
        if number:
            ours.append(gate)
            theirs.append(extracted)
    whole = _cost(lambda html: read_page(html, _TYPE, "https://k.example/x", Selectors()), pages)
    return Figure(
        "page-markup-changed",
        GOALS["page-markup-changed"],
        ratio(theirs, ours),
        f"{written(median(ours))} ms a page ({spread(ours)})",
        f"trafilatura each time {written(median(theirs))} ms ({spread(theirs)})",
        ROUNDS,
        f"pages of {size // 1000} kB; where words did change, {written(whole)} ms in the worker, "
        f"{times(whole / median(theirs))} trafilatura",
        {"ours_ms": ours, "trafilatura_ms": theirs},
    )


async def _false_changes(tower: Watchtower) -> Figure:
    await tower.guild()
    tower.site.serve(PATH, page(), HTML)
    await tower.services.watching.add(
        10, MODERATOR, tower.site.url(PATH), "Kilnfolk", kind=SourceKind.PAGE
    )
    false = shown = 0
    for each in walls():
        shown += 1
        tower.site.serve(PATH, each.html, HTML)
        for _ in range(2):
            visit = await tower.visit(PATH, minutes=800)
            false += visit.fresh
    tower.site.serve(PATH, page(), HTML)
    for _ in range(2):
        false += (await tower.visit(PATH, minutes=800)).fresh
    return Figure(
        "page-false-changes",
        GOALS["page-false-changes"],
        float(false),
        f"{false} of {shown:,}",
        "–",
        1,
        "challenges, consent and login walls, errors, maintenance and blanks in seven languages, "
        f"each read twice in a row; {len(await tower.alerts())} alerts",
    )


def _extract(html: bytes) -> object:
    return trafilatura.extract(
        html.decode(), output_format="txt", include_comments=False, favor_recall=True
    )


def _page(number: int) -> bytes:
    """About a hundred kilobytes: terms amid menus, scripts and styles."""
    said = [
        paragraph
        for part in range(PARAGRAPHS // 6)
        for paragraph in post(
            f"{number} {part}", Says.ORDINARY, "Kilnfolk", "en", _ON, 6
        ).paragraphs
    ]
    return page(said, head="<script>var a = 1;</script>" * 200).encode()


def _cost(work: Callable[[bytes], object], pages: list[bytes]) -> float:
    """Milliseconds of CPU a page."""
    gc.collect()
    began = time.process_time()
    for each in pages:
        work(each)
    return 1000 * (time.process_time() - began) / len(pages)
