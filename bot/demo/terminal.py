"""The same story in the terminal, line by line while it is told. Text from outside is shown as it
is, without what a terminal would obey."""

from rich.console import Console
from rich.text import Text as Styled

from bot.demo.playing import Playing
from bot.demo.show import Line, Mood, Voice
from bot.demo.staging import local_zone
from bot.i18n import Texts

DETAIL_LINES = 4
"""So many lines below a line; the page has them all."""

_SIGNS = {Voice.WORLD: "○", Voice.TOCSIN: "●", Voice.PEOPLE: "◆", Voice.STAGE: "·"}
_STYLES = {
    Mood.PLAIN: "",
    Mood.IGNORED: "green",
    Mood.REVIEW: "bold yellow",
    Mood.ALERT: "bold red",
    Mood.CHANGE: "bold cyan",
}


async def tell(show: Playing, console: Console, texts: Texts, language: str) -> None:
    """Tell every line once, for ever."""
    zone = local_zone()
    number, day = 0, None
    while True:
        revision = show.revision
        for each in show.lines(language, number):
            number = int(each.id)
            at = each.at.astimezone(zone)
            if at.date() != day:
                day = at.date()
                console.print(Styled(texts.day(language, day), "bold"), highlight=False)
            _print(console, each, f"{at:%H:%M}")
        await show.changed(revision)


def _print(console: Console, told: Line, at: str) -> None:
    head = Styled.assemble((f"  {at} ", "dim"), f"{_SIGNS[told.voice]} ")
    head.append(_harmless(told.title), _STYLES[told.mood])
    console.print(head, highlight=False, soft_wrap=not console.is_terminal)
    for part in told.detail.split("\n")[:DETAIL_LINES]:
        if part.strip():
            console.print(
                Styled(f"          {_harmless(part)}", "dim"),
                highlight=False,
                overflow="ellipsis",
                no_wrap=True,
            )


def _harmless(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
