"""Everything wrong with a tree that can be known before any answer, all at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flows.expressions.arguments import CHECKS
from flows.expressions.faults import ExpressionError, Fault, fault, nearest
from flows.expressions.functions import FUNCTIONS
from flows.expressions.places import place_faults
from flows.expressions.standpoint import Standpoint
from flows.expressions.tables import Table
from flows.expressions.tree import (
    Call,
    Chain,
    Dot,
    Literal,
    Location,
    Lookup,
    Node,
    Reference,
    Word,
    children,
)

_LOGIC = ("and", "or")
_UNKNOWN = Table("", frozenset(), ())  # of its columns nothing can be said


class Ambiguous(LookupError):
    """A name that several items of the form bear."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a sound tree refers to: the path of each name, and codes compared with."""

    paths: dict[str, str]
    uses_dot: bool
    uses_once: bool
    comparisons: tuple[tuple[str, str], ...]
    demands: tuple[tuple[str, str], ...]


def check(
    tree: Node,
    *,
    resolve: Callable[[str], str],
    names: Iterable[str],
    condition: bool,
    here: Standpoint,
) -> Findings:
    """What `tree` refers to.

    Raises:
        ExpressionError: with every fault of the tree.
    """
    located = list(_located(tree, here))
    nodes = [node for node, _table in located]
    names = tuple(names)
    paths, faults = _resolved(nodes, resolve, names)
    for node, table in located:
        faults += _node_faults(node, table, here, names)
    faults += place_faults(tree, paths, here)
    if condition:
        faults += _bare_conditions(tree)
    if faults:
        raise ExpressionError(faults)
    return Findings(
        paths,
        any(isinstance(node, Dot) or _is_once(node) for node in nodes),
        any(map(_is_once, nodes)),
        tuple(_comparisons(nodes, paths)),
        tuple(_demands(tree, paths)),
    )


def _located(tree: Node, here: Standpoint) -> Iterator[tuple[Node, Table | None]]:
    """Every node, and the table whose columns its bare words are."""
    waiting = [(tree, here.table)]
    while waiting:
        node, table = waiting.pop()
        yield node, table
        inside = here.tables.get(node.table, _UNKNOWN) if isinstance(node, Lookup) else table
        waiting.extend((child, inside) for child in reversed(children(node)))


def _resolved(
    nodes: list[Node], resolve: Callable[[str], str], names: tuple[str, ...]
) -> tuple[dict[str, str], list[Fault]]:
    paths: dict[str, str] = {}
    faults = []
    for node in nodes:
        if isinstance(node, Reference) and node.name not in paths:
            try:
                paths[node.name] = resolve(node.name)
            except Ambiguous:
                faults.append(fault("ambiguous_reference", node.position, name=node.name))
            except LookupError:
                meant = nearest(node.name, names)
                faults.append(fault("unknown_reference", node.position, meant, name=node.name))
    return paths, faults


def _node_faults(
    node: Node, table: Table | None, here: Standpoint, names: tuple[str, ...]
) -> Iterator[Fault]:
    columns = table.columns if table is not None else frozenset()
    match node:
        case Word(name, position) if table is None:
            meant = f"{name.lower()}()" if name.lower() in FUNCTIONS else None
            yield fault("bare_name", position, meant, name=name)
        case Word(name, position) if table is not _UNKNOWN and name not in columns:
            meant = nearest(name, columns)
            listed = table.name if table is not None else ""
            yield fault("unknown_column", position, meant, name=name, table=listed)
        case Literal(str(text), position) if "${" in text:
            yield fault("quoted_reference", position, text=text)
        case Location(text, name, position):
            meant = f"${{{name}}}" if name in names else None
            yield fault("path_not_supported", position, meant, text=text)
        case Lookup():
            yield from _lookup_faults(node, here)
        case Call():
            yield from _call_faults(node)


def _lookup_faults(node: Lookup, here: Standpoint) -> Iterator[Fault]:
    table = here.tables.get(node.table)
    if table is None:
        yield fault(
            "unknown_table", node.position, nearest(node.table, here.tables), name=node.table
        )
    elif node.column and node.column not in table.columns:
        meant = nearest(node.column, table.columns)
        yield fault("unknown_column", node.position, meant, name=node.column, table=node.table)


def _call_faults(call: Call) -> Iterator[Fault]:
    function = FUNCTIONS.get(call.name)
    if function is None:
        meant = nearest(call.name, FUNCTIONS)
        yield fault("unknown_function", call.position, meant, name=call.name)
    elif not function.takes(len(call.arguments)):
        needed, given = function.needed(), len(call.arguments)
        yield fault("wrong_arity", call.position, name=call.name, needed=needed, given=given)
    elif call.name in CHECKS:
        yield from CHECKS[call.name](call)


def _bare_conditions(tree: Node) -> Iterator[Fault]:
    """Answers that stand where only a yes or no makes sense.

    The reference engines disagree on what `${x}` alone means there.
    """
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case Reference(name, position):
                yield fault("bare_condition", position, text=f"${{{name}}}")
            case Dot(position):
                yield fault("bare_condition", position, text=".")
            case Chain(operators, operands) if operators[0] in _LOGIC:
                waiting.extend(operands)
            case Call("not", arguments):
                waiting.extend(arguments)


def _is_once(node: Node) -> bool:
    """`once()` reads what the field holds, too."""
    return isinstance(node, Call) and node.name == "once"


def _comparisons(nodes: list[Node], paths: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each answer compared with a text: the form's compiler knows whether it can hold it."""
    for node in nodes:
        match node:
            case (
                Call("selected", (Reference(name), Literal(str(text))))
                | Chain((("=" | "!="),), (Reference(name), Literal(str(text))))
                | Chain((("=" | "!="),), (Literal(str(text)), Reference(name)))
            ) if text.strip():
                yield paths[name], text.strip()


def _demands(tree: Node, paths: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each answer that must be this one text for the whole to hold."""
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case Chain(("and", *_), operands):
                waiting.extend(operands)
            case Chain(("=",), (Reference(name), Literal(str(text)))) | Chain(
                ("=",), (Literal(str(text)), Reference(name))
            ):
                yield paths[name], text
