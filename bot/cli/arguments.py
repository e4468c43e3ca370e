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


def of_demo(parser: argparse.ArgumentParser) -> None:
    """The options of `tocsin demo`."""
    parser.add_argument(
        "--speed",
        choices=("1", "2", "4", "instant"),
        help="how fast the story is told; SPEED in the environment does the same",
    )
    parser.add_argument(
        "--language", choices=("en", "fr"), help="of the story; else the terminal's"
    )
    parser.add_argument(
        "--port", type=_port, help="of the page; else 8427, or the next one that is free"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the page's address")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port
