"""Functions that decide, and those that ask for luck (which comes from the seed)."""

import hashlib
import math
import uuid

from flows.expressions.closures import Code, Kind, Run
from flows.expressions.functions.patterns import compile_pattern
from flows.expressions.functions.signature import Function, plain, special
from flows.expressions.scope import Scope, Value
from flows.expressions.values import is_blank, truth_of

_LONGEST_UUID = 255
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def _build_if(arguments: tuple[Code, ...], _salt: str) -> Code:
    test, yes, no = arguments
    holds, then, otherwise = test.read_as(Kind.TRUTH), yes.run, no.run
    kind = yes.kind if yes.kind is no.kind else Kind.ANY
    return Code(kind, lambda scope: then(scope) if holds(scope) else otherwise(scope))


def _build_coalesce(arguments: tuple[Code, ...], _salt: str) -> Code:
    first, second = arguments
    read, fallback = first.run, second.run

    def run(scope: Scope) -> Value:
        value: Value = read(scope)
        return fallback(scope) if is_blank(value) else value

    return Code(first.kind if first.kind is second.kind else Kind.ANY, run)


def _build_once(arguments: tuple[Code, ...], _salt: str) -> Code:
    """What the field holds already, else the argument."""
    fresh = arguments[0].run
    return Code(Kind.ANY, lambda scope: fresh(scope) if is_blank(scope.dot) else scope.dot)


def _build_regex(arguments: tuple[Code, ...], _salt: str) -> Code:
    text = arguments[0].read_as(Kind.TEXT)
    matches = compile_pattern(str(arguments[1].constant))
    return Code(Kind.TRUTH, lambda scope: matches(text(scope)))


def _dice(scope: Scope, salt: str) -> bytes:
    return hashlib.sha512(f"{scope.seed}\0{salt}".encode("utf-8", "replace")).digest()


def _build_random(_arguments: tuple[Code, ...], salt: str) -> Code:
    def run(scope: Scope) -> float:
        return (int.from_bytes(_dice(scope, salt)[:8], "big") >> 11) / 2**53

    return Code(Kind.NUMBER, run)


def _build_uuid(arguments: tuple[Code, ...], salt: str) -> Code:
    if not arguments:
        return Code(
            Kind.TEXT, lambda scope: str(uuid.UUID(bytes=_dice(scope, salt)[:16], version=4))
        )
    return Code(Kind.TEXT, _letters(arguments[0].read_as(Kind.NUMBER), salt))


def _letters(length: Run, salt: str) -> Run:
    def run(scope: Scope) -> str:
        wanted = length(scope)
        count = 0 if math.isnan(wanted) else int(min(max(wanted, 0), _LONGEST_UUID))
        rows = (_dice(scope, f"{salt}\0{row}") for row in range(count // 64 + 1))
        return "".join(_ALPHABET[byte % 36] for row in rows for byte in row)[:count]

    return run


def _truth_of_text(text: str) -> bool:
    return text in ("true", "1")


FUNCTIONS: dict[str, Function] = {
    "if": special("truth any any -> any", _build_if),
    "coalesce": special("any any -> any", _build_coalesce),
    "once": special("any -> any", _build_once),
    "not": plain("truth -> truth", lambda truth: not truth),
    "true": plain("-> truth", lambda: True),
    "false": plain("-> truth", lambda: False),
    "boolean": plain("truth -> truth", truth_of),
    "boolean-from-string": plain("text -> truth", _truth_of_text),
    "regex": special("text text -> truth", _build_regex),
    "random": special("-> number", _build_random),
    "uuid": special("number? -> text", _build_uuid),
}
