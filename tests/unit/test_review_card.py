"""What moderators decide on: the words behind each date, and a card that is resolved in place."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.limits import TEXT_MAX
from bot.chat.review_card import review_card
from bot.domain.alerts import AlertState, Reason, Revision
from bot.domain.incidents import Facts, ToldNotice
from bot.domain.notices import Deadline, Kind, Notice, Origin, Precision, What
from tests.card_samples import (
    AT,
    FACTS,
    FIRST,
    LAST_SALE,
    LOCALES,
    NONCE,
    TEXTS,
    TODAY,
    URL,
    accepted,
    an_alert,
    buttons,
    custom_ids_of,
    history_of,
    in_order,
    moved,
    text_of,
    with_origin,
)
from tests.unit.test_alert_card import ANY_FACTS, ANY_HISTORY

PENDING = (Revision(1, Reason.DOUBTFUL, AT),)


def a_notice(*evidence: str) -> ToldNotice:
    notice = Notice(
        kind=Kind.CLOSURE,
        scope=FACTS.scope,
        severity=FACTS.severity,
        confidence=0.9,
        platform=FACTS.platform,
        platform_name=FACTS.platform_name,
        successor=None,
        topics=(),
        deadlines=FACTS.deadlines,
        evidence=evidence,
        language="fr",
    )
    return ToldNotice(1, 1, None, Origin.PRESS, "x", "X", notice, "A title", URL, None, AT, AT)


def shown(
    facts: Facts = FACTS,
    state: AlertState = AlertState.PENDING,
    history: tuple[Revision, ...] = PENDING,
    notices: tuple[ToldNotice, ...] = (),
    *,
    reporters: int = 0,
    locale: str = "en",
) -> str:
    alert = an_alert(facts, state)
    view = review_card(TEXTS, locale, alert, history, notices, reporters, NONCE, TODAY)
    return text_of(accepted(view))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("origin", Origin)
def test_every_card_is_one_that_discord_takes_and_can_be_found_again(
    locale: str, state: AlertState, kind: Kind, origin: Origin
) -> None:
    facts = replace(with_origin(origin), kind=kind)
    alert = an_alert(facts, state)
    view = review_card(TEXTS, locale, alert, history_of(state), (), 1, NONCE, TODAY)
    assert URL in text_of(accepted(view))
    assert any(NONCE in custom_id for custom_id in custom_ids_of(view))


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("locale", LOCALES)
def test_it_always_says_why_it_is_here(locale: str, reason: Reason) -> None:
    said = {"en": "**Why here:**", "fr": "**Pourquoi ici :**"}[locale].replace(" :", "\u00a0:")
    alert = replace(an_alert(state=AlertState.PENDING), reason=reason)
    history = (Revision(1, reason, AT),)
    view = review_card(TEXTS, locale, alert, history, (), 0, NONCE, TODAY)
    assert said in text_of(view)


def test_each_date_stands_over_the_words_it_was_read_from() -> None:
    assert in_order(
        shown(),
        [
            "New listings closed",
            "“plus de nouvelle création dès aujourd'hui”",
            "Last day of sales",
            "“les ventes cessent le 31 août 2017”",
            "Last payout",
            "“courant septembre”",
        ],
    )


def test_a_date_that_a_moderator_set_has_no_quote_to_show() -> None:
    by_hand = Deadline(date(2017, 9, 9), Precision.DAY, What.SHIP_BY, "")
    assert "set by a moderator" in shown(replace(FACTS, deadlines=(by_hand,)))


@pytest.mark.parametrize(
    ("confidence", "said"), [(0.93, "high (93"), (0.6, "medium (60"), (0.4, "low (40")]
)
def test_confidence_is_told_in_words_and_percent(confidence: float, said: str) -> None:
    assert f"**Confidence:** {said}\u00a0%)" in shown(replace(FACTS, confidence=confidence))


def test_what_is_unconfirmed_says_what_would_confirm_it() -> None:
    assert "**What would confirm it:**" in shown(with_origin(Origin.PRESS))
    assert "**What would confirm it:**" not in shown()


def test_reporters_are_counted_and_not_named() -> None:
    assert "**Reported by:** 1 member\n" in shown(reporters=1) + "\n"
    assert "**Reported by:** 3 members" in shown(reporters=3)
    assert "Reported by" not in shown()


def test_evidence_is_quoted_once() -> None:
    said = FACTS.quote or ""
    text = shown(notices=(a_notice(said, "Nous fermons."), a_notice("Nous fermons.")))
    assert text.count(f"> {said}") == 1
    assert text.count("> Nous fermons.") == 1


def test_what_changed_while_it_waited_is_told() -> None:
    text = shown(history=(*PENDING, moved("2017-08-30", "2017-08-31")))
    assert "Changed since it came here" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_it_says_where_tocsin_read_what_a_member_sent(locale: str) -> None:
    def said(*hosts: str) -> str:
        alert = an_alert(state=AlertState.PENDING)
        view = review_card(TEXTS, locale, alert, PENDING, (), 1, NONCE, TODAY, own_sites=hosts)
        return text_of(accepted(view))

    sentence = {"en": "On the platform’s own site", "fr": "Sur le site même de la plateforme"}
    assert sentence[locale] in said("help.etsy.com")
    assert "help.etsy.com" in said("help.etsy.com")
    assert sentence[locale] not in said()


def test_a_waiting_card_has_its_buttons() -> None:
    view = review_card(
        TEXTS, "en", an_alert(state=AlertState.PENDING), PENDING, (), 0, NONCE, TODAY
    )
    pressed = [(each["label"], each.get("custom_id"), each["disabled"]) for each in buttons(view)]
    assert pressed[:3] == [
        ("Publish", f"publish:7:2:{NONCE}", False),
        ("Dismiss", f"dismiss:7:2:{NONCE}", False),
        ("Why?", f"why:7:{NONCE}", False),
    ]


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (AlertState.PUBLISHED, "Published"),
        (AlertState.DISMISSED, "Dismissed"),
        (AlertState.RETRACTED, "Retracted"),
    ],
)
def test_a_decided_card_says_who_and_when_and_cannot_be_pressed_again(
    state: AlertState, label: str
) -> None:
    alert = an_alert(state=state)
    view = review_card(TEXTS, "en", alert, history_of(state), (), 0, NONCE, TODAY)
    text = text_of(accepted(view))
    assert f"**{label}** by <@4242>" in text
    assert "Decided on <t:1499081400:f>." in text
    first = buttons(view)[0]
    assert (first["label"], first["disabled"]) == (label, True)
    assert "Publish" not in [each["label"] for each in buttons(view)]


def test_what_tocsin_posted_by_itself_names_no_moderator() -> None:
    text = shown(state=AlertState.PUBLISHED, history=(FIRST,))
    assert "**Published** by Tocsin: official and clear." in text


def test_a_later_correction_does_not_change_who_decided() -> None:
    corrected = Revision(3, Reason.CORRECTED, AT, (), 99)
    text = shown(state=AlertState.PUBLISHED, history=(*history_of(AlertState.PUBLISHED), corrected))
    assert "<@4242>" in text
    assert "<@99>" not in text


@given(
    ANY_FACTS,
    ANY_HISTORY,
    st.sampled_from(AlertState),
    st.sampled_from(LOCALES),
    st.lists(st.text(max_size=500), max_size=8),
)
def test_whatever_was_read_the_card_fits(
    facts: Facts,
    history: tuple[Revision, ...],
    state: AlertState,
    locale: str,
    evidence: list[str],
) -> None:
    alert = an_alert(facts, state)
    notices = (a_notice(*evidence),)
    view = accepted(review_card(TEXTS, locale, alert, history, notices, 3, NONCE, TODAY))
    assert view.content_length() <= TEXT_MAX
    if facts.links and facts.links[0].url == URL:
        assert URL in text_of(view)


def test_two_days_for_one_thing_are_pointed_out() -> None:
    press = replace(LAST_SALE, on=date(2017, 8, 30))
    facts = replace(with_origin(Origin.PRESS), deadlines=(press, LAST_SALE))
    assert "**The dates disagree**" in shown(facts)
