"""Which language the terminal asks for. Refuses nothing: what is not known is English."""

import locale
import os


def terminal_language() -> str:
    """The first of LC_ALL, LC_MESSAGES and LANG that is set, as a tag such as `fr`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return locale.normalize(value).split("_")[0]
    return "en"
