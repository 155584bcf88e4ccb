"""The sheets of a form file as its author wrote them, whatever kind of file it is."""

from collections.abc import Mapping

from flows.xlsform.publish import Artefact
from flows.xlsform.read import Cell, Row, Sheets, read_yaml
from flows.xlsform.tidy import tidy
from flows.xlsform.workbook import is_workbook, read_workbook


def read_sheets(source: bytes) -> Sheets:
    """Return the sheets of a YAML file or a workbook, with its columns as they are written.

    Raises:
        FormFaults: it is neither.
    """
    return read_workbook(source) if is_workbook(source) else read_yaml(source)


def read_tidy(source: bytes) -> Sheets:
    """Return the sheets of a form file with every column under its own name.

    Raises:
        FormFaults: it is no form file.
    """
    return tidy(read_sheets(source))


def sheets_of(artefact: Artefact) -> Sheets | None:
    """Return the sheets a published form was made of; None for one of engine 1, which kept none."""
    content = artefact.content
    if content["engine"] == 1:
        return None
    return Sheets(
        _row(content["settings"]),
        tuple(map(_row, content["survey"])),
        {name: tuple(map(_row, rows)) for name, rows in content["choices"].items()},
        is_workbook=content["workbook"],
    )


def _row(texts: Mapping[str, str]) -> Row:
    return Row(0, {column: Cell(text, 0) for column, text in texts.items()})
