"""Formulas that follow columns as they move; the few functions our own sheets use are worked out.

A part of a formula that names whole columns (`'Tab'!G:G`) is kept by who the columns are.
"""

import re
from collections.abc import Iterator

from tests.fakes.sheets.book import Book, Formula, Tab, Value
from tests.fakes.sheets.ranges import letters, number, quoted

_COLUMNS = re.compile(r"(?:'((?:[^']|'')+)'|(\w+))!\$?([A-Z]{1,3}):\$?([A-Z]{1,3})(?![A-Z0-9(])")
_COUNTIF = re.compile(r"=COUNTIF\(\x00[;,]\s*\"((?:[^\"]|\"\")*)\"\)", re.IGNORECASE)


def parse(book: Book, text: str) -> Formula:
    """Return a formula as it was typed."""
    parts: list[str | tuple[int, int]] = []
    end = 0
    for found in _COLUMNS.finditer(text):
        tab = book.titled((found[1] or found[2]).replace("''", "'"))
        first, last = number(found[3]), number(found[4])
        if tab is None or last >= len(tab.columns):
            continue
        parts += [text[end : found.start()], (tab.columns[first].key, tab.columns[last].key)]
        end = found.end()
    return Formula((*parts, text[end:]))


def shown(book: Book, formula: Formula) -> str:
    """Return a formula as it reads now; columns that are gone are `#REF!`."""
    return "".join(p if isinstance(p, str) else _place(book, p) for p in formula.parts)


def worked_out(book: Book, formula: Formula) -> str | float:
    """Return what a formula gives: a COUNTIF its number, anything else nothing."""
    keys = [part for part in formula.parts if not isinstance(part, str)]
    text = "".join(part if isinstance(part, str) else "\x00" for part in formula.parts)
    found = _COUNTIF.fullmatch(text)
    if not found:
        return ""
    pattern = _criterion(found[1].replace('""', '"').lower())
    return sum(
        isinstance(value, str) and bool(pattern.fullmatch(value.lower()))
        for value in _values(book, keys[0])
    )


def _criterion(text: str) -> re.Pattern[str]:
    """Return what a criterion matches: `*` is anything, `~` takes a sign as it is."""
    if text[:1] in "<>" or text[:2] == "<>":
        raise ValueError(f"this stand-in does not compare: {text}")
    signs = re.findall(r"~[~*?]|.", text.removeprefix("="), re.DOTALL)
    special = {"*": ".*", "?": "."}
    return re.compile("".join(special.get(one) or re.escape(one[-1]) for one in signs), re.DOTALL)


def _values(book: Book, keys: tuple[int, int]) -> Iterator[Value]:
    found = _find(book, keys)
    if found is not None:
        tab, first, last = found
        for line in tab.lines:
            yield from (cell.value for cell in line.cells[first : last + 1])


def _place(book: Book, keys: tuple[int, int]) -> str:
    found = _find(book, keys)
    if found is None:
        return "#REF!"
    tab, first, last = found
    return f"{quoted(tab.title)}!{letters(first)}:{letters(last)}"


def _find(book: Book, keys: tuple[int, int]) -> tuple[Tab, int, int] | None:
    for tab in book.tabs:
        places = {dim.key: n for n, dim in enumerate(tab.columns)}
        if keys[0] in places and keys[1] in places:
            return tab, places[keys[0]], places[keys[1]]
    return None
