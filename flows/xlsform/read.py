"""A questionnaire written as YAML, read into the sheets of an XLSForm.

Every value is text, as in a spreadsheet (YAML would turn `yes` into true and drop `0`), and
every cell keeps its line. The file looks like this:

    settings: {form_id: kebekerjaan, version: "2026112101", form_title: …}
    survey:
      - {type: select_one status, name: status, label: …}
    choices:
      status:
        - {name: bekerja, label: Bekerja}
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from flows.xlsform.faults import Code, Fault, FormFaults, Place, fault
from flows.xlsform.foreign import why_no_yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 8
MAX_ROWS = 20_000
SHEETS = ("settings", "survey", "choices")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""YAML lets these in as escapes; PostgreSQL cannot hold the first."""

NOT_UTF8 = "bukan teks UTF-8; simpan ulang sebagai UTF-8"
HAS_CONTROL = "ada karakter kendali yang tidak terlihat; hapus lalu ketik ulang bagian itu"
TWO_DOCUMENTS = "ada dokumen kedua sesudah '---'; satu berkas memuat satu saja"
NO_YAML = "periksa spasi, tanda kutip dan titik dua di sekitar sini ({problem})"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and the line it stands on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: column → cell."""

    line: int
    cells: dict[str, Cell]

    def text(self, column: str) -> str:
        """Return the cell's text, or nothing when the row has no such column."""
        cell = self.cells.get(column)
        return cell.text if cell else ""

    def line_of(self, column: str) -> int:
        """Return the line of a cell, or the row's when the row has no such column."""
        cell = self.cells.get(column)
        return cell.line if cell else self.line


@dataclass(frozen=True, slots=True)
class Sheets:
    """The three sheets of an XLSForm, and the faults met while reading them.

    `is_workbook`: it was made for other programs too, so columns of theirs are let be.
    """

    settings: Row
    survey: tuple[Row, ...]
    choices: dict[str, tuple[Row, ...]]
    faults: tuple[Fault, ...] = ()
    is_workbook: bool = False


@dataclass(slots=True)
class Map:
    """A mapping as it is written: key → value, each with its line."""

    line: int
    items: dict[str, "Node"] = field(default_factory=dict)
    key: Cell | None = None


@dataclass(slots=True)
class List:
    """A list as it is written."""

    line: int
    items: list["Node"] = field(default_factory=list)


Node = Cell | Map | List


def read_yaml(source: bytes) -> Sheets:
    """Return the sheets of a form file.

    Raises:
        FormFaults: the text is no YAML, too big, too deep, or uses anchors.
    """
    root, faults = read_tree(source)
    return _sheets(root, faults)


def read_tree(source: bytes) -> tuple[Map, list[Fault]]:
    """Return any YAML file of ours as texts with their lines, and the faults met on the way.

    Raises:
        FormFaults: the text is no YAML, too big, too deep, or uses anchors.
    """
    if reason := why_no_yaml(source):
        raise FormFaults([fault(Code.FORM_25, reason=reason)])
    if len(source) > MAX_BYTES:
        raise FormFaults([fault(Code.FORM_02, size=len(source), limit=MAX_BYTES)])
    faults: list[Fault] = []
    try:
        root = _compose(source.decode("utf-8"), faults)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormFaults([_unreadable(error, source)]) from None
    return root, faults


def _unreadable(error: yaml.YAMLError | UnicodeDecodeError, source: bytes) -> Fault:
    """Return why the text is no YAML; what breaks off at its end is said of its last line."""
    last = source.count(b"\n") + 1
    match error:
        case UnicodeDecodeError():
            line = source.count(b"\n", 0, error.start) + 1
            reason = NOT_UTF8
        case yaml.MarkedYAMLError():
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            reason = NO_YAML.format(problem=error.problem)
        case _:
            line = source.count(b"\n", 0, getattr(error, "position", 0)) + 1
            reason = HAS_CONTROL
    return fault(Code.FORM_01, Place(min(line, last)), reason=reason)


