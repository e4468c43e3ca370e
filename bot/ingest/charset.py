"""Any declared or undeclared encoding, made UTF-8 before anything else looks at a document.

Refuses codecs that are no character sets (UTF-7, punycode ...). Bytes that are valid UTF-8 are
UTF-8, whatever was declared: other text hardly ever is by chance.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<" and what follows it, without a mark at the beginning (XML 1.0, appendix F).
_SNIFFED = (
    (re.compile(rb"<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
)
_IN_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
_IN_HEADER = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)

_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_CHARACTER_SET = re.compile(
    r"cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|gb18030|hz|big5(hkscs)?|shift_jis\w*|euc_\w+"
    r"|iso2022_\w+|johab|ptcp154|kz1048|tis-620|utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?"
)
_SHIFTING = re.compile(r"iso2022_\w+|hz")


def to_utf8(body: bytes, content_type: str | None) -> bytes:
    """`body` as UTF-8 without a mark at the beginning. What cannot be read becomes U+FFFD."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            body = body[len(mark) :]
            return body if encoding == "utf-8" and _is_utf8(body) else _recode(body, encoding)
    for pattern, encoding in _SNIFFED:
        if pattern.match(body):
            return _recode(body, encoding)
    declared = _declared(body, content_type)
    shifting = next((name for name in declared if _SHIFTING.fullmatch(name)), None)
    if shifting is not None:
        return _recode(body, shifting)
    if body.isascii() or _is_utf8(body):
        return body
    return _guess(body, declared)


def _declared(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Codec names from the header, then from the XML declaration."""
    in_header = _IN_HEADER.search(content_type or "")
    in_xml = _IN_XML.match(body[:500])
    names = (in_header[1] if in_header else "", in_xml[1].decode("ascii") if in_xml else "")
    return tuple(codec for name in names if (codec := _codec(name)) is not None)


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    codec = _WIDER.get(codec, codec)
    return codec if _CHARACTER_SET.fullmatch(codec) else None


def _guess(body: bytes, declared: tuple[str, ...]) -> bytes:
    for encoding in declared:
        if encoding != "utf-8" and not encoding.startswith(("utf-16", "utf-32")):
            return _recode(body, encoding)
    text = body.decode("utf-8", "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    # A few broken characters in UTF-8, or another encoding altogether.
    if text.count("\ufffd") * 2 <= foreign:
        return text.encode()
    return _recode(body, "cp1252")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _recode(body: bytes, encoding: str) -> bytes:
    return body.decode(encoding, "replace").encode("utf-8", "replace")
