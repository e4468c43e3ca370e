"""A letter as it was received: a mail (`.eml`) or plain text. Standard library only.

Refuses nothing: what cannot be read as a mail is read as text. No sender is believed here.
"""

import re
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from html import unescape

from bot.ingest.charset import to_utf8

_MAIL = re.compile(
    rb"(?:From |(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|MIME-Version"
    rb"|Message-ID|Reply-To|X-[\w-]+|DKIM-Signature|Content-Type): )",
    re.IGNORECASE,
)
_HEADERS = re.compile(rb"^(?:Subject|From|Date):", re.IGNORECASE | re.MULTILINE)
_MARKUP = re.compile(
    r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]{0,2000}>", re.DOTALL | re.IGNORECASE
)
_MISREAD = (ValueError, LookupError, AttributeError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body as written (the body may be HTML), and when it says it was sent."""

    subject: str
    body: str
    sent_on: date | None = None


def is_mail(body: bytes) -> bool:
    """Whether `body` begins like a mail with its headers."""
    head = body[:20_000].lstrip(b"\xef\xbb\xbf")
    return bool(_MAIL.match(head)) and len(set(_HEADERS.findall(head))) >= 2


def read_mail(body: bytes) -> Letter:
    """A mail's subject, text and date; what of it cannot be read is left out."""
    message = message_from_bytes(body, policy=default)
    return Letter(_subject(message), _body(message), _sent_on(message))


def read_letter(body: bytes, name: str) -> str:
    """A file called `name` as one text: subject first, without markup."""
    if not (name.lower().endswith(".eml") or is_mail(body)):
        return to_utf8(body, None).decode("utf-8", "replace")
    mail = read_mail(body)
    return f"{mail.subject}\n\n{unescape(_MARKUP.sub(' ', mail.body))}".strip()


def _subject(message: EmailMessage) -> str:
    try:
        return str(message["subject"] or "").strip()
    except _MISREAD:
        return ""


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html")) or message
    except _MISREAD:
        part = message
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_param("charset", "utf-8"))
    return to_utf8(payload, f"text/plain; charset={charset}").decode("utf-8", "replace")


def _sent_on(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message["date"])).date()
    except _MISREAD:
        return None
