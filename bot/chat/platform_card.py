"""What is known of a platform, privately: what it is, its past, what is watched, what is not.

Refuses to call certain what nobody verified, and to sell silence as safety.
"""

import re
from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.chat import escape
from bot.chat.dates import lines_block, moment_stamp
from bot.chat.layout import Accent, card, link_button
from bot.chat.limits import TEXT_MAX, Block, if_room, spend, whole
from bot.chat.words import Words, name
from bot.domain.alerts import Alert
from bot.domain.platforms import (
    CatalogueKind,
    CatalogueSource,
    Certainty,
    Ending,
    Exactness,
    PastChange,
    PastDate,
    Platform,
)
from bot.domain.sources import Source, Watcher
from bot.i18n import Texts
from bot.services.paging import is_paged
from bot.services.platforms import Portrait

_FOR_MACHINES = re.compile(r"/api/|\.(json|rss|atom|xml)\b|/feed\b")
"""Addresses that show people nothing they could read."""


def platform_card(
    texts: Texts, locale: str, portrait: Portrait, *, has_checklist: bool = False
) -> ui.LayoutView:
    """The answer to `/platform`. `has_checklist`: one of its open alerts has one."""
    words = Words(texts, locale)
    known = portrait.platform
    blocks = [
        whole(0, _head(words, portrait)),
        *_alerts(words, portrait.alerts, has_checklist=has_checklist),
        *_past(words, portrait),
        *_changes(words, portrait),
        *_notice(words, portrait),
        *_watched(words, portrait),
        *(_for_people(words, known) if known else ()),
        *(_export(words, known) if known else ()),
        whole(0, _foot(words, portrait)),
    ]
    home = known.homepage if known is not None and known.goes_on else None
    return card(
        spend(TEXT_MAX, blocks),
        link_button(words("platform.button.home"), home),
        accent=Accent.IMPORTANT if portrait.alerts else Accent.INFO,
    )


def _head(words: Words, portrait: Portrait) -> str:
    lines = [f"## {name(portrait.name)}"]
    if portrait.platform is None:
        return "\n".join([*lines, words("platform.outside")])
    known = portrait.platform
    lines += [_kind(words, known), _status(words, known), *_names(words, known)]
    if portrait.whole is not None and known.goes_on:
        lines.append(words("platform.part_of", whole=name(portrait.whole.name)))
    lines += _parts(words, portrait.parts)
    if known.goes_on and known.homepage_certainty is Certainty.UNVERIFIED:
        lines.append(words("platform.home_unverified"))
    return "\n".join(lines)


def _kind(words: Words, known: Platform) -> str:
    kind = words(f"catalogue.kind.{known.kind}")
    languages = [words.texts.language(words.locale, code) for code in known.languages]
    parts = [kind[:1].upper() + kind[1:], ", ".join(languages)]
    if known.owner:
        key = f"platform.owner.{known.owner_certainty.value}"
        parts.append(words(key, owner=name(known.owner)))
    return " · ".join(parts)


def _status(words: Words, known: Platform) -> str:
    said = [words(f"platform.status.{known.status.value}.{known.status_certainty.value}")]
    ended = known.ending.ended if known.ending else None
    if ended is not None:
        said.append(words("platform.ended", when=_when(words, ended)))
    if known.successor:
        said.append(words("platform.successor", successor=name(known.successor)))
    return " ".join(said)


def _names(words: Words, known: Platform) -> list[str]:
    lines = []
    if known.aliases:
        lines.append(words("platform.aliases", names=", ".join(map(name, known.aliases))))
    if known.former_names:
        lines.append(words("platform.former", names=", ".join(map(name, known.former_names))))
    return lines


def _parts(words: Words, parts: Sequence[Platform]) -> list[str]:
    lines = []
    alive = [name(each.name) for each in parts if each.goes_on]
    if alive:
        lines.append(words("platform.parts", len(alive), names=", ".join(alive)))
    ended = [name(each.name) for each in parts if not each.goes_on]
    if ended:
        lines.append(words("platform.parts_ended", names=", ".join(ended)))
    return lines


def _alerts(words: Words, alerts: Sequence[Alert], *, has_checklist: bool) -> list[Block]:
    if not alerts:
        return []
    lines = [f"- {words.title(alert.told)}" for alert in alerts]
    block = _list(words, 1, "platform.alerts.head", lines)
    pointer = words("platform.alerts.checklist" if has_checklist else "platform.alerts.look")
    return [block, if_room(1, pointer)]


def _past(words: Words, portrait: Portrait) -> list[Block]:
    known = portrait.platform
    if known is None:
        return []
    if known.endings:
        newest_first = [_ending(words, each) for each in reversed(known.endings)]
        return [_list(words, 2, "platform.past.head", newest_first)]
    has_ended_parts = any(not each.goes_on for each in portrait.parts)
    return [] if has_ended_parts else [if_room(3, words("platform.past.none"))]


def _changes(words: Words, portrait: Portrait) -> list[Block]:
    known = portrait.platform
    if known is None or not known.changes:
        return []
    return [
        _list(words, 3, "platform.changes.head", [_change(words, each) for each in known.changes])
    ]


def _change(words: Words, change: PastChange) -> str:
    said = [words(f"platform.changes.{change.topic}")]
    if change.announced_on:
        on = _when(words, PastDate(change.announced_on))
        said.append(words("platform.past.announced", when=on))
    if change.effective_on:
        said.append(
            words("platform.changes.effective", when=_when(words, PastDate(change.effective_on)))
        )
    if (days := change.notice_days) is not None:
        said.append(words("platform.past.notice", days) if days else words("platform.past.sudden"))
    if change.certainty is Certainty.UNVERIFIED:
        said.append(words("platform.past.unverified"))
    note = change.note.get(words.locale) or change.note["en"]
    return f"- {' · '.join(said)}\n  {note}"


