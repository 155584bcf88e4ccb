"""Functions about text."""

import base64
import binascii
import hashlib
import math

from flows.expressions.functions.numbers import round_half_up
from flows.expressions.functions.signature import Function, gathering, plain

DIGESTS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
ENCODINGS = ("base64", "hex")

_XML_SPACE = " \t\r\n"


def _slice(text: str, start: float, end: float = math.inf) -> str:
    """From `start`, before `end`, both from 0; negative counts from the back."""
    return text[_index(start, len(text)) : _index(end, len(text))]


def _index(position: float, length: int) -> int:
    if math.isnan(position):
        return 0
    return int(min(max(position, -length), length))


def _substring(text: str, start: float, length: float = math.inf) -> str:
    """XPath's: from 1, rounded, and what lies outside the text is left out."""
    first = round_half_up(start)
    end = first + round_half_up(length)
    if math.isnan(first) or math.isnan(end):
        return ""
    low, high = max(first, 1.0), min(end, len(text) + 1.0)
    return text[int(low) - 1 : int(high) - 1] if low < high else ""


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str] = {}
    for place, character in enumerate(old):
        table.setdefault(ord(character), new[place : place + 1])
    return text.translate(table)


def _normalize_space(text: str) -> str:
    for space in _XML_SPACE:
        text = text.replace(space, " ")
    return " ".join(word for word in text.split(" ") if word)


def _join(separator: str, *texts: str) -> str:
    return separator.join(texts)


def _concat(*texts: str) -> str:
    return "".join(texts)


def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    name = DIGESTS[algorithm]
    digest = hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False)
    return digest.hexdigest() if encoding == "hex" else base64.b64encode(digest.digest()).decode()


def _base64_decode(text: str) -> str:
    try:
        return base64.b64decode(text.encode("ascii", "replace")).decode("utf-8", "replace")
    except binascii.Error:
        return ""


FUNCTIONS: dict[str, Function] = {
    "string": plain("text -> text", str),
    "concat": gathering("text text* -> text", _concat),
    "join": gathering("text text* -> text", _join),
    "contains": plain("text text -> truth", lambda text, part: part in text),
    "starts-with": plain("text text -> truth", str.startswith),
    "ends-with": plain("text text -> truth", str.endswith),
    "string-length": plain("text -> number", lambda text: float(len(text))),
    "substr": plain("text number number? -> text", _slice),
    "substring": plain("text number number? -> text", _substring),
    "substring-before": plain("text text -> text", _before),
    "substring-after": plain("text text -> text", _after),
    "translate": plain("text text text -> text", _translate),
    "normalize-space": plain("text -> text", _normalize_space),
    "digest": plain("text text text? -> text", _digest),
    "base64-decode": plain("text -> text", _base64_decode),
}
