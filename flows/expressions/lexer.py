"""Expression text as tokens.

Whether `and`, `div` or `*` is an operator depends on what stands before it, so
the parser decides that; here `and` is a word like any other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flows.expressions.faults import refusal


class Mark(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    REFERENCE = "reference"
    WORD = "word"
    OPERATOR = "operator"
    PATH = "path"
    PUNCTUATION = "punctuation"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what was written, without quotes or `${}`."""

    mark: Mark
    text: str
    position: int


_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n\xa0]+)
  | (?P<foreign>==|&&|\|\||<>|!(?!=)|%)           # operators of other languages
  | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
  | (?P<text>'[^']*'|"[^"]*")
  | (?P<reference>\$\{[^{}]*\})
  | (?P<path>//?|\.\.|@|::|\[|\]|\||\./)
  | (?P<operator>!=|<=|>=|[=<>+*-])
  | (?P<punctuation>[(),]|\.)
  | (?P<word>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[^\W\d][\w.-]*")
_FOREIGN = {"==": "=", "&&": "and", "||": "or", "<>": "!=", "!": "not()", "%": "mod"}
_STARTS_UNFINISHED = {"'": "unclosed_quote", '"': "unclosed_quote", "$": "bad_reference"}
_TYPOGRAPHIC = "‘’“”´`"


def tokens(source: str) -> Iterator[Token]:
    """Every token of `source`, then one `Mark.END`.

    Raises:
        ExpressionError: at the first character that belongs to no token.
    """
    position = 0
    while position < len(source):
        found = _TOKEN.match(source, position)
        if found is None:
            raise _unreadable(source, position)
        if found.lastgroup == "foreign":
            raise refusal("unknown_operator", position, _FOREIGN[found.group()], text=found.group())
        if found.lastgroup != "space":
            yield _token(Mark(str(found.lastgroup)), found.group(), position)
        position = found.end()
    yield Token(Mark.END, "", position)


def reference_name(text: str) -> str | None:
    """The name in `${name}`, if `text` is exactly that."""
    if not (text.startswith("${") and text.endswith("}")):
        return None
    name = text[2:-1].strip()
    return name if _NAME.fullmatch(name) else None


def _token(mark: Mark, written: str, position: int) -> Token:
    if mark is Mark.TEXT:
        return Token(mark, written[1:-1], position)
    if mark is Mark.REFERENCE:
        name = reference_name(written)
        if name is None:
            code = "last_saved" if "last-saved#" in written else "bad_reference"
            raise refusal(code, position, text=written)
        return Token(mark, name, position)
    return Token(mark, written, position)


def _unreadable(source: str, position: int) -> ValueError:
    character = source[position]
    if character in _TYPOGRAPHIC:
        return refusal("typographic_quote", position, text=character)
    code = _STARTS_UNFINISHED.get(character, "unexpected_character")
    text = source[position : position + 20] if code == "bad_reference" else character
    return refusal(code, position, text=text)
