"""The admin door: the test's hand over HTTP, for a stand-in that runs as its own process.

`POST /standin/call/{name}` with `{"args": [...], "kwargs": {...}}` calls what is listed as the
hand and answers `{"result": …}`, or 422 with `{"error", "kind"}`. `GET /standin/requests?since=N`,
`/violations` and `/state` show what happened. Objects are JSON; where one is wanted, its id does.
"""

import inspect
from dataclasses import asdict
from typing import Any

from aiohttp import web

from . import payloads
from .core import Seen
from .errors import Refusal, Violation
from .faults import Fault
from .interaction import Interaction
from .state import Channel, Guild, Json, Member, Message, Role, User

_HAND = frozenset(
    """
    acknowledge addresses allow_bot autocomplete channel chaos click close_dms close_gateway
    connected context_menu delay delete_channel delete_message dm drop_after_commit
    drop_before_commit drop_gateway fail fail_channel grant guild interaction
    invalidate_session invite kick_bot limit member mend messages overwrite rate_limit
    reconnect_gateway revoke role said say select slash submit_modal
    """.split()  # noqa: SIM905
)


class AdminDoor:
    """Calls methods of the stand-in, those of the test's hand only."""

    def __init__(self, standin: Any) -> None:
        self._standin = standin
        self._faults: dict[int, Fault] = {}

    async def serve(self, request: web.Request) -> web.Response:
        """Answers one request of the test."""
        match request.method, request.path.removeprefix("/standin/").split("/"):
            case "POST", ["call", name] if name in _HAND:
                return await self._call(name, await request.json())
            case "GET", ["requests"]:
                since = int(request.query.get("since", 0))
                return web.json_response([plain(s) for s in self._standin.requests[since:]])
            case "GET", ["violations"]:
                return web.json_response([plain(v) for v in self._standin.violations])
            case "GET", ["state"]:
                return web.json_response(self._state())
            case _:
                error = {"error": f"no such door: {request.path}", "kind": "MisuseError"}
                return web.json_response(error, status=404)

    async def _call(self, name: str, asked: Json) -> web.Response:
        arguments = [self._argument(value) for value in asked.get("args", ())]
        named = {key: self._argument(value) for key, value in asked.get("kwargs", {}).items()}
        try:
            result = getattr(self._standin, name)(*arguments, **named)
            if inspect.isawaitable(result):
                result = await result
        except (AssertionError, Refusal, LookupError, TypeError, ValueError) as error:
            told = {"error": str(error), "kind": type(error).__name__}
            return web.json_response(told, status=422)
        return web.json_response({"result": self._result(result)})

    def _argument(self, value: Any) -> Any:
        if isinstance(value, dict) and "fault" in value:
            return self._faults[value["fault"]]
        return value

    def _result(self, value: Any) -> Any:
        if isinstance(value, Fault):
            number = len(self._faults)
            self._faults[number] = value
            return {"fault": number}
        if isinstance(value, list):
            return [self._result(item) for item in value]
        return plain(value)

    def _state(self) -> Json:
        core = self._standin.core
        return {
            **self._standin.addresses(),
            "sessions": len(core.gateway.live),
            "identifies": core.gateway.identifies,
            "resumes": core.gateway.resumes,
            "requests": len(core.requests),
            "invalid_requests": len(core.limits.invalid),
            "commands": core.world.commands,
            "commands_written": core.world.commands_written,
            "violations": len(core.violations),
        }


def plain(value: Any) -> Any:
    """Turns objects of the stand-in into JSON; other values pass through."""
    match value:
        case User():
            return payloads.user(value)
        case Role():
            return payloads.role(value)
        case Member():
            return {**payloads.member(value), "id": str(value.id)}
        case Channel():
            return payloads.channel(value)
        case Guild():
            return payloads.guild(value)
        case Message():
            return _message(value)
        case Interaction():
            return _interaction(value)
        case Seen() | Violation():
            return asdict(value)
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return value


def _message(it: Message) -> Json:
    pings: Json = {
        "roles": [str(role_id) for role_id in it.pings.roles],
        "users": [str(user_id) for user_id in it.pings.users],
        "everyone": it.pings.everyone,
    }
    revisions = [{"at": r.at, "text": r.text, "flags": r.flags} for r in it.revisions]
    described = {**payloads.message(it), "text": it.text, "custom_ids": it.custom_ids}
    more = {"labels": it.labels, "ephemeral": it.ephemeral, "crossposts": it.crossposts}
    return {**described, **more, "revisions": revisions, "pings": pings, "deleted": it.deleted}


def _interaction(it: Interaction) -> Json:
    return {
        "id": str(it.id),
        "kind": it.kind,
        "answer": it.answer,
        "answered_after": it.answered_after,
        "settled": it.settled,
        "text": it.text,
        "ephemeral": it.ephemeral,
        "modal": it.modal,
        "choices": it.choices,
        "message": plain(it.message),
        "followups": plain(it.followups),
        "edits": it.edits,
        "refusals": it.refusals,
    }
