"""`tocsin check` for real: files, standard input and addresses in, verdicts out."""

import argparse
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.cli import check
from bot.cli.arguments import of_check

CLOSING = "We are closing Folksy on 31 March 2027. New listings are frozen from today."
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Folksy news</title>
<link>https://blog.folksy.com/</link>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><guid>{guid}</guid><link>https://blog.folksy.com/{guid}</link>
<pubDate>Tue, {day:02d} Nov 2026 10:00:00 GMT</pubDate><description>{body}</description></item>"""
LETTER = """From: Buttonbay <hello@buttonbay.example>
To: maker@example.org
Subject: =?utf-8?q?Buttonbay_ferme_ses_portes?=
Date: Mon, 03 Jul 2017 10:00:00 +0200
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,

Buttonbay fermera le 31 août. Les nouvelles annonces sont gelées dès aujourd'hui.
"""
PAGE = """<!doctype html><html><head><title>News | Folksy</title>
<meta property="article:published_time" content="2026-11-24T09:00:00Z"></head>
<body><nav>Sale ends tonight</nav><main><h1>Folksy is closing</h1><p>We are closing Folksy
on 31 March 2027.</p></main><footer>© 2009 Folksy</footer></body></html>"""


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    of_check(parser)
    return check.run(parser.parse_args(arguments))


def feed(count: int) -> str:
    items = [
        ITEM.format(title=f"Note {n}", guid=n, day=1 + n % 20, body="Hello there.")
        for n in range(count)
    ]
    closing = ITEM.format(title="Folksy is closing", guid="end", day=24, body=CLOSING)
    return FEED.format(items="".join([*items, closing]))


@contextmanager
def served(body: str, content_type: str, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def stdin(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))


def test_plain_text_has_its_title_in_the_first_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(monkeypatch, f"Sad news\n{CLOSING}".encode())
    assert run("-") == 0
    out = capsys.readouterr().out
    assert out.startswith("Sad news\nREVIEW")
    assert "Folksy closes" in out
    assert "Wednesday 31 March 2027: Site switched off" in out
    assert "“We are closing Folksy on 31 March 2027.”" in out
    assert "\x1b" not in out


def test_the_verdict_is_told_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letter = tmp_path / "lettre.txt"
    letter.write_text("Buttonbay ferme\nButtonbay fermera le 31 août 2027.", encoding="utf-8")
    assert run(str(letter), "--lang", "fr") == 0
    out = capsys.readouterr().out
    assert "À VÉRIFIER" in out
    assert "mardi 31 août 2027\u00a0: Site hors ligne" in out


def test_why_shows_what_spoke_for_and_against(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(monkeypatch, b"How to close your Folksy account\nYour shop will be closed.")
    assert run("--why") == 0
    out = capsys.readouterr().out
    assert "IGNORE" in out
    assert "Signals against" in out


def test_a_mail_is_read_with_its_own_date_and_is_never_official(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = tmp_path / "letter.eml"
    mail.write_text(LETTER, encoding="utf-8")
    assert run(str(mail)) == 0
    out = capsys.readouterr().out
    assert out.startswith("Buttonbay ferme ses portes\nREVIEW")
    assert "community, unconfirmed" in out
    assert "Thursday 31 August 2017: Site switched off" in out
    assert "Monday 3 July 2017: New listings closed" in out


def test_a_page_is_read_without_its_navigation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    assert run(str(page)) == 0
    out = capsys.readouterr().out
    assert out.startswith("Folksy is closing\n")
    assert "Sale ends" not in out
    assert "31 March 2027" in out


def test_a_feed_shows_its_newest_entries_first_and_says_how_many_it_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(feed(30), "application/rss+xml") as url:
        monkeypatch.setenv("TOCSIN_ALLOW_HOSTS", "127.0.0.1")
        assert run(url) == 0
    out = capsys.readouterr().out
    assert "Feed “Folksy news”: its 25 newest entries." in out
    assert out.index("Folksy is closing") < out.index("Note ")
    assert "ALERT" in out  # the entry's address is Folksy's own
    assert out.count("IGNORE") == 24
    assert "6 older entries are not shown." in out


def test_an_address_that_does_not_answer_well_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with served("no", "text/plain", 403) as url:
        monkeypatch.setenv("TOCSIN_ALLOW_HOSTS", "127.0.0.1")
        assert run(url) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOCSIN_ALLOW_HOSTS", raising=False)
    assert run("http://127.0.0.1/feed") == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_read_is_one_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path / name)) == 1
    said = capsys.readouterr()
    assert (said.out, len(said.err.strip().splitlines())) == ("", 1)


@pytest.mark.parametrize("body", [b"", b"\n\n", b"\xff\xfe\x00", b"\x1b[31mred", b"<?xml ", b"{"])
def test_no_file_makes_it_fail(
    body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd"
    odd.write_bytes(body)
    assert run(str(odd)) in (0, 1)
    said = capsys.readouterr()
    assert "\x1b" not in said.out
    assert "Traceback" not in said.err


def test_json_lines_get_one_line_each_broken_ones_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {
            "id": "a",
            "title": "Folksy is closing",
            "body": CLOSING,
            "url": None,
            "published": "2026-11-24",
            "source_kind": "official",
        },
        "{broken",
        {"id": "b", "title": 7},
        {"id": "c", "title": "Hello", "body": None, "published": None, "source_kind": None},
        ["no", "object"],
    ]
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    stdin(monkeypatch, text.encode() + b"\n\xff\n")
    assert run("--jsonl") == 0
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in out] == ["a", None, "b", "c", None, None]
    assert out[0]["action"] == "alert"
    assert out[0]["platform"] == "Folksy"
    assert {
        "date": "2027-03-31",
        "precision": "day",
        "what": "site_off",
        "quote": "We are closing Folksy on 31 March 2027.",
    } in out[0]["deadlines"]
    assert [sorted(line) for line in out if "error" in line] == [["error", "id"]] * 4
    assert out[3]["action"] == "ignore"


def test_json_lines_are_read_from_a_file_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
    assert run(str(lines), "--jsonl") == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [1, 2]


def test_an_address_of_the_platform_counts_as_official_where_no_kind_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {
        "id": 1,
        "title": "Folksy is closing",
        "body": CLOSING,
        "published": "2026-11-24",
        "url": "https://blog.folksy.com/closing",
        "source_kind": None,
    }
    other = {**own, "url": "https://folksy.com.evil.example/closing"}
    stdin(monkeypatch, f"{json.dumps(own)}\n{json.dumps(other)}\n".encode())
    assert run("--jsonl") == 0
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["action"] for line in out] == ["alert", "review"]


def test_wrong_usage_ends_with_two() -> None:
    with pytest.raises(SystemExit) as caught:
        run("--lang", "xx")
    assert caught.value.code == 2
