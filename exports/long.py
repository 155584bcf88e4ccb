"""Responses in long form: a row an answer, as statistics programs like them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from exports.responses import FIXED, Repeated, cell, fixed, question, said
from exports.table import Cell, Table
from flows.model import Form
from storage.interviews import Row

HEADER = (*FIXED, "butir", "pertanyaan", "ke", "kode", "jawaban")


def answers(rows: Iterable[Row], form_of: Callable[[int], Form], *, zone: ZoneInfo) -> Table:
    """Return one row an answer, one a choice where several were chosen.

    `ke` counts, from 1, how often a repeated question had been asked; else it is empty. Codes
    stand beside labels. Who answered nothing has one row without a question (law 4).
    """
    return Table(HEADER, _rows(rows, form_of, zone), "Jawaban")


def _rows(
    rows: Iterable[Row], form_of: Callable[[int], Form], zone: ZoneInfo
) -> Iterator[Sequence[Cell]]:
    for row in rows:
        form = form_of(row.form_pk)
        facts = fixed(row, form, zone)
        is_silent = True
        for name, (item, value) in said(form, row).items():
            for time, one in _each(value):
                is_silent = False
                code = one if item.choices and isinstance(one, str) else None
                yield (*facts, name, question(item), time, code, cell(item, one))
        if is_silent:
            yield (*facts, None, None, None, None, None)


def _each(value: Any) -> Iterator[tuple[int | None, Any]]:
    if isinstance(value, Repeated):
        times: Iterable[tuple[int | None, Any]] = enumerate(value.answers, start=1)
    else:
        times = ((None, value),)
    for time, answer in times:
        for one in answer if isinstance(answer, list) else [answer]:
            yield time, one
