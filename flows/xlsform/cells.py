"""What is wrong with single cells: values that a column cannot hold, or a type has no use for."""

import re
from collections.abc import Iterator, Mapping

from flows.xlsform.columns import PICTURES, base_of
from flows.xlsform.faults import Code, Fault, Place, fault, warning
from flows.xlsform.read import Row
from flows.xlsform.types import ASKED, OPENING
from flows.xlsform.values import (
    ON_FAIL,
    REASKS,
    SHOWS,
    is_no,
    is_rule,
    is_yes,
    range_of,
    remind_hours,
)

READS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "email", "nik", "npwp", "phone", "place"),
    "barcode": ("text",),
    "integer": ("integer", "money"),
    "date": ("date", "date_ahead"),
    "select_one": ("choice", "yesno"),
    "select_multiple": ("multi",),
}
APPEARANCES = ("month-year", "year", "minimal", "multiline", "quick", "numbers", "autocomplete")
LAYOUTS = frozenset(
    (
        "field-list table-list label list-nolabel list compact quickcompact quick-compact "
        "likert columns columns-pack columns-flex no-buttons horizontal horizontal-compact "
        "vertical picker rating no-calendar ethiopian coptic islamic bikram-sambat myanmar persian "
        "buddhist placement-map maps masked thousands-sep bearing counter printer textarea "
        "no-ticks autocomplete_chars hidden summary center new new-front front full-screen "
        "distress url randomized image-map w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 hide-input "
        "display-base64-image map first-choice"
    ).split()
)
"""Appearances about how a page looks; they change nothing in a chat."""
REFUSED = ("signature", "draw", "annotate", "ex:", "intent:", "printer:", "bearing")
INSTEAD = "pakai text, atau image untuk foto"
_COLUMNS = re.compile(r"(?<=columns|compact)-\d+$")
_SEARCH = re.compile(r"\bsearch\s*\(")
_NO_USE: Mapping[str, tuple[str, ...]] = {
    "note": ("constraint", "constraint_message"),
    "calculate": ("constraint", "constraint_message", "required"),
}
_SHORT = 24  # characters of a row of a WhatsApp list (facts: channels)


def cell_faults(row: Row, kind: str, *, is_workbook: bool) -> Iterator[Fault]:
    """Yield what single cells of a survey row cannot say."""
    for column in _NO_USE.get(kind, ()):
        if any(base_of(one) == column and cell.text for one, cell in row.cells.items()):
            if column == "required" and is_no(row.text(column)):
                continue
            found = fault(Code.FORM_30, _at(row, column), type=kind)
            yield warning(found) if kind == "calculate" else found
    told = row.text("calculation") and kind in ASKED and not is_yes(row.text("read_only"))
    if told and is_workbook:
        yield fault(Code.FORM_42, _at(row, "calculation"))
    yield from _wrong(row, _survey_rules(row, kind, may_tell=is_workbook))
    if kind not in OPENING:
        yield from _appearance(row, is_workbook=is_workbook)
    for column in pictures_in(row)[:1]:
        yield fault(Code.FORM_37, _at(row, column))


def pictures_in(row: Row) -> list[str]:
    """Return the columns of a row that name a picture or sound."""
    return [one for one in row.cells if one.partition("::")[0] in PICTURES and row.text(one)]


def choice_cell_faults(row: Row, *, may_space: bool) -> Iterator[Fault]:
    """Yield what single cells of a choice cannot say."""
    code = row.text("name")
    right = "kode pilihan ditulis tanpa spasi"
    rules = {"name": (may_space or len(code.split()) < 2, right)}
    for column in row.cells:
        base = base_of(column)
        if base in ("chat::label", "chat::short"):
            right = "hanya label pilihan yang dapat memuat acuan"
            rules[column] = ("${" not in row.text(column), right)
    yield from _wrong(row, rules, "choices")
    for column in row.cells:
        length = len(row.text(column))
        if base_of(column) == "chat::short" and length > _SHORT:
            yield fault(
                Code.FORM_32, Place(row.line_of(column), "choices", column, code),
                text=row.text(column), length=length,
                right=f"tombol dan daftar WhatsApp paling banyak {_SHORT}",
            )  # fmt: skip


