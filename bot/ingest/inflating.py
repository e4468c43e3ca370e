"""Compressed bodies, inflated within bounds: never more than the limit is held in memory.

Refuses bombs by size and by ratio, encodings that were not asked for, and bodies cut half-way.
Content codings: RFC 9110, section 8.4.1.
"""

import zlib

from bot.errors import SourceFault

DEEPEST = 2
"""Codings applied one upon the other."""

RATIO = 500
"""How much longer than its raw form a body may be, once past `RATIO_FROM` bytes."""

RATIO_FROM = 1_000_000

_GZIP = b"\x1f\x8b"
_IDENTITY = ("", "identity")
_EITHER_HEADER = zlib.MAX_WBITS | 32
_SLICE = 1 << 14
_STEP = 1 << 16
_MEMBERS = 1000


def encodings_of(header: str | None) -> tuple[str, ...]:
    """The codings named in a Content-Encoding header, as applied. Raises `SourceFault`."""
    names = [name.strip().lower() for name in (header or "").split(",")]
    encodings = tuple(name for name in names if name not in _IDENTITY)
    if len(encodings) > DEEPEST or any(
        name not in ("gzip", "x-gzip", "deflate") for name in encodings
    ):
        raise SourceFault("source.body.encoding", encoding=", ".join(encodings)[:60])
    return encodings


def inflate(raw: bytes, encodings: tuple[str, ...], limit: int) -> bytes:
    """What `raw` stands for, at most `limit` bytes. Raises `SourceFault` (`source.body.…`, cut)."""
    if not encodings and raw.startswith(_GZIP):
        encodings = ("gzip",)
    if encodings and raw.lstrip()[:1] == b"<":
        return raw  # said to be compressed, and is not
    body = raw
    for _ in encodings:
        body = _one(body, limit, len(raw))
    return body


def _one(data: bytes, limit: int, raw_size: int) -> bytes:
    inflated = bytearray()
    stream = _stream(data)
    members = 1
    for start in range(0, len(data), _SLICE):
        rest = data[start : start + _SLICE]
        while rest:
            if stream.eof:  # what follows a stream and is no other one is not ours to judge
                rest = rest.lstrip(b"\0")
                if not rest.startswith(_GZIP[:1]) or members == _MEMBERS:
                    return bytes(inflated)
                stream, members = _stream(rest), members + 1
            rest = _step(stream, rest, inflated)
            _check_size(len(inflated), limit, raw_size)
    while not stream.eof:
        before = len(inflated)
        _step(stream, b"", inflated)
        _check_size(len(inflated), limit, raw_size)
        if len(inflated) == before and not stream.eof:
            raise SourceFault("source.http.cut")
    return bytes(inflated)


def _step(stream: "zlib._Decompress", data: bytes, inflated: bytearray) -> bytes:
    """Inflate a little of `data` into `inflated`; returns what was not looked at yet."""
    try:
        inflated += stream.decompress(data, _STEP)
    except zlib.error:
        raise SourceFault("source.body.encoding", encoding="gzip") from None
    return stream.unused_data if stream.eof else stream.unconsumed_tail


def _check_size(size: int, limit: int, raw_size: int) -> None:
    if size > RATIO_FROM and size > RATIO * raw_size:
        raise SourceFault("source.body.bomb")
    if size > limit:
        raise SourceFault("source.body.large", limit=limit // 1_000_000)


def _stream(data: bytes) -> "zlib._Decompress":
    """gzip and zlib by their header; else raw deflate, which some servers mean by `deflate`."""
    if data.startswith(_GZIP[:1]) or (
        len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    ):
        return zlib.decompressobj(_EITHER_HEADER)
    return zlib.decompressobj(-zlib.MAX_WBITS)
