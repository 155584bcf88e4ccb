"""A questionnaire written out: as YAML for Lacak, as a workbook for Excel and KoboToolbox.

Both are written from the same sheets and read back to the same sheets: nothing is lost on the
way, whichever way it goes.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

import yaml

from flows.xlsform.columns import base_of
from flows.xlsform.hints import carried, restored
from flows.xlsform.read import Row, Sheets

MOST_IN_CELL = 32_767
"""Characters of one cell (Excel's specification)."""

WIDE = 96
"""Characters of a row that is written on one line."""

_FIRST = (
    "list_name type name label hint guidance_hint required required_message relevant constraint "
    "constraint_message calculation choice_filter appearance default"
).split()
_SETTINGS_FIRST = ("form_id", "form_title", "version", "default_language")
_AWKWARD = frozenset("\n{}[]'\"#")
"""What needs quotes, or reads badly, in a row on one line."""

_STR = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class TooLong(ValueError):
    """A text longer than a cell of a workbook may be; says where it is."""

    sheet: str
    line: int
    column: str
    length: int


def to_yaml(sheets: Sheets, *, comment: str = "") -> str:
    """Return the questionnaire as a YAML file, begun with a comment."""
    lists = {name: _rows(rows, "choices") for name, rows in sheets.choices.items()}
    pairs = [
        ("settings", _map(_texts(sheets.settings, "settings"), flow=False)),
        ("survey", _rows(sheets.survey, "survey")),
        *([("choices", _mapping(lists.items()))] if lists else []),
    ]
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    parts = [
        yaml.serialize(_mapping([pair]), Dumper=yaml.SafeDumper, allow_unicode=True, width=WIDE)
        for pair in pairs
    ]
    return head + "\n".join(map(str, parts))


def to_workbook(sheets: Sheets) -> bytes:
    """Return the questionnaire as an .xlsx; the same sheets give the same bytes.

    Raises:
        TooLong: a text does not fit into a cell.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 -- only when a workbook is written

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 -- a fixed date
        head = book.add_format({"bold": True, "bg_color": "#E7E9F7", "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        rows: dict[str, Sequence[Row]] = {
            "survey": sheets.survey,
            "choices": [row for listed in sheets.choices.values() for row in listed],
            "settings": [sheets.settings],
        }
        lists = [name for name, listed in sheets.choices.items() for _row in listed]
        for name, held in rows.items():
            texts = [_texts(row, name) for row in held]
            if name == "choices":
                pairs = zip(lists, texts, strict=True)
                texts = [
                    {"list_name": of, **{carried(column): text for column, text in row.items()}}
                    for of, row in pairs
                ]
            lines = [row.line for row in held]
            _write(book.add_worksheet(name), name, texts, lines, (head, body))
    return out.getvalue()


def headers_of(rows: Sequence[Mapping[str, str]], first: Sequence[str]) -> list[str]:
    """Return every column of the rows, in an order that each row keeps.

    Where the rows leave it open, or contradict one another, columns go as in `first`.
    """
    columns = list(dict.fromkeys(chain.from_iterable(rows)))
    rank = {column: place for place, column in enumerate(first)}
    columns.sort(key=lambda column: rank.get(base_of(column), len(rank)))
    before: dict[str, set[str]] = {column: set() for column in columns}
    for row in rows:
        for one, other in pairwise(row):
            before[other].add(one)
    ordered: list[str] = []
    while columns:
        free = (column for column in columns if before[column] <= set(ordered))
        ordered.append(next(free, columns[0]))
        columns.remove(ordered[-1])
    return ordered


def _write(
    sheet: Any, name: str, rows: Sequence[Mapping[str, str]], lines: Sequence[int],
    formats: tuple[Any, Any],
) -> None:  # fmt: skip
    headers = headers_of(rows, _SETTINGS_FIRST if name == "settings" else _FIRST)
    head, body = formats
    for column, header in enumerate(headers):
        longest = max((len(row.get(header, "")) for row in rows), default=0)
        sheet.set_column(column, column, min(max(len(header), longest) + 2, 48))
        sheet.write_string(0, column, header, head)
    for number, row in enumerate(rows):
        for column, header in enumerate(headers):
            text = row.get(header, "")
            if len(text) > MOST_IN_CELL:
                raise TooLong(name, lines[number], header, len(text))
            if text:
                sheet.write_string(number + 1, column, text, body)
    sheet.freeze_panes(1, 0)


def _texts(row: Row, sheet: str) -> dict[str, str]:
    """Return what a row says; the name of a choice's list stands above the list already."""
    cells = {column: cell.text for column, cell in row.cells.items() if cell.text}
    if sheet == "choices":
        cells = {restored(one): text for one, text in cells.items() if not _is_list_name(one)}
    return {
        column: text.replace("\r\n", "\n").replace("\r", "\n") for column, text in cells.items()
    }


def _is_list_name(column: str) -> bool:
    return "_".join(column.split()).lower() == "list_name"


def _rows(rows: Iterable[Row], sheet: str) -> yaml.SequenceNode:
    nodes = [_map(_texts(row, sheet)) for row in rows]
    return yaml.SequenceNode("tag:yaml.org,2002:seq", nodes, flow_style=not nodes)


def _map(texts: Mapping[str, str], *, flow: bool = True) -> yaml.MappingNode:
    """Return a row, on one line where it is short."""
    length = sum(len(column) + len(text) + 6 for column, text in texts.items())
    is_plain = not any(_AWKWARD & set(text) for text in texts.values())
    is_short = flow and is_plain and length < WIDE
    pairs = ((column, _scalar(text)) for column, text in texts.items())
    return _mapping(pairs, flow=is_short or not texts)


def _mapping(pairs: Iterable[tuple[str, yaml.Node]], *, flow: bool = False) -> yaml.MappingNode:
    value = [(yaml.ScalarNode(_STR, name), node) for name, node in pairs]
    return yaml.MappingNode("tag:yaml.org,2002:map", value, flow_style=flow)


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(_STR, text, style="|" if "\n" in text else None)