def _survey_rules(row: Row, kind: str, *, may_tell: bool) -> Mapping[str, tuple[bool, str]]:
    reads = READS.get(kind, ())
    yes_or_no = "tulis yes atau no"
    read_only = may_tell or is_yes(row.text("read_only"))
    return {
        "calculation": (
            read_only or kind not in ASKED or not row.text("calculation"),
            "yang dihitung tidak ditanyakan; pakai jenis calculate, atau read_only: yes",
        ),
        "required": (is_rule(row.text("required")), yes_or_no),
        "read_only": (is_rule(row.text("read_only")), yes_or_no),
        "chat::pii": (row.text("chat::pii") in ("", "yes", "no"), yes_or_no),
        "chat::carry": (row.text("chat::carry") in ("", "yes", "no"), yes_or_no),
        "chat::confirm": (row.text("chat::confirm") in ("", "yes", "no"), yes_or_no),
        "chat::together": (row.text("chat::together") in ("", "yes", "no"), yes_or_no),
        "chat::unit": (
            not row.text("chat::unit") or kind in ("integer", "decimal", "range"),
            "satuan hanya untuk angka",
        ),
        "chat::reask": (row.text("chat::reask") in ("", *REASKS), "tulis angka 1 sampai 9"),
        "chat::on_fail": (
            row.text("chat::on_fail") in ("", *ON_FAIL),
            "tulis skip, end atau inbox",
        ),
        "chat::as": (
            row.text("chat::as") in ("", *SHOWS),
            f"tulis salah satu: {', '.join(SHOWS)}",
        ),
        "chat::remind": (
            remind_hours(row.text("chat::remind")) is not None,
            "tulis jam yang makin lama, misalnya 6h,24h",
        ),
        "chat::read": (
            row.text("chat::read") in ("", *reads),
            f"untuk {kind} pilihannya: {', '.join(reads) or 'tidak ada'}",
        ),
        "parameters": (
            kind != "range" or range_of(_texts(row)) is not None,
            "tulis seperti start=0 end=10 step=1",
        ),
    }


def _appearance(row: Row, *, is_workbook: bool) -> Iterator[Fault]:
    text = row.text("appearance").lower()
    if _SEARCH.search(text):
        right = "pakai select_one_from_file dengan berkas .csv itu"
        yield fault(Code.FORM_19, _at(row, "appearance"), value=row.text("appearance"), right=right)
        return
    for word in text.split():
        if word.startswith(REFUSED):
            value = row.text("appearance")
            yield fault(Code.FORM_19, _at(row, "appearance"), value=value, right=INSTEAD)
            return
        layout = _COLUMNS.sub("", word.partition("(")[0])
        is_known = word in APPEARANCES or layout in LAYOUTS
        if not (is_known or is_workbook):
            right = f"yang dipakai: {', '.join(APPEARANCES)}"
            yield fault(
                Code.FORM_19, _at(row, "appearance"), value=row.text("appearance"), right=right
            )
            return


def _wrong(
    row: Row, rules: Mapping[str, tuple[bool, str]], sheet: str = "survey"
) -> Iterator[Fault]:
    """Yield a fault for each column whose rule does not hold, with what would."""
    for column, (holds, right) in rules.items():
        if not holds:
            value = row.text(column)
            yield fault(Code.FORM_19, _at(row, column, sheet), value=value, right=right)


def _at(row: Row, column: str, sheet: str = "survey") -> Place:
    return Place(row.line_of(column), sheet, column, row.text("name"))


def _texts(row: Row) -> dict[str, str]:
    return {column: cell.text for column, cell in row.cells.items()}