def _notice(words: Words, portrait: Portrait) -> list[Block]:
    """What other endings teach, where there is still something to prepare."""
    known, notice = portrait.platform, portrait.notice
    if known is None or notice is None or not known.goes_on:
        return []
    said = words(
        "platform.notice",
        notice.count,
        median=notice.median,
        short=notice.short,
        longest=notice.longest,
    )
    return [if_room(4, said)]


def _ending(words: Words, ending: Ending) -> str:
    part = ending.part.get(words.locale) or ending.part.get("en")
    dates = (
        ("announced", ending.announced),
        ("last_sale", ending.last_sale),
        ("off", ending.off),
    )
    said = [words(f"platform.past.{key}", when=_when(words, date)) for key, date in dates if date]
    if (days := ending.notice_days) is not None:
        said.append(words("platform.past.notice", days) if days else words("platform.past.sudden"))
    if ending.first_word:
        said.append(words(f"platform.first_word.{ending.first_word}"))
    if ending.certainty is Certainty.UNVERIFIED:
        said.append(words("platform.past.unverified"))
    what = part[:1].upper() + part[1:] if part else words("platform.past.all")
    lines = [words("platform.past.line", part=what, said=" · ".join(said))]
    if note := ending.note.get(words.locale) or ending.note.get("en"):
        lines.append(f"  {note}")
    if address := escape.address(ending.evidence):
        lines.append(f"  {words('platform.past.read_at', address=address)}")
    return "\n".join(lines)


def _when(words: Words, past: PastDate) -> str:
    match past.exactness:
        case Exactness.DAY:
            said = words.dates.day(past.on)
        case Exactness.MONTH:
            said = words.texts.month(words.locale, past.on)
        case Exactness.YEAR:
            said = str(past.on.year)
    sure = "about" if past.doubtful else "on"
    return words(f"platform.when.{past.exactness.value}.{sure}", when=said)


def _watched(words: Words, portrait: Portrait) -> list[Block]:
    lines = [_source(words, *pair) for pair in portrait.watched]
    if lines:
        return [_list(words, 1, "platform.watched.head", lines)]
    if portrait.idle:
        lines = [_idle(words, each) for each in portrait.idle]
        return [_list(words, 1, "platform.watched.idle", lines)]
    return [whole(1, words("platform.watched.nothing"))]


def _source(words: Words, watcher: Watcher, source: Source) -> str:
    said = name(watcher.name)
    about: dict[str, Any] = {
        "name": _linked(said, source.url) if is_paged(source.kind) else said,
        "host": escape.host(source.url) or "–",
        "read": moment_stamp(source.read_at, "R") if source.read_at else "–",
    }
    if watcher.paused:
        return words("platform.watched.paused", **about)
    if source.health.speaks and source.read_at and watcher.trial_since is not None:
        return words("platform.watched.trial", **about)
    if source.health.speaks:
        key = "ok" if source.read_at else "new"
        return words(f"platform.watched.{key}", **about)
    key = "trouble" if source.read_at else "never"
    trouble = words(f"source.state.{source.health.value}")
    if source.fault is not None:
        trouble = words.texts.fault(words.locale, escape.fault(source.fault))
    since = moment_stamp(source.health_since, "D")
    return words(f"platform.watched.{key}", trouble=trouble, since=since, **about)


def _idle(words: Words, feed: CatalogueSource) -> str:
    key = f"platform.feed.{feed.certainty.value}"
    said = name(feed.name)
    if feed.kind is CatalogueKind.PAGE:
        said = _linked(said, feed.url)
    return words(key, name=said, host=escape.host(feed.url) or "–")


def _linked(said: str, url: str) -> str:
    """A page by its name, to be opened by people, too."""
    address = escape.address(url)
    return f"[{said}](<{address}>)" if address else said


def _for_people(words: Words, known: Platform) -> list[Block]:
    pages = [
        each for each in known.sources if not each.is_read and not _FOR_MACHINES.search(each.url)
    ]
    pages.sort(key=lambda each: each.certainty is Certainty.UNVERIFIED)
    lines = [line for each in pages if (line := _page(words, each))]
    return [_list(words, 4, "platform.pages.head", lines)] if lines else []


def _page(words: Words, page: CatalogueSource) -> str | None:
    address = escape.address(page.url)
    if address is None:
        return None
    about = words(f"catalogue.about.{page.about}") if page.about else words("platform.pages.page")
    language = words.texts.language(words.locale, page.language)
    key = f"platform.pages.{page.certainty.value}"
    return words(key, about=about, language=language, address=address)


def _export(words: Words, known: Platform) -> list[Block]:
    if not known.goes_on:
        return []
    export = known.export
    if export is None:
        return [if_room(3, words("platform.export.unknown"))]
    what = ", ".join(words(f"platform.goods.{each}") for each in export.what)
    formats = f" ({', '.join(each.upper() for each in export.formats)})" if export.formats else ""
    lines = [words(f"platform.export.{export.certainty.value}", what=what + formats)]
    if address := escape.address(export.help):
        lines.append(words("platform.export.help", address=address))
    return [if_room(3, "\n".join(lines))]


def _foot(words: Words, portrait: Portrait) -> str:
    followed = "platform.followed" if portrait.is_followed else "platform.not_followed"
    return "\n".join([words(followed), f"-# {words('platform.silence')}"])


def _list(words: Words, rank: int, head: str, lines: Sequence[str]) -> Block:
    return lines_block(rank, words(head), lines, lambda n: words("platform.more", n))
