"""`tocsin doctor --alive`: whether the bot runs and its loops go round. Exit code 0 or 1, soon.

For health checks of containers and service managers. Asks the file that the bot leaves beside its
database, neither the database nor Discord.
"""

import argparse
from pathlib import Path

from bot.cli.languages import terminal_language
from bot.cli.wording import Wording
from bot.clock import SystemClock
from bot.config import load_settings
from bot.i18n import Texts
from bot.services.heart import pulse
from bot.storage.heartbeat import find_heartbeat, heartbeat_file

DATA = Path(__file__).resolve().parents[2] / "data"


def run(args: argparse.Namespace) -> int:
    """0: it lives; 1: it does not, or a part of it stands still. Raises `BadSetting`."""
    path = heartbeat_file(load_settings().database_url)
    now = SystemClock().now()
    sign = find_heartbeat(path)
    found = pulse(sign, path, now)
    wording = Wording(Texts.load(DATA / "locales"), args.lang or terminal_language())
    print(wording.say(found.said))
    return 0 if sign is not None and sign.lives(now) else 1
