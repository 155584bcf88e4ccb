"""Files that other systems take in, made from versioned column maps.

A map names each column and where its cell comes from: a fact of the respondent (`from`) or an
answer (`answer`), perhaps with its codes in the system's own words (`values`). The key column
decides who is in the file: a response whose mapped answer is missing has nothing to report.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from exports.responses import Cell, Table, cell, said
from flows.model import Form
from storage.interviews import Row


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a map."""

    title: str
    fact: str = ""
    answer: str = ""
    values: Mapping[str, str] | None = None
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A column map and the form it reads."""

    form_id: str
    columns: Sequence[Column]


def names() -> list[str]:
    """Return the names of the layouts there are."""
    folder = files(__package__).iterdir()
    return sorted(one.name.removesuffix(".yaml") for one in folder if one.name.endswith(".yaml"))


def layout(name: str) -> Layout:
    """Return a layout.

    Raises:
        LookupError: there is none of that name; the message names those there are.
    """
    if name not in names():
        raise LookupError(f"susunan '{name}' tidak ada; yang tersedia: {', '.join(names())}")
    data = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text("utf-8"))
    return Layout(data["form"], [_column(one) for one in data["columns"]])


def official(
    rows: Iterable[Row],
    form_of: Callable[[int], Form],
    which: Layout,
    *,
    nik_of: Callable[[int], str] = lambda _: "",
) -> Table:
    """Return the file's table; `nik_of` gives a respondent's NIK where it may be shown."""
    return Table([c.title for c in which.columns], _rows(rows, form_of, which, nik_of))


def _rows(
    rows: Iterable[Row],
    form_of: Callable[[int], Form],
    which: Layout,
    nik_of: Callable[[int], str],
) -> Iterator[Sequence[Cell]]:
    key = next(column.answer for column in which.columns if column.values)
    for row in rows:
        answers = said(form_of(row.form_pk), row)
        if answers.get(key, (None, None))[1] is None:
            continue
        facts = {
            "nama": row.name,
            "nik": nik_of(row.respondent_id),
            "pelatihan": row.programme,
            "kejuruan": row.prodi,
            "angkatan": row.cohort,
        }
        yield [_cell(column, facts, answers) for column in which.columns]


def _cell(column: Column, facts: Mapping[str, str], answers: Mapping[str, Any]) -> Cell:
    if column.fact:
        return facts[column.fact]
    if column.answer not in answers:
        return None
    item, value = answers[column.answer]
    if value is not None and column.values:
        return column.values[value]
    shown = cell(item, value)
    return _day_first(str(shown)) if column.is_date and shown else shown


def _day_first(iso: str) -> str:
    """Return `21/08/2026`, `08/2026` or `2026`: as precise as it was given, never more."""
    return "/".join(reversed(iso.split("-")))


def _column(data: Mapping[str, Any]) -> Column:
    is_date = data.get("as") == "date"
    values = data.get("values")
    return Column(data["column"], data.get("from", ""), data.get("answer", ""), values, is_date)
