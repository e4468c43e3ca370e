"""Notes, checklists, reports, sources and channels: each is a card that says what people need."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.checklists import load_checklists
from bot.chat import test_card as trial
from bot.chat.checklist_card import STEPS_A_PAGE, checklist_card
from bot.chat.health_card import health_card
from bot.chat.held_card import held_card
from bot.chat.limits import TEXT_MAX
from bot.chat.moved_card import moved_card
from bot.chat.note_card import note_card
from bot.chat.report_card import report_card
from bot.chat.stopped_card import stopped_card
from bot.chat.waiting_card import waiting_card
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.checklists import Plan, Template, plan
from bot.domain.deliveries import MODERATORS, Delivery, DeliveryState, Subject
from bot.domain.incidents import Change, Facts
from bot.domain.notices import Deadline, Judgement, Kind, Notice, Origin, Precision, What
from bot.domain.situations import Situation
from bot.domain.sources import Health, Source, Validators, Watcher
from bot.errors import Fault
from tests.card_samples import (
    AT,
    FACTS,
    FIRST,
    LOCALES,
    NONCE,
    TEXTS,
    TODAY,
    accepted,
    an_alert,
    buttons,
    custom_ids_of,
    moved,
    text_of,
    with_origin,
)
from tests.unit.test_alert_card import ANY_FACTS, ANY_HISTORY

TEMPLATES = load_checklists(Path(__file__).parents[2] / "data" / "checklists")
CLOSURE = TEMPLATES["closure"]


def a_plan(today: date = TODAY, facts: Facts = FACTS) -> Plan:
    return plan(CLOSURE, facts.deadlines, facts.announced_on, today)


def a_checklist(
    ticked: Collection[str] = (),
    page: int | None = 0,
    *,
    alert: Alert | None = None,
    today: date = TODAY,
    locale: str = "en",
    changed: bool = False,
    template: Template = CLOSURE,
) -> ui.LayoutView:
    alert = alert or an_alert()
    way = plan(template, alert.told.deadlines, alert.told.announced_on, today)
    return accepted(
        checklist_card(TEXTS, locale, 3, alert, template, way, ticked, page, today, changed=changed)
    )


def a_note(
    revision: Revision,
    *,
    locale: str = "en",
    state: AlertState = AlertState.PUBLISHED,
    has_checklist: bool = True,
    role_id: int | None = None,
) -> ui.LayoutView:
    return accepted(
        note_card(
            TEXTS,
            locale,
            an_alert(state=state),
            (FIRST, revision),
            revision.revision,
            NONCE,
            TODAY,
            has_checklist=has_checklist,
            role_id=role_id,
        )
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", Reason)
def test_every_change_can_be_said_aloud(locale: str, reason: Reason) -> None:
    note = a_note(replace(moved("2017-08-30", "2017-08-31"), reason=reason), locale=locale)
    assert "A Little Market" in text_of(note)
    assert any(NONCE in custom_id for custom_id in custom_ids_of(note))


def test_a_note_says_what_changed_with_the_day_as_a_timestamp() -> None:
    text = text_of(a_note(moved("2017-08-30", "2017-08-31")))
    assert (
        "moved from Wednesday 30 August 2017 to Thursday 31 August 2017 (<t:1504180800:D>)" in text
    )
    assert "what you ticked stays ticked" in text


def test_a_note_mentions_only_the_role_that_the_alert_mentioned() -> None:
    revision = moved("2017-08-30", "2017-08-31")
    assert text_of(a_note(revision, role_id=99)).startswith("<@&99>\n")
    assert "<@" not in text_of(a_note(revision))


def test_a_retraction_is_said_aloud_with_its_reason_and_offers_no_checklist() -> None:
    revision = Revision(2, Reason.RETRACTED, AT, (), 42, "It was a @everyone *joke*")
    note = a_note(revision, state=AlertState.RETRACTED)
    assert "taken back" in text_of(note)
    assert "> It was a @\u200beveryone \\*joke\\*" in text_of(note)
    assert custom_ids_of(note) == [f"why:7:{NONCE}"]


def test_a_note_with_very_many_changes_counts_what_it_leaves_out() -> None:
    changes = tuple(
        Change("date_moved", "2017-08-30", "2017-08-31", What.LAST_SALE) for _ in range(60)
    )
    text = text_of(a_note(Revision(2, Reason.CHANGED, AT, changes)))
    assert len(text) <= TEXT_MAX
    assert "more changes: see the alert." in text


@given(ANY_FACTS, ANY_HISTORY, st.sampled_from(AlertState), st.sampled_from(LOCALES))
def test_whatever_changed_the_note_fits(
    facts: Facts, history: tuple[Revision, ...], state: AlertState, locale: str
) -> None:
    alert, revision = an_alert(facts, state), history[-1].revision
    accepted(note_card(TEXTS, locale, alert, history, revision, NONCE, TODAY, has_checklist=True))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("situation", Situation)
def test_every_page_of_every_checklist_is_a_card_with_whole_sentences(
    situation: Situation, locale: str
) -> None:
    last = date(2017, 8, 31)
    dates = tuple(Deadline(last, Precision.DAY, what, "") for what in What)
    alert = an_alert(with_origin(Origin.PRESS, replace(FACTS, deadlines=dates)))
    template = TEMPLATES[situation]
    for today in (TODAY, last - timedelta(days=5), date(2018, 1, 1)):
        way = plan(template, dates, TODAY, today)
        seen = []
        for page in range(-(-len(way.steps) // STEPS_A_PAGE)):
            view = a_checklist(
                page=page, alert=alert, today=today, locale=locale, changed=True, template=template
            )
            assert "…" not in text_of(view)
            seen += [each for each in custom_ids_of(view) if each.startswith("tick:")]
        assert [each.split(":")[2] for each in seen] == [each.step.id for each in way.steps]


@pytest.mark.parametrize("situation", set(Situation) - {Situation.CLOSURE})
def test_what_is_said_of_a_list_without_dates_fits_more_than_closures(situation: Situation) -> None:
    alert = an_alert(replace(FACTS, deadlines=()))
    for page in (0, 1, 2):
        text = text_of(a_checklist(page=page, alert=alert, template=TEMPLATES[situation]))
        assert "No date is known yet" in text
        assert "after the end" not in text
    done = {step.id for step in TEMPLATES[situation].steps}
    assert "saved is saved" not in text_of(a_checklist(done, template=TEMPLATES[situation]))


def test_progress_is_told_in_words() -> None:
    first, second = (each.step.id for each in a_plan().steps[:2])
    text = text_of(a_checklist({first, second}))
    assert f"2 of {len(a_plan().steps)}" in text


def test_a_step_can_be_ticked_and_a_ticked_one_taken_back() -> None:
    first, second = (each.step.id for each in a_plan().steps[:2])
    pressed = {each["custom_id"]: each for each in buttons(a_checklist({first}))}
    done, open_still = pressed[f"tick:3:{first}:0"], pressed[f"tick:3:{second}:0"]
    assert done["label"] != open_still["label"]
    assert done["style"] != open_still["style"]
    assert "✔" in text_of(a_checklist({first}))


def test_the_checklist_opens_where_the_first_open_step_is() -> None:
    ticked = {each.step.id for each in a_plan().steps[:STEPS_A_PAGE]}
    assert "Page 2 of" in text_of(a_checklist(ticked, page=None))


@pytest.mark.parametrize("page", [-5, 0, 1, 99])
def test_a_page_that_does_not_exist_is_the_nearest_one(page: int) -> None:
    assert "tick:" in " ".join(custom_ids_of(a_checklist(page=page)))


def test_the_dates_ahead_stand_above_the_steps() -> None:
    head, *_ = text_of(a_checklist(today=date(2017, 8, 1))).partition("\n-#")
    assert "Thursday 31 August 2017 (<t:1504180800:D>, <t:1504180800:R>)" in head
    assert "passed" not in head


def test_due_days_are_told_in_words_and_as_timestamps() -> None:
    due = [line for line in text_of(a_checklist(page=1)).splitlines() if line.startswith("by ")]
    assert due
    assert all("2017 (<t:" in line and ":D>)" in line for line in due)


def test_late_steps_say_so() -> None:
    off = Deadline(date(2017, 8, 31), Precision.DAY, What.SITE_OFF, "")
    alert = an_alert(replace(FACTS, deadlines=(off,)))
    pages = [
        text_of(a_checklist(page=page, alert=alert, today=date(2017, 9, 5))) for page in (0, 1, 2)
    ]
    assert any("The date has passed" in text for text in pages)


def test_a_checklist_whose_facts_changed_says_so_once_and_keeps_the_ticks() -> None:
    assert "have changed" in text_of(a_checklist(changed=True))
    assert "have changed" not in text_of(a_checklist())


def test_a_checklist_of_a_retracted_alert_says_so() -> None:
    state = AlertState.RETRACTED
    assert "was retracted" in text_of(a_checklist(alert=an_alert(state=state)))


def test_a_checklist_of_an_unconfirmed_alert_says_so() -> None:
    told = with_origin(Origin.PRESS)
    assert "not confirmed" in text_of(a_checklist(alert=an_alert(told)))


@given(ANY_FACTS, st.sampled_from(LOCALES), st.dates(date(2016, 1, 1), date(2019, 1, 1)))
def test_whatever_the_facts_the_checklist_fits(facts: Facts, locale: str, today: date) -> None:
    for page in (0, 1, 2):
        a_checklist(page=page, alert=an_alert(facts), today=today, locale=locale, changed=True)


def a_judgement(notice: Notice | None) -> Judgement:
    return Judgement("fr", (notice,) if notice else (), (), ())


NOTICE = Notice(
    kind=Kind.CLOSURE,
    scope=FACTS.scope,
    severity=FACTS.severity,
    confidence=0.9,
    platform=FACTS.platform,
    platform_name="A Little *Market*",
    successor=None,
    topics=(),
    deadlines=FACTS.deadlines,
    evidence=("Nous fermons nos portes.",),
    language="fr",
)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("kind", Kind)
def test_a_reporter_sees_what_was_understood(locale: str, state: AlertState, kind: Kind) -> None:
    judgement = a_judgement(replace(NOTICE, kind=kind))
    view = accepted(report_card(TEXTS, locale, judgement, an_alert(state=state), TODAY, cut=True))
    text = text_of(view)
    assert "A Little \\*Market\\*" in text
    assert "2017" in text
    assert "« les ventes cessent" in text.replace("\u00a0", " ") or locale == "en"


def test_a_letter_about_nothing_disturbs_nobody() -> None:
    view = accepted(report_card(TEXTS, "en", a_judgement(None), None, TODAY))
    assert "the moderators were not disturbed" in text_of(view)


def test_a_letter_that_names_no_platform_is_understood_as_far_as_it_goes() -> None:
    judgement = a_judgement(replace(NOTICE, platform=None, platform_name=None))
    text = text_of(report_card(TEXTS, "en", judgement, an_alert(), TODAY))
    assert "a platform that is not named" in text


@given(st.lists(st.text(max_size=900), max_size=8))
def test_whatever_the_letter_the_answer_fits(said: list[str]) -> None:
    deadlines = tuple(
        Deadline(TODAY + timedelta(days=n), Precision.DAY, What.OTHER, quote, quote)
        for n, quote in enumerate(said)
    )
    long = "".join(said) or None
    notice = replace(NOTICE, deadlines=deadlines, evidence=tuple(said), platform_name=long)
    for locale in LOCALES:
        accepted(report_card(TEXTS, locale, a_judgement(notice), an_alert(), TODAY, cut=True))


def a_source(health: Health) -> Source:
    fault = Fault("source.http.challenge", host="evil_[x](https://evil.example)")
    return Source(
        id=5,
        url="https://www.etsy.com/news/feed",
        validators=Validators(),
        raw_hash=None,
        seen=b"",
        health=health,
        health_since=AT,
        fault=None if health.speaks else fault,
        failures=3,
        next_poll_at=AT,
        polled_at=AT,
        read_at=AT,
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("health", Health)
def test_moderators_learn_why_a_source_is_silent_and_what_to_do(
    locale: str, health: Health
) -> None:
    watcher = Watcher(
        9, 5, 1, "News @everyone", "etsy", "Etsy", None, AT, told_health=health, told_count=1
    )
    view = accepted(health_card(TEXTS, locale, watcher, a_source(health), NONCE))
    text = text_of(view)
    assert "Etsy" in text
    assert "@everyone" not in text
    assert "](https://evil" not in text
    assert "https://www.etsy.com/news/feed" in text
    assert custom_ids_of(view) == [f"source:9:{NONCE}"]


def test_moderators_learn_that_a_source_is_back() -> None:
    watcher = Watcher(9, 5, 1, "News", "etsy", "Etsy", None, AT)
    view = accepted(health_card(TEXTS, "en", watcher, a_source(Health.OK), NONCE))
    assert "can be read again" in text_of(view)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("waiting", [0, 1, 12])
def test_moderators_learn_which_channel_is_closed_and_what_waits(locale: str, waiting: int) -> None:
    fault = Fault("delivery.closed.permission", code=50013)
    view = accepted(stopped_card(TEXTS, locale, 123, fault, waiting, NONCE))
    assert "<#123>" in text_of(view)
    assert str(waiting) in text_of(view)
    assert custom_ids_of(view) == [f"place:123:{NONCE}"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel_id", [MODERATORS, 123])
def test_moderators_learn_which_message_is_unclear(locale: str, channel_id: int) -> None:
    held = Delivery(
        id=1,
        subject=Subject.ALERT,
        subject_id=7,
        guild_id=1,
        channel_id=channel_id,
        revision=1,
        generation=0,
        state=DeliveryState.HELD,
        locale=locale,
        role_id=None,
        message_id=None,
        attempts=2,
        next_at=AT,
        claimed_at=AT,
    )
    view = accepted(held_card(TEXTS, locale, held, NONCE))
    assert ("<#123>" in text_of(view)) == (channel_id == 123)
    assert "<#0>" not in text_of(view)
    assert custom_ids_of(view) == [f"place:{channel_id}:{NONCE}"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", AlertState)
def test_a_waiting_line_tells_nothing_of_what_waits(locale: str, state: AlertState) -> None:
    view = accepted(waiting_card(TEXTS, locale, an_alert(state=state), NONCE))
    assert "Market" not in text_of(view)
    assert custom_ids_of(view) == [f"look:7:{NONCE}"]


@pytest.mark.parametrize(("locale", "said"), [("en", "This is a test"), ("fr", "un essai")])
def test_the_test_card_says_first_that_it_is_one(locale: str, said: str) -> None:
    view = accepted(trial.test_card(TEXTS, locale, TODAY))
    assert said in text_of(view).splitlines()[0]
    assert "2017" in text_of(view)
    assert custom_ids_of(view) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_moderators_are_asked_about_a_move_with_both_addresses(locale: str) -> None:
    watcher = Watcher(9, 5, 1, "News @everyone", "etsy", "Etsy", None, AT)
    source = replace(a_source(Health.OK), moved_to="https://elsewhere.example/feed", moved_since=AT)
    view = accepted(moved_card(TEXTS, locale, watcher, source, NONCE))
    text = text_of(view)
    assert "https://www.etsy.com/news/feed" in text
    assert "https://elsewhere.example/feed" in text
    assert "@everyone" not in text
    assert TEXTS.get(locale, "moved.other_host") in text
    number = source.move_number
    assert custom_ids_of(view) == [f"moved:9:{number}:{NONCE}", f"stays:9:{number}:{NONCE}"]


def test_a_move_on_the_same_host_asks_for_no_second_look() -> None:
    watcher = Watcher(9, 5, 1, "News", "etsy", "Etsy", None, AT)
    source = replace(a_source(Health.OK), moved_to="https://www.etsy.com/news/atom", moved_since=AT)
    text = text_of(accepted(moved_card(TEXTS, "en", watcher, source, NONCE)))
    assert TEXTS.get("en", "moved.other_host") not in text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_of_a_source_has_words_of_its_own(locale: str) -> None:
    troubles = [each for each in Health if not each.speaks]
    for family in ("health.todo", "source.state", "source.line"):
        said = {TEXTS.get(locale, f"{family}.{each.value}", None, **_ANY) for each in troubles}
        assert len(said) == len(troubles), family


@pytest.mark.parametrize("locale", LOCALES)
def test_who_says_of_itself_that_it_is_removed_is_not_promised_to_be_tried(locale: str) -> None:
    watcher = Watcher(9, 5, 1, "News", "etsy", "Etsy", None, AT, told_health=Health.GONE)
    removed = replace(a_source(Health.GONE), fault=Fault("source.http.gone", host="www.etsy.com"))
    text = text_of(accepted(health_card(TEXTS, locale, watcher, removed, NONCE)))
    assert TEXTS.get(locale, "health.ended") in text
    assert TEXTS.get(locale, "health.meanwhile") not in text


_ANY = {"name": "n", "host": "h", "since": "s", "read": "r"}
