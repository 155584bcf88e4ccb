"""Formulas that follow the rows they point at."""

import re
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.worksheet.formula import ArrayFormula

from exports.mirror.workbook.pages import cells_of
from exports.mirror.workbook.ranges import Moved


def point_formulas(page: Any, rows: Moved) -> None:
    """Let every formula of the workbook follow the rows it points at."""
    for other in page.parent.worksheets:
        for cell in cells_of(other):
            if cell.data_type == "f":
                cell.value = _pointed(cell.value, other is page, page.title, rows)
                cell.data_type = "f"
    names = [*page.parent.defined_names.values(), *page.defined_names.values()]
    for name in names:
        if name.attr_text:
            formula = _pointed_text(f"={name.attr_text}", False, page.title, rows)
            name.attr_text = formula[1:]


def _pointed(value: Any, is_here: bool, title: str, rows: Moved) -> Any:
    if isinstance(value, str):
        return _pointed_text(value, is_here, title, rows)
    if isinstance(value, ArrayFormula):
        value.text = _pointed_text(value.text or "=", is_here, title, rows)
        value.ref = (rows.ref(value.ref) or value.ref) if is_here else value.ref
    return value


_REFERENCE = re.compile(r"(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6})")


def _pointed_text(formula: str, is_here: bool, title: str, rows: Moved) -> str:
    if not formula.startswith("="):
        return formula
    try:
        tokens = Tokenizer(formula)
    except TokenizerError:
        return formula
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            sheet, mark, area = token.value.rpartition("!")
            named = sheet.strip("'").replace("''", "'")
            if named == title or (is_here and not mark):
                token.value = sheet + mark + _pointed_area(area, rows)
    return "=" + "".join(token.value for token in tokens.items)


def _pointed_area(area: str, rows: Moved) -> str:
    parts = [_REFERENCE.fullmatch(part) for part in area.split(":")]
    ends = [part for part in parts if part is not None]
    if len(ends) < len(parts) or len(ends) not in (1, 2):
        return area
    if len(ends) == 1 and not ends[0][1]:
        return area
    numbers = sorted(int(part[3]) for part in ends)
    span = rows.span(numbers[0], numbers[-1])
    if span is None:
        return "#REF!"
    top_first = int(ends[0][3]) <= int(ends[-1][3])
    landed = span if top_first else span[::-1]
    both = zip(ends, landed, strict=False)
    return ":".join(f"{part[1] or ''}{part[2]}{row}" for part, row in both)
