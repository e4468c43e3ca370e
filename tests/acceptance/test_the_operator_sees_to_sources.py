"""`tocsin source`: an operator lists, adds, removes and carries along what a community watches,
beside a running bot, which takes it from there."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.ingest.opml import read_outlines
from tests.process import Answer, asked
from tests.rss import CLOSURE, NOTHING
from tests.stage import Community, Stage
from tests.webpages import HTML, page

HOME = '<link rel="alternate" type="application/rss+xml" href="/{}.xml">'


async def test_what_an_operator_adds_is_read_by_the_running_bot(makers: Community) -> None:
    stage = makers.stage
    stage.publish(NOTHING, path="/news.xml")
    added = await tocsin(stage, "add", stage.site.url("/news.xml"), "Kilnfolk", "--name", "News")
    assert (added.code, added.errors) == (0, "")
    assert "Watched for Kilnfolk as #1 News: 1 entry is known" in added.text
    await makers.reads(CLOSURE, NOTHING, path="/news.xml")
    assert len(makers.told) == 1
    listed = await tocsin(stage, "list")
    assert f"Community {makers.guild.id}: 1 source" in listed.text
    assert "#1 News · Kilnfolk" in listed.text
    assert stage.site.url("/news.xml") in listed.text
    assert "From the catalogue" in listed.text
    removed = await tocsin(stage, "remove", "News", "--lang", "fr")
    assert removed.text.startswith("N’est plus surveillée")
    assert (await makers.decides("source list")).text.startswith("No source of your own yet")


async def test_lists_go_out_and_come_in(makers: Community, tmp_path: Path) -> None:
    stage = makers.stage
    await makers.watches("Kilnfolk", NOTHING, path="/mine.xml", name="Mine")
    printed = await tocsin(stage, "export")
    assert [each.name for each in read_outlines(printed.text.encode()).feeds] == ["Mine"]
    kept = tmp_path / "kept.opml"
    assert (await tocsin(stage, "export", str(kept))).code == 0
    assert (await tocsin(stage, "export", str(kept))).errors.strip().endswith("not overwritten.")
    await makers.decides("source remove", {"source": "#1"})
    gone = '<outline text="Gone" xmlUrl="{}"/></body>'.format(stage.site.url("/gone.xml"))
    kept.write_text(kept.read_text().replace("</body>", gone))
    left = tmp_path / "left.opml"
    loaded = await tocsin(stage, "import", str(kept), "--left", str(left))
    assert loaded.code == 1, "something was not added"
    assert "1 source was added." in loaded.text
    assert f"- Gone {stage.site.url('/gone.xml')}: 127.0.0.1 finds nothing" in loaded.text
    assert [each.name for each in read_outlines(left.read_bytes()).feeds] == ["Gone"]


async def test_several_sources_are_named_and_none_is_taken(makers: Community) -> None:
    stage = makers.stage
    stage.site.serve("/", HOME.format("one") + HOME.format("two"), "text/html")
    stage.publish(NOTHING, path="/one.xml")
    stage.publish(CLOSURE, path="/two.xml")
    shown = await tocsin(stage, "add", stage.site.url("/"), "Kilnfolk")
    assert (shown.code, shown.errors) == (1, "")
    assert stage.site.url("/one.xml") in shown.text
    assert stage.site.url("/two.xml") in shown.text
    assert (await makers.decides("source list")).text.startswith("No source of your own yet")


async def test_where_several_communities_are_set_up_one_is_to_be_named(
    makers: Community, atelier: Community
) -> None:
    stage = makers.stage
    unclear = await tocsin(stage, "export")
    assert unclear.code == 1
    for community in (makers, atelier):
        assert str(community.guild.id) in unclear.errors
    unknown = await tocsin(stage, "export", "--guild", "5")
    assert "Community 5 is not set up" in unknown.errors
    named = await tocsin(stage, "list", "--guild", str(makers.guild.id))
    assert str(makers.guild.id) in named.text
    assert str(atelier.guild.id) not in named.text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "http://10.0.0.1/feed", "Kilnfolk"), 1, "not on the public internet"),
        (("remove", "nothing"), 1, "No source “nothing” here"),
        (("import", "nowhere.opml"), 1, "cannot be read or written"),
        (("import", "no.opml"), 1, "no OPML list"),
        ((), 2, "usage:"),
        (("add", "https://a.example/"), 2, "platform"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    makers: Community, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (makers.stage.folder / "no.opml").write_text("no list")
    answer = await tocsin(makers.stage, *arguments)
    assert answer.code == code
    assert said in answer.errors
    assert "Traceback" not in answer.errors


async def tocsin(stage: Stage, *arguments: str) -> Answer:
    environment: Mapping[str, str] = {
        "TOCSIN_DATABASE_URL": f"sqlite+aiosqlite:///{stage.folder / 'tocsin.db'}",
        "TOCSIN_ALLOW_HOSTS": stage.site.netloc,
        "LANG": "en_GB.UTF-8",
        "PYTHONUTF8": "1",
    }
    return await asked("source", *arguments, environment=environment, folder=stage.folder)


async def test_the_copies_of_a_page_can_be_listed_and_saved(
    makers: Community, tmp_path: Path
) -> None:
    stage = makers.stage
    stage.site.serve("/fees", page(), HTML)
    url = stage.site.url("/fees")
    added = await tocsin(stage, "add", url, "Kilnfolk", "--page")
    assert added.code == 0
    sha256 = hashlib.sha256(page().encode()).hexdigest()
    listed = await tocsin(stage, "copies", url)
    assert f"1 copy of {url} is kept:" in listed.text
    assert f"sha256 {sha256}" in listed.text
    folder = tmp_path / "copies"
    saved = await tocsin(stage, "copies", url, "--save", str(folder))
    assert saved.code == 0
    (copy,) = folder.iterdir()
    assert copy.read_bytes() == page().encode()
    none = await tocsin(stage, "copies", stage.site.url("/nowhere"))
    assert none.code == 1
    assert "only pages are copied" in none.errors
