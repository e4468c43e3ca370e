"""Every key in the code has a sentence, for every value of its enum, and none is unused."""

import ast
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import product
from pathlib import Path

import pytest

from bot.catalogue.changes import ChangeTopic
from bot.catalogue.endings import FirstWord
from bot.catalogue.platforms import Goods, PlatformKind, SourceAbout
from bot.config import NAMES
from bot.demo.show import Mood, Voice
from bot.demo.staging import FRAME
from bot.domain.alerts import AlertState, Reason
from bot.domain.findings import Grade
from bot.domain.heartbeat import LOOPS
from bot.domain.notices import Action, Kind, Origin, Scope, Severity, What
from bot.domain.permissions import ALERTS
from bot.domain.platforms import Certainty, Exactness, PlatformStatus
from bot.domain.situations import Situation
from bot.domain.sources import Health, SourceKind
from bot.i18n import Texts
from bot.services.doctor import Part
from bot.services.doctor_sources import State

ROOT = Path(__file__).parents[2]
ENGLISH = Texts.load(ROOT / "data" / "locales").sentences["en"]
ROOMS = {key.split(".")[0] for key in ENGLISH}
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_-]+)+")
OF_COMMANDS = re.compile(r"(command|choice)\..+")  # proved at Discord's door

# What is dotted and is no key: families of faults, a table's column, a logger, a fallback.
NO_KEYS = {"source.address", "alerts.id", "discord.client", "discord.state", "command.other"}

KINDS = (Kind.CLOSURE, Kind.MIGRATION, Kind.POLICY)
ENDINGS = (Kind.CLOSURE, Kind.MIGRATION)
ENDING_SITUATIONS = {Situation.CLOSURE, Situation.PART, Situation.MIGRATION}
CERTAINTY = ("official", "unconfirmed")

# A key that is put together, and what it may be put together from. Where that is no enum, None:
# then at least one sentence must fit.
BUILT: dict[str, tuple[Iterable[str], ...] | None] = {
    "alert.caution.{}": None,
    "alert.severity.{}": (Severity,),
    "alert.on_page.{}": (Origin,),
    "alert.status.{}": (Origin,),
    "alert.title.migration_to.{}.{}": (Scope, CERTAINTY),
    "alert.title.{}.{}": (set(Situation) - ENDING_SITUATIONS, CERTAINTY),
    "alert.title.{}.{}.{}": (ENDINGS, Scope, CERTAINTY),
    "alert.today.{}": (Situation,),
    "alert.update.{}": None,
    "catalogue.about.{}": (SourceAbout,),
    "catalogue.expected.{}": None,
    "catalogue.fault.{}": None,
    "catalogue.kind.{}": (PlatformKind,),
    "check.action.{}": (Action,),
    "check.kind.{}": None,
    "check.origin.{}": (Origin,),
    "check.read.{}": None,
    "common.change.{}": None,
    "common.deadline.{}": None,
    "common.kind.{}": (KINDS,),
    "common.language.{}": (("en", "fr", "de"),),
    "common.origin.{}": (Origin,),
    "common.severity.{}": (Severity,),
    "common.what.{}": (What,),
    "common.{}.{}": (("severity",), Severity),
    "demo_page.example.{}.text": (("holiday", "rumour", "fees", "letter", "phishing"),),
    "demo_page.example.{}.title": (("holiday", "rumour", "fees"),),
    "demo_page.mood.{}": ([each for each in Mood if each is not Mood.PLAIN],),
    "demo_page.voice.{}": ([each for each in Voice if each is not Voice.STAGE],),
    "discovery.kind.{}": (SourceKind,),
    "doctor.state.{}": (State,),
    "doctor.table.{}": None,
    "doctor.grade.{}": (Grade,),
    "doctor.intent.{}": (("message_content", "members", "presence"),),
    "doctor.loop.{}": (LOOPS,),
    "doctor.part.{}": (Part,),
    "doctor.permission.{}": (ALERTS,),
    "doctor.span.{}": (("days", "hours", "minutes"),),
    "doctor.total.{}": ((Grade.FAULT, Grade.WARNING),),
    "demo.frame.{}": (FRAME,),
    "demo.people.{}": (("published", "dismissed", "corrected", "retracted"),),
    "follow.status.{}.{}": None,
    "health.todo.{}": ([each for each in Health if not each.speaks],),
    "incident.state.{}": (AlertState,),
    "note.head.{}": None,
    "permission.missing.{}": None,
    "platform.changes.{}": (ChangeTopic,),
    "platform.export.{}": (Certainty,),
    "platform.feed.{}": (Certainty,),
    "platform.first_word.{}": (FirstWord,),
    "platform.goods.{}": (Goods,),
    "platform.owner.{}": (Certainty,),
    "platform.pages.{}": (Certainty,),
    "platform.past.{}": (("announced", "last_sale", "off"),),
    "platform.status.{}.{}": (PlatformStatus, Certainty),
    "platform.watched.{}": None,
    "platform.when.{}.{}": (Exactness, ("on", "about")),
    "review.decided.{}": None,
    "review.field.confidence.{}": None,
    "review.field.kind.{}": (Scope,),
    "review.field.origin.{}": (Origin,),
    "review.reason.{}": None,
    "review.title.{}": (AlertState,),
    "settings.bad.{}": None,
    "settings.digest.{}": (("off", "daily", "weekly"),),
    "settings.line.{}": None,
    "settings.mode.{}": None,
    "setup.mode.{}": None,
    "source.counts_as.{}": None,
    "source.judged.{}": (Action,),
    "source.line.{}": (Health,),
    "source.state.{}": (Health,),
    "why.reason.{}": (Reason,),
}

