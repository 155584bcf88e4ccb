"""From a form file to an artefact: the immutable thing that interviews are pinned to.

Only publishing reads through pyxform (254 ms to import); the service loads artefacts.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import chain, islice
from typing import Any

from flows.model import Form
from flows.xlsform.check import at, check_sheets
from flows.xlsform.compile import compile_form, compiled
from flows.xlsform.definition import Rows, as_content, file_columns, from_content, from_sheets
from flows.xlsform.engine1 import from_pyxform
from flows.xlsform.faults import MAX_FAULTS, Code, Fault, FormFaults, Place, fault
from flows.xlsform.files import Attached, choice_faults, mentioned, nothing_attached, read_list
from flows.xlsform.lint import lint
from flows.xlsform.locked import locked_faults
from flows.xlsform.read import Cell, Row, Sheets, read_yaml
from flows.xlsform.tidy import tidy
from flows.xlsform.types import read_type
from flows.xlsform.workbook import is_workbook, read_workbook

ENDLESS = frozenset((Code.FORM_45, Code.FORM_46))
"""Of such a form nothing more is said: it would take too long."""

ENGINE = 2
"""Raised when an artefact would compile to something else than before."""

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_CELL = re.compile(r"On the '(settings|survey|choices)' sheet, the '([^']+)' value")


@dataclass(frozen=True, slots=True)
class Artefact:
    """A published form version as it is stored. `content` is plain JSON-able data."""

    form_id: str
    version: str
    sha256: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Examined:
    """A form file after every check. `artefact` is there when nothing forbids publishing."""

    artefact: Artefact | None
    faults: tuple[Fault, ...]
    is_workbook: bool = False


def check_form(
    source: bytes, *, name: str = "", attached: Attached = nothing_attached
) -> tuple[Fault, ...]:
    """Return every fault and warning of a form file."""
    return examine(source, name=name, attached=attached).faults


def publish(source: bytes, *, name: str = "", attached: Attached = nothing_attached) -> Artefact:
    """Return the artefact of a form file, YAML or .xlsx.

    Args:
        name: the file's name, for a workbook that gives its form none.
        attached: gives the .csv files beside it.

    Raises:
        FormFaults: with all faults at once, each with its line.
    """
    examined = examine(source, name=name, attached=attached)
    if examined.artefact is None:
        raise FormFaults(examined.faults)
    return examined.artefact


def examine(source: bytes, *, name: str = "", attached: Attached = nothing_attached) -> Examined:
    """Return what a form file is worth: its artefact, its faults and warnings."""
    workbook = is_workbook(source)
    try:
        artefact, faults = _examined(source, name, attached)
    except FormFaults as error:
        return Examined(None, error.faults, workbook)
    ordered = FormFaults(faults).faults
    return Examined(artefact, ordered, workbook)


def load(artefact: Artefact) -> Form:
    """Return the form of a published artefact; needs no pyxform."""
    content = artefact.content
    written = from_pyxform(content["survey"]) if content["engine"] == 1 else from_content(content)
    return compile_form(written, sha256=artefact.sha256)


def _examined(source: bytes, name: str, attached: Attached) -> tuple[Artefact | None, list[Fault]]:
    sheets = tidy(read_workbook(source) if is_workbook(source) else read_yaml(source))
    faults: list[Fault] = []
    if sheets.is_workbook:
        sheets = _named(sheets, name, source, faults)
    files = _Files(attached)
    files.look_up(sheets)
    faults += files.faults
    faults += islice(check_sheets(sheets, files.problem), MAX_FAULTS)
    if len(faults) < MAX_FAULTS and not ENDLESS & {one.code for one in faults}:
        faults += _faults_inside(sheets, files.read)
    if any(not one.is_warning for one in faults):
        return None, faults
    _through_pyxform(sheets)
    return _artefact(sheets, files.read), faults


def _faults_inside(sheets: Sheets, files: Mapping[str, Rows]) -> list[Fault]:
    try:
        written = from_sheets(sheets, files)
    except FormFaults as error:
        return list(error.faults)
    compiling = compiled(written)
    faults = list(compiling.faults)
    if compiling.form is not None:
        formulas = compiling.formulas
        found = lint(
            written, compiling.form, formulas, sheets.choices, is_workbook=sheets.is_workbook
        )
        faults += islice(found, MAX_FAULTS)
        faults += islice(locked_faults(written, compiling.form, sheets.choices), MAX_FAULTS)
    return faults


class _Files:
    """The lists beside a form, each read once."""

    def __init__(self, attached: Attached) -> None:
        self._attached = attached
        self._problems: dict[str, Fault | None] = {}
        self.read: dict[str, Rows] = {}
        self.faults: list[Fault] = []

    def problem(self, name: str, place: Place) -> Fault | None:
        """Return why the list cannot be had, or None after reading it."""
        if name not in self._problems:
            found = read_list(name, place, self._attached)
            self._problems[name] = found if isinstance(found, Fault) else None
            if not isinstance(found, Fault):
                self.read[name.removesuffix(".csv")] = found
        wrong = self._problems[name]
        return wrong and replace(
            wrong, line=place.line, sheet=place.sheet, column=place.column, item=place.item
        )

    def look_up(self, sheets: Sheets) -> None:
        """Read what expressions look things up in, where it is no list of the form itself."""
        texts = (cell.text for row in sheets.survey for cell in row.cells.values())
        for name in sorted(mentioned(texts) - set(sheets.choices)):
            self.problem(f"{name}.csv", Place(sheet="survey"))
        for row in sheets.survey:
            typed = read_type(row.text("type"))
            if typed.file and self.problem(typed.file, at(row, "type")) is None:
                rows, lone = self.read[typed.list_name], typed.kind == "select_one"
                columns = file_columns(row.text("parameters"))
                self.faults += choice_faults(
                    typed.file, rows, columns, at(row, "type"),
                    lone=lone, filtered=bool(row.text("choice_filter")),
                )  # fmt: skip


def _named(sheets: Sheets, name: str, source: bytes, faults: list[Fault]) -> Sheets:
    """Return a workbook's sheets with the settings it leaves to be guessed, and say so."""
    form_id = re.sub(r"[^\w-]+", "_", name).strip("_") or "kuesioner"
    form_id = sheets.settings.text("form_id") or form_id
    guesses = {
        "form_id": form_id,
        "version": hashlib.sha256(source).hexdigest()[:12],
        "form_title": sheets.settings.text("form_title") or form_id,
    }
    cells = dict(sheets.settings.cells)
    for column, value in guesses.items():
        if not sheets.settings.text(column):
            cells[column] = Cell(value, 0)
            if column != "form_title":
                faults.append(fault(Code.FORM_38, Place(0, "settings", column), value=value))
    return replace(sheets, settings=Row(sheets.settings.line, cells))


