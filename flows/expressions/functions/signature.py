"""How a function is declared: a signature, and a way to build its closure.

A signature reads `text number? -> text`. `?` marks what may be left out, `*` a
group that may be repeated: in `text text* -> text` any number of texts, in
`number truth* number* -> truth` any number of pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flows.expressions.closures import AS, Code, Kind, Run
from flows.expressions.scope import Scope

# A function from its compiled arguments; the text is a salt, different for every
# place of every expression, from which `random()` and `uuid()` are derived.
Build = Callable[[tuple[Code, ...], str], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """`special` functions convert their arguments themselves.

    `gathers`: an argument may stand for several values, which all count.
    """

    required: tuple[Kind, ...]
    optional: tuple[Kind, ...]
    repeated: tuple[Kind, ...]
    gives: Kind
    build: Build
    gathers: bool = False

    def takes(self, count: int) -> bool:
        extra = count - len(self.required)
        if self.repeated:
            return extra >= 0 and extra % len(self.repeated) == 0
        return 0 <= extra <= len(self.optional)

    def needed(self) -> str:
        """How many arguments, in words for staff."""
        least = len(self.required)
        if self.repeated:
            step = len(self.repeated)
            return f"paling sedikit {least}" + (f" (lalu kelipatan {step})" if step > 1 else "")
        most = least + len(self.optional)
        return f"{least}" if least == most else f"{least} sampai {most}"


def plain(signature: str, function: Callable[..., object]) -> Function:
    """A function of its argument values alone. It must not raise, whatever they are."""
    return _declared(signature, function, _applied)


def gathering(signature: str, function: Callable[..., object]) -> Function:
    """As `plain`, where an argument may be a repeated answer: its values are passed one by one."""
    return replace(_declared(signature, function, _applied), gathers=True)


def scoped(signature: str, function: Callable[..., object]) -> Function:
    """As `plain`, with the scope as first argument."""
    return _declared(signature, function, _applied_in_scope)


def special(signature: str, build: Build) -> Function:
    """A function that is not called with values: it builds its own closure."""
    required, optional, repeated, gives = _read(signature)
    return Function(required, optional, repeated, gives, build)


def _declared(
    signature: str,
    function: Callable[..., object],
    apply: Callable[[Callable[..., object], list[Run]], Run],
) -> Function:
    required, optional, repeated, gives = _read(signature)

    def build(arguments: tuple[Code, ...], _salt: str) -> Code:
        kinds = [*required, *optional]
        while repeated and len(kinds) < len(arguments):
            kinds += repeated
        pairs = list(zip(arguments, kinds, strict=False))
        if any(code.every is not None for code in arguments):
            return Code(gives, _gathered(function, pairs))
        return Code(gives, apply(function, [code.read_as(kind) for code, kind in pairs]))

    return Function(required, optional, repeated, gives, build)


def _read(
    signature: str,
) -> tuple[tuple[Kind, ...], tuple[Kind, ...], tuple[Kind, ...], Kind]:
    words, _, gives = signature.partition("->")
    kinds: dict[str, list[Kind]] = {"": [], "?": [], "*": []}
    for word in words.split():
        name = word.rstrip("?*")
        kinds[word[len(name) :]].append(Kind(name))
    return tuple(kinds[""]), tuple(kinds["?"]), tuple(kinds["*"]), Kind(gives.strip())


def _applied(function: Callable[..., object], runs: list[Run]) -> Run:
    match runs:
        case [one]:
            return lambda scope: function(one(scope))
        case [one, two]:
            return lambda scope: function(one(scope), two(scope))
        case _:
            return lambda scope: function(*[run(scope) for run in runs])


def _gathered(function: Callable[..., object], pairs: list[tuple[Code, Kind]]) -> Run:
    """The function over all values of arguments that stand for several."""
    parts = [
        (code.read_as(kind), None) if code.every is None else (code.every, AS[kind])
        for code, kind in pairs
    ]

    def run(scope: Scope) -> object:
        values: list[object] = []
        for part, convert in parts:
            if convert is None:
                values.append(part(scope))
            else:
                values += [convert(value, scope.zone) for value in part(scope)]
        return function(*values)

    return run


def _applied_in_scope(function: Callable[..., object], runs: list[Run]) -> Run:
    return lambda scope: function(scope, *[run(scope) for run in runs])
