"""Functions about choices and what was chosen. Several choices are codes with spaces."""

from flows.expressions.closures import Code, Kind
from flows.expressions.functions.signature import Function, plain, special
from flows.expressions.scope import Scope


def _selected(codes: str, code: str) -> bool:
    code = code.strip()
    return code in codes.split() if code else not codes.strip()


def _selected_at(codes: str, place: float) -> str:
    chosen = codes.split()
    return chosen[int(place)] if 0 <= place < len(chosen) else ""


def _build_selected(arguments: tuple[Code, ...], _salt: str) -> Code:
    subject, wanted = arguments
    codes, code = subject.read_as(Kind.TEXT), wanted.read_as(Kind.TEXT)
    if not (isinstance(wanted.constant, str) and wanted.constant.strip()):
        return Code(Kind.TRUTH, lambda scope: _selected(codes(scope), code(scope)))
    literal = wanted.constant.strip()

    def run(scope: Scope) -> bool:
        chosen = codes(scope)
        return chosen == literal or literal in chosen.split()

    return Code(Kind.TRUTH, run)


def _build_choice_name(arguments: tuple[Code, ...], _salt: str) -> Code:
    code, question = arguments[0].read_as(Kind.TEXT), arguments[1].path

    def run(scope: Scope) -> str:
        chosen = code(scope)
        return scope.label(question or "", chosen) if chosen else ""

    return Code(Kind.TEXT, run)


def _within(least: float, most: float, total: float) -> bool:
    """-1 stands for no bound."""
    return (least == -1 or total >= least) and (most == -1 or total <= most)


def _checklist(least: float, most: float, *ticked: bool) -> bool:
    return _within(least, most, sum(ticked))


def _weighted_checklist(least: float, most: float, *pairs: float) -> bool:
    weights = zip(pairs[::2], pairs[1::2], strict=True)
    return _within(least, most, sum(weight for ticked, weight in weights if ticked))


FUNCTIONS: dict[str, Function] = {
    "selected": special("text text -> truth", _build_selected),
    "selected-at": plain("text number -> text", _selected_at),
    "count-selected": plain("text -> number", lambda codes: float(len(codes.split()))),
    "jr:choice-name": special("text any -> text", _build_choice_name),
    "checklist": plain("number number truth truth* -> truth", _checklist),
    "weighted-checklist": plain(
        "number number truth number truth* number* -> truth", _weighted_checklist
    ),
}
