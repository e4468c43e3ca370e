"""Lines of the timeline before they are put into a visitor's language, and plain words for them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.chat.words import Words
from bot.demo.show import Line, Mood, Voice

Sentence = Callable[[Words], str]
"""Says itself in any language."""

_STAMP = re.compile(r"\s*\((?:<t:\d+:\w>[^)]*)\)|<t:\d+:\w>")
_MARKS = re.compile(r"\*\*|__|\\(?=[^\w\s])|^#+ |^-# ", re.MULTILINE)
_MENTION = re.compile(r"<[@#]&?\d+>")


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the timeline. `room`: the key of the channel, or the id of the thread, where it can
    be seen; `viewer`: who alone sees it."""

    voice: Voice
    mood: Mood
    title: Sentence
    detail: Sentence | None = None
    room: str | None = None
    viewer: str | None = None


def line(number: int, at: datetime, told: Told, channel: str | None, words: Words) -> Line:
    """A line as the page shows it."""
    return Line(
        id=str(number),
        at=at,
        voice=told.voice,
        mood=told.mood,
        title=told.title(words),
        detail=told.detail(words) if told.detail else "",
        channel=channel,
    )


def say(key: str, /, n: int | None = None, **arguments: object) -> Sentence:
    """The sentence of `key`; arguments that are sentences are said too."""

    def sentence(words: Words) -> str:
        said = {
            name: value(words) if callable(value) else value for name, value in arguments.items()
        }
        return words(key, n, **said)

    return sentence


def plain(text: str) -> str:
    """What stands in Discord, without its marks."""
    return _MENTION.sub("", _MARKS.sub("", _STAMP.sub("", text))).strip()
