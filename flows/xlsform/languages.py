"""The languages of a form, and which of a cell's columns speaks each."""

from collections.abc import Iterable, Mapping

from flows.xlsform.columns import base_of, language_of
from flows.xlsform.definition import Questionnaire


def languages_of(written: Questionnaire) -> tuple[str, ...]:
    """Return the form's languages, its default first; "" is a language without a name.

    Columns without a language are in the default one.
    """
    columns = list(dict.fromkeys(_columns(written)))
    named = list(dict.fromkeys(filter(None, map(language_of, columns))))
    plain = any(column in ("label", "hint") for column in columns)
    default = written.settings.cells.get("default_language", "")
    if default not in named and not plain:
        default = named[0] if named else default
    return (default, *(one for one in named if one != default))


def cell_in(cells: Mapping[str, str], column: str, language: str, default: str) -> str:
    """Return a cell in a language; what is not translated is said in the default one."""
    return cells.get(f"{column}::{language}", "") or own_cell(cells, column, default)


def own_cell(cells: Mapping[str, str], column: str, default: str) -> str:
    """Return a cell in the form's default language; in any other rather than not at all."""
    text = cells.get(f"{column}::{default}", "") or cells.get(column, "")
    if text:
        return text
    return next((cells[one] for one in cells if base_of(one) == column and cells[one]), "")


def has(cells: Mapping[str, str], column: str) -> bool:
    """Whether a cell says anything in any language."""
    return any(base_of(one) == column and text for one, text in cells.items())


def _columns(written: Questionnaire) -> Iterable[str]:
    for one in written.definitions:
        yield from one.cells
    for rows in written.choices.values():
        for row in rows:
            yield from (column for column in row if base_of(column) != column)
