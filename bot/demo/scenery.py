"""What stands on a stage before the bot comes, and what is seen there. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member to be. `key` is what they are called by in the program."""

    key: str
    name: str
    moderates: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel to be. `private`: for moderators only."""

    key: str
    name: str
    topic: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Scenery:
    """All that stands on a stage before the bot comes."""

    guild: str
    moderators: str
    people: tuple[Somebody, ...]
    channels: tuple[Channel, ...]
    language: str
    zone: str
    style: Path
    portraits: Path
    """A folder with `<key>.png` for everybody, and `tocsin.png`."""
    words: Mapping[str, str]
    """Words of the picture, and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A channel or a thread. `messages`: ids of what the one who asks sees there, oldest first,
    without their own."""

    id: str
    name: str
    parent: str | None
    private: bool
    readers: tuple[str, ...]
    messages: tuple[int, ...]
