"""Why an alert is as it is: its reasons, its evidence, its authors. In one private answer."""

from bot.chat import escape
from bot.chat.dates import moment_stamp
from bot.chat.words import Words
from bot.domain.policy import ALERT_CONFIDENCE
from bot.services.triage import AlertView
from cogs.answering import Interaction, locale_of, say, services_of


def why_text(interaction: Interaction, view: AlertView, *, names: bool) -> str:
    """Everything that led to the alert, oldest first. `names`: who decided is named."""
    facts = view.alert.told
    words = Words(services_of(interaction).texts, locale_of(interaction))
    platform = words.platform(facts.platform_name)
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
        author = f"<@{revision.author_id}>" if revision.author_id and names else None
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
    return "\n".join(lines)
