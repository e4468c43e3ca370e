"""Every fault of a source has its sentence in English and French, filled by the fault itself."""

import re
from pathlib import Path
from string import Formatter

import pytest

from bot.errors import SourceFault
from bot.i18n import Texts
from bot.ingest.faults import _HEALTH

ROOT = Path(__file__).parents[2]
TEXTS = Texts.load(ROOT / "data" / "locales")
ROOM = ROOT / "bot" / "ingest"

# Each fault as it is raised, with the names of what it brings.
RAISED = sorted(
    {
        (key, tuple(re.findall(r"(\w+)=", arguments)))
        for path in ROOM.glob("*.py")
        for key, arguments in re.findall(
            r'(?:SourceFault|Fault)\(\s*"(source\.[\w.]+)"((?:[^()]|\([^()]*\))*)\)',
            path.read_text(encoding="utf-8"),
        )
    }
)


@pytest.mark.parametrize("locale", ["en", "fr", "de"])
@pytest.mark.parametrize(("key", "arguments"), RAISED)
def test_a_fault_fills_its_sentence(locale: str, key: str, arguments: tuple[str, ...]) -> None:
    (sentence,) = TEXTS.sentences[locale][key]
    wanted = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    assert wanted <= set(arguments)


def test_every_fault_with_a_health_is_raised_somewhere_and_the_other_way_round() -> None:
    raised = {key for key, _ in RAISED if not key.startswith(("source.address.", "source.allow."))}
    assert raised == {key for key in _HEALTH if key != "source.address"}


def test_a_fault_within_a_fault_is_told_in_words() -> None:
    why = SourceFault("source.address.private", host="10.0.0.1")
    told = TEXTS.fault("fr", SourceFault("source.redirect.forbidden", host="a.example", why=why))
    assert "a.example" in told
    assert "10.0.0.1 n’est pas sur l’internet public" in told
