"""Names and descriptions of commands in Discord's languages. English stands in the cogs, since it
is the contract; every other language in `data/locales/<language>/commands.po`."""

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation as Where

from bot.i18n import Texts


class CommandTranslator(app_commands.Translator):
    """Looks up `command.<qualified name>[.<option>].name|description` and `choice.<value>`, or the
    `key` that the words carry."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The words in `locale`, or None to leave the English ones."""
        language = locale.value.split("-")[0]
        if language == "en":
            return None
        return self._texts.find(language, string.extras.get("key") or key_of(context))


def key_of(context: app_commands.TranslationContextTypes) -> str:
    """Under which key the words for this place are kept."""
    match context.location:
        case Where.command_name | Where.group_name:
            return f"command.{context.data.qualified_name}.name"
        case Where.command_description | Where.group_description:
            return f"command.{context.data.qualified_name}.description"
        case Where.parameter_name:
            return f"command.{context.data.command.qualified_name}.{context.data.name}.name"
        case Where.parameter_description:
            return f"command.{context.data.command.qualified_name}.{context.data.name}.description"
        case Where.choice_name:
            return f"choice.{context.data.value}"
        case _:
            return "command.other"
