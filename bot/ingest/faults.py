"""What each fault of a source says about its health. Refuses keys it does not know."""

from bot.domain.sources import Health
from bot.errors import Fault

_HEALTH = {
    "source.address": Health.BROKEN,
    "source.redirect.forbidden": Health.MOVED,
    "source.redirect.loop": Health.BROKEN,
    "source.redirect.many": Health.BROKEN,
    "source.redirect.nowhere": Health.BROKEN,
    "source.connect.no_name": Health.GONE,
    "source.connect.lookup": Health.SLOW,
    "source.connect.refused": Health.SLOW,
    "source.connect.lost": Health.SLOW,
    "source.connect.tls": Health.BROKEN,
    "source.connect.garbled": Health.BROKEN,
    "source.http.timeout": Health.SLOW,
    "source.http.cut": Health.SLOW,
    "source.http.challenge": Health.BLIND,
    "source.http.forbidden": Health.BLIND,
    "source.http.missing": Health.BROKEN,
    "source.http.gone": Health.GONE,
    "source.http.wait": Health.SLOW,
    "source.http.trouble": Health.SLOW,
    "source.http.status": Health.BROKEN,
    "source.body.large": Health.BROKEN,
    "source.body.bomb": Health.BROKEN,
    "source.body.encoding": Health.BROKEN,
    "source.robots": Health.BLIND,
    "source.page.challenge": Health.BLIND,
    "source.page.consent": Health.BLIND,
    "source.page.login": Health.BLIND,
    "source.page.error": Health.BROKEN,
    "source.page.maintenance": Health.SLOW,
    "source.page.short": Health.BROKEN,
    "source.page.selector": Health.BROKEN,
    "source.page.no_list": Health.BROKEN,
    "source.page.binary": Health.BROKEN,
    "source.feed.challenge": Health.BLIND,
    "source.feed.consent": Health.BLIND,
    "source.feed.html": Health.BROKEN,
    "source.feed.html_offers": Health.BROKEN,
    "source.feed.json": Health.BROKEN,
    "source.feed.json_broken": Health.BROKEN,
    "source.feed.empty": Health.BROKEN,
    "source.feed.other": Health.BROKEN,
    "source.feed.unreadable": Health.BROKEN,
    "source.feed.entities": Health.BROKEN,
    "source.feed.cut": Health.SLOW,
    "source.feed.too_slow": Health.BROKEN,
}


def health_of(fault: Fault) -> Health:
    """The health of a source whose visit ended in `fault`."""
    family = ".".join(fault.key.split(".")[:2])
    return _HEALTH.get(fault.key) or _HEALTH[family]


def is_forbidden(fault: Fault) -> bool:
    """Whether the address, or a hop, is one that Tocsin must not visit and must not keep."""
    return fault.key.startswith("source.address.") or fault.key == "source.redirect.forbidden"


def is_permanent(fault: Fault) -> bool:
    """Whether waiting will not mend it: a person has to look."""
    return is_forbidden(fault) or fault.key == "source.http.gone"
