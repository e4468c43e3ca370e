"""Interactions: what a member did, and what the bot answered within the rules.

Rules: a first answer within 3 seconds (else 10062), once (else 40060), of a kind that fits; then
edits and follow-ups for 15 minutes. Source: discord.com/developers/docs/interactions.
"""

import secrets
import time

from . import content, messages, payloads
from .core import Call, Core, Reply, Routes, attachments
from .errors import NoAnswerError, Refusal, Violation, invalid_form, unknown
from .interaction import Interaction
from .permissions import bot_in, in_channel
from .state import EPHEMERAL, LOADING, Channel, Json, Member, Message, Revision, User, walk

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ANSWER_WITHIN_S, TOKEN_LIVES_S = 3.0, 900.0

_FITS: dict[int, tuple[int, ...]] = {
    COMMAND: (MESSAGE, DEFER, MODAL),
    COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE),
}


class Interactions:
    """All interactions by token, and the routes that answer them."""

    def __init__(self, core: Core, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._core = core
        self._within = answer_within_s
        self.by_token: dict[str, Interaction] = {}
        self.by_id: dict[int, Interaction] = {}

    def routes(self) -> Routes:
        base = "/webhooks/{webhook_id}/{webhook_token}"
        one = f"{base}/messages/{{message_id}}"
        first = f"{base}/messages/@original"
        return {
            "POST /interactions/{interaction_id}/{interaction_token}/callback": self.callback,
            f"POST {base}": self.follow_up,
            f"GET {first}": self.read_original,
            f"PATCH {first}": self.edit_original,
            f"DELETE {first}": self.delete_original,
            f"GET {one}": self.read_follow_up,
            f"PATCH {one}": self.edit_follow_up,
            f"DELETE {one}": self.delete_follow_up,
        }

    # What the member did

    def happen(
        self,
        kind: int,
        who: Member | User,
        channel: Channel,
        data: Json,
        *,
        locale: str | None = None,
        source: Message | None = None,
    ) -> Interaction:
        """Sends INTERACTION_CREATE; NoAnswerError where no session is there to receive it."""
        user = who.user if isinstance(who, Member) else who
        it = Interaction(
            id=self._core.world.snowflake(),
            token=secrets.token_urlsafe(48),
            kind=kind,
            user=user,
            member=who if isinstance(who, Member) else None,
            channel=channel,
            data=data,
            source=source,
            at=time.monotonic(),
        )
        self.by_token[it.token] = self.by_id[it.id] = it
        payload = self._payload(it, locale or user.locale)
        if not self._core.gateway.dispatch("INTERACTION_CREATE", payload, guild=channel.guild):
            raise NoAnswerError(
                "the bot is not connected: no gateway session receives interactions"
            )
        return it

    def _payload(self, it: Interaction, locale: str) -> Json:
        guild, world = it.channel.guild, self._core.world
        held = bot_in(it.channel, world.bot.id)
        payload: Json = {
            "id": str(it.id),
            "application_id": str(world.application_id),
            "type": it.kind,
            "token": it.token,
            "version": 1,
            "data": it.data,
            "channel_id": str(it.channel.id),
            "app_permissions": str(held),
            "locale": locale,
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            "context": 0 if guild else 1,
            "authorizing_integration_owners": {"0": str(guild.id if guild else 0)},
        }
        if it.member and guild:
            payload["member"] = payloads.interaction_member(it.member, it.channel)
            payload["guild_id"] = str(guild.id)
            payload["guild_locale"] = guild.locale
            features: list[str] = []
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": features}
            permissions = in_channel(it.member, it.channel)
        else:
            payload["user"] = payloads.user(it.user)
            permissions = held
        payload["channel"] = payloads.partial_channel(it.channel, permissions)
        if it.source is not None:
            payload["message"] = payloads.message(it.source)
        return payload

    # The first answer

    def callback(self, core: Core, call: Call) -> Reply:
        it = self.by_token.get(call.params["interaction_token"])
        if it is None or it.id != call.id_of("interaction_id"):
            raise unknown("interaction", 10062)
        after = time.monotonic() - it.at
        if after > self._within:
            self._hold_against(it, f"answered after {after:.2f} s (at most {self._within:g} s)")
            raise unknown("interaction", 10062)
        if it.answer is not None:
            self._hold_against(it, "answered twice")
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        answer = call.body["type"]
        if answer not in _FITS[it.kind] or (answer in (DEFER_UPDATE, UPDATE) and not it.source):
            raise invalid_form("type", "INTERACTION_TYPE_INVALID", f"{answer} cannot answer this")
        try:
            self._take(it, answer, call)
        except Refusal as refusal:
            it.refusals.append(str(refusal))
            it.touch()
            raise
        it.answer, it.answered_after = answer, after
        it.touch()
        if call.query.get("with_response") in ("1", "true"):
            return 200, _callback_response(it)
        return 204, None

    def _take(self, it: Interaction, answer: int, call: Call) -> None:
        data = call.body.get("data") or {}
        inner = Call(call.route, call.params, call.query, data, call.files)
        match answer:
            case 4:
                it.original = self._post(it, inner)
            case 5:
                it.original = self._thinking(it, data.get("flags") or 0)
            case 6:
                it.original = it.source
            case 7:
                assert it.source is not None
                messages.revise(self._core, it.source, inner)
                it.original = it.source
            case 8:
                it.choices = data["choices"]
            case 9:
                _check_modal(data)
                it.modal = _numbered(data)

    # Afterwards

    def follow_up(self, core: Core, call: Call) -> Reply:
        it = self._answered(call)
        if it.thinking:
            # The first follow-up to a deferred answer takes its place.
            self._edit(it, it.original, call)
            assert it.original is not None
            return 200, payloads.message(it.original)
        message = self._post(it, call)
        it.followups.append(message)
        it.touch()
        return 200, payloads.message(message)

    def read_original(self, core: Core, call: Call) -> Reply:
        return 200, payloads.message(_present(self._answered(call).original))

    def edit_original(self, core: Core, call: Call) -> Reply:
        it = self._answered(call)
        return 200, payloads.message(self._edit(it, it.original, call))

    def delete_original(self, core: Core, call: Call) -> Reply:
        it = self._answered(call)
        return self._delete(it, it.original)

    def read_follow_up(self, core: Core, call: Call) -> Reply:
        return 200, payloads.message(_present(self._one_of(self._answered(call), call)))

    def edit_follow_up(self, core: Core, call: Call) -> Reply:
        it = self._answered(call)
        return 200, payloads.message(self._edit(it, self._one_of(it, call), call))

    def delete_follow_up(self, core: Core, call: Call) -> Reply:
        it = self._answered(call)
        return self._delete(it, self._one_of(it, call))

    def _answered(self, call: Call) -> Interaction:
        it = self.by_token.get(call.params["webhook_token"])
        if it is None or call.id_of("webhook_id") != self._core.world.application_id:
            raise unknown("Webhook", 10015)
        if time.monotonic() - it.at > TOKEN_LIVES_S:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        if it.answer is None:
            raise unknown("Webhook", 10015)
        return it

    def _one_of(self, it: Interaction, call: Call) -> Message | None:
        wanted = call.id_of("message_id")
        shown = [it.original, *it.followups]
        return next((m for m in shown if m is not None and m.id == wanted), None)

    def _edit(self, it: Interaction, message: Message | None, call: Call) -> Message:
        message = _present(message)
        try:
            messages.revise(self._core, message, call)
        except Refusal as refusal:
            it.refusals.append(str(refusal))
            it.touch()
            raise
        it.edits += 1
        it.touch()
        return message

    def _delete(self, it: Interaction, message: Message | None) -> Reply:
        message = _present(message)
        message.deleted = True
        if not message.ephemeral:
            self._core.gateway.deleted(message)
        it.touch()
        return 204, None

    # The messages of an interaction

    def _thinking(self, it: Interaction, flags: int) -> Message:
        shown = Revision(time.monotonic(), "", (), (), LOADING | flags & EPHEMERAL)
        return self._keep(it, shown, Call("", {}, {}, {}))

    def _post(self, it: Interaction, call: Call) -> Message:
        revision = content.compose(call.body, files=bool(call.files))
        return self._keep(it, revision, call)

    def _keep(self, it: Interaction, revision: Revision, call: Call) -> Message:
        core = self._core
        held = core.held(it.channel)
        text = content.mentionable_text(revision)
        pings = content.pings(text, call.body, it.channel, held)
        message = Message(
            id=core.world.snowflake(),
            channel=it.channel,
            author=core.world.bot,
            revisions=[revision],
            pings=pings,
            mention_roles=pings.roles,
            attachments=attachments(core, call, call.body.get("attachments")),
            interaction=self._metadata(it),
            webhook=True,
        )
        if message.ephemeral:
            core.world.hidden_messages[message.id] = message
        else:
            it.channel.messages[message.id] = message
            core.gateway.message("MESSAGE_CREATE", message)
        return message

    def _metadata(self, it: Interaction) -> Json | None:
        guild = it.channel.guild
        owners = {"0": str(guild.id if guild else 0)}
        described: Json = {
            "id": str(it.id),
            "type": it.kind,
            "user": payloads.user(it.user),
            "authorizing_integration_owners": owners,
        }
        if it.kind == COMPONENT and it.source is not None:
            described["interacted_message_id"] = str(it.source.id)
        if it.kind == MODAL_SUBMIT:
            described["triggering_interaction_metadata"] = {**described, "type": COMMAND}
        return described

    def _hold_against(self, it: Interaction, what: str) -> None:
        it.refusals.append(what)
        it.touch()
        self._core.violations.append(Violation("interaction", what, it.describe()))


def _present(message: Message | None) -> Message:
    if message is None or message.deleted:
        raise unknown("Message", 10008)
    return message


def _callback_response(it: Interaction) -> Json:
    assert it.answer is not None
    described: Json = {"id": str(it.id), "type": it.kind}
    response: Json = {"interaction": described}
    if it.original is not None and it.answer in (MESSAGE, DEFER, UPDATE):
        described["response_message_id"] = str(it.original.id)
        described["response_message_loading"] = it.thinking
        described["response_message_ephemeral"] = it.ephemeral
        if it.answer in (MESSAGE, UPDATE):
            message = payloads.message(it.original)
            response["resource"] = {"type": it.answer, "message": message}
    return response


def _check_modal(modal: Json) -> None:
    content.check_custom_ids(modal["components"], "data.components")
    if len(modal["components"]) > 5:
        message = "Must be between 1 and 5 in length."
        raise invalid_form("data.components", "BASE_TYPE_BAD_LENGTH", message)
    for field_ in walk(modal["components"]):
        if field_["type"] == 4:
            least, most = field_.get("min_length") or 0, field_.get("max_length") or 4000
            if least > most or len(field_.get("value") or "") > most:
                message = f"value and lengths do not fit ({least} to {most})"
                raise invalid_form("data.components", "BASE_TYPE_MAX_LENGTH", message)


def _numbered(modal: Json) -> Json:
    for number, component in enumerate(walk(modal["components"]), start=1):
        component.setdefault("id", number)
    return modal
