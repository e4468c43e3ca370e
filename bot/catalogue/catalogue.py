"""Everything in `data/` that is known beforehand, read, checked and frozen at start.

Refuses to guess: a platform is found by its exact name, alias or former name after folding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bot.catalogue.checklists import load_checklists
from bot.catalogue.lexicons import load_lexicons
from bot.catalogue.platforms import load_platforms
from bot.catalogue.tables import raise_faults
from bot.catalogue.weights import load_weights
from bot.detection.detector import Detector
from bot.detection.lexicon import Lexicon
from bot.detection.weighing import Weights
from bot.domain.checklists import Template
from bot.domain.names import fold
from bot.domain.platforms import CatalogueSource, Platform, own_hosts
from bot.errors import BadCatalogue, Fault


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Platforms by slug, checklist templates by situation, lexicons by language, and what the
    measures of a text are worth."""

    platforms: tuple[Platform, ...]
    templates: Mapping[str, Template]
    lexicons: Mapping[str, Lexicon]
    weights: Weights
    detector: Detector = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Platform] = field(init=False, repr=False, compare=False)
    _by_url: Mapping[str, CatalogueSource] = field(init=False, repr=False, compare=False)
    _owners: Mapping[str, Platform] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {
            fold(name): platform
            for platform in self.platforms
            for name in (platform.slug, *platform.names)
        }
        object.__setattr__(self, "_by_name", MappingProxyType(by_name))
        pairs = [(source, owner) for owner in self.platforms for source in owner.sources]
        by_url = {source.url: source for source, _ in pairs}
        object.__setattr__(self, "_by_url", MappingProxyType(by_url))
        owners = {source.url: owner for source, owner in pairs}
        object.__setattr__(self, "_owners", MappingProxyType(owners))
        detector = Detector(self.lexicons, self.platforms, self.weights)
        object.__setattr__(self, "detector", detector)

    @classmethod
    def load(cls, folder: Path) -> "Catalogue":
        """Read `platforms/`, `checklists/`, `lexicons/` and `weights/` below `folder` (`data/`).

        Raises `BadCatalogue` once, with the faults of all of them.
        """
        faults: list[Fault] = []
        platforms: tuple[Platform, ...] = ()
        templates: Mapping[str, Template] = {}
        lexicons: Mapping[str, Lexicon] = {}
        try:
            platforms = load_platforms(folder / "platforms")
        except BadCatalogue as bad:
            faults.extend(bad.faults)
        try:
            templates = load_checklists(folder / "checklists")
        except BadCatalogue as bad:
            faults.extend(bad.faults)
        try:
            lexicons = load_lexicons(folder / "lexicons")
        except BadCatalogue as bad:
            faults.extend(bad.faults)
        weights = Weights.none()
        try:
            weights = load_weights(folder / "weights")
        except BadCatalogue as bad:
            faults.extend(bad.faults)
        raise_faults(faults)
        return cls(
            platforms,
            MappingProxyType(dict(templates)),
            MappingProxyType(dict(lexicons)),
            weights,
        )

    def get_platform(self, slug: str) -> Platform:
        """The platform with this slug. Raises `KeyError` where there is none."""
        found = self._by_name[fold(slug)]
        if found.slug != slug:
            raise KeyError(slug)
        return found

    def find_platform(self, name_or_slug: str) -> Platform | None:
        """The platform with this slug, name, alias or former name; case and accents aside."""
        return self._by_name.get(fold(name_or_slug))

    def find_source(self, url: str) -> CatalogueSource | None:
        """What the catalogue says of this address."""
        return self._by_url.get(url)

    def same_document(self, source: CatalogueSource) -> tuple[CatalogueSource, ...]:
        """The pages that say the same as `source` in other languages or for other regions."""
        owner = self._owners[source.url]
        return tuple(each for each in owner.sources if source.is_same_document(each))

    def whole_of(self, part: Platform) -> Platform | None:
        """The platform of which this is a part, None where it is none."""
        return self.get_platform(part.part_of) if part.part_of else None

    def own_hosts(self, platform: str, urls: Iterable[str]) -> tuple[str, ...]:
        """The hosts of `urls` that are the platform's own; a part speaks from its whole's, too."""
        found = self.find_platform(platform)
        whole = self.whole_of(found) if found else None
        return own_hosts([each for each in (found, whole) if each], urls)

    def parts_of(self, whole: Platform) -> tuple[Platform, ...]:
        """The platforms that are parts of this one, by slug."""
        return tuple(each for each in self.platforms if each.part_of == whole.slug)

    def complete(self, prefix: str, limit: int = 25) -> list[Platform]:
        """Platforms to offer while somebody types, at most `limit` (Discord takes 25).

        First names that begin so, then those with a word that does, then those that hold it
        anywhere; an alias or a former name counts as much as the name. Of equals, those that go on
        come first. Nothing typed: all.
        """
        wanted = fold(prefix)
        best: dict[str, int] = {}
        for name, platform in self._by_name.items():
            rank = _rank(name, wanted)
            if rank is not None:
                best[platform.slug] = min(rank, best.get(platform.slug, rank))
        hits = [platform for platform in self.platforms if platform.slug in best]
        hits.sort(key=lambda each: (best[each.slug], not each.goes_on, fold(each.name)))
        return hits[:limit]


def _rank(name: str, wanted: str) -> int | None:
    if name.startswith(wanted):
        return 0
    at = name.find(wanted)
    if at < 0:
        return None
    return 1 if f" {wanted}" in name or f"-{wanted}" in name else 2
