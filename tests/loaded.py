"""The real `data/`, read once for all tests: it is frozen, so none can change it for another."""

from functools import cache

from bot.app import load_data
from bot.catalogue.catalogue import Catalogue
from bot.i18n import Texts


@cache
def loaded() -> tuple[Texts, Catalogue]:
    """Sentences and catalogue, with every lexicon compiled: no test waits for that meanwhile."""
    texts, catalogue = load_data()
    catalogue.detector.prepare()
    return texts, catalogue
