"""Cells as the API writes and reads them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.sheets import formulas, masks
from tests.fakes.sheets.book import MOST_CHARACTERS, Book, Cell, Formula, Value
from tests.fakes.sheets.errors import Refused

_KNOWN = {"userEnteredValue", "userEnteredFormat", "*"}


def changed(book: Book, cell: Cell, data: Mapping[str, Any], mask: masks.Mask) -> Cell:
    """Return a cell after the masked fields of a CellData were written to it.

    Raises:
        Refused: the value does not fit, or the mask has fields this stand-in does not keep.
    """
    strange = mask.keys() - _KNOWN
    if strange or not mask:
        raise Refused(400, f"this stand-in keeps no cell field {sorted(strange)}")
    every = "*" in mask
    if every or "userEnteredValue" in mask:
        cell = replace(cell, value=_value(book, data.get("userEnteredValue") or {}))
    if every or "userEnteredFormat" in mask:
        wanted = data.get("userEnteredFormat") or {}
        inner = {} if every else mask["userEnteredFormat"]
        cell = replace(cell, format=masks.put(inner, dict(cell.format), wanted))
    return cell


def _value(book: Book, given: Mapping[str, Any]) -> Value:
    if len(given) > 1:
        raise Refused(400, "an ExtendedValue has one value")
    if "stringValue" in given:
        text: str = given["stringValue"]
        if len(text) > MOST_CHARACTERS:
            raise Refused(
                400,
                f"Your input contains more than the maximum of {MOST_CHARACTERS} characters in "
                "a single cell.",
            )
        return text or None
    if "formulaValue" in given:
        text = given["formulaValue"]
        if not text.startswith("="):
            raise Refused(400, "a formula begins with =")
        return formulas.parse(book, text)
    if "boolValue" in given:
        return bool(given["boolValue"])
    number = given.get("numberValue")
    return None if number is None else number


def data(book: Book, cell: Cell) -> dict[str, Any]:
    """Return a cell as CellData."""
    entered = extended(cell.value, shown=lambda one: formulas.shown(book, one))
    made: dict[str, Any] = {}
    if entered:
        value = cell.value
        worth = formulas.worked_out(book, value) if isinstance(value, Formula) else value
        made = {
            "userEnteredValue": entered,
            "effectiveValue": extended(worth, shown=lambda _: ""),
            "formattedValue": formatted(worth),
        }
    if cell.format:
        made["userEnteredFormat"] = dict(cell.format)
    return made


def extended(value: Value, *, shown: Any) -> dict[str, Any]:
    """Return a value as ExtendedValue, empty for none."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, Formula):
        return {"formulaValue": shown(value)}
    return {} if value is None else {"numberValue": value}


def formatted(value: Value) -> str:
    """Return a value as people see it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def rendered(book: Book, value: Value, option: str) -> str | float | bool:
    """Return a value as `values.get` gives it."""
    if isinstance(value, Formula):
        if option == "FORMULA":
            return formulas.shown(book, value)
        value = formulas.worked_out(book, value)
    if option in ("UNFORMATTED_VALUE", "FORMULA"):
        return "" if value is None else value
    return formatted(value)
