"""What each command may be given. Imports nothing of the program: a health check must be quick, and
`--help` too."""

import argparse

LANGUAGES = ("en", "fr", "de")


def of_check(parser: argparse.ArgumentParser) -> None:
    """The options of `tocsin check`."""
    parser.add_argument(
        "what", nargs="?", default="-", metavar="URL|FILE|-", help="a feed, page, mail or text"
    )
    parser.add_argument(
        "--jsonl", action="store_true", help="read JSON lines, write one JSON verdict each"
    )
    parser.add_argument("--why", action="store_true", help="all signals for and against")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the output")


def of_doctor(parser: argparse.ArgumentParser) -> None:
    """The options of `tocsin doctor`."""
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument(
        "--sources", action="store_true", help="also visit every known address, once"
    )
    parser.add_argument(
        "--json", action="store_true", help="print what was found as JSON, nothing else"
    )
    extent.add_argument(
        "--alive", action="store_true", help="only say whether the bot runs: for health checks"
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, help="language of the output; else the terminal's"
    )


def of_source(parser: argparse.ArgumentParser) -> None:
    """The commands of `tocsin source` and their options."""
    commands = parser.add_subparsers(
        title="commands", required=True, metavar="COMMAND", dest="command"
    )
    listing = commands.add_parser("list", help="what is watched, by whom, and its health")
    adding = commands.add_parser("add", help="watch what stands at an address")
    adding.add_argument("url", help="a feed, a site, a help centre, a status page, a forum")
    adding.add_argument("platform", help="which platform it speaks of; any name")
    adding.add_argument("--name", help="what it is called")
    adding.add_argument(
        "--origin",
        choices=("official", "press", "community"),
        help="whose words these are; official unless you say otherwise",
    )
    adding.add_argument(
        "--page", action="store_true", help="the page itself, whatever feeds it names"
    )
    copying = commands.add_parser("copies", help="the kept copies of a page, as evidence")
    copying.add_argument("address", help="the page's address, as `list` shows it")
    copying.add_argument("--save", metavar="FOLDER", help="write each copy into this folder")
    copying.add_argument(
        "--lang", choices=LANGUAGES, help="language of the output; else the terminal's"
    )
    removing = commands.add_parser("remove", help="no longer watch a source")
    removing.add_argument("source", help="its name, number or address")
    importing = commands.add_parser("import", help="watch the feeds of an OPML list")
    importing.add_argument("file", metavar="FILE|-", help="the list, or - for standard input")
    importing.add_argument("--platform", help="which platform feeds speak of where it does not say")
    importing.add_argument(
        "--left", metavar="FILE", help="where to write a list of what was not added"
    )
    exporting = commands.add_parser("export", help="a community's own sources as an OPML list")
    exporting.add_argument(
        "file", nargs="?", default="-", metavar="FILE|-", help="where to; else standard output"
    )
    for each in (listing, adding, removing, importing, exporting):
        each.add_argument(
            "--guild", type=int, metavar="ID", help="whose; needed where several are set up"
        )
        each.add_argument(
            "--lang", choices=LANGUAGES, help="language of the output; else the terminal's"
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
