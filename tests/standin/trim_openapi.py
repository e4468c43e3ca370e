"""Cuts the parts the stand-in uses out of Discord's OpenAPI description.

Run as `python -m tests.standin.trim_openapi openapi.json` when Discord's description or ROUTES
changes. Keeps the schemas of bodies; drops prose, parameters, headers and everything unused.
"""

import json
import sys
from pathlib import Path
from typing import Any

TRIMMED = Path(__file__).with_name("openapi.trimmed.json")

ROUTES = (
    "GET /applications/@me",
    "GET /applications/{application_id}/commands",
    "PUT /applications/{application_id}/commands",
    "GET /channels/{channel_id}",
    "PATCH /channels/{channel_id}",
    "GET /channels/{channel_id}/messages",
    "POST /channels/{channel_id}/messages",
    "GET /channels/{channel_id}/messages/{message_id}",
    "PATCH /channels/{channel_id}/messages/{message_id}",
    "POST /channels/{channel_id}/messages/{message_id}/crosspost",
    "POST /channels/{channel_id}/messages/{message_id}/threads",
    "POST /channels/{channel_id}/threads",
    "GET /gateway",
    "GET /gateway/bot",
    "GET /guilds/{guild_id}",
    "GET /guilds/{guild_id}/channels",
    "GET /guilds/{guild_id}/members/{user_id}",
    "GET /guilds/{guild_id}/roles",
    "GET /guilds/{guild_id}/threads/active",
    "GET /oauth2/applications/@me",
    "GET /users/@me",
    "GET /users/@me/guilds",
    "GET /users/{user_id}",
    "POST /users/@me/channels",
    "POST /interactions/{interaction_id}/{interaction_token}/callback",
    "POST /webhooks/{webhook_id}/{webhook_token}",
    "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
)
REFUSALS = ("ErrorResponse", "RatelimitedResponse")

_PROSE = ("description", "title", "externalDocs", "x-discord-union")
_REF = "#/components/schemas/"


def main(arguments: list[str]) -> int:
    """Writes the trimmed description beside this file; the one argument is the full one."""
    if len(arguments) != 1:
        print("usage: python -m tests.standin.trim_openapi OPENAPI.JSON", file=sys.stderr)
        return 2
    full = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    TRIMMED.write_text(json.dumps(trim(full), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TRIMMED.name}: {TRIMMED.stat().st_size} bytes")
    return 0


def trim(full: dict[str, Any]) -> dict[str, Any]:
    """Gives `{"info", "routes": {"METHOD /path": {"request", "responses"}}, "schemas"}`."""
    routes = {route: _bodies(full, route) for route in ROUTES}
    schemas = full["components"]["schemas"]
    wanted = [*_refs(routes), *REFUSALS]
    kept: dict[str, Any] = {}
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = _without_prose(schemas[name])
            wanted.extend(_refs(kept[name]))
    licence = full["info"]["license"]["identifier"]
    info = {"title": full["info"]["title"], "license": licence, "openapi": full["openapi"]}
    return {"info": info, "routes": routes, "schemas": dict(sorted(kept.items()))}


def _bodies(full: dict[str, Any], route: str) -> dict[str, Any]:
    method, path = route.split(" ")
    operation = full["paths"][path][method.lower()]
    request = operation.get("requestBody")
    responses = {
        status: _without_prose(_json_schema(response))
        for status, response in operation["responses"].items()
        if status.startswith("2") and _json_schema(response)
    }
    bodies: dict[str, Any] = {"responses": responses}
    if request:
        bodies["request"] = _without_prose(_json_schema(request))
    return bodies


def _json_schema(part: dict[str, Any]) -> Any:
    return part.get("content", {}).get("application/json", {}).get("schema")


def _without_prose(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _without_prose(value)
            for key, value in schema.items()
            if key not in _PROSE or not isinstance(value, str)
        }
    if isinstance(schema, list):
        return [_without_prose(item) for item in schema]
    return schema


def _refs(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        found = [name for value in schema.values() for name in _refs(value)]
        ref = schema.get("$ref")
        return [*found, ref.removeprefix(_REF)] if isinstance(ref, str) else found
    if isinstance(schema, list):
        return [name for item in schema for name in _refs(item)]
    return []


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
