"""What an expression says, as a tree. `position` is a column of the text, from 0."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | float
    position: int


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}`: an answer given elsewhere in the form."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Dot:
    """`.`: the answer being judged."""

    position: int


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: a column, where rows are looked at; nothing anywhere else."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Up:
    """`..`, `../..`: what holds the item. Only `position()` has a use for it."""

    levels: int
    position: int


@dataclass(frozen=True, slots=True)
class Location:
    """An XPath to another item, `../nama` or `/data/nama`; `name` is where it ends."""

    text: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """`instance('list')/root/item[condition]/column`; without a column, the rows themselves."""

    table: str
    condition: "Node | None"
    column: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Node", ...]
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined from the left by operators of one precedence.

    A chain, not pairs in pairs: a sum of 200 scores is not 200 levels deep.
    """

    operators: tuple[str, ...]
    operands: tuple["Node", ...]


Node = Literal | Reference | Dot | Word | Up | Location | Lookup | Call | Negation | Chain


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(arguments=nodes) | Chain(operands=nodes):
            return nodes
        case Negation(operand=operand) | Lookup(condition=operand) if operand is not None:
            return (operand,)
        case _:
            return ()


def replaced(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with each of its leaves as `change` makes it."""
    match node:
        case Call(name, arguments, position):
            return Call(name, tuple(replaced(one, change) for one in arguments), position)
        case Chain(operators, operands):
            return Chain(operators, tuple(replaced(one, change) for one in operands))
        case Negation(operand):
            return Negation(replaced(operand, change))
        case Lookup(table, condition, column, position) if condition is not None:
            return Lookup(table, replaced(condition, change), column, position)
        case _:
            return change(node)


def walk(tree: Node) -> Iterator[Node]:
    """Every node of the tree, as written."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))