def _compose(text: str, faults: list[Fault]) -> Map:
    """Build the tree from parser events, without recursion and with a bounded depth."""
    root = Map(0)
    stack: list[Map | List] = [root]
    root.key = Cell("root", 0)
    last = text.count("\n") + 1  # libyaml says of some last lines that they are one further
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = min(event.start_mark.line + 1, last) if event.start_mark else 0
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise FormFaults([fault(Code.FORM_22, Place(line))])
        match event:
            case yaml.DocumentStartEvent() if root.items:
                raise FormFaults([fault(Code.FORM_01, Place(line), reason=TWO_DOCUMENTS)])
            case yaml.ScalarEvent():
                if CONTROL.search(event.value):
                    faults.append(fault(Code.FORM_01, Place(line), reason=HAS_CONTROL))
                _add(stack[-1], Cell(event.value, line), faults)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if len(stack) > MAX_DEPTH:
                    raise FormFaults([fault(Code.FORM_23, Place(line), limit=MAX_DEPTH)])
                is_map = isinstance(event, yaml.MappingStartEvent)
                node: Map | List = Map(line) if is_map else List(line)
                _add(stack[-1], node, faults)
                stack.append(node)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                stack.pop()
    top = root.items.get("root")
    return top if isinstance(top, Map) else Map(0)


def _add(parent: Map | List, node: Node, faults: list[Fault]) -> None:
    if isinstance(parent, List):
        parent.items.append(node)
    elif parent.key is None:
        parent.key = node if isinstance(node, Cell) else Cell("", node.line)
    else:
        key, parent.key = parent.key, None
        if key.text in parent.items:
            faults.append(fault(Code.FORM_06, Place(key.line, column=key.text)))
        parent.items[key.text] = node


def _sheets(root: Map, faults: list[Fault]) -> Sheets:
    for name, sheet in root.items.items():
        if name not in SHEETS:
            right = f"yang dipakai: {', '.join(SHEETS)}"
            faults.append(fault(Code.FORM_03, Place(sheet.line, name), right=right))
    settings = root.items.get("settings", Map(0))
    survey = root.items.get("survey")
    choices = root.items.get("choices", Map(0))
    lists = choices.items.items() if isinstance(choices, Map) else ()
    if not isinstance(choices, Map):
        right = "isinya 'nama daftar:' lalu baris-baris pilihannya"
        faults.append(fault(Code.FORM_03, Place(choices.line, "choices"), right=right))
    return Sheets(
        _row(settings, "settings", faults),
        tuple(_rows(survey, "survey", faults)),
        {name: tuple(_rows(rows, "choices", faults)) for name, rows in lists},
        tuple(faults),
    )


def _rows(node: Node | None, sheet: str, faults: list[Fault]) -> Iterator[Row]:
    if not isinstance(node, List):
        line = node.line if node else 0
        right = "isinya daftar baris yang diawali '-'"
        faults.append(fault(Code.FORM_03, Place(line, sheet), right=right))
        return
    if len(node.items) > MAX_ROWS:
        line = node.items[MAX_ROWS].line
        faults.append(fault(Code.FORM_26, Place(line, sheet), limit=MAX_ROWS))
    for item in node.items[:MAX_ROWS]:
        yield _row(item, sheet, faults)


def _row(node: Node, sheet: str, faults: list[Fault]) -> Row:
    right = "satu baris berisi pasangan 'kolom: nilai'"
    if not isinstance(node, Map):
        faults.append(fault(Code.FORM_03, Place(node.line, sheet), right=right))
        return Row(node.line, {})
    cells: dict[str, Cell] = {}
    for column, value in node.items.items():
        if isinstance(value, Cell):
            cells[column] = Cell(value.text.strip(), value.line)
        else:
            faults.append(fault(Code.FORM_03, Place(value.line, sheet, column), right=right))
    return Row(node.line, cells)
