"""What becomes of a notice: posted, sent to moderators, or ignored. Only official words are posted
unseen, and only when they are clear."""

from bot.domain.notices import Action, Kind, Notice, Origin
from bot.domain.sources import SourceKind

ALERT_CONFIDENCE = 0.8
"""From here a notice counts as clear. `tests/` shows how often such notices are right."""

REVIEW_CONFIDENCE = 0.45
"""Below this a notice is not worth a moderator's time."""


def default_action(notice: Notice | None, origin: Origin | None) -> Action:
    """What a guild in `automatic` mode does with a fresh notice."""
    if notice is None or notice.kind is Kind.NONE or notice.confidence < REVIEW_CONFIDENCE:
        return Action.IGNORE
    named = notice.platform is not None or notice.platform_name is not None
    if origin is Origin.OFFICIAL and named and notice.confidence >= ALERT_CONFIDENCE:
        return Action.ALERT
    return Action.REVIEW


def counts_as(kind: SourceKind, origin: Origin) -> Origin:
    """Whose word an entry of such a source is: a status page tells of outages, and what it says of
    an end is never posted unseen."""
    unsure = kind is SourceKind.STATUSPAGE and origin is Origin.OFFICIAL
    return Origin.PRESS if unsure else origin


def may_say(kind: SourceKind, notice: Notice) -> bool:
    """Whether such a source is heard on this at all: of a status page's news only a closure."""
    return kind is not SourceKind.STATUSPAGE or notice.kind is Kind.CLOSURE
