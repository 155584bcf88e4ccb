"""Sheets with the columns called as they are here, and texts as pyxform leaves them."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flows.xlsform.columns import (
    CHOICES,
    SURVEY,
    TRANSLATED,
    base_of,
    canonical,
    uses_double_colons,
)
from flows.xlsform.faults import Code, Fault, FormFaults, Place, fault
from flows.xlsform.kobo import plain
from flows.xlsform.loops import expanded
from flows.xlsform.read import MAX_ROWS, Cell, Row, Sheets
from flows.xlsform.types import OPENING, read_type, written
from flows.xlsform.values import is_no, is_yes
from flows.xlsform.workbook import MAX_TEXT

_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_SPACES = re.compile(" +")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_BREAK = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
_OFF = frozenset(("yes", "true", "true()"))
_ERRORS = frozenset(("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"))
_FORMULA = "ini rumus Excel yang gagal; perbaiki rumusnya, atau tulis isinya langsung"
_KEPT_AS_WRITTEN = frozenset(("no", "false", "false()"))


def tidy(sheets: Sheets) -> Sheets:
    """Return the sheets with every column under its own name.

    Rows that are switched off or say nothing are left out, as pyxform leaves them out.

    Raises:
        FormFaults: unrolled, it is longer than any questionnaire.
    """
    faults: list[Fault] = list(sheets.faults)
    (settings,) = _renamed([sheets.settings], "settings", faults)
    survey = [row for row in _renamed(sheets.survey, "survey", faults) if _counts(row)]
    names = list(sheets.choices)
    flat = [(name, row) for name in names for row in sheets.choices[name]]
    renamed = _renamed([row for _name, row in flat], "choices", faults)
    choices: dict[str, list[Row]] = {name: [] for name in names}
    for (name, _row), row in zip(flat, renamed, strict=True):
        choices[name].append(row)
    if sheets.is_workbook:
        faults += _failed(survey, "survey", SURVEY)
        faults += _failed((row for rows in choices.values() for row in rows), "choices", CHOICES)
        survey = list(_without_device(survey, faults))
        survey = list(map(_as_meant, _unrolled(survey, choices)))
        choices = {name: list(map(_spoken, rows)) for name, rows in choices.items()}
    squeezes = settings.text("clean_text_values").lower() not in _KEPT_AS_WRITTEN
    return replace(
        sheets,
        settings=_cleaned(settings, squeeze=False),
        survey=tuple(_cleaned(row, squeeze=squeezes) for row in survey),
        choices={
            name: tuple(_cleaned(row, squeeze=squeezes) for row in rows)
            for name, rows in choices.items()
        },
        faults=tuple(faults),
    )


def _unrolled(survey: list[Row], choices: dict[str, list[Row]]) -> list[Row]:
    """Return the rows without loops and blocks of KoboToolbox's."""
    for unroll in (expanded, plain):
        length, longer = 0, list[Row]()
        for row in unroll(survey, choices):
            place = Place(row.line, "survey")
            length += sum(len(cell.text) for cell in row.cells.values())
            if length > MAX_TEXT:
                raise FormFaults([fault(Code.FORM_02, place, size=length, limit=MAX_TEXT)])
            if len(longer) == MAX_ROWS:
                raise FormFaults([fault(Code.FORM_26, place, limit=MAX_ROWS)])
            longer.append(row)
        survey = longer
    return survey


def _failed(rows: Iterable[Row], sheet: str, columns: frozenset[str]) -> Iterator[Fault]:
    """Yield the cells that hold an error of Excel's in place of a text."""
    for row in rows:
        for column, cell in row.cells.items():
            if cell.text in _ERRORS and base_of(column) in columns:
                place = Place(cell.line, sheet, column, row.text("name"))
                yield fault(Code.FORM_19, place, value=cell.text, right=_FORMULA)


def _without_device(rows: Iterable[Row], faults: list[Fault]) -> Iterator[Row]:
    """Yield the rows; where a device would know its place by itself, nobody tells us."""
    for row in rows:
        if read_type(row.text("type")).kind == "start-geopoint":
            place = Place(row.line_of("type"), "survey", "type", row.text("name"))
            right = "tanyakan tempatnya dengan geopoint"
            faults.append(fault(Code.FORM_43, place, type="start-geopoint", right=right))
            yield Row(row.line, {**row.cells, "type": Cell("hidden", row.line_of("type"))})
        else:
            yield row


def _as_meant(row: Row) -> Row:
    """Return a row as pyxform understands it: groups and notes have names, FALSE is false()."""
    typed = read_type(row.text("type"))
    cells, kind = dict(_spoken(row).cells), typed.kind
    if row.text("type"):
        cells["type"] = replace(cells["type"], text=written(typed))
    if not row.text("name") and (kind in OPENING or kind == "note"):
        what = kind.rpartition(" ")[2]
        cells["name"] = Cell(f"generated_{what}_name_{row.line}", row.line)
    for column in ("relevant", "constraint", "read_only"):
        rule = cells.get(column)
        if rule is not None and (is_yes(rule.text) or is_no(rule.text)):
            cells[column] = Cell("true()" if is_yes(rule.text) else "false()", rule.line)
    return Row(row.line, cells)


def _spoken(row: Row) -> Row:
    """Return a row whose sentences are plain words."""
    tagged = {
        column: Cell(_without_tags(cell.text), cell.line)
        for column, cell in row.cells.items()
        if base_of(column) in TRANSLATED and ("<" in cell.text or "&" in cell.text)
    }
    return Row(row.line, {**row.cells, **tagged}) if tagged else row


def _without_tags(text: str) -> str:
    """Return the words of a text that was written for a page; a chat shows tags as they are."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\xa0", " ").strip()


def _renamed(rows: Iterable[Row], sheet: str, faults: list[Fault]) -> list[Row]:
    rows = list(rows)
    headers = dict.fromkeys(header for row in rows for header in row.cells)
    doubled = uses_double_colons(headers)
    known = {header: canonical(header, sheet, doubled=doubled) for header in headers}
    return [_row(row, known, sheet, faults) for row in rows]


def _row(row: Row, known: dict[str, str], sheet: str, faults: list[Fault]) -> Row:
    cells: dict[str, Cell] = {}
    for header, cell in row.cells.items():
        column = known[header]
        if column in cells and cells[column].text and cell.text:
            faults.append(fault(Code.FORM_06, Place(cell.line, sheet, header)))
        elif column not in cells or cell.text:
            cells[column] = cell
    return Row(row.line, cells)


def _counts(row: Row) -> bool:
    if row.text("disabled").lower() in _OFF or row.text("type").startswith("#"):
        return False
    return not row.cells or any(row.text(column) for column in ("type", "name")) or _labelled(row)


def _labelled(row: Row) -> bool:
    return any(cell.text for column, cell in row.cells.items() if column.startswith("label"))


def _cleaned(row: Row, *, squeeze: bool) -> Row:
    cells = {
        column: Cell(_clean(cell.text, squeeze=squeeze), cell.line)
        for column, cell in row.cells.items()
    }
    return Row(row.line, cells)


def _clean(text: str, *, squeeze: bool) -> str:
    text = text.translate(_STRAIGHT)
    return _SPACES.sub(" ", text) if squeeze else text
