"""What a page that changed announces: what was added speaks for itself; else the numbers that moved
do. Pure; refuses to make news of a reworded sentence.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.notices import Judgement, Kind, Notice, Scope, Severity, Signal, Text
from bot.domain.pages import Comparison, Moved, is_wording
from bot.domain.platforms import Platform
from bot.domain.policy import REVIEW_CONFIDENCE

MONEY_MOVED = 0.9
"""How sure a changed fee is: it was read twice, on the page that states it."""

NUMBER_MOVED = 0.65
"""The same for another number (days, limits), and for money where nothing says what it is for: a
moderator looks."""

REWRITTEN = 0.5
"""How sure a changed rule without a moved number is."""

_MONEY_TOPICS = frozenset({"fees", "payments", "payout", "shipping", "advertising", "tax"})
_RULES = frozenset({"terms", "prohibited-items", "identity", "api", "account", *_MONEY_TOPICS})
_EVIDENCE = 4


def judge_change(
    text: Text,
    comparison: Comparison,
    judge: Callable[[Text], Judgement],
    topics_of: Callable[[Text], tuple[str, ...]],
    owner_of: Callable[[str | None], Platform | None],
) -> Judgement:
    """`judge` and `topics_of` read a plain text; `owner_of` an address."""
    judgement = judge(replace(text, comparison=None))
    if judgement.notices:
        notices = tuple(_sober(each, comparison) for each in judgement.notices)
        return replace(judgement, notices=notices)
    if is_wording(comparison):
        return _with_signal(judgement, "only the wording changed", -1.0, comparison)
    topics = topics_of(_what_changed(text, comparison))
    confidence, name = _weight(comparison.moved, topics)
    if confidence < REVIEW_CONFIDENCE:
        return _with_signal(judgement, "the page changed on nothing that binds", 0.0, comparison)
    owner = owner_of(text.url)
    notice = Notice(
        kind=Kind.POLICY,
        scope=Scope.PLATFORM,
        severity=Severity.IMPORTANT if comparison.moved else Severity.INFO,
        confidence=confidence,
        platform=owner.slug if owner else None,
        platform_name=owner.name if owner else None,
        successor=None,
        topics=topics,
        deadlines=judgement.deadlines,
        evidence=_evidence(comparison),
        language=judgement.language,
        comparison=comparison,
    )
    return replace(_with_signal(judgement, name, confidence, comparison), notices=(notice,))


def _sober(notice: Notice, comparison: Comparison) -> Notice:
    """Rules speak of what might happen in words of what will: without a date or an amount that
    moved, a moderator reads it first."""
    firm = notice.deadlines or any(each.is_money for each in comparison.moved)
    confidence = notice.confidence if firm else min(notice.confidence, NUMBER_MOVED)
    return replace(notice, confidence=confidence, comparison=comparison)


def _what_changed(text: Text, comparison: Comparison) -> Text:
    """The title and the sentences with moved numbers; without any, all that was added."""
    said = [each.quote for each in comparison.moved] or [*comparison.added, *comparison.removed]
    return replace(text, body="\n".join(said), comparison=None)


def _weight(moved: tuple[Moved, ...], topics: tuple[str, ...]) -> tuple[float, str]:
    if any(each.is_money for each in moved):
        sure = bool(_MONEY_TOPICS & set(topics))
        return (MONEY_MOVED if sure else NUMBER_MOVED), "an amount or a share moved on the page"
    if moved and _RULES & set(topics):
        return NUMBER_MOVED, "a number moved on the page"
    if _RULES & set(topics):
        return REWRITTEN, "rules on the page were rewritten"
    return 0.0, ""


def _evidence(comparison: Comparison) -> tuple[str, ...]:
    quotes = [each.quote for each in comparison.moved]
    return tuple(dict.fromkeys([*quotes, *comparison.added, *comparison.removed]))[:_EVIDENCE]


def _with_signal(
    judgement: Judgement, name: str, weight: float, comparison: Comparison
) -> Judgement:
    quote = next(iter(_evidence(comparison)), "")
    return replace(judgement, signals=(Signal(name, weight, quote), *judgement.signals))
