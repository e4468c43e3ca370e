"""A stand-in for Discord over real sockets: REST, gateway, rate limits, faults; no token needed.

In the test's own loop:

    async with Standin() as discord:                      # fails at the end on violations
        guild = discord.guild("Makers", locale="fr")      # with the bot and its own role
        alerts = discord.channel(guild, "alerts", kind="announcement")
        chloe = discord.member(guild, "chloe", permissions="manage_guild", locale="fr")
        # start the bot with DISCORD_TOKEN=discord.token, DISCORD_API_BASE=discord.api
        await discord.connected()
        shown = await discord.slash(guild, alerts, chloe, "setup", {"channel": alerts})
        assert shown.ephemeral and "alerts" in shown.text
        case = await discord.slash(guild, alerts, chloe, "incident retract", {"incident": "7"})
        await discord.click(chloe, discord.messages(alerts)[0], label="Publish")
        filled = await discord.submit_modal(shown, {"Title": "…"})   # by label or custom_id
        await shown.until(lambda it: "done" in it.text)   # edits and follow-ups to come
        await discord.until(lambda: len(discord.messages(alerts)) == 2)

`slash`, `click`, `select`, `submit_modal` and `context_menu` give an `Interaction` (`text`,
`ephemeral`, `answer`, `message`, `followups`, `modal`) once the member sees an answer, or at once
with `wait=False`; `autocomplete` gives choices. What no member could do is a MisuseError, no
answer within `within` seconds a NoAnswerError. A `Message` has `text`, `components`, `custom_ids`,
`labels`, `pings` (whom it notified) and all `revisions`. `discord.requests` has every request with
monotonic times (one clock for all processes of a machine).

What goes wrong: `drop_after_commit`, `drop_before_commit`, `delay`, `fail`, `rate_limit`,
`fail_channel`, `chaos(seed, p_drop_after=0.2)`, `mend()`; `drop_gateway`, `close_gateway(code)`,
`reconnect_gateway`, `invalidate_session`. `limit(enabled=False)` lifts the rate limits. Paths are
regular expressions over `METHOD /path`.

`discord.violations` lists what a correct bot never does (unknown routes, bodies beside Discord's
OpenAPI description, broken limits, late or double answers); `acknowledge(kind, containing)` takes
expected ones off. Missing permissions, unknown channels, 429s are answered, not held against it.

A discord.py client waits `guild_ready_timeout` (2 s) after its last guild at each start: tests
that log in often make it shorter. Privileged intents are refused unless
`Standin(privileged_intents=True)`.

In a process of its own (it outlives a bot that is killed and restarted): `python -m tests.standin
--port 0` prints its addresses as JSON; `remote.spawned()` starts it, `await remote.call("slash",
…)` is the same hand over HTTP with ids for objects, `await remote.show("requests")` looks.
"""

from .errors import MisuseError, NoAnswerError, Violation
from .interaction import Interaction
from .permissions import EVERYONE_BY_DEFAULT, Permission
from .server import Standin
from .state import Channel, Guild, Member, Message, Role, User

__all__ = [
    "EVERYONE_BY_DEFAULT",
    "Channel",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "MisuseError",
    "NoAnswerError",
    "Permission",
    "Role",
    "Standin",
    "User",
    "Violation",
]
