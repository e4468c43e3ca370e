"""What each command may be given. Imports nothing of the program: a health check must be quick, and
`--help` too."""

import argparse


def of_check(parser: argparse.ArgumentParser) -> None:
    """The options of `tocsin check`."""
    parser.add_argument(
        "what", nargs="?", default="-", metavar="URL|FILE|-", help="a feed, page, mail or text"
    )
    parser.add_argument(
        "--jsonl", action="store_true", help="read JSON lines, write one JSON verdict each"
    )
    parser.add_argument("--why", action="store_true", help="all signals for and against")
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of the output")


def of_doctor(parser: argparse.ArgumentParser) -> None:
    """The options of `tocsin doctor`."""
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument(
        "--sources", action="store_true", help="also visit every known address, once"
    )
    extent.add_argument(
        "--alive", action="store_true", help="only say whether the bot runs: for health checks"
    )
    parser.add_argument(
        "--lang", choices=("en", "fr"), help="language of the output; else the terminal's"
    )
