"""What the stand-in answers instead of success, and what it holds against the bot."""

from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """An answer with a status of 400 or more, as Discord words it.

    `rule` is set where the bot broke a rule that it could have known: that becomes a violation.
    """

    def __init__(
        self, status: int, code: int, message: str, *, errors: Any = None, rule: str | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.rule = rule

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class MisuseError(AssertionError):
    """The test asked for what no member could do: an unknown command, option, button or field."""


class NoAnswerError(AssertionError):
    """The bot did not answer an interaction in time."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something a correct bot never does (or, kind `standin`, a fault of the stand-in itself).

    Kinds: `route` (unknown), `schema` (not as described), `rule` (a limit of Discord),
    `interaction` (too late, or answered twice), `ban` (10,000 invalid requests), `standin`.
    """

    kind: str
    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what} ({self.where})"


def invalid_form(field: str, code: str, message: str) -> Refusal:
    """Error 50035 naming one field by its dotted path, and a violation."""
    errors: Any = {"_errors": [{"code": code, "message": message}]}
    for step in reversed(field.split(".")):
        errors = {step: errors}
    # The description types inner codes as numbers, Discord sends words: told in the message.
    return Refusal(
        400, 50035, f"Invalid Form Body\nIn {field}: {message} [{code}]", rule=f"{field}: {message}"
    )


def missing_access() -> Refusal:
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    return Refusal(403, 50013, "Missing Permissions")


def unknown(what: str, code: int) -> Refusal:
    return Refusal(404, code, f"Unknown {what}")
