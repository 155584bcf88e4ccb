"""A questionnaire's rows in one plain shape, whether they come from sheets or from pyxform.

Faults are looked for in the author's rows; a published form is built from what pyxform, the
standard's own reader, made of them. A test holds the two readings equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.model import Choice
from flows.xlsform.check import kind_of, list_of
from flows.xlsform.faults import LONGEST, Code, FormFaults, Place, fault
from flows.xlsform.read import MAX_DEPTH, Row, Sheets

COLUMNS = (
    "label", "hint", "required", "relevant", "constraint", "constraint_message",
    "calculation", "appearance", "chat::read", "chat::reask", "chat::pii",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """One item as written: `cells` by XLSForm column, `within` its groups from outside in.

    `row` is where it stands in its author's file; a published form has none.
    """

    path: str
    kind: str
    list_name: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    within: tuple["Definition", ...] = ()
    row: Row | None = field(default=None, compare=False, repr=False)

    def at(self, column: str) -> Place:
        """Return the place of one of its cells."""
        sheet = "settings" if self.kind == "settings" else "survey"
        return Place(self.row.line_of(column) if self.row else 0, sheet, column, self.path)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All definitions, lists of choices and settings of one form."""

    settings: Definition
    definitions: tuple[Definition, ...]
    choices: Mapping[str, tuple[Choice, ...]]


def from_sheets(sheets: Sheets) -> Questionnaire:
    """Return the questionnaire as its author wrote it.

    Raises:
        FormFaults: groups in groups in groups, too deep.
    """
    definitions: list[Definition] = []
    within: tuple[Definition, ...] = ()
    for row in sheets.survey:
        kind = kind_of(row)
        if kind == "end group":
            within = within[:-1]
            continue
        name = row.text("name")[:LONGEST]  # a longer one is refused by `check_sheets`
        path = f"{within[-1].path}/{name}" if within else name
        cells = {column: row.text(column) for column in COLUMNS if row.text(column)}
        if kind == "begin group":
            group = Definition(path, "group", "", cells, within, row)
            if len(within) == MAX_DEPTH:
                raise FormFaults([fault(Code.FORM_23, group.at("type"), limit=MAX_DEPTH)])
            within = (*within, group)
        else:
            definitions.append(Definition(path, kind, list_of(row), cells, within, row))
    choices = {
        name: tuple(
            _choice(r.text("name"), r.text("label"), r.text("chat::aliases"), r.text("chat::short"))
            for r in listed
        )
        for name, listed in sheets.choices.items()
    }
    cells = {column: cell.text for column, cell in sheets.settings.cells.items() if cell.text}
    settings = Definition("", "settings", cells=cells, row=sheets.settings)
    return Questionnaire(settings, tuple(definitions), choices)


def from_pyxform(survey: Mapping[str, Any]) -> Questionnaire:
    """Return the questionnaire from `pyxform.xls2json.workbook_to_json`'s dictionary."""
    chat = {f"chat::{key}": value for key, value in survey["chat"].items() if value}
    cells = {
        "form_id": survey["id_string"],
        "version": survey["version"],
        "form_title": survey["title"],
        **chat,
    }
    if survey["default_language"] != "default":  # pyxform's word for none
        cells["default_language"] = survey["default_language"]
    settings = Definition("", "settings", cells=cells)
    choices = {
        name: tuple(
            _choice(
                row["name"],
                row["label"],
                row.get("chat", {}).get("aliases", ""),
                row.get("chat", {}).get("short", ""),
            )
            for row in rows
        )
        for name, rows in survey.get("choices", {}).items()
    }
    return Questionnaire(settings, tuple(_walk(survey["children"], (), "")), choices)


def _walk(
    children: list[Mapping[str, Any]], within: tuple[Definition, ...], prefix: str
) -> Iterator[Definition]:
    for child in children:
        if child.get("control", {}).get("bodyless"):
            continue  # pyxform's own meta group
        kind = child["type"].replace("select one", "select_one")
        kind = kind.replace("select all that apply", "select_multiple")
        path = prefix + child["name"]
        definition = Definition(path, kind, child.get("list_name", ""), _cells(child), within)
        if kind == "group":
            yield from _walk(child.get("children", []), (*within, definition), path + "/")
        else:
            yield definition


def _cells(child: Mapping[str, Any]) -> dict[str, str]:
    bind, chat = child.get("bind", {}), child.get("chat", {})
    cells = {
        "label": child.get("label"),
        "hint": child.get("hint"),
        "required": bind.get("required"),
        "relevant": bind.get("relevant"),
        "constraint": bind.get("constraint"),
        "constraint_message": bind.get("jr:constraintMsg"),
        "calculation": bind.get("calculate"),
        "appearance": child.get("control", {}).get("appearance"),
        "chat::read": chat.get("read"),
        "chat::reask": chat.get("reask"),
        "chat::pii": chat.get("pii"),
    }
    return {column: text for column, text in cells.items() if text}


def _choice(code: str, label: str, aliases: str, short: str) -> Choice:
    words = tuple(word.strip() for word in aliases.split(";") if word.strip())
    return Choice(code, label, words, short)
