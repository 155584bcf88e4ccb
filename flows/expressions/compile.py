"""An expression from text to closures: read, checked, and built once; called often."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flows.expressions import operators
from flows.expressions.check import check
from flows.expressions.closures import Code, Kind, constant
from flows.expressions.functions import FUNCTIONS
from flows.expressions.parser import parse
from flows.expressions.scope import Scope, Value
from flows.expressions.tree import Call, Chain, Dot, Literal, Negation, Node, Reference
from flows.expressions.values import held


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to be asked, in whichever form the caller needs.

    Attributes:
        references: the paths it reads.
        uses_dot: whether it reads `.`, also through `once()`.
        comparisons: each (path, code) it compares, for the form to check against its lists.
        number: NaN when blank.
        value: as a field would hold it: whole numbers as int, NaN as blank.
        kind: what it gives, as far as that is known before any answer.
    """

    source: str
    kind: Kind
    references: frozenset[str]
    uses_dot: bool
    comparisons: tuple[tuple[str, str], ...]
    text: Callable[[Scope], str] = field(compare=False, repr=False)
    number: Callable[[Scope], float] = field(compare=False, repr=False)
    truth: Callable[[Scope], bool] = field(compare=False, repr=False)
    value: Callable[[Scope], Value] = field(compare=False, repr=False)


def compile(  # noqa: A001 — the word everybody looks for; called as expressions.compile
    expression: str,
    *,
    resolve: Callable[[str], str],
    condition: bool = False,
    names: Iterable[str] = (),
) -> Compiled:
    """`expression` as closures over a `Scope`.

    Args:
        resolve: the path of the name in `${name}`; raises LookupError for an unknown one.
        condition: it decides something (relevant, constraint, required), so a bare
            `${x}` is refused.
        names: known names, to suggest when one is unknown.

    Raises:
        ExpressionError: it must not be published. Nothing else is raised, here or when
            the closures are called.
    """
    tree = parse(expression)
    found = check(tree, resolve=resolve, names=names, condition=condition)
    code = _Builder(expression, found.paths).code(tree)
    return Compiled(
        source=expression,
        kind=code.kind,
        references=frozenset(found.paths.values()),
        uses_dot=found.uses_dot,
        comparisons=found.comparisons,
        text=code.read_as(Kind.TEXT),
        number=code.read_as(Kind.NUMBER),
        truth=code.read_as(Kind.TRUTH),
        value=_as_held(code),
    )


@dataclass(frozen=True, slots=True)
class _Builder:
    source: str
    paths: dict[str, str]

    def code(self, node: Node) -> Code:
        match node:
            case Literal(value):
                return constant(value)
            case Reference(name):
                return _reference(self.paths[name])
            case Dot():
                return Code(Kind.ANY, lambda scope: scope.dot)
            case Negation(operand):
                return operators.negation(self.code(operand))
            case Chain(signs, operands):
                return operators.chain(signs, tuple(map(self.code, operands)))
            case Call(name, arguments, position):
                built = tuple(map(self.code, arguments))
                return FUNCTIONS[name].build(built, f"{position}\0{self.source}")
            case _:
                raise AssertionError(f"{node} should have been refused")


def _reference(path: str) -> Code:
    return Code(Kind.ANY, lambda scope: scope.value(path), path=path)


def _as_held(code: Code) -> Callable[[Scope], Value]:
    run = code.run
    if code.kind in (Kind.TEXT, Kind.TRUTH) or code.path is not None:
        return run
    return lambda scope: held(run(scope))
