"""What `/setup` shows: how an alert looks, clearly a test about a platform that does not exist."""

from datetime import date, timedelta

from discord import ui

from bot.chat.alert_card import alert_texts
from bot.chat.layout import Accent, card
from bot.chat.limits import TEXT_MAX
from bot.chat.words import Words
from bot.domain.alerts import Alert, AlertState, Reason
from bot.domain.incidents import Facts, Link
from bot.domain.notices import Deadline, Kind, Origin, Precision, Scope, Severity, What
from bot.i18n import Texts


def test_card(texts: Texts, locale: str, today: date) -> ui.LayoutView:
    """An alert about an invented platform, without buttons."""
    words = Words(texts, locale)
    notice = words("test.notice")
    body = alert_texts(words, _sample(words, today), (), today, TEXT_MAX - len(notice))
    return card([notice, *body], accent=Accent.FADED)


def _sample(words: Words, today: date) -> Alert:
    end = today + timedelta(days=59)
    deadlines = (
        Deadline(today, Precision.DAY, What.LISTING_FREEZE, ""),
        Deadline(end, Precision.DAY, What.LAST_SALE, ""),
    )
    facts = Facts(
        platform="test",
        platform_name=words("test.platform"),
        kind=Kind.CLOSURE,
        scope=Scope.PLATFORM,
        severity=Severity.CRITICAL,
        confidence=1.0,
        origin=Origin.OFFICIAL,
        headline=words("test.headline"),
        deadlines=deadlines,
        successor=None,
        topics=(),
        quote=words("test.quote"),
        links=(
            Link("https://platform.example/news", words("test.headline"), Origin.OFFICIAL, today),
        ),
        announced_on=today,
        language=words.locale,
    )
    return Alert(0, 0, AlertState.PUBLISHED, 1, Reason.FIRST, facts)
