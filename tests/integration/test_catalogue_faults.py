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
ends = [["last_sale"]]

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
        ('"Bazaar"', '"Bazaar"\nclosed_on = 2017-02-30', "-", "toml"),
        ('"Bazaar"', '"Bazaar"\nowner_certainty = "seen"', "owner_certainty", "needs_key"),
        ('"Bazaar"', '"Bazaar"\nowner = "Bazaar Ltd"', "owner_certainty", "missing"),
        ('"Bazaar"', '"Bazaar"\npart_of = "fair"', "part_of", "no_whole"),
        ('"Bazaar"', '"Bazaar"\npart_of = "bazaar"', "part_of", "no_whole"),
        ('"Bazaar"', '"Bazaar"\nunofficial = ["talk.bazar.example"]', "unofficial", "not_below"),
        ('"Bazaar"', '"Bazaar"\nunofficial = ["bazaar.example"]', "unofficial", "not_below"),
        ('"Bazaar"', '"Bazaar"\nunofficial = ["*"]', "unofficial", "domain"),
        ('"Bazaar"', '"Bazaar"\nexport = { certainty = "seen" }', "export.what", "missing"),
        (
            '"Bazaar"',
            '"Bazaar"\nexport = { what = ["soul"], certainty = "seen" }',
            "export.what",
            "choice",
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
        for locale in ("en", "fr", "de"):
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


ENDING = """
[[endings]]
announced_on = 2017-07-03
last_sale_on = 2017-08-31
off_on = "2017-09"
first_word = "letter"
certainty = "seen"
part = { en = "a part", fr = "une partie" }
"""


@pytest.mark.parametrize(
    ("was", "becomes", "key", "fault"),
    [
        ("2017-07-03", '"3 July 2017"', "announced_on", "past_date"),
        ("2017-07-03", '"2017-13"', "announced_on", "past_date"),
        ("2017-07-03", "2017", "announced_on", "date"),
        ("2017-07-03", "2017-07-03T10:00:00Z", "announced_on", "date"),
        ("2017-08-31", "2017-07-02", "last_sale_on", "date_order"),
        ("2017-08-31", '"2017-06"', "last_sale_on", "date_order"),
        ('"2017-09"', '"2016"', "off_on", "date_order"),
        ('first_word = "letter"', 'first_word = "pigeon"', "first_word", "choice"),
        ('certainty = "seen"', "", "certainty", "missing"),
        ('certainty = "seen"', 'certainty = "seen"\nevidence = "a paper"', "evidence", "address"),
        ('{ en = "a part", fr = "une partie" }', '{ en = "a part" }', "part.fr", "missing"),
        ('"une partie"', f'"{"une partie" * 9}"', "part.fr", "too_long"),
        ("[[endings]]", '[[endings]]\ndoubtful = ["closed_on"]', "doubtful", "no_such_date"),
        ("[[endings]]", "[[endings]]\nclosed_on = 2017-08-31", "closed_on", "unknown_key"),
    ],
)
def test_a_broken_ending_is_told_by_file_and_key(
    was: str, becomes: str, key: str, fault: str, tmp_path: Path, texts: Texts
) -> None:
    assert was in ENDING
    text = PLATFORM + ENDING.replace(was, becomes, 1)
    faults = faults_of(load_platforms, write(tmp_path / "platforms", "bazaar.toml", text))
    assert ("platforms/bazaar.toml", f"endings[1].{key}", fault) in told(faults)
    assert all(texts.fault(locale, each) for locale in ("en", "fr", "de") for each in faults)


def test_an_ending_without_any_date_is_refused(tmp_path: Path) -> None:
    text = PLATFORM + '[[endings]]\ncertainty = "seen"\n'
    faults = faults_of(load_platforms, write(tmp_path / "platforms", "bazaar.toml", text))
    assert told(faults) == {("platforms/bazaar.toml", "endings[1].announced_on", "missing")}


def test_a_month_or_a_year_may_hold_the_day_before_it(tmp_path: Path) -> None:
    text = PLATFORM + ENDING.replace("2017-08-31", '"2017-07"').replace('"2017-09"', '"2017"')
    (found,) = load_platforms(write(tmp_path / "platforms", "bazaar.toml", text))
    (ending,) = found.endings
    assert ending.last_sale is not None
    assert ending.notice_days is None


def test_two_feeds_of_one_platform_need_names_that_tell_them_apart(tmp_path: Path) -> None:
    feed = '[[sources]]\nurl = "https://bazaar.example/{}"\nkind = "feed"\nabout = "blog"\n'
    feed += 'language = "en"\ncertainty = "seen"\n'
    both = PLATFORM + feed.format("one") + feed.format("two")
    folder = write(tmp_path / "platforms", "bazaar.toml", both)
    assert told(faults_of(load_platforms, folder)) == {
        ("platforms/bazaar.toml", "sources", "same_name")
    }
    write(folder, "bazaar.toml", both + 'name = "Letters to sellers"\n')
    (found,) = load_platforms(folder)
    assert [each.name for each in found.feeds] == ["Bazaar: blog", "Letters to sellers"]


PART = PLATFORM.replace("Bazaar", "Bazaar Books").replace("https://bazaar", "https://books.bazaar")


def test_a_part_may_have_hosts_below_the_domains_of_its_whole(tmp_path: Path) -> None:
    folder = write(tmp_path / "platforms", "bazaar.toml", PLATFORM)
    part = PART.replace('["bazaar.example"]', '["books.bazaar.example"]\npart_of = "bazaar"')
    write(folder, "a-books.toml", part)
    books, bazaar = load_platforms(folder)
    assert books.owns_host("books.bazaar.example")
    assert books.owns_host("bazaar.example")
    assert bazaar.owns_host("books.bazaar.example")


def test_a_part_neither_takes_its_wholes_domain_nor_lends_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "platforms", "bazaar.toml", PLATFORM)
    part = PART.replace('status = "open"', 'status = "open"\npart_of = "bazaar"')
    write(folder, "books.toml", part)
    write(folder, "unrelated.toml", PART.replace("Books", "Looks").replace('["b', '["looks.b'))
    assert told(faults_of(load_platforms, folder)) == {
        ("platforms/books.toml", "domains", "duplicate"),
        ("platforms/unrelated.toml", "domains", "duplicate"),
    }


