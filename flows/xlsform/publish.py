"""From a form file to an artefact: the immutable thing that interviews are pinned to.

Only publishing reads through pyxform (254 ms to import); the service loads artefacts.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain, islice
from typing import Any

from flows.model import Form
from flows.xlsform.check import at, check_sheets
from flows.xlsform.compile import compile_form
from flows.xlsform.definition import from_pyxform, from_sheets
from flows.xlsform.faults import MAX_FAULTS, Code, Fault, FormFaults, Place, fault
from flows.xlsform.read import Row, Sheets, read_yaml

ENGINE = 1
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


def check_form(source: bytes) -> tuple[Fault, ...]:
    """Return every fault of a form file; none means it can be published."""
    try:
        publish(source)
    except FormFaults as error:
        return error.faults
    return ()


def publish(source: bytes) -> Artefact:
    """Return the artefact of a form file.

    Raises:
        FormFaults: with all faults at once, each with its line.
    """
    sheets = read_yaml(source)
    faults = list(islice(check_sheets(sheets), MAX_FAULTS))
    if len(faults) < MAX_FAULTS:
        faults += _faults_inside(sheets)
    if faults:
        raise FormFaults(faults)
    return _artefact(_through_pyxform(sheets))


def load(artefact: Artefact) -> Form:
    """Return the form of a published artefact; needs no pyxform."""
    return compile_form(from_pyxform(artefact.content["survey"]), sha256=artefact.sha256)


def _faults_inside(sheets: Sheets) -> tuple[Fault, ...]:
    try:
        compile_form(from_sheets(sheets))
    except FormFaults as error:
        return error.faults
    except KeyError:
        pass  # a needed setting is missing, which `check_sheets` has said
    return ()


def _artefact(survey: dict[str, Any]) -> Artefact:
    content = {"engine": ENGINE, "pyxform": version("pyxform"), "survey": survey}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    return Artefact(survey["id_string"], survey["version"], sha256, content)


def _through_pyxform(sheets: Sheets) -> dict[str, Any]:
    from pyxform.errors import PyXFormError  # noqa: PLC0415 -- 254 ms, only when publishing
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    try:
        survey: dict[str, Any] = workbook_to_json(get_xlsform(_workbook(sheets)), warnings=[])
    except PyXFormError as error:
        raise FormFaults([_refused(str(error), sheets)]) from None
    _drop_copies(survey["children"])
    return survey


def _workbook(sheets: Sheets) -> dict[str, list[dict[str, str]]]:
    """Return the sheets as pyxform takes them; without headers it looks for them in 100 rows."""
    named = [(name, row) for name, rows in sheets.choices.items() for row in rows]
    rows = {
        "settings": [_texts(sheets.settings)],
        "survey": [_texts(row) for row in sheets.survey],
        "choices": [{"list_name": name, **_texts(row)} for name, row in named],
    }
    headers = {f"{name}_header": [dict.fromkeys(chain(*rows[name]), "")] for name in rows}
    return {**rows, **headers}


def _texts(row: Row) -> dict[str, str]:
    return {column: cell.text for column, cell in row.cells.items()}


def _drop_copies(children: list[dict[str, Any]]) -> None:
    """Leave each list of choices once in the form, not again in every question that uses it."""
    for child in children:
        child.pop("choices", None)
        _drop_copies(child.get("children", []))


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
