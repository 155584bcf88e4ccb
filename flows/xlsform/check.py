"""What is wrong with the sheets of a form, before any expression is looked at.

pyxform stops at the first fault and lets fifteen kinds through silently (facts: xlsform, §1);
this finds all of them, each with its line.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from flows.xlsform.cells import cell_faults, choice_cell_faults, pictures_in
from flows.xlsform.columns import (
    CHOICES,
    NEVER,
    SETTINGS,
    SURVEY,
    base_of,
    is_ignored,
    language_of,
)
from flows.xlsform.definition import OTHER
from flows.xlsform.faults import Code, Fault, Place, did_you_mean, fault, warning
from flows.xlsform.languages import has, own_cell
from flows.xlsform.read import MAX_DEPTH, Row, Sheets
from flows.xlsform.types import (
    ASKED,
    CONTAINERS,
    OPENING,
    SELECTS,
    SILENT,
    TYPES,
    Typed,
    read_type,
)
from flows.xlsform.types import NEVER as NEVER_ASKED
from flows.xlsform.values import MOST_QUOTING, SUMMARIES, is_yes

SETTINGS_NEEDED = ("form_id", "version", "form_title", "chat::purpose")
MOST_CHOICES = 10_000
MOST_NESTED = 2
MOST_LANGUAGES = 40
MOST_OF_RULES = 1_000_000
"""Characters of all rules together; a YAML file has no more."""
RULES = (
    *("relevant", "constraint", "calculation", "required", "default", "choice_filter"),
    *("repeat_count", "trigger"),
)
NAME = re.compile(r"[^\W\d][\w.-]{0,63}")
_NO_LIST = "tulis pilihannya di lembar choices; jawaban kelompok berulang belum bisa dipilih"
_NO_OTHER = "tulis pilihan lainnya di berkas itu, tanpa or_other"
_UNLABELLED = ("calculate", "hidden", "csv-external", *CONTAINERS)

Files = Callable[[str, Place], Fault | None]
"""Says what is wrong with the list of that name beside the form."""


def check_sheets(sheets: Sheets, files: Files) -> Iterator[Fault]:
    """Yield every fault in the structure of the sheets."""
    yield from sheets.faults
    strict = not sheets.is_workbook
    yield from _columns([sheets.settings], "settings", SETTINGS, strict=strict)
    yield from _columns(sheets.survey, "survey", SURVEY, strict=strict)
    if strict:
        for column in SETTINGS_NEEDED:
            if not sheets.settings.text(column):
                yield fault(Code.FORM_09, at(sheets.settings, column, "settings"))
    summary = sheets.settings.text("chat::summary")
    if summary not in ("", *SUMMARIES):
        place, right = at(sheets.settings, "chat::summary", "settings"), ", ".join(SUMMARIES)
        yield fault(Code.FORM_19, place, value=summary, right=f"tulis salah satu: {right}")
    twice = is_yes(sheets.settings.text("allow_choice_duplicates"))
    several = {
        typed.list_name
        for typed in (read_type(row.text("type")) for row in sheets.survey)
        if typed.kind in ("select_multiple", "rank")
    }
    for name, rows in sheets.choices.items():
        yield from _columns(rows, "choices", CHOICES, strict=strict)
        lone = sheets.is_workbook and name not in several
        yield from _choices(name, rows, twice=twice, lone=lone, strict=strict)
    yield from _too_much(sheets.survey)
    spoken = {language_of(column) for row in sheets.survey for column in row.cells}
    if len(spoken) > MOST_LANGUAGES:
        place = Place(1, "survey", "label")
        yield fault(Code.FORM_46, place, count=len(spoken), limit=MOST_LANGUAGES)
    for row in sheets.survey:
        yield from _survey_row(row, sheets, files)
    yield from _nested(sheets.survey)
    kinds = {kind_of(row) for row in sheets.survey}
    if kinds <= {*SILENT, *CONTAINERS}:
        place = Place(1, "survey", "type") if sheets.is_workbook else Place(sheet="survey")
        found = fault(Code.FORM_24, place)
        yield warning(found) if sheets.is_workbook and "note" in kinds else found


def kind_of(row: Row) -> str:
    """Return the row's type without its list: `select_one status` → `select_one`."""
    return read_type(row.text("type")).kind


def at(row: Row, column: str, sheet: str = "survey") -> Place:
    """Return the place of a cell, or of its row when it has none."""
    return Place(row.line_of(column), sheet, column, row.text("name"))


def _columns(
    rows: Iterable[Row], sheet: str, known: frozenset[str], *, strict: bool
) -> Iterator[Fault]:
    told: set[str] = set()
    for row in rows:
        for column in row.cells:
            base = base_of(column)
            if base in known or is_ignored(column, sheet) or (column in told and not strict):
                continue
            told.add(column)
            yield from _unknown_column(row, column, sheet, known, strict=strict)


def _unknown_column(
    row: Row, column: str, sheet: str, known: frozenset[str], *, strict: bool
) -> Iterator[Fault]:
    place, hint = at(row, column, sheet), did_you_mean(column, sorted(known))
    if base_of(column).lower() in NEVER[sheet]:
        yield fault(Code.FORM_05, place)
    elif column.startswith("chat::") or (sheet != "choices" and (strict or hint)):
        yield fault(Code.FORM_04, place, hint=hint)
    elif sheet != "choices":
        yield fault(Code.FORM_36, place)


