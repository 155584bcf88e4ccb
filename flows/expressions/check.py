"""Everything wrong with a tree that can be known before any answer, all at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flows.expressions.arguments import CHECKS
from flows.expressions.faults import ExpressionError, Fault, fault, nearest
from flows.expressions.functions import FUNCTIONS
from flows.expressions.tree import Call, Chain, Dot, Literal, Node, Reference, Word, walk

_LOGIC = ("and", "or")


@dataclass(frozen=True, slots=True)
class Findings:
    """What a sound tree refers to: the path of each name, and codes compared with."""

    paths: dict[str, str]
    uses_dot: bool
    comparisons: tuple[tuple[str, str], ...]


def check(
    tree: Node, *, resolve: Callable[[str], str], names: Iterable[str], condition: bool
) -> Findings:
    """What `tree` refers to.

    Raises:
        ExpressionError: with every fault of the tree.
    """
    nodes = list(walk(tree))
    paths, faults = _resolved(nodes, resolve, tuple(names))
    faults += [found for node in nodes for found in _node_faults(node)]
    if condition:
        faults += _bare_conditions(tree)
    if faults:
        raise ExpressionError(faults)
    return Findings(paths, any(map(_reads_dot, nodes)), tuple(_comparisons(nodes, paths)))


def _resolved(
    nodes: list[Node], resolve: Callable[[str], str], names: tuple[str, ...]
) -> tuple[dict[str, str], list[Fault]]:
    paths: dict[str, str] = {}
    faults = []
    for node in nodes:
        if isinstance(node, Reference) and node.name not in paths:
            try:
                paths[node.name] = resolve(node.name)
            except LookupError:
                meant = nearest(node.name, names)
                faults.append(fault("unknown_reference", node.position, meant, name=node.name))
    return paths, faults


def _node_faults(node: Node) -> Iterator[Fault]:
    match node:
        case Word(name, position):
            meant = f"{name.lower()}()" if name.lower() in FUNCTIONS else None
            yield fault("bare_name", position, meant, name=name)
        case Literal(str(text), position) if "${" in text:
            yield fault("quoted_reference", position, text=text)
        case Call():
            yield from _call_faults(node)


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


def _reads_dot(node: Node) -> bool:
    return isinstance(node, Dot) or (isinstance(node, Call) and node.name == "once")


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
