"""Files in `data/` that cannot be used: every fault told at once, by file and key, in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.catalogue.catalogue import Catalogue
from bot.catalogue.checklists import load_checklists
from bot.catalogue.platforms import load_platforms
from bot.errors import BadCatalogue, Fault
from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data"

PLATFORM = """
name = "Bazaar"
kind = "handmade-marketplace"
languages = ["en"]
homepage = "https://bazaar.example/"
homepage_certainty = "seen"
domains = ["bazaar.example"]
status = "open"
status_certainty = "seen"
"""

CHECKLIST = """
title = { en = "Out", fr = "Sortie" }
short = ["pack"]

[[steps]]
id = "pack"
title = { en = "Pack", fr = "Emballez" }
why = { en = "Why", fr = "Pourquoi" }

[[steps]]
id = "leave"
needs = ["pack"]
until = ["site_off"]
days_before = 3
facts = [{ id = "closing-is-final", certainty = "seen" }]
title = { en = "Leave", fr = "Partez" }
why = { en = "Why", fr = "Pourquoi" }
"""


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(DATA / "locales")


def faults_of(load: Callable[[Path], object], folder: Path) -> list[Fault]:
    with pytest.raises(BadCatalogue) as raised:
        load(folder)
    return list(raised.value.faults)


def told(faults: list[Fault]) -> set[tuple[object, object, str]]:
    return {
        (fault.arguments["file"], fault.arguments["key"], fault.key.rpartition(".")[2])
        for fault in faults
    }


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("was", "becomes", "key", "fault"),
    [
        ('name = "Bazaar"', "", "name", "missing"),
        ('name = "Bazaar"', 'name = " "', "name", "empty"),
        ('name = "Bazaar"', "name = 7", "name", "type"),
        ('name = "Bazaar"', 'nome = "Bazaar"', "nome", "unknown_key"),
        ('"handmade-marketplace"', '"flea-market"', "kind", "choice"),
        ('status = "open"', 'status = "shut"', "status", "choice"),
        ('status_certainty = "seen"', 'status_certainty = "sure"', "status_certainty", "choice"),
        ('languages = ["en"]', "languages = []", "languages", "empty"),
        ('languages = ["en"]', 'languages = "en"', "languages", "type"),
        ('languages = ["en"]', 'languages = ["english"]', "languages", "language"),
        ("https://bazaar.example/", "bazaar.example", "homepage", "address"),
        ("https://bazaar.example/", "ftp://bazaar.example/", "homepage", "address"),
        ("https://bazaar.example/", "https://[bazaar", "homepage", "address"),
        ("https://bazaar.example/", "https://bazaar.example:99999/", "homepage", "address"),
        ('["bazaar.example"]', '["https://bazaar.example"]', "domains", "domain"),
        ('["bazaar.example"]', '["www.bazaar.example"]', "domains", "domain"),
        ('["bazaar.example"]', '["bazaar.zendesk.com"]', "domains", "shared_domain"),
        ('["bazaar.example"]', '["zendesk.com"]', "domains", "shared_domain"),
        ('["bazaar.example"]', '["bazaar.example", "bazaar.example"]', "domains", "duplicate"),
        ('domains = ["bazaar.example"]', "", "domains", "missing"),
        ('"Bazaar"', '"Bazaar"\naliases = ["bazáar"]', "aliases", "duplicate"),
        ('"Bazaar"', '"Bazaar"\nclosed_on = "2017-07-03"', "closed_on", "date"),
        ('"Bazaar"', '"Bazaar"\nclosed_on = 2017-07-03T10:00:00Z', "closed_on", "date"),
        ('"Bazaar"', '"Bazaar"\nclosed_on = 2017-02-30', "-", "toml"),
        (
            '"Bazaar"',
            '"Bazaar"\nannounced_on = 2017-07-03\nclosed_on = 2016-07-03',
            "closed_on",
            "date_order",
        ),
        ('"Bazaar"', '"Bazaar"\nsources = ["https://bazaar.example/"]', "sources", "type"),
        ('"Bazaar"', '"Bazaar"\nsources = [{}]', "sources[1].url", "missing"),
        (
            '"Bazaar"',
            '"Bazaar"\nsources = [{ url = "https://b.example/", kind = "rss" }]',
            "sources[1].kind",
            "choice",
        ),
        ('"Bazaar"', '"Bazaar', "-", "toml"),
    ],
)
def test_a_broken_platform_is_told_by_file_and_key(
    was: str, becomes: str, key: str, fault: str, tmp_path: Path, texts: Texts
) -> None:
    assert was in PLATFORM
    folder = write(tmp_path / "platforms", "bazaar.toml", PLATFORM.replace(was, becomes, 1))
    faults = faults_of(load_platforms, folder)
    assert ("platforms/bazaar.toml", key, fault) in told(faults)
    for each in faults:
        for locale in ("en", "fr"):
            assert "platforms/bazaar.toml" in texts.fault(locale, each)


def test_all_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    folder = write(tmp_path / "platforms", "one.toml", "name = 1\nodd = true\n")
    write(folder, "two.toml", "=")
    found = told(faults_of(load_platforms, folder))
    assert {
        ("platforms/one.toml", "name", "type"),
        ("platforms/one.toml", "odd", "unknown_key"),
        ("platforms/one.toml", "homepage", "missing"),
        ("platforms/two.toml", "-", "toml"),
    } <= found


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [
        ('name = "Bazaar"', 'name = "bazáar"', "name"),
        ('name = "Bazaar"', 'name = "Other"\naliases = ["BAZAAR"]', "aliases"),
        ('name = "Bazaar"', 'name = "Other"\nformer_names = ["Bazaar"]', "former_names"),
        ('["bazaar.example"]', '["bazaar.example"]', "domains"),
        ('["bazaar.example"]', '["shop.bazaar.example"]', "domains"),
    ],
)
def test_what_two_platforms_claim_is_a_fault_of_the_second(
    was: str, becomes: str, key: str, tmp_path: Path
) -> None:
    folder = write(tmp_path / "platforms", "bazaar.toml", PLATFORM)
    write(folder, "other.toml", PLATFORM.replace(was, becomes, 1))
    faults = faults_of(load_platforms, folder)
    assert ("platforms/other.toml", key, "duplicate") in told(faults)
    assert all(each.arguments["other"] == "platforms/bazaar.toml" for each in faults)


def test_a_successor_outside_the_catalogue_and_no_domain_at_all_are_fine(tmp_path: Path) -> None:
    text = PLATFORM.replace('["bazaar.example"]', "[]") + 'successor = "Somewhere else"\n'
    (found,) = load_platforms(write(tmp_path / "platforms", "bazaar.toml", text))
    assert (found.slug, found.successor, found.domains) == ("bazaar", "Somewhere else", ())


def test_a_file_with_a_name_that_is_no_slug_is_refused(tmp_path: Path, texts: Texts) -> None:
    (fault,) = faults_of(load_platforms, write(tmp_path / "p", "My Bazaar.toml", PLATFORM))
    assert fault.key == "catalogue.fault.file_name"
    assert "p/My Bazaar.toml" in texts.fault("fr", fault)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, texts: Texts) -> None:
    folder = write(tmp_path / "platforms", "fine.toml", PLATFORM)
    (folder / "latin.toml").write_bytes('name = "Bazár"'.encode("latin-1"))
    (folder / "folder.toml").mkdir()
    faults = faults_of(load_platforms, folder)
    assert told(faults) == {
        ("platforms/folder.toml", "-", "unreadable"),
        ("platforms/latin.toml", "-", "unreadable"),
    }
    assert all(each.arguments["detail"] for each in faults)
    assert all(texts.fault("en", each) for each in faults)


def test_an_empty_or_missing_folder_is_told(tmp_path: Path, texts: Texts) -> None:
    (fault,) = faults_of(load_platforms, tmp_path / "nowhere")
    assert fault.key == "catalogue.fault.no_files"
    assert "nowhere" in texts.fault("en", fault)


@pytest.mark.parametrize(
    ("was", "becomes", "key", "fault"),
    [
        ('title = { en = "Out", fr = "Sortie" }', "", "title", "missing"),
        ('title = { en = "Out", fr = "Sortie" }', 'title = "Out"', "title", "type"),
        ('{ en = "Pack", fr = "Emballez" }', '{ en = "Pack" }', "steps[1].title.fr", "missing"),
        (
            '{ en = "Pack", fr = "Emballez" }',
            '{ en = "Pack", fr = "Emballez", de = "Pack" }',
            "steps[2].why.de",
            "missing",
        ),
        (
            '{ en = "Pack", fr = "Emballez" }',
            '{ en = "Pack", fr = "Emballez", klingon = "?" }',
            "steps[1].title.klingon",
            "unknown_key",
        ),
        ('en = "Pack"', f'en = "{"x" * 81}"', "steps[1].title.en", "too_long"),
        ('id = "pack"', 'id = "Pack it!"', "steps[1].id", "id"),
        ('id = "pack"', f'id = "{"x" * 41}"', "steps[1].id", "id"),
        ('id = "pack"', 'id = "leave"', "steps[2].id", "duplicate"),
        ('needs = ["pack"]', 'needs = ["pick"]', "steps[2].needs", "unknown_step"),
        ('needs = ["pack"]', 'needs = ["leave"]', "steps", "circle"),
        ('id = "pack"', 'id = "pack"\nneeds = ["leave"]', "steps", "circle"),
        ('["site_off"]', '["site_gone"]', "steps[2].until", "choice"),
        ("days_before = 3", "days_before = -3", "steps[2].days_before", "type"),
        ("days_before = 3", "days_before = true", "steps[2].days_before", "type"),
        ('until = ["site_off"]', "", "steps[2].days_before", "needs_key"),
        ('until = ["site_off"]', 'after = ["site_off"]', "steps[2].days_before", "not_both"),
        ('id = "pack"', 'id = "pack"\ncountries = ["France"]', "steps[1].countries", "country"),
        ('certainty = "seen"', 'certainty = "surely"', "steps[2].facts[1].certainty", "choice"),
        ('short = ["pack"]', 'short = ["pick"]', "short", "unknown_step"),
        ('short = ["pack"]', 'short = ["pack", "pack"]', "short", "twice_in_list"),
        ('short = ["pack"]', 'short = ["leave", "pack"]', "short", "too_early"),
        ('id = "pack"', 'id = "pack"\nodd = 1', "steps[1].odd", "unknown_key"),
    ],
)
def test_a_broken_checklist_is_told_by_file_and_key(
    was: str, becomes: str, key: str, fault: str, tmp_path: Path, texts: Texts
) -> None:
    assert was in CHECKLIST
    folder = write(tmp_path / "checklists", "move.toml", CHECKLIST.replace(was, becomes, 1))
    faults = faults_of(load_checklists, folder)
    assert ("checklists/move.toml", key, fault) in told(faults)
    for each in faults:
        for locale in ("en", "fr"):
            assert "checklists/move.toml" in texts.fault(locale, each)


def test_a_checklist_without_steps_is_refused(tmp_path: Path) -> None:
    text = 'title = { en = "Out", fr = "Sortie" }\n'
    faults = faults_of(load_checklists, write(tmp_path / "checklists", "move.toml", text))
    assert told(faults) == {("checklists/move.toml", "steps", "missing")}


def test_a_checklist_may_speak_a_further_language_throughout(tmp_path: Path) -> None:
    text = CHECKLIST.replace('en = "', 'de = "Raus", en = "')
    template = load_checklists(write(tmp_path / "checklists", "move.toml", text))["move"]
    assert template.title_in("de") == "Raus"
    assert template.steps[0].why_in("nl") == "Why"


def test_faults_of_every_folder_are_raised_at_once(tmp_path: Path) -> None:
    write(tmp_path / "platforms", "bazaar.toml", "odd = 1\n" + PLATFORM)
    write(tmp_path / "checklists", "move.toml", "odd = 1\n" + CHECKLIST)
    write(tmp_path / "lexicons", "en.toml", "odd =")
    files = {fault.arguments["file"] for fault in faults_of(Catalogue.load, tmp_path)}
    assert files == {"platforms/bazaar.toml", "checklists/move.toml", "lexicons/en.toml"}
