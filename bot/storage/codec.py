"""Values of the domain to JSON and back. Refuses nothing silently: unknown words raise."""

from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.incidents import Change, Correction, DateCorrection, Facts, Link
from bot.domain.notices import Deadline, Kind, Notice, Origin, Precision, Scope, Severity, What
from bot.domain.pace import USUAL, Pace
from bot.domain.pages import Comparison, Moved
from bot.errors import Fault, SourceFault

Json = dict[str, Any]


def deadline_to_json(deadline: Deadline) -> Json:
    return {
        "on": deadline.on.isoformat(),
        "precision": deadline.precision.value,
        "what": deadline.what.value,
        "quote": deadline.quote,
        "audience": deadline.audience,
    }


def deadline_from_json(data: Json) -> Deadline:
    return Deadline(
        on=date.fromisoformat(data["on"]),
        precision=Precision(data["precision"]),
        what=What(data["what"]),
        quote=data["quote"],
        audience=data["audience"],
    )


def notice_to_json(notice: Notice) -> Json:
    return {
        "kind": notice.kind.value,
        "scope": notice.scope.value,
        "severity": notice.severity.value,
        "confidence": notice.confidence,
        "platform": notice.platform,
        "platform_name": notice.platform_name,
        "successor": notice.successor,
        "topics": list(notice.topics),
        "deadlines": [deadline_to_json(each) for each in notice.deadlines],
        "evidence": list(notice.evidence),
        "language": notice.language,
        **_with_comparison(notice.comparison),
    }


def notice_from_json(data: Json) -> Notice:
    return Notice(
        kind=Kind(data["kind"]),
        scope=Scope(data["scope"]),
        severity=Severity(data["severity"]),
        confidence=data["confidence"],
        platform=data["platform"],
        platform_name=data["platform_name"],
        successor=data["successor"],
        topics=tuple(data["topics"]),
        deadlines=tuple(deadline_from_json(each) for each in data["deadlines"]),
        evidence=tuple(data["evidence"]),
        language=data["language"],
        comparison=comparison_from_json(data.get("comparison")),
    )


def facts_to_json(facts: Facts) -> Json:
    return {
        "platform": facts.platform,
        "platform_name": facts.platform_name,
        "kind": facts.kind.value,
        "scope": facts.scope.value,
        "severity": facts.severity.value,
        "confidence": facts.confidence,
        "origin": facts.origin.value,
        "headline": facts.headline,
        "deadlines": [deadline_to_json(each) for each in facts.deadlines],
        "successor": facts.successor,
        "topics": list(facts.topics),
        "quote": facts.quote,
        "links": [_link_to_json(each) for each in facts.links],
        "announced_on": facts.announced_on.isoformat(),
        "language": facts.language,
        **_with_comparison(facts.comparison),
    }


def facts_from_json(data: Json) -> Facts:
    return Facts(
        platform=data["platform"],
        platform_name=data["platform_name"],
        kind=Kind(data["kind"]),
        scope=Scope(data["scope"]),
        severity=Severity(data["severity"]),
        confidence=data["confidence"],
        origin=Origin(data["origin"]),
        headline=data["headline"],
        deadlines=tuple(deadline_from_json(each) for each in data["deadlines"]),
        successor=data["successor"],
        topics=tuple(data["topics"]),
        quote=data["quote"],
        links=tuple(_link_from_json(each) for each in data["links"]),
        announced_on=date.fromisoformat(data["announced_on"]),
        language=data["language"],
        comparison=comparison_from_json(data.get("comparison")),
    )


def comparison_to_json(comparison: Comparison) -> Json:
    return {
        "since": comparison.since.isoformat(),
        "added": list(comparison.added),
        "removed": list(comparison.removed),
        "moved": [[each.before, each.after, each.quote] for each in comparison.moved],
        "more": comparison.more,
        "language": comparison.language,
        "unchanged": list(comparison.unchanged),
    }


def comparison_from_json(data: Json | None) -> Comparison | None:
    if data is None:
        return None
    return Comparison(
        since=date.fromisoformat(data["since"]),
        added=tuple(data["added"]),
        removed=tuple(data["removed"]),
        moved=tuple(Moved(*each) for each in data["moved"]),
        more=data["more"],
        language=data["language"],
        unchanged=tuple(data["unchanged"]),
    )


def change_to_json(change: Change) -> Json:
    return {
        "name": change.name,
        "was": change.was,
        "now": change.now,
        "what": change.what.value if change.what else None,
    }


def change_from_json(data: Json) -> Change:
    what = What(data["what"]) if data["what"] else None
    return Change(data["name"], data["was"], data["now"], what)


def correction_to_json(correction: Correction) -> Json:
    return {
        "kind": correction.kind.value if correction.kind else None,
        "platform": correction.platform,
        "platform_name": correction.platform_name,
        "dates": [
            {"what": each.what.value, "was": _iso(each.was), "on": _iso(each.on)}
            for each in correction.dates
        ],
    }


def correction_from_json(data: Json) -> Correction:
    return Correction(
        kind=Kind(data["kind"]) if data["kind"] else None,
        platform=data["platform"],
        platform_name=data["platform_name"],
        dates=tuple(
            DateCorrection(What(each["what"]), _date(each["was"]), _date(each["on"]))
            for each in data["dates"]
        ),
    )


def pace_to_json(pace: Pace) -> Json | None:
    """What is known of how often a source wants to be visited; None: nothing."""
    if pace == USUAL:
        return None
    return {
        "ttl": pace.ttl.total_seconds() if pace.ttl else None,
        "skip_hours": list(pace.skip_hours),
        "skip_days": list(pace.skip_days),
        "rhythm": pace.rhythm.total_seconds() if pace.rhythm is not None else None,
        "newest_at": pace.newest_at.isoformat() if pace.newest_at else None,
    }


def pace_from_json(data: Json | None) -> Pace:
    if data is None:
        return USUAL
    ttl, rhythm, newest_at = data["ttl"], data["rhythm"], data["newest_at"]
    return Pace(
        ttl=timedelta(seconds=ttl) if ttl else None,
        skip_hours=tuple(data["skip_hours"]),
        skip_days=tuple(data["skip_days"]),
        rhythm=timedelta(seconds=rhythm) if rhythm is not None else None,
        newest_at=datetime.fromisoformat(newest_at) if newest_at else None,
    )


def fault_to_json(fault: Fault) -> Json:
    arguments = {
        name: fault_to_json(value) if isinstance(value, Fault) else value
        for name, value in fault.arguments.items()
    }
    return {"key": fault.key, "arguments": arguments}


def fault_from_json(data: Json) -> Fault:
    arguments = {
        name: fault_from_json(value) if isinstance(value, dict) else value
        for name, value in data["arguments"].items()
    }
    return SourceFault(data["key"], **arguments)


def _link_to_json(link: Link) -> Json:
    return {
        "url": link.url,
        "title": link.title,
        "origin": link.origin.value,
        "published_on": link.published_on.isoformat(),
        "source_name": link.source_name,
    }


def _link_from_json(data: Json) -> Link:
    return Link(
        url=data["url"],
        title=data["title"],
        origin=Origin(data["origin"]),
        published_on=date.fromisoformat(data["published_on"]),
        source_name=data["source_name"],
    )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _with_comparison(comparison: Comparison | None) -> Json:
    return {} if comparison is None else {"comparison": comparison_to_json(comparison)}
