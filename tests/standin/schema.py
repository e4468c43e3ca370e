"""Checks bodies against Discord's OpenAPI description, quickly.

References are put in place once and unions of components or options are decided by their `type`,
so that a message with twenty components is checked in well under a millisecond and a fault is
told where it is instead of "is not valid under any of the given schemas".
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

_Checker = Any  # jsonschema's typed protocol lacks `descend`.

_FILE = Path(__file__).with_name("openapi.trimmed.json")
_REF = "#/components/schemas/"

# Discord reads numbers where its description wants snowflakes as strings, and discord.py relies on
# it: `allowed_mentions.roles`, `recipient_id`, `message_reference`, `attachments[].id`.
_SNOWFLAKE_AS_SENT = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}

# Sent by discord.py 2.7.1, read by Discord, absent from the description (its prose documents them).
_ALSO_SENT = {
    # `tts: false` goes along with every message body, webhook edits included.
    "IncomingWebhookUpdateRequestPartial": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": {"type": "boolean"}},
    "MessageEditRequestPartial": {"tts": {"type": "boolean"}},
    # Age restriction of commands.
    "ApplicationCommandUpdateRequest": {"nsfw": {"type": "boolean"}},
}

# A misspelt field is ignored by Discord and not refused by its description; in these bodies the
# stand-in refuses it, because it is always a mistake of the bot.
_CLOSED = ("MessageCreateRequest", "MessageEditRequestPartial", "ApplicationCommandUpdateRequest")


_SAMPLE = 3


def request_fault(route: str, body: Any) -> str | None:
    """Says what is wrong with a request's body, or None; `route` is `METHOD /path/{template}`."""
    validator = _validators()[0].get(route)
    return None if validator is None else _first_fault(validator, body)


def response_fault(route: str, status: int, body: Any) -> str | None:
    """Says what is wrong with our own answer, or None."""
    if status >= 400:
        name = "RatelimitedResponse" if status == 429 else "ErrorResponse"
        return _first_fault(_validators()[1][name], body)
    validator = _validators()[1].get(f"{route} {status}")
    if isinstance(body, list):
        # A page of history repeats what was checked when each message was answered.
        body = body[:_SAMPLE]
    return None if validator is None else _first_fault(validator, body)


def warm_up() -> None:
    """Reads the description now, so that the first request does not pay for it."""
    _validators()


def _first_fault(validator: _Checker, body: Any) -> str | None:
    for error in validator.iter_errors(body):
        where = ".".join(str(step) for step in error.absolute_path) or "body"
        return f"{where}: {error.message[:300]}"
    return None


@cache
def _validators() -> tuple[dict[str, _Checker], dict[str, _Checker]]:
    description = json.loads(_FILE.read_text(encoding="utf-8"))
    sent = {**description["schemas"], "SnowflakeType": _SNOWFLAKE_AS_SENT}
    for name, properties in _ALSO_SENT.items():
        schema = sent[name]
        sent[name] = {**schema, "properties": {**schema["properties"], **properties}}
    for name in _CLOSED:
        sent[name] = {**sent[name], "additionalProperties": False}
    place_sent, place_given = _placer(sent), _placer(description["schemas"])
    requests: dict[str, _Checker] = {}
    responses: dict[str, _Checker] = {}
    for route, bodies in description["routes"].items():
        if "request" in bodies:
            requests[route] = _TypedValidator(place_sent(bodies["request"]))
        for status, schema in bodies["responses"].items():
            responses[f"{route} {status}"] = _TypedValidator(place_given(schema))
    for name in ("ErrorResponse", "RatelimitedResponse"):
        responses[name] = _TypedValidator(place_given({"$ref": _REF + name}))
    return requests, responses


def _placer(schemas: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Gives a function that replaces references by the (possibly cyclic) schemas themselves."""
    placed: dict[str, dict[str, Any]] = {}

    def place(schema: Any) -> Any:
        if isinstance(schema, list):
            return [place(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$ref"), str):
            return named(schema["$ref"].removeprefix(_REF))
        return _simpler({key: place(value) for key, value in schema.items()})

    def named(name: str) -> dict[str, Any]:
        if name not in placed:
            placed[name] = {}
            placed[name].update(place(schemas[name]))
        return placed[name]

    return place


def _simpler(schema: dict[str, Any]) -> dict[str, Any]:
    """Writes `oneOf` of constants as `enum`, drops an `allOf` beside an `enum`."""
    options = schema.get("oneOf")
    if isinstance(options, list) and all(set(option) == {"const"} for option in options if option):
        rest = {key: value for key, value in schema.items() if key != "oneOf"}
        if all(options):
            return {**rest, "enum": [option["const"] for option in options]}
    if "enum" in schema:
        return {key: value for key, value in schema.items() if key != "allOf"}
    return schema


def _union(
    validator: _Checker, options: list[dict[str, Any]], instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Takes the place of oneOf and anyOf: decided by `type` or null where the options allow it."""
    fitting = [option for option in options if _may_fit(option, instance)]
    if len(fitting) == 1:
        yield from validator.descend(instance, fitting[0])
        return
    if not fitting:
        yield ValidationError(f"{_shown(instance)} is of no type that is allowed here")
        return
    closest: list[ValidationError] | None = None
    for option in fitting:
        errors = list(validator.descend(instance, option))
        if not errors:
            return
        if closest is None or len(errors) < len(closest):
            closest = errors
    yield from closest or ()


def _may_fit(option: dict[str, Any], instance: Any) -> bool:
    kind = option.get("type")
    if kind == "null":
        return instance is None
    if instance is None:
        return kind is None or "null" in kind
    if isinstance(instance, dict) and "properties" in option:
        types = option["properties"].get("type", {}).get("enum")
        return types is None or "type" not in instance or instance["type"] in types
    if kind == "string":
        return isinstance(instance, str)
    return not (kind == "integer" and isinstance(instance, str))


def _shown(instance: Any) -> str:
    kind = instance.get("type") if isinstance(instance, dict) else None
    return f"a component or option of type {kind}" if kind is not None else repr(instance)[:100]


_TypedValidator: Callable[[Any], _Checker] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"oneOf": _union, "anyOf": _union}
)
