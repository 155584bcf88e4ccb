"""Faults in what a function is given, where it is written in the expression itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, date

from flows.expressions.closures import Kind
from flows.expressions.faults import Fault, fault
from flows.expressions.functions import FUNCTIONS
from flows.expressions.functions.dates import DIRECTIVE, DIRECTIVES
from flows.expressions.functions.patterns import compile_pattern
from flows.expressions.functions.texts import DIGESTS, ENCODINGS
from flows.expressions.moments import read_clock, read_moment
from flows.expressions.tree import Call, Literal, Lookup, Node, Reference

_ANY_DAY = date(2000, 1, 1)


def _pattern(call: Call) -> Iterator[Fault]:
    pattern = call.arguments[1]
    if not (isinstance(pattern, Literal) and isinstance(pattern.value, str)):
        yield fault("regex_not_literal", call.position)
        return
    try:
        compile_pattern(pattern.value)
    except ValueError as error:
        yield fault("bad_regex", pattern.position, text=pattern.value, reason=str(error))


def _date(call: Call) -> Iterator[Fault]:
    yield from _dated(call.arguments[0])


def _date_and_format(call: Call) -> Iterator[Fault]:
    yield from _date(call)
    pattern = call.arguments[1]
    if isinstance(pattern, Literal):
        for letter in DIRECTIVE.findall(str(pattern.value)):
            if letter not in DIRECTIVES:
                known = " ".join(f"%{one}" for one in DIRECTIVES)
                yield fault("bad_date_format", pattern.position, letter=letter, known=known)


def _dated(node: Node) -> Iterator[Fault]:
    match node:
        case Literal(str(text), position) if text.strip() and not _is_moment(text):
            yield fault("bad_date", position, text=text)
        case Call(name, _, position) if _gives_truth(name):
            yield fault("bad_date", position, text=f"{name}()")


def _is_moment(text: str) -> bool:
    return bool(read_moment(text, UTC) or read_clock(text, _ANY_DAY, UTC))


def _gives_truth(name: str) -> bool:
    return name in FUNCTIONS and FUNCTIONS[name].gives is Kind.TRUTH


def _digest(call: Call) -> Iterator[Fault]:
    for place, choices in ((1, tuple(DIGESTS)), (2, ENCODINGS)):
        for node in call.arguments[place : place + 1]:
            if not (isinstance(node, Literal) and node.value in choices):
                listed = ", ".join(choices)
                yield fault(
                    "bad_argument", call.position, name=call.name, place=place + 1, choices=listed
                )


def _choice_name(call: Call) -> Iterator[Fault]:
    if not isinstance(call.arguments[1], Reference):
        yield fault("not_a_choice_name", call.position)


def _counted(call: Call) -> Iterator[Fault]:
    if not isinstance(call.arguments[0], Reference | Lookup):
        yield fault("not_a_reference", call.position, name=call.name, place=1)


CHECKS: dict[str, Callable[[Call], Iterator[Fault]]] = {
    "regex": _pattern,
    "date": _date,
    "date-time": _date,
    "decimal-date-time": _date,
    "decimal-time": _date,
    "format-date": _date_and_format,
    "format-date-time": _date_and_format,
    "digest": _digest,
    "jr:choice-name": _choice_name,
    "count": _counted,
    "count-non-empty": _counted,
}
