"""Faults of names that depend on where in the form they are used: repeats, lists and files."""

from collections.abc import Iterator

from flows.expressions.faults import Fault, fault, nearest
from flows.expressions.functions import FUNCTIONS
from flows.expressions.standpoint import Standpoint
from flows.expressions.tree import Call, Literal, Node, Reference, Up, children

_OF_CONTAINERS = ("count", "position")


def place_faults(tree: Node, paths: dict[str, str], here: Standpoint) -> Iterator[Fault]:
    """Yield what a name cannot mean at this place; `paths` are of the names that are known."""
    waiting: list[tuple[Node, Call | None, int]] = [(tree, None, 0)]
    while waiting:
        node, call, place = waiting.pop()
        match node:
            case Reference(name) if name in paths:
                yield from _reference(node, paths[name], call, place, here)
            case Up(levels, position) if call is None or call.name != "position":
                yield fault("nothing_above", position, text="/".join([".."] * levels))
            case Call("index" | "position") if not here.repeats:
                yield fault("not_in_repeat", node.position, name=node.name)
            case Call("position", ()):
                yield fault("nothing_above", node.position, text="position()")
            case Call("indexed-repeat") if len(node.arguments) > 2:
                yield from _indexed(node, paths, here)
            case Call("pulldata") if len(node.arguments) == 4:
                yield from _pulled(node, here)
        parent = node if isinstance(node, Call) else None
        waiting += [(child, parent, place) for place, child in enumerate(children(node))]


def _reference(
    node: Reference, path: str, call: Call | None, place: int, here: Standpoint
) -> Iterator[Fault]:
    name = call.name if call else ""
    if here.is_container(path):
        if name not in _OF_CONTAINERS and not (name == "indexed-repeat" and place % 2):
            yield fault("container_reference", node.position, name=node.name)
    elif here.is_many(path):
        gathers = name in FUNCTIONS and FUNCTIONS[name].gathers
        is_named_only = (name, place) in (("indexed-repeat", 0), ("jr:choice-name", 1))
        if not gathers and not is_named_only:
            yield fault("repeated_reference", node.position, name=node.name)


def _indexed(call: Call, paths: dict[str, str], here: Standpoint) -> Iterator[Fault]:
    subject, repeats = call.arguments[0], call.arguments[1::2]
    for place, argument in enumerate((subject, *repeats)):
        if not isinstance(argument, Reference):
            number = 2 * place or 1
            yield fault("not_a_reference", call.position, name=call.name, place=number)
    if isinstance(subject, Reference) and subject.name in paths:
        chain = here.chains.get(paths[subject.name], ())
        for one in repeats:
            if isinstance(one, Reference) and paths.get(one.name, "") not in ("", *chain):
                yield fault(
                    "not_repeated", one.position,
                    name=call.name, repeat=one.name, field=subject.name,
                )  # fmt: skip


def _pulled(call: Call, here: Standpoint) -> Iterator[Fault]:
    for place, argument in enumerate(call.arguments[:3], 1):
        if not (isinstance(argument, Literal) and isinstance(argument.value, str)):
            yield fault(
                "bad_argument", call.position, name=call.name, place=place,
                choices="nama berkas" if place == 1 else "nama kolom",
            )  # fmt: skip
            return
    file, wanted, key, _value = call.arguments
    name = table_name(file)
    table = here.tables.get(name)
    if table is None:
        yield fault("unknown_table", _position(file), nearest(name, here.tables), name=name)
        return
    for column in (wanted, key):
        text = str(column.value) if isinstance(column, Literal) else ""
        if text not in table.columns:
            meant = nearest(text, table.columns)
            yield fault("unknown_column", _position(column), meant, name=text, table=name)


def table_name(file: Node) -> str:
    """Return what `pulldata('kota.csv', …)` looks into."""
    return str(file.value).removesuffix(".csv") if isinstance(file, Literal) else ""


def _position(node: Node) -> int:
    """Return where a literal stands."""
    return node.position if isinstance(node, Literal) else 0
