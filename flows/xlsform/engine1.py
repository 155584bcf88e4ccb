"""Forms published by engine 1, whose artefact is pyxform's own dictionary (decision 11).

An interview finishes the version it began (law 5), so these are read for as long as any stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flows.xlsform.definition import Definition, Questionnaire


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
        name: tuple(_choice(row) for row in rows)
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


def _choice(row: Mapping[str, Any]) -> dict[str, str]:
    chat = row.get("chat", {})
    cells = {
        "name": row["name"],
        "label": row["label"],
        "chat::aliases": chat.get("aliases"),
        "chat::short": chat.get("short"),
    }
    return {column: text for column, text in cells.items() if text}
