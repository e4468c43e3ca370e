"""One entry from outside to one verdict under the default policy. Pure mapping; no I/O.

Refuses what is no entry: a line that is no object, or a field of the wrong type.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.notices import Action, Deadline, Judgement, Notice, Origin, Text
from bot.domain.platforms import Platform, owner_of
from bot.domain.policy import default_action
from bot.errors import Refused

ORIGINS = {
    "official": Origin.OFFICIAL,
    "press": Origin.PRESS,
    "blog": Origin.COMMUNITY,
    "email": Origin.COMMUNITY,
    "community": Origin.COMMUNITY,
}
"""What `source_kind` means; null is decided by the address."""


class Judge(Protocol):
    """What a checker asks: the detector of `bot.detection`."""

    def judge(self, text: Text) -> Judgement:
        """The verdict on one text."""


@dataclass(frozen=True, slots=True)
class Check:
    """A text, what was found in it, and what becomes of it by default."""

    text: Text
    judgement: Judgement
    action: Action

    @property
    def notice(self) -> Notice | None:
        """The gravest notice."""
        return self.judgement.gravest


class Checker:
    """Judges texts as an unwatched entry would be judged."""

    def __init__(self, detector: Judge, platforms: tuple[Platform, ...] = ()) -> None:
        self._detector = detector
        self._platforms = platforms

    def check(self, text: Text) -> Check:
        """Judge `text`; without an origin, an address of a known platform counts as official."""
        if text.origin is None and self._is_official(text.url):
            text = Text(text.title, text.body, text.url, text.published_on, Origin.OFFICIAL)
        judgement = self._detector.judge(text)
        return Check(text, judgement, default_action(judgement.gravest, text.origin))

    def verdict(self, item: object) -> dict[str, object]:
        """The JSON verdict on a JSON entry. Raises `Refused` with what is wrong."""
        check = self.check(read_item(item))
        identity = item.get("id") if isinstance(item, dict) else None
        return {"id": identity, **as_json(check)}

    def _is_official(self, url: str | None) -> bool:
        return owner_of(self._platforms, url) is not None


def read_item(item: object) -> Text:
    """A JSON entry as a text. Raises `Refused` naming the field that cannot be read."""
    if not isinstance(item, dict):
        raise Refused("check.refused.object")
    kind = _text(item, "source_kind")
    if kind is not None and kind not in ORIGINS:
        raise Refused("check.refused.source_kind", value=kind, choices=", ".join(ORIGINS))
    return Text(
        title=_text(item, "title") or "",
        body=_text(item, "body") or "",
        url=_text(item, "url"),
        published_on=_day(_text(item, "published")),
        origin=ORIGINS[kind] if kind else None,
    )


def as_json(check: Check) -> dict[str, object]:
    """The verdict as `tocsin check --jsonl` writes it, without the id."""
    notice, judgement = check.notice, check.judgement
    verdict: dict[str, object] = {
        "action": check.action.value,
        **_notice_json(notice),
        "language": judgement.language,
        "deadlines": [_deadline_json(each) for each in judgement.deadlines],
    }
    if len(judgement.notices) > 1:
        verdict["notices"] = [
            {
                **_notice_json(other),
                "deadlines": [_deadline_json(each) for each in other.deadlines],
            }
            for other in judgement.notices[1:]
        ]
    return verdict


def _notice_json(notice: Notice | None) -> dict[str, object]:
    if notice is None:
        return {
            "kind": "none",
            "severity": None,
            "confidence": 0.0,
            "platform": None,
            "successor": None,
            "topics": [],
            "evidence": [],
        }
    return {
        "kind": notice.kind.value,
        "severity": notice.severity.value,
        "confidence": notice.confidence,
        "platform": notice.platform_name,
        "successor": notice.successor,
        "topics": list(notice.topics),
        "evidence": list(notice.evidence),
    }


def _deadline_json(deadline: Deadline) -> dict[str, object]:
    return {
        "date": deadline.iso,
        "precision": deadline.precision.value,
        "what": deadline.what.value,
        "quote": deadline.quote,
    }


def _text(item: dict[str, object], key: str) -> str | None:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise Refused("check.refused.text", field=key)
    return value


def _day(written: str | None) -> date | None:
    if not written:
        return None
    try:
        return datetime.fromisoformat(written.strip()).date()
    except ValueError:
        raise Refused("check.refused.published", value=written[:40]) from None
