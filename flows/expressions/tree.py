"""What an expression says, as a tree. `position` is a column of the text, from 0."""

from collections.abc import Iterator
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
    """A bare word. XPath reads it as a child node; a conversation has none."""

    name: str
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


Node = Literal | Reference | Dot | Word | Call | Negation | Chain


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(arguments=nodes) | Chain(operands=nodes):
            return nodes
        case Negation(operand=operand):
            return (operand,)
        case _:
            return ()


def walk(tree: Node) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))