# The words of the catalogue: each of them has a name, whether or not a card shows it yet.
VOCABULARY: dict[str, type[StrEnum]] = {
    "catalogue.kind": PlatformKind,
    "catalogue.about": SourceAbout,
    "catalogue.status": PlatformStatus,
    "catalogue.certainty": Certainty,
}


def _trees() -> Iterator[ast.Module]:
    for room in ("bot", "cogs"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def _template(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
    )


NODES = [node for tree in _trees() for node in ast.walk(tree)]
WRITTEN = {
    node.value for node in NODES if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
TEMPLATES = {_template(node) for node in NODES if isinstance(node, ast.JoinedStr)}

# The demo's page names its sentences in its template and its scripts.
PAGE = "".join(
    path.read_text("utf-8")
    for path in sorted((ROOT / "bot" / "demo" / "static").iterdir())
    if path.suffix in (".html", ".js")
)
WRITTEN |= set(re.findall(r"demo_page(?:\.[a-z_]+)+(?![a-z_]|\.\$)", PAGE))
TEMPLATES |= {
    re.sub(r"\$\{\w+(\.\w+)*\}", "{}", each)
    for each in re.findall(r"demo_page(?:\.(?:[a-z_]+|\$\{[^}]+\}))+", PAGE)
    if "$" in each
}

# A key may be put together in two steps: `f"{said}.by_tocsin"`.
TAILS = {each for each in TEMPLATES if re.fullmatch(r"\{\}\.[a-z_]+", each)}


def _is_key(text: str) -> bool:
    known = text in NO_KEYS or OF_COMMANDS.fullmatch(text)
    return bool(KEY.fullmatch(text)) and text.split(".")[0] in ROOMS and not known


def _fits(template: str, key: str) -> bool:
    pattern = "[a-z0-9_-]+".join(map(re.escape, template.split("{}")))
    tails = "|".join(re.escape(tail.removeprefix("{}")) for tail in TAILS)
    return re.fullmatch(f"{pattern}({tails})?", key) is not None


def test_every_key_in_the_code_has_a_sentence() -> None:
    files = {text for text in WRITTEN if text.endswith((".py", ".toml", ".po", ".db"))}
    assert {text for text in WRITTEN - files if _is_key(text) and text not in ENGLISH} == set()


def test_every_key_that_is_put_together_is_listed_here() -> None:
    keys = {
        each
        for each in TEMPLATES
        if re.fullmatch(r"[a-z_]+\.[a-z0-9_.{}]+", each)
        and each.split(".")[0] in ROOMS
        and not OF_COMMANDS.match(each)
    }
    assert keys == set(BUILT)


@pytest.mark.parametrize("template", BUILT)
def test_every_key_that_can_be_put_together_has_a_sentence(template: str) -> None:
    parts = BUILT[template]
    if parts is None:
        assert any(_fits(template, key) for key in ENGLISH)
        return
    made = [template.format(*chosen) for chosen in product(*parts)]
    assert [key for key in made if key not in ENGLISH] == []


def test_every_setting_says_what_is_wrong_with_it() -> None:
    free = {"discord_token", "user_agent_contact"}  # any words will do
    wanted = {f"settings.bad.{name}" for name in NAMES if name not in free}
    assert {key for key in ENGLISH if key.startswith("settings.bad.")} == wanted


@pytest.mark.parametrize("family", VOCABULARY)
def test_every_word_of_the_catalogue_has_a_name(family: str) -> None:
    named = {key for key in ENGLISH if key.startswith(f"{family}.")}
    assert named == {f"{family}.{word}" for word in VOCABULARY[family]}


def test_no_sentence_is_unused() -> None:
    unused = {
        key
        for key in ENGLISH.keys() - WRITTEN
        if not OF_COMMANDS.fullmatch(key)
        and not any(_fits(template, key) for template in BUILT)
        and not key.startswith(tuple(f"{family}." for family in VOCABULARY))
    }
    assert unused == set()


def test_tests_replace_nothing_behind_the_backs_of_the_tested() -> None:
    forbidden = re.compile("unittest" + r"\.mock|from unittest import mock|\bmocker\b")
    guilty = [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__) and forbidden.search(path.read_text("utf-8"))
    ]
    assert guilty == []
