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
