"""From a form file to an artefact: the immutable thing that interviews are pinned to.

Only publishing reads through pyxform (254 ms to import); the service loads artefacts.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flows.model import Form
from flows.xlsform.check import check_sheets
from flows.xlsform.compile import compile_form
from flows.xlsform.definition import from_pyxform, from_sheets
from flows.xlsform.faults import Code, Fault, FormFaults, Place, fault
from flows.xlsform.read import Sheets, read_yaml

ENGINE = 1
"""Raised when an artefact would compile to something else than before."""


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
    faults = list(check_sheets(sheets))
    written, rows = from_sheets(sheets)
    try:
        compile_form(written, rows=rows)
    except FormFaults as error:
        faults += error.faults
    except KeyError:
        pass  # a needed setting is missing, which `check_sheets` has said
    if faults:
        raise FormFaults(faults)
    return _artefact(_through_pyxform(sheets))


def load(artefact: Artefact) -> Form:
    """Return the form of a published artefact; needs no pyxform."""
    return compile_form(from_pyxform(artefact.content["survey"]), sha256=artefact.sha256)


def _artefact(survey: dict[str, Any]) -> Artefact:
    content = {"engine": ENGINE, "pyxform": version("pyxform"), "survey": survey}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    return Artefact(survey["id_string"], survey["version"], sha256, content)


def _through_pyxform(sheets: Sheets) -> dict[str, Any]:
    from pyxform.errors import PyXFormError  # noqa: PLC0415 -- 254 ms, only when publishing
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    workbook = {
        "settings": [{column: cell.text for column, cell in sheets.settings.cells.items()}],
        "survey": [{c: cell.text for c, cell in row.cells.items()} for row in sheets.survey],
        "choices": [
            {"list_name": name, **{c: cell.text for c, cell in row.cells.items()}}
            for name, rows in sheets.choices.items()
            for row in rows
        ],
    }
    try:
        survey: dict[str, Any] = workbook_to_json(get_xlsform(workbook), warnings=[])
    except PyXFormError as error:
        raise FormFaults([_refused(str(error), sheets)]) from None
    return survey


def _refused(message: str, sheets: Sheets) -> Fault:
    """Return pyxform's own refusal at the line its `[row : N]` stands for (2 is the first)."""
    found = re.match(r"\[row : (\d+)\]\s*(.*)", message, re.DOTALL)
    row, reason = (int(found[1]), found[2]) if found else (0, message)
    line = sheets.survey[row - 2].line if 2 <= row < len(sheets.survey) + 2 else 0
    return fault(Code.FORM_20, Place(line, "survey"), reason=reason)
