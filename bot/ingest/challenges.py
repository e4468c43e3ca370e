"""Walls against robots, and consent walls: told apart from pages, and never climbed."""

import re
from collections.abc import Mapping

_LOOKED_AT = 64_000
_SHORT = 20_000

_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_CHALLENGE_TITLES = re.compile(
    r"just a moment|attention required|checking your browser|pardon our interruption"
    r"|access (to this page )?(is |has been )?denied|are you (a robot|human)|captcha"
    r"|verif(y|ying) (that )?you are|security check|robot check|bot verification|one more step"
    r"|ddos-guard|un instant|nur einen moment|un momento",
    re.IGNORECASE,
)
_CONSENT_TITLES = re.compile(
    r"before you continue|avant d['’]acc[ée]der|bevor (sie|du) fortf|cookie consent|consent wall",
    re.IGNORECASE,
)
_MARKS = (
    "cf-chl-",
    "cf_chl_opt",
    "captcha-delivery.com",
    "px-captcha",
    "_incapsula_resource",
    "awswaf.com",
    "aws-waf-token",
    "ddos-guard.net",
    "sgcaptcha",
    "geo.captcha",
)
# Also found on honest pages with a form: they count only where the page is little else.
_FORM_MARKS = ("g-recaptcha", "hcaptcha.com", "h-captcha", "challenges.cloudflare.com")


def is_challenge_header(headers: Mapping[str, str]) -> bool:
    """Whether the answer says of itself that it is a challenge: Cloudflare, AWS WAF, DataDome
    (`x-dd-b`), Kasada (`x-kpsdk-…`), PerimeterX."""
    said = (
        (headers.get("cf-mitigated", ""), ("challenge",)),
        (headers.get("x-amzn-waf-action", ""), ("challenge", "captcha")),
        (headers.get("x-px-block", ""), ("1", "true")),
    )
    return any(value.lower() in meant for value, meant in said) or any(
        name in headers for name in ("x-dd-b", "x-kpsdk-ct", "x-kpsdk-r")
    )


def is_challenge_page(html: bytes) -> bool:
    """Whether `html` wants proof of being human."""
    text = _beginning(html)
    lower = text.lower()
    return (
        _CHALLENGE_TITLES.search(_title(text)) is not None
        or any(mark in lower for mark in _MARKS)
        or (len(html) < _SHORT and any(mark in lower for mark in _FORM_MARKS))
    )


def is_consent_page(html: bytes, host: str) -> bool:
    """Whether `html` wants consent before it shows anything."""
    return host.startswith("consent.") or bool(_CONSENT_TITLES.search(_title(_beginning(html))))


def _beginning(html: bytes) -> str:
    return html[:_LOOKED_AT].decode("utf-8", "replace")


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return found[1] if found else ""