def test_a_part_of_a_part_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "platforms", "bazaar.toml", PLATFORM)
    part = PART.replace('["bazaar.example"]', '[]\npart_of = "bazaar"')
    write(folder, "books.toml", part)
    write(folder, "poems.toml", part.replace("Books", "Poems").replace('"bazaar"', '"books"'))
    assert told(faults_of(load_platforms, folder)) == {
        ("platforms/poems.toml", "part_of", "no_whole")
    }


def test_an_address_is_watched_for_one_platform_only(tmp_path: Path) -> None:
    feed = '[[sources]]\nurl = "https://bazaar.example/feed"\nkind = "feed"\nlanguage = "en"\n'
    feed += 'certainty = "seen"\n'
    folder = write(tmp_path / "platforms", "bazaar.toml", PLATFORM + feed)
    write(folder, "other.toml", PART.replace('["bazaar.example"]', "[]") + feed)
    assert told(faults_of(load_platforms, folder)) == {
        ("platforms/other.toml", "sources", "duplicate")
    }


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
        ('short = ["pack"]', "", "ends", "needs_key"),
        ('ends = [["last_sale"]]', "", "short", "needs_key"),
        ('ends = [["last_sale"]]', 'ends = [["site_gone"]]', "ends", "choice"),
        ('ends = [["last_sale"]]', 'ends = ["last_sale"]', "ends", "type"),
        ('ends = [["last_sale"]]', "ends = [[1]]", "ends", "type"),
        ('short = ["pack"]', 'short = ["leave", "pack"]', "short", "too_early"),
        ('id = "pack"', 'id = "pack"\nodd = 1', "steps[1].odd", "unknown_key"),
    ],
)
def test_a_broken_checklist_is_told_by_file_and_key(
    was: str, becomes: str, key: str, fault: str, tmp_path: Path, texts: Texts
) -> None:
    assert was in CHECKLIST
    folder = write(tmp_path / "checklists", "part.toml", CHECKLIST.replace(was, becomes, 1))
    faults = faults_of(load_checklists, folder)
    assert ("checklists/part.toml", key, fault) in told(faults)
    for each in faults:
        for locale in ("en", "fr", "de"):
            assert "checklists/part.toml" in texts.fault(locale, each)


def test_a_checklist_without_steps_is_refused(tmp_path: Path) -> None:
    text = 'title = { en = "Out", fr = "Sortie" }\n'
    faults = faults_of(load_checklists, write(tmp_path / "checklists", "part.toml", text))
    assert told(faults) == {("checklists/part.toml", "steps", "missing")}


def test_a_checklist_for_a_situation_that_no_alert_can_be_in_is_refused(tmp_path: Path) -> None:
    faults = faults_of(load_checklists, write(tmp_path / "checklists", "fess.toml", CHECKLIST))
    assert told(faults) == {("checklists/fess.toml", "-", "choice")}
    assert "fees" in str(faults[0].arguments["choices"])


def test_a_checklist_may_speak_a_further_language_throughout(tmp_path: Path) -> None:
    text = CHECKLIST.replace('en = "', 'de = "Raus", en = "')
    template = load_checklists(write(tmp_path / "checklists", "part.toml", text))["part"]
    assert template.title_in("de") == "Raus"
    assert template.steps[0].why_in("nl") == "Why"


def test_faults_of_every_folder_are_raised_at_once(tmp_path: Path) -> None:
    write(tmp_path / "platforms", "bazaar.toml", "odd = 1\n" + PLATFORM)
    write(tmp_path / "checklists", "part.toml", "odd = 1\n" + CHECKLIST)
    write(tmp_path / "lexicons", "en.toml", "odd =")
    write(tmp_path / "weights", "announcement.toml", "intercept = 'much'")
    files = {fault.arguments["file"] for fault in faults_of(Catalogue.load, tmp_path)}
    assert files == {
        "platforms/bazaar.toml",
        "checklists/part.toml",
        "lexicons/en.toml",
        "weights/announcement.toml",
    }
