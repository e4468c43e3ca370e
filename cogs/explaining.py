"""Why an alert is as it is: its reasons, its evidence, its authors. In one private answer."""

from bot.chat import escape
from bot.chat.dates import moment_stamp
from bot.domain.policy import ALERT_CONFIDENCE
from bot.services.triage import AlertView
from cogs.answering import Interaction, say


def why_text(interaction: Interaction, view: AlertView) -> str:
    """Everything that led to the alert, oldest first, within one message."""
    facts = view.alert.told
    platform = escape.inline(facts.platform_name, 100)
    lines = [
        say(
            interaction,
            "why.head",
            platform=platform,
            kind=say(interaction, f"common.kind.{facts.kind.value}"),
            severity=say(interaction, f"common.severity.{facts.severity.value}"),
            percent=round(facts.confidence * 100),
            needed=round(ALERT_CONFIDENCE * 100),
        )
    ]
    for told in view.notices[-5:]:
        lines.append(
            say(
                interaction,
                "why.notice",
                title=escape.inline(told.title, 120),
                origin=say(interaction, f"common.origin.{told.origin.value}"),
                source=escape.inline(told.source_name or "", 80) or escape.host(told.url) or "–",
                at=moment_stamp(told.published_at),
            )
        )
        lines.extend(f"> {escape.inline(quote, 240)}" for quote in told.notice.evidence[:2])
    for revision in view.history[-8:]:
        author = f"<@{revision.author_id}>" if revision.author_id else None
        lines.append(
            say(
                interaction,
                "why.revision" if author else "why.revision_by_itself",
                number=revision.revision,
                reason=say(interaction, f"why.reason.{revision.reason.value}"),
                at=moment_stamp(revision.at),
                author=author,
            )
        )
        if revision.comment:
            lines.append(f"> {escape.inline(revision.comment, 240)}")
    text = "\n".join(lines)
    return text if len(text) <= 2000 else text[:1999] + "…"
