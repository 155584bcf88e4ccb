"""A questionnaire's rows in one plain shape: items with their groups, lists, settings.

Faults are looked for in the author's rows, and a form is built from the same rows (decision 11);
`flows.xlsform.engine1` makes the same shape of forms published before that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from flows.xlsform.faults import LONGEST, Code, FormFaults, Place, fault
from flows.xlsform.read import MAX_DEPTH, Cell, Row, Sheets
from flows.xlsform.types import OPENING, Typed, read_type

OTHER = "other"
OTHER_CHOICE: Mapping[str, str] = {
    "name": OTHER,
    "label": "Lainnya",
    "chat::aliases": "lain; yang lain; lain lain",
}
OTHER_QUESTION = "Sebutkan yang lainnya."

Rows = tuple[Mapping[str, str], ...]


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

    @property
    def name(self) -> str:
        """Its own name, without those of its groups."""
        return self.path.rpartition("/")[2]

    @property
    def repeats(self) -> tuple[str, ...]:
        """The repeats around it, outermost first."""
        return tuple(one.path for one in self.within if one.kind == "repeat")

    def at(self, column: str) -> Place:
        """Return the place of one of its cells."""
        sheet = "settings" if self.kind == "settings" else "survey"
        return Place(self.row.line_of(column) if self.row else 0, sheet, column, self.path)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All definitions, lists of choices and settings of one form.

    `definitions` holds repeats where they begin, and no groups. `choices` are lists by name,
    `files` lists kept in a .csv; each is rows of texts by column. `follows_paths`: it comes from
    a workbook, whose authors may have written XPaths such as `../nama`. Under engine 1 the same
    `random()` in two items was the same number.
    """

    settings: Definition
    definitions: tuple[Definition, ...]
    choices: Mapping[str, Rows]
    files: Mapping[str, Rows] = field(default_factory=dict)
    follows_paths: bool = False
    engine: int = 2


def from_sheets(sheets: Sheets, files: Mapping[str, Rows] | None = None) -> Questionnaire:
    """Return the questionnaire as its author wrote it.

    Raises:
        FormFaults: groups in groups in groups, too deep.
    """
    files = files or {}
    choices: dict[str, Rows] = {
        name: tuple(_texts(row) for row in rows) for name, rows in sheets.choices.items()
    }
    definitions = list(_definitions(sheets.survey, choices, files))
    cells = {column: cell.text for column, cell in sheets.settings.cells.items() if cell.text}
    settings = Definition("", "settings", cells=cells, row=sheets.settings)
    return Questionnaire(settings, tuple(definitions), choices, files, sheets.is_workbook)


def _definitions(
    rows: tuple[Row, ...], choices: dict[str, Rows], files: Mapping[str, Rows]
) -> Iterator[Definition]:
    within: tuple[Definition, ...] = ()
    for row in rows:
        typed = read_type(row.text("type"))
        if typed.kind in ("end group", "end repeat"):
            within = within[:-1]
            continue
        name = row.text("name")[:LONGEST]  # a longer one is refused by `check_sheets`
        path = f"{within[-1].path}/{name}" if within else name
        cells = _texts(row)
        if typed.kind in OPENING:
            group = Definition(path, typed.kind.split()[1], "", cells, within, row)
            if len(within) == MAX_DEPTH:
                raise FormFaults([fault(Code.FORM_23, group.at("type"), limit=MAX_DEPTH)])
            if group.kind == "repeat":
                yield group
            within = (*within, group)
            continue
        listed = _list_of(typed, cells, choices, files)
        item = Definition(path, typed.kind, listed, cells, within, row)
        yield item
        if typed.other:
            yield _other_question(item)


def _list_of(
    typed: Typed, cells: Mapping[str, str], choices: dict[str, Rows], files: Mapping[str, Rows]
) -> str:
    """Return the name of an item's list; what a file or `or_other` makes of it is added."""
    if typed.file:
        value, label = file_columns(cells.get("parameters", ""))
        plain = (value, label) == ("name", "label")
        name = typed.file if plain else f"{typed.file} {value} {label}"
        if name not in choices and typed.list_name in files:
            choices[name] = tuple(
                {**row, "name": row.get(value, ""), "label": row.get(label, "")}
                for row in files[typed.list_name]
            )
        return name
    if typed.other and typed.list_name in choices:
        name = f"{typed.list_name} or_other"
        rows = choices[typed.list_name]
        if OTHER not in {row.get("name") for row in rows}:
            rows = (*rows, OTHER_CHOICE)
        choices.setdefault(name, rows)
        return name
    return typed.list_name


def _other_question(item: Definition) -> Definition:
    """Return the question that `or_other` adds, as pyxform adds it."""
    cells = {
        "label": OTHER_QUESTION,
        "relevant": f"selected(${{{item.name}}}, '{OTHER}')",
        "required": "yes",
    }
    return replace(item, path=f"{item.path}_other", kind="text", list_name="", cells=cells)


def file_columns(text: str) -> tuple[str, str]:
    """Return which columns of a list's file hold the codes and the words."""
    given = parameters(text)
    return given.get("value", "name"), given.get("label", "label")


def parameters(text: str) -> dict[str, str]:
    """Return `start=0 end=10 step=1` as a mapping; commas and semicolons divide as well."""
    pairs = text.replace(",", " ").replace(";", " ").replace(" =", "=").replace("= ", "=").split()
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _texts(row: Row) -> dict[str, str]:
    return {column: cell.text for column, cell in row.cells.items() if cell.text}


def as_content(sheets: Sheets, files: Mapping[str, Rows]) -> dict[str, object]:
    """Return the sheets as plain data, for an artefact."""
    return {
        "settings": _texts(sheets.settings),
        "survey": [_texts(row) for row in sheets.survey],
        "choices": {n: [_texts(row) for row in rows] for n, rows in sheets.choices.items()},
        "workbook": sheets.is_workbook,
        "files": {name: list(rows) for name, rows in files.items()},
    }


def from_content(content: Mapping[str, object]) -> Questionnaire:
    """Return the questionnaire that `as_content` wrote."""
    settings, survey, choices, files = (
        content[name] for name in ("settings", "survey", "choices", "files")
    )
    assert isinstance(settings, dict) and isinstance(survey, list)  # noqa: PT018, S101
    assert isinstance(choices, dict) and isinstance(files, dict)  # noqa: PT018, S101
    sheets = Sheets(
        _row(settings),
        tuple(map(_row, survey)),
        {name: tuple(map(_row, rows)) for name, rows in choices.items()},
        is_workbook=bool(content["workbook"]),
    )
    return from_sheets(sheets, {name: tuple(rows) for name, rows in files.items()})


def _row(texts: Mapping[str, str]) -> Row:
    return Row(0, {column: Cell(text, 0) for column, text in texts.items()})
