"""What is wrong with the sheets of a form, before any expression is looked at.

pyxform stops at the first fault and lets fifteen kinds through silently (facts: xlsform, §1);
this finds all of them, each with its line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from flows.xlsform.faults import Code, Fault, Place, did_you_mean, fault
from flows.xlsform.read import Row, Sheets

SURVEY = frozenset(
    (
        "type name label hint required relevant constraint constraint_message calculation "
        "appearance chat::read chat::reask chat::pii"
    ).split()
)
SURVEY_LATER = frozenset(
    (
        "default choice_filter repeat_count parameters trigger read_only required_message "
        "guidance_hint media::image"
    ).split()
)
CHOICES = frozenset(("name", "label", "chat::aliases", "chat::short"))
SETTINGS = frozenset(
    ("form_id version form_title default_language chat::purpose chat::closing").split()
)
SETTINGS_NEEDED = ("form_id", "version", "form_title", "chat::purpose")

ASKED = ("text", "integer", "date", "select_one", "select_multiple")
SILENT = ("note", "calculate", "hidden", "begin group", "end group")
TYPES = (*ASKED, *SILENT)
TYPES_LATER = frozenset(
    (
        "decimal time dateTime range rank acknowledge geopoint image audio video file barcode "
        "begin_repeat end_repeat geotrace geoshape start end today deviceid phonenumber "
        "select_one_from_file select_multiple_from_file select_one_or_other "
        "select_multiple_or_other"
    ).split()
)
READS: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "integer": ("integer", "money"),
    "date": ("date",),
    "select_one": ("choice", "yesno"),
    "select_multiple": ("multi",),
}
APPEARANCES = ("month-year", "year", "minimal", "multiline", "quick", "numbers")
REASKS = {str(times): times for times in range(1, 10)}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def check_sheets(sheets: Sheets) -> Iterator[Fault]:
    """Yield every fault in the structure of the sheets."""
    yield from sheets.faults
    yield from _columns([sheets.settings], "settings", SETTINGS, frozenset())
    yield from _columns(sheets.survey, "survey", SURVEY, SURVEY_LATER)
    for column in SETTINGS_NEEDED:
        if not sheets.settings.text(column):
            yield fault(Code.FORM_09, at(sheets.settings, column, "settings"))
    for name, rows in sheets.choices.items():
        yield from _columns(rows, "choices", CHOICES, frozenset())
        yield from _choices(name, rows)
    for row in sheets.survey:
        yield from _survey_row(row, sheets)
    yield from _names(sheets.survey)
    yield from _groups(sheets.survey)
    if all(kind_of(row) in SILENT for row in sheets.survey):
        yield fault(Code.FORM_24, Place(sheet="survey"))


def kind_of(row: Row) -> str:
    """Return the row's type without its list: `select_one status` → `select_one`."""
    words = row.text("type").split()
    if words and words[0].startswith("select_"):
        del words[1:2]
    kind = " ".join(words)
    return kind.replace("_", " ") if kind in ("begin_group", "end_group") else kind


def list_of(row: Row) -> str:
    """Return the name of the row's list of choices, or nothing."""
    words = row.text("type").split()
    return words[1] if words and words[0].startswith("select_") and len(words) > 1 else ""


def at(row: Row, column: str, sheet: str = "survey") -> Place:
    """Return the place of a cell, or of its row when it has none."""
    return Place(row.line_of(column), sheet, column, row.text("name"))


def _columns(
    rows: Iterable[Row], sheet: str, known: frozenset[str], later: frozenset[str]
) -> Iterator[Fault]:
    for row in rows:
        for column in row.cells:
            if column in later:
                yield fault(Code.FORM_05, at(row, column, sheet))
            elif column not in known:
                hint = did_you_mean(column, known)
                yield fault(Code.FORM_04, at(row, column, sheet), hint=hint)


