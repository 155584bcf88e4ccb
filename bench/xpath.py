"""The peer of `bench.step`: the same form as an XForms engine on lxml has it.

The state is an instance document with a node for every item; expressions are XPath 1.0,
compiled once. A step parses the document, judges the reply by its question's constraint, stores
it, works out rules and calculations, and walks to the first question that is relevant and
unanswered. There are two of it:

- whole: promises what ours does. It hears commands and reads replies with the same readers,
  and settles the whole form at each step, as the engine measured in facts/xlsform §2 did: an
  item that is not relevant reads blank everywhere while its answer is kept, and a changed
  answer changes all that hangs on it.
- touched: the least an engine on lxml can do. It looks replies up in a table and works out only
  the calculations fed by the reply and the rules the walk meets, which is right only for a
  respondent who types what is expected and never goes back.

Functions that XPath lacks are written in XPath where it can say them (`selected`), else in
Python (`if`).
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from bench.forms import CHOICES, Row, Written
from flows.answers import Outcome, read
from flows.model import Choice

_REFERENCE = re.compile(r"\$\{(\w+)\}")
_SELECTED = re.compile(r"selected\((\$\{\w+\}), '(\w+)'\)")
_RAW = "raw"
_READERS = {
    "text": "text",
    "integer": "integer",
    "select_one": "choice",
    "select_multiple": "multi",
}


def _if(_context: object, test: bool, yes: str, no: str) -> str:
    return yes if test else no


etree.FunctionNamespace(None)["if"] = _if


@dataclass(frozen=True, slots=True)
class Node:
    """One item: its place in the document and its rules. `feeds` are calculations that use it."""

    name: str
    place: int
    row: Row
    relevant: tuple[etree.XPath, ...]
    constraint: etree.XPath | None
    calculation: etree.XPath | None
    label: tuple[str, ...]
    choices: tuple[Choice, ...]
    codes: dict[str, str]
    feeds: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the respondent reads next; `name` is empty when nothing is left to ask."""

    name: str
    text: str
    options: tuple[str, ...] = ()


class XPathForm:
    """A form; interviews are documents passed in and out as text."""

    def __init__(self, written: Written, *, whole: bool) -> None:
        self._whole = whole
        self._nodes = _nodes(written)
        self._by_name = {node.name: node for node in self._nodes}
        self._questions = [node for node in self._nodes if "label" in node.row]
        self._ruled = [node for node in self._nodes if node.relevant or node.calculation]
        for node in self._nodes:
            for name in _REFERENCE.findall(node.row.get("calculation", "")):
                self._by_name[name].feeds.append(node)

    def start(self, given: dict[str, str]) -> tuple[bytes, Asked]:
        """Return a new interview and its first question."""
        root = etree.Element("data")
        for node in self._nodes:
            etree.SubElement(root, node.name).text = given.get(node.name)
        return self._ask(root, ())

    def step(self, state: bytes, reply: str, *, tapped: bool) -> tuple[bytes, Asked]:
        """Return the interview after a reply to the open question, typed or tapped."""
        root = etree.fromstring(state)
        node = self._by_name[root.get("at", "")]
        place = root[node.place]
        value = _heard(node, reply) if self._whole and not tapped else _looked_up(node, reply)
        place.text = value
        if node.constraint is not None and not node.constraint(place):
            place.text = None
            return etree.tostring(root), self._put(root, node)
        if self._whole:
            place.set(_RAW, value)
        return self._ask(root, node.feeds)

    def answers(self, state: bytes) -> dict[str, str]:
        """Return what was answered, by name."""
        root = etree.fromstring(state)
        return {node.name: root[node.place].text or "" for node in self._questions}

    def _ask(self, root: etree._Element, feeds: "list[Node] | tuple[()]") -> tuple[bytes, Asked]:
        hidden = self._settle(root) if self._whole else None
        if hidden is None:
            for node in feeds:
                _calculate(root, node)
        for node in self._questions:
            if root[node.place].text is not None:
                continue
            if _holds(root, node) if hidden is None else node.name not in hidden:
                root.set("at", node.name)
                return etree.tostring(root), self._put(root, node)
        root.set("at", "")
        return etree.tostring(root), Asked("", "Terima kasih.")

    def _settle(self, root: etree._Element) -> set[str]:
        """Work out every rule and calculation in order; return what is not relevant."""
        hidden: set[str] = set()
        known: dict[etree.XPath, bool] = {}
        for node in self._ruled:
            for rule in node.relevant:
                if rule not in known:
                    known[rule] = bool(rule(root))
                if not known[rule]:
                    hidden.add(node.name)
                    break
            if node.name in hidden:
                root[node.place].text = None
            elif node.calculation is not None:
                _calculate(root, node)
            else:
                root[node.place].text = root[node.place].get(_RAW)
        return hidden

    def _put(self, root: etree._Element, node: Node) -> Asked:
        words = [
            root[self._by_name[part].place].text or "" if i % 2 else part
            for i, part in enumerate(node.label)
        ]
        return Asked(node.name, "".join(words), tuple(one.label for one in node.choices))


def _nodes(written: Written) -> list[Node]:
    nodes: list[Node] = []
    groups: list[etree.XPath] = []
    for row in written.rows:
        if row["type"] == "begin_group":
            groups.append(_compile(row["relevant"]))
        elif row["type"] == "end_group":
            groups.pop()
        else:
            nodes.append(_node(row, len(nodes), groups))
    return nodes


def _node(row: Row, place: int, groups: list[etree.XPath]) -> Node:
    choices = CHOICES.get(row["type"].partition(" ")[2], {})
    return Node(
        name=row["name"],
        place=place,
        row=row,
        relevant=(*groups, *([_compile(row["relevant"])] if "relevant" in row else [])),
        constraint=_compile(row["constraint"]) if "constraint" in row else None,
        calculation=_compile(row["calculation"]) if "calculation" in row else None,
        label=tuple(_REFERENCE.split(row.get("label", ""))),
        choices=tuple(Choice(code, label) for code, label in choices.items()),
        codes={
            **{str(n): code for n, code in enumerate(choices, 1)},
            **{label: code for code, label in choices.items()},
        },
    )


def _compile(expression: str) -> etree.XPath:
    """Return an XLSForm expression as XPath."""
    text = _SELECTED.sub(r"contains(concat(' ', \1, ' '), ' \2 ')", expression)
    return etree.XPath(_REFERENCE.sub(r"/data/\1", text))


def _holds(root: etree._Element, node: Node) -> bool:
    return all(rule(root) for rule in node.relevant)


def _calculate(root: etree._Element, node: Node) -> None:
    assert node.calculation is not None
    value = node.calculation(root)
    root[node.place].text = f"{value:g}" if isinstance(value, float) else str(value)


def _heard(node: Node, reply: str) -> str:
    assert read("command", reply).value == "none"
    reading = read(_READERS[node.row["type"].partition(" ")[0]], reply, choices=node.choices)
    assert reading.outcome is Outcome.SURE
    return " ".join(reading.value) if isinstance(reading.value, list) else str(reading.value)


def _looked_up(node: Node, reply: str) -> str:
    if not node.codes:
        return reply.strip()
    return " ".join(node.codes[part.strip()] for part in reply.split(","))
