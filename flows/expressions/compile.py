"""An expression from text to closures: read, checked, and built once; called often."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flows.expressions import operators
from flows.expressions.check import Findings, check
from flows.expressions.closures import Code, Kind, constant
from flows.expressions.functions import FUNCTIONS
from flows.expressions.functions.repeats import build_indexed
from flows.expressions.lookups import lookup, pick, pulled
from flows.expressions.parser import parse
from flows.expressions.places import table_name
from flows.expressions.scope import Scope, Value
from flows.expressions.standpoint import NOWHERE, Standpoint
from flows.expressions.tree import (
    Call,
    Chain,
    Dot,
    Literal,
    Location,
    Lookup,
    Negation,
    Node,
    Reference,
    Up,
    Word,
    replaced,
)
from flows.expressions.values import held


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to be asked, in whichever form the caller needs.

    Attributes:
        references: the paths it reads one value of.
        gathered: the paths it reads in every repetition.
        uses_dot: whether it reads `.`, also through `once()`.
        uses_once: whether what it gives first must be kept.
        comparisons: each (path, code) it compares, for the form to check against its lists.
        demands: each (path, text) that must be so for it to hold.
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
    gathered: frozenset[str] = frozenset()
    uses_once: bool = False
    demands: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the rows of a list: `rows` gives the places of those that are offered."""

    source: str
    references: frozenset[str]
    gathered: frozenset[str]
    rows: Callable[[Scope], Sequence[int]] = field(compare=False, repr=False)


def compile(  # noqa: A001 — the word everybody looks for; called as expressions.compile
    expression: str,
    *,
    resolve: Callable[[str], str],
    condition: bool = False,
    names: Iterable[str] = (),
    here: Standpoint = NOWHERE,
) -> Compiled:
    """`expression` as closures over a `Scope`.

    Args:
        resolve: the path of the name in `${name}`; raises LookupError for an unknown one,
            `Ambiguous` for one that several items bear.
        condition: it decides something (relevant, constraint, required), so a bare
            `${x}` is refused.
        names: known names, to suggest when one is unknown.
        here: what surrounds it in its form.

    Raises:
        ExpressionError: it must not be published. Nothing else is raised, here or when
            the closures are called.
    """
    tree, resolve = _located(parse(expression), resolve, here)
    found = check(tree, resolve=resolve, names=names, condition=condition, here=here)
    code = _Builder(expression, found.paths, here).code(tree)
    single, gathered = _split(found, here)
    return Compiled(
        source=expression,
        kind=code.kind,
        references=single,
        uses_dot=found.uses_dot,
        comparisons=found.comparisons,
        text=code.read_as(Kind.TEXT),
        number=code.read_as(Kind.NUMBER),
        truth=code.read_as(Kind.TRUTH),
        value=_as_held(code),
        gathered=gathered,
        uses_once=found.uses_once,
        demands=found.demands,
    )


def compile_filter(
    expression: str,
    *,
    resolve: Callable[[str], str],
    names: Iterable[str] = (),
    here: Standpoint,
) -> Filter:
    """A `choice_filter` over `here.table`, whose columns are its bare words.

    Raises:
        ExpressionError: as `compile`.
    """
    tree, resolve = _located(parse(expression), resolve, here)
    found = check(tree, resolve=resolve, names=names, condition=False, here=here)
    table = here.table
    if table is None:
        raise ValueError("a filter needs a table")
    single, gathered = _split(found, here)
    rows = pick(table, tree, _Builder(expression, found.paths, here).code)
    return Filter(expression, single, gathered, rows)


def _located(
    tree: Node, resolve: Callable[[str], str], here: Standpoint
) -> tuple[Node, Callable[[str], str]]:
    """The tree with the XPaths that lead to an item as references to it."""
    if here.located is None:
        return tree, resolve
    locate, found = here.located, {}

    def change(node: Node) -> Node:
        path = locate(node.text) if isinstance(node, Location) else None
        if path is None or not isinstance(node, Location):
            return node
        found[node.text] = path
        return Reference(node.text, node.position)

    tree = replaced(tree, change)
    return tree, lambda name: found[name] if name in found else resolve(name)


def _split(found: Findings, here: Standpoint) -> tuple[frozenset[str], frozenset[str]]:
    paths = frozenset(found.paths.values()) - {here.own}
    gathered = frozenset(p for p in paths if here.is_container(p) or here.is_many(p))
    return paths - gathered, gathered


@dataclass(frozen=True, slots=True)
class _Builder:
    source: str
    paths: dict[str, str]
    here: Standpoint

    def code(self, node: Node) -> Code:
        match node:
            case Literal(value):
                return constant(value)
            case Reference(name):
                return self.reference(self.paths[name])
            case Dot():
                return Code(Kind.ANY, lambda scope: scope.dot)
            case Word(name):
                return Code(Kind.TEXT, lambda scope: scope.column(name))
            case Negation(operand):
                return operators.negation(self.code(operand))
            case Chain(signs, operands):
                return operators.chain(signs, tuple(map(self.code, operands)))
            case Lookup(name, condition, column):
                table = self.here.tables[name]
                return lookup(table, column, pick(table, condition, self.code))
            case Call():
                return self.call(node)
            case _:
                raise AssertionError(f"{node} should have been refused")

    def reference(self, path: str) -> Code:
        here = self.here
        if path == here.own:
            return Code(Kind.ANY, lambda scope: scope.dot)
        if not (here.is_container(path) or here.is_many(path)):
            return Code(Kind.ANY, lambda scope: scope.value(path), path=path)
        shared = here.shared(path)
        return Code(
            Kind.ANY,
            lambda scope: next(iter(scope.values(path, shared)), ""),
            path=path,
            every=lambda scope: scope.values(path, shared),
        )

    def call(self, node: Call) -> Code:
        match node:
            case Call("index"):
                return _place(len(self.here.repeats))
            case Call("position", (above,)):
                return self.position(above)
            case Call("indexed-repeat", (Reference(name), *_) as arguments):
                chain = self.here.chains.get(self.paths[name], ())
                named = [self.paths[one.name] for one in arguments[1::2]]  # type: ignore[union-attr]
                depths = tuple(chain.index(path) for path in named)
                return build_indexed(tuple(map(self.code, arguments)), depths, len(chain))
            case Call("pulldata", (file, Literal(wanted), Literal(key), value)):
                text = self.code(value).read_as(Kind.TEXT)
                table = self.here.tables[table_name(file)]
                return pulled(table, str(wanted), str(key), text)
            case _:
                built = tuple(map(self.code, node.arguments))
                return FUNCTIONS[node.name].build(built, f"{node.position}\0{self.source}")

    def position(self, above: Node) -> Code:
        """How many-eth repetition holds us; what is no repeat is there once."""
        path = ""
        if isinstance(above, Up) and above.levels <= len(self.here.around):
            path = self.here.around[above.levels - 1]
        elif isinstance(above, Reference):
            path = self.paths[above.name]
        depth = self.here.depth_of(path)
        return _place(depth) if depth else constant(1.0)


def _place(depth: int) -> Code:
    return Code(Kind.NUMBER, lambda scope: float(scope.place(depth)))


def _as_held(code: Code) -> Callable[[Scope], Value]:
    run = code.run
    if code.kind in (Kind.TEXT, Kind.TRUTH) or code.path is not None:
        return run
    return lambda scope: held(run(scope))