def _choices(name: str, rows: tuple[Row, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    no_reference = "pilihan tidak dapat memuat acuan"
    for row in rows:
        code, place = row.text("name"), at(row, "name", "choices")
        for column in ("name", "label"):
            if not row.text(column):
                yield fault(Code.FORM_09, at(row, column, "choices"))
        yield from _wrong_values(row, "choices", {
            "name": (len(code.split()) < 2, "kode pilihan ditulis tanpa spasi"),
            "label": ("${" not in row.text("label"), no_reference),
            "chat::short": ("${" not in row.text("chat::short"), no_reference),
        })  # fmt: skip
        if code and code in seen:
            yield fault(Code.FORM_13, place, name=code, list=name)
        seen.add(code)


def _survey_row(row: Row, sheets: Sheets) -> Iterator[Fault]:
    kind, place = kind_of(row), at(row, "type")
    if not kind:
        yield fault(Code.FORM_09, place)
    elif kind.replace(" ", "_") in TYPES_LATER:
        yield fault(Code.FORM_08, place, type=kind)
    elif kind not in TYPES:
        yield fault(Code.FORM_07, place, type=kind, hint=did_you_mean(kind, TYPES))
    elif kind != "end group":
        yield from _known_row(row, kind, sheets)


def _known_row(row: Row, kind: str, sheets: Sheets) -> Iterator[Fault]:
    name, listed = row.text("name"), list_of(row)
    needed = {"calculate": ("calculation",), "hidden": (), "begin group": ()}
    for column in ("name", *needed.get(kind, ("label",))):
        if not row.text(column):
            yield fault(Code.FORM_09, at(row, column))
    if name and not NAME.fullmatch(name):
        yield fault(Code.FORM_11, at(row, "name"), name=name)
    if kind.startswith("select_") and not sheets.choices.get(listed):
        hint = did_you_mean(listed, (name for name, rows in sheets.choices.items() if rows))
        yield fault(Code.FORM_12, at(row, "type"), name=listed, hint=hint)
    yield from _values(row, kind)


def _values(row: Row, kind: str) -> Iterator[Fault]:
    reads = READS.get(kind, ())
    yield from _wrong_values(row, "survey", {
        "calculation": (
            kind in ("calculate", "hidden") or not row.text("calculation"),
            "yang dihitung tidak ditanyakan; pakai jenis calculate",
        ),
        "required": (row.text("required") in ("", "yes", "no"), "tulis yes atau no"),
        "chat::pii": (row.text("chat::pii") in ("", "yes", "no"), "tulis yes atau no"),
        "chat::reask": (row.text("chat::reask") in ("", *REASKS), "tulis angka 1 sampai 9"),
        "chat::read": (
            row.text("chat::read") in ("", *reads),
            f"untuk {kind} pilihannya: {', '.join(reads) or 'tidak ada'}",
        ),
        "appearance": (
            set(row.text("appearance").split()) <= set(APPEARANCES),
            f"yang dipakai: {', '.join(APPEARANCES)}",
        ),
    })  # fmt: skip


def _wrong_values(row: Row, sheet: str, rules: Mapping[str, tuple[bool, str]]) -> Iterator[Fault]:
    """Yield a fault for each column whose rule does not hold, with what would."""
    for column, (holds, right) in rules.items():
        if not holds:
            yield fault(Code.FORM_19, at(row, column, sheet), value=row.text(column), right=right)


def _names(rows: tuple[Row, ...]) -> Iterator[Fault]:
    """Names are unique in the whole form, so that `${name}` means one thing."""
    seen: dict[str, int] = {}
    for row in rows:
        name, place = row.text("name"), at(row, "name")
        if not name or kind_of(row) == "end group":
            continue
        if name in seen:
            yield fault(Code.FORM_10, place, name=name, line=seen[name])
        seen.setdefault(name, place.line)


def _groups(rows: tuple[Row, ...]) -> Iterator[Fault]:
    open_rows: list[Row] = []
    for row in rows:
        kind = kind_of(row)
        if kind == "begin group":
            open_rows.append(row)
        elif kind == "end group" and open_rows:
            open_rows.pop()
        elif kind == "end group":
            yield fault(Code.FORM_14, at(row, "type"), type=kind)
    for row in open_rows:
        yield fault(Code.FORM_14, at(row, "type"), type="begin group")
