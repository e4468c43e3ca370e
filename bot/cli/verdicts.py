"""A verdict for a person at a terminal: what, whom, each date with its quote, and why.

Text from outside is shown as it is, without control characters; it is never read as mark-up.
"""

from rich.console import Console
from rich.rule import Rule
from rich.text import Text as Styled

from bot.cli.wording import harmless
from bot.domain.notices import Action, Deadline, Notice, Precision, Scope
from bot.i18n import Texts
from bot.services.checking import Check

LONGEST_QUOTE = 300
"""Characters of a quote that are shown."""

_STYLES = {
    Action.ALERT: "bold red",
    Action.REVIEW: "bold yellow",
    Action.IGNORE: "bold green",
}


class VerdictView:
    """Shows verdicts in one locale. `why` adds the signals for and against."""

    def __init__(self, console: Console, texts: Texts, locale: str, *, why: bool) -> None:
        self._console = console
        self._texts = texts
        self._locale = locale
        self._why = why

    def head(self, kind: str, title: str | None, shown: int) -> None:
        """What was read, where it holds more than one text."""
        self._line(self._say(f"check.read.{kind}", shown, title=harmless(title or "–")), "dim")
        self._line("")

    def left_out(self, count: int) -> None:
        """How many entries are not shown."""
        self._line(self._say("check.left_out", count), "dim")

    def nothing(self) -> None:
        """There was nothing to judge."""
        self._line(self._say("check.nothing"))

    def show(self, check: Check) -> None:
        """One text and its verdict."""
        title = harmless(check.text.title) or self._say("check.untitled")
        if self._console.is_terminal:
            self._console.print(Rule(Styled(title, "bold"), align="left", style="dim"))
        else:
            self._line(title)
        self._line(self._say(f"check.action.{check.action.value}"), _STYLES[check.action])
        if check.notice is None:
            self._line(self._say("check.none"))
        for notice in check.judgement.notices:
            self._notice(notice, check)
        if self._why or check.notice is None:
            self._signals(check)
        self._line("")

    def _notice(self, notice: Notice, check: Check) -> None:
        named = notice.platform_name
        name = harmless(named) if named else self._say("check.no_name")
        kind = notice.kind.value
        if kind == "closure" and notice.scope is Scope.PART:
            kind = "closure_part"
        self._line(self._say(f"check.kind.{kind}", name=name), "bold")
        self._fact(
            "check.facts",
            severity=self._say(f"common.severity.{notice.severity.value}"),
            confidence=f"{notice.confidence:.0%}",
            origin=self._origin(check),
        )
        if notice.successor:
            self._fact("check.successor", name=harmless(notice.successor))
        if notice.deadlines:
            self._line(self._say("check.dates"), "bold")
        else:
            self._fact("check.no_dates")
        for deadline in notice.deadlines:
            self._deadline(deadline)
        self._line(self._say("check.evidence"), "bold")
        for sentence in notice.evidence[: None if self._why else 2]:
            self._quote(sentence)

    def _origin(self, check: Check) -> str:
        origin = check.text.origin
        return self._say(f"check.origin.{origin.value if origin else 'unknown'}")

    def _deadline(self, deadline: Deadline) -> None:
        what = self._say(f"common.what.{deadline.what.value}")
        told = self._say("check.date", when=self._when(deadline), what=what)
        self._line(f"  • {told}", "cyan")
        self._quote(deadline.quote)

    def _when(self, deadline: Deadline) -> str:
        match deadline.precision:
            case Precision.DAY:
                return self._texts.day(self._locale, deadline.on)
            case Precision.QUARTER:
                quarter = (deadline.on.month + 2) // 3
                return self._say("common.quarter", quarter, year=deadline.on.year)
            case _:
                month = self._texts.month(self._locale, deadline.on)
                return self._say("check.some_day", month=month)

    def _signals(self, check: Check) -> None:
        signals = check.judgement.signals
        for_it = [signal for signal in signals if signal.weight > 0]
        against = [signal for signal in signals if signal.weight < 0]
        limit = 12 if self._why else 2
        if self._why or against:
            for key, group in (("check.for", for_it), ("check.against", against)):
                if group:
                    self._line(self._say(key), "bold")
                for signal in group[:limit]:
                    self._line(f"  {signal.weight:+.1f}  {signal.name}")
                    self._quote(signal.quote)
        if not signals:
            self._line(self._say("check.no_signals"), "dim")

    def _quote(self, quote: str) -> None:
        said = harmless(quote)
        if len(said) > LONGEST_QUOTE:
            said = said[: LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"
        self._line("    " + self._say("common.quoted", text=said), "italic dim")

    def _fact(self, key: str, **arguments: object) -> None:
        self._line(self._say(key, None, **arguments))

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Styled(text, style), soft_wrap=not self._console.is_terminal)

    def _say(self, key: str, n: int | None = None, **arguments: object) -> str:
        return self._texts.get(self._locale, key, n, **arguments)