def _artefact(sheets: Sheets, files: Mapping[str, Rows]) -> Artefact:
    content = {"engine": ENGINE, "pyxform": version("pyxform"), **as_content(sheets, files)}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sha256 = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
    settings = sheets.settings
    return Artefact(settings.text("form_id"), settings.text("version"), sha256, content)


def _through_pyxform(sheets: Sheets) -> None:
    """Let the standard's own reader have the last word."""
    from pyxform.errors import PyXFormError  # noqa: PLC0415 -- 254 ms, only when publishing
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    try:
        workbook_to_json(get_xlsform(_workbook(sheets)), warnings=[])
    except PyXFormError as error:
        raise FormFaults([_refused(str(error), sheets)]) from None
    except Exception as error:  # noqa: BLE001 -- what it cannot read it must not crash on
        reason = f"{type(error).__name__}: {error}"
        raise FormFaults([fault(Code.FORM_20, reason=reason)]) from None


def _workbook(sheets: Sheets) -> dict[str, list[dict[str, str]]]:
    """Return the sheets as pyxform takes them; without headers it looks for them in 100 rows."""
    named = [(name, row) for name, rows in sheets.choices.items() for row in rows]
    rows = {
        "settings": [_texts(sheets.settings)],
        "survey": [_texts(row) for row in sheets.survey],
        "choices": [{**_texts(row), "list_name": name} for name, row in named],
    }
    headers = {f"{name}_header": [dict.fromkeys(chain(*rows[name]), "")] for name in rows}
    return {**rows, **headers}


def _texts(row: Row) -> dict[str, str]:
    return {column: cell.text for column, cell in row.cells.items()}


def _refused(message: str, sheets: Sheets) -> Fault:
    """Return pyxform's own refusal at the line its `[row : N]` stands for (2 is the first)."""
    row, cell = _ROW.match(message), _CELL.search(message)
    sheet, column = cell.groups() if cell else ("survey", "")
    index = int(row[1]) - 2 if row else -1
    rows = {
        "settings": (sheets.settings,),
        "survey": sheets.survey,
        "choices": tuple(chain.from_iterable(sheets.choices.values())),
    }
    known = 0 <= index < len(rows[sheet])
    place = at(rows[sheet][index], column, sheet) if known else Place(sheet=sheet)
    return fault(Code.FORM_20, place, reason=_ROW.sub("", message))