def _choices(
    name: str, rows: tuple[Row, ...], *, twice: bool, lone: bool, strict: bool
) -> Iterator[Fault]:
    """`lone`: a code of this list always stands alone, so it may have a space in it."""
    seen: set[str] = set()
    if len(rows) > MOST_CHOICES:
        place = at(rows[MOST_CHOICES], "name", "choices")
        yield fault(Code.FORM_41, place, list=name, limit=MOST_CHOICES)
    for row in rows:
        code, named = row.text("name"), at(row, "name", "choices")
        if not code:
            yield fault(Code.FORM_09, named)
        if not has(_texts(row), "label"):
            place = at(row, "label", "choices")
            says = fault(Code.FORM_38, place, value=code)
            yield fault(Code.FORM_09, place) if strict or not code else says
        yield from choice_cell_faults(row, may_space=lone)
        if len(rows) > MOST_QUOTING and "${" in own_cell(_texts(row), "label", ""):
            yield fault(Code.FORM_41, at(row, "label", "choices"), list=name, limit=MOST_QUOTING)
        if code and code in seen and not twice:
            yield fault(Code.FORM_13, named, name=code, list=name)
        seen.add(code)


def _too_much(rows: Iterable[Row]) -> Iterator[Fault]:
    length = 0
    for row in rows:
        length += sum(len(row.text(column)) for column in RULES)
        if length > MOST_OF_RULES:
            length = sum(len(row.text(column)) for row in rows for column in RULES)
            yield fault(Code.FORM_45, at(row, ""), length=length, limit=MOST_OF_RULES)
            return


def _survey_row(row: Row, sheets: Sheets, files: Files) -> Iterator[Fault]:
    typed, place = read_type(row.text("type")), at(row, "type")
    kind = typed.kind
    if not kind:
        yield fault(Code.FORM_09, place)
    elif kind in NEVER_ASKED:
        yield fault(Code.FORM_08, place, type=kind, right=NEVER_ASKED[kind])
    elif kind not in TYPES:
        yield fault(Code.FORM_07, place, type=kind, hint=did_you_mean(kind, TYPES))
    elif not kind.startswith("end "):
        yield from _known_row(row, typed, sheets, files)


def _known_row(row: Row, typed: Typed, sheets: Sheets, files: Files) -> Iterator[Fault]:
    name, kind, cells = row.text("name"), typed.kind, _texts(row)
    if not name:
        yield fault(Code.FORM_09, at(row, "name"))
    if kind == "calculate" and not (row.text("calculation") or row.text("default")):
        yield fault(Code.FORM_09, at(row, "calculation"))
    says = has(cells, "label") or has(cells, "hint") or bool(row.text("calculation"))
    if kind == "note" and sheets.is_workbook:
        says = says or bool(pictures_in(row))
    if kind not in _UNLABELLED and kind in (*ASKED, "note") and not says:
        yield fault(Code.FORM_09, at(row, "label"))
    if typed.file and typed.other:
        yield fault(Code.FORM_08, at(row, "type"), type=row.text("type"), right=_NO_OTHER)
    if name and not NAME.fullmatch(name):
        yield fault(Code.FORM_11, at(row, "name"), name=name)
    if typed.file or kind == "csv-external":
        wrong = files(typed.file or f"{name}.csv", at(row, "type"))
        if wrong is not None:
            yield wrong
    elif typed.list_name.startswith("${"):
        yield fault(Code.FORM_08, at(row, "type"), type=row.text("type"), right=_NO_LIST)
    elif kind in SELECTS and not sheets.choices.get(typed.list_name):
        lists = (name for name, rows in sheets.choices.items() if rows)
        hint = did_you_mean(typed.list_name, lists)
        yield fault(Code.FORM_12, at(row, "type"), name=typed.list_name, hint=hint)
    yield from cell_faults(row, kind, is_workbook=sheets.is_workbook)


def _nested(rows: tuple[Row, ...]) -> Iterator[Fault]:
    """Groups and repeats are closed by their own kind; names are unique where they stand."""
    open_rows: list[Row] = []
    names: list[dict[str, int]] = [{}]
    for row in rows:
        kind = kind_of(row)
        if kind in ("end group", "end repeat"):
            what = kind.split()[1]
            if open_rows and kind_of(open_rows[-1]) == f"begin {what}":
                open_rows.pop()
                names.pop()
            else:
                yield fault(Code.FORM_14, at(row, "type"), type=kind, what=what)
            continue
        yield from _named(row, names[-1])
        if kind not in OPENING:
            continue
        open_rows.append(row)
        names.append({})
        around = (kind_of(one) for one in open_rows[-MAX_DEPTH:])
        if kind == "begin repeat" and sum(one == kind for one in around) > MOST_NESTED:
            yield fault(Code.FORM_28, at(row, "type"))
    for row in open_rows:
        kind = kind_of(row)
        yield fault(Code.FORM_14, at(row, "type"), type=kind, what=kind.split()[1])


def _named(row: Row, seen: dict[str, int]) -> Iterator[Fault]:
    name, place = row.text("name"), at(row, "name")
    more = (f"{name}_{OTHER}",) if read_type(row.text("type")).other else ()
    for one in (name, *more):
        if one and one in seen:
            yield fault(Code.FORM_10, place, name=one, line=seen[one])
        seen.setdefault(one, place.line)


def _texts(row: Row) -> dict[str, str]:
    return {column: cell.text for column, cell in row.cells.items()}
