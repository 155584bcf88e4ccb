"""How a function is declared: a signature, and a way to build its closure.

A signature reads `text number? -> text`. `?` marks what may be left out, `*` a
group that may be repeated: in `text text* -> text` any number of texts, in
`number truth* number* -> truth` any number of pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flows.expressions.closures import Code, Kind, Run

# A function from its compiled arguments; the text is a salt, different for every
# place of every expression, from which `random()` and `uuid()` are derived.
Build = Callable[[tuple[Code, ...], str], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """`special` functions convert their arguments themselves."""

    required: tuple[Kind, ...]
    optional: tuple[Kind, ...]
    repeated: tuple[Kind, ...]
    gives: Kind
    build: Build

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
        runs = [code.read_as(kind) for code, kind in zip(arguments, kinds, strict=False)]
        return Code(gives, apply(function, runs))

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


def _applied_in_scope(function: Callable[..., object], runs: list[Run]) -> Run:
    return lambda scope: function(scope, *[run(scope) for run in runs])
