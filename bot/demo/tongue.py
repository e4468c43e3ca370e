"""Commands as members see them in their language: Discord translates names on their way, simcord
does not. Works on Discord's own shapes; refuses nothing: what has no translation stays as it is."""

from collections.abc import Iterable, Mapping
from typing import Any

Shape = dict[str, Any]

_COMMANDS = (2, 4)
"""The types of interactions that name a command: said, or being typed."""


class Tongue:
    """One language, and the commands that were registered."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._commands: dict[str, Shape] = {}

    def learn(self, commands: Iterable[Shape]) -> list[Shape]:
        """The commands as members see them; their own names are remembered."""
        seen = []
        for command in commands:
            shown = self._translated(command)
            self._commands[shown["name"]] = command
            seen.append(shown)
        return seen

    def said(self, path: str, options: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """A command and its options by the names that members type."""
        names = path.split()
        node = next((each for each in self._commands.values() if each["name"] == names[0]), None)
        if node is None:
            return path, dict(options)
        typed = [self._name(node)]
        for name in names[1:]:
            node = next(each for each in node["options"] if each["name"] == name)
            typed.append(self._name(node))
        known = {each["name"]: self._name(each) for each in node.get("options") or ()}
        return " ".join(typed), {known.get(name, name): options[name] for name in options}

    def meant(self, interaction: Shape) -> None:
        """Give what a member said the commands' own names again, in place."""
        data = interaction["data"]
        if interaction["type"] in _COMMANDS and (known := self._commands.get(data["name"])):
            self._restore(data, known)

    def _restore(self, said: Shape, known: Shape) -> None:
        said["name"] = known["name"]
        children = {self._name(each): each for each in known.get("options") or ()}
        for option in said.get("options") or ():
            if (child := children.get(option["name"])) is not None:
                self._restore(option, child)

    def _translated(self, node: Shape) -> Shape:
        shown = {**node, "name": self._name(node)}
        if described := self._localized(node, "description"):
            shown["description"] = described
        for inside in ("options", "choices"):
            if node.get(inside):
                shown[inside] = [self._translated(each) for each in node[inside]]
        return shown

    def _name(self, node: Shape) -> str:
        return self._localized(node, "name") or str(node["name"])

    def _localized(self, node: Shape, field: str) -> str | None:
        found: str | None = (node.get(f"{field}_localizations") or {}).get(self._locale)
        return found
