"""From a questionnaire as written to a `Form` that runs, or every reason why not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flows.effects import Option
from flows.expressions import Compiled, Filter
from flows.matrix import SKIP
from flows.model import Choice, Form, Item, Items, Kind, Matrix, Repeat, Showing, Template
from flows.xlsform.definition import Definition, Questionnaire, Rows, parameters
from flows.xlsform.faults import Code, Fault, FormFaults
from flows.xlsform.formulas import REFERENCE, Formulas
from flows.xlsform.grouping import matrix_faults, matrix_groups
from flows.xlsform.languages import cell_in, languages_of, own_cell
from flows.xlsform.order import check_order
from flows.xlsform.types import kind_of_item
from flows.xlsform.values import (
    MOST_QUOTING,
    ON_FAIL,
    REASKS,
    is_no,
    is_rule,
    is_yes,
    range_of,
    remind_hours,
    skip_words,
)

READS = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "select_one": "choice",
    "select_multiple": "multi",
    "rank": "rank",
    "acknowledge": "choice",
    "geopoint": "geopoint",
}
YES_NO = frozenset(("ya", "tidak"))
PRECISIONS = {"month-year": "month", "year": "year"}
GATE = (Choice("ya", "Ya"), Choice("tidak", "Tidak"))
AGREED = (
    Choice(
        "OK",
        "Oke",
        ("ok", "oke", "ya", "baik", "siap", "setuju", "sudah", "mengerti", "paham", "lanjut"),
    ),
)
PURPOSE = "Kami ingin mengajak Kakak mengisi kuesioner “{title}”."
FATAL = frozenset(
    (Code.FORM_12, Code.FORM_15, Code.FORM_16, Code.FORM_18, Code.FORM_23, Code.FORM_40)
)
"""Faults of which no form can be made; a published one with any other still runs (law 5)."""


@dataclass(frozen=True, slots=True)
class Compiling:
    """A form, where one can be made, and everything that is wrong with it."""

    form: Form | None
    faults: tuple[Fault, ...]
    formulas: Formulas


def compile_form(written: Questionnaire, *, sha256: str = "") -> Form:
    """Return the form of a questionnaire that was found right when it was published.

    Raises:
        FormFaults: no form can be made of it.
    """
    compiling = compiled(written, sha256=sha256)
    if compiling.form is None:
        raise FormFaults(compiling.faults)
    return compiling.form


def compiled(written: Questionnaire, *, sha256: str = "") -> Compiling:
    """Return the form and its faults."""
    work = _Work(written, Formulas(written))
    formulas = work.formulas
    try:
        items = tuple(work.item(index, one) for index, one in enumerate(written.definitions))
        formulas.faults += matrix_faults(written, items)
        items, matrices = work.matrices(items, work.language)
        repeats = work.repeats(items)
        check_order(written, items, repeats, formulas)
        said = work.said(work.language)
    except FormFaults as error:
        return Compiling(None, error.faults, formulas)
    if any(one.code in FATAL for one in formulas.faults):
        return Compiling(None, tuple(formulas.faults), formulas)
    settings = written.settings.cells
    asked = tuple(item for item in items if item.is_asked)
    by_path = Items(items)
    form = Form(
        form_id=settings.get("form_id", ""),
        version=settings.get("version", ""),
        sha256=sha256,
        title=settings.get("form_title", ""),
        language=work.language,
        **said,
        items=items,
        by_path=by_path,
        asked=asked,
        place={item.path: place for place, item in enumerate(asked)},
        outline=_outline(asked, repeats, ""),
        repeats=repeats,
        kept=tuple(item for item in items if item.is_kept),
        meta=tuple(item for item in items if item.meta),
        matrices=matrices,
        shows_progress=is_yes(settings.get("chat::progress", "")),
        core=settings.get("chat::core", ""),
        summary=settings.get("chat::summary", ""),
        languages=(work.language, *work.others),
    )
    others = {language: work.translated(form, language) for language in work.others}
    if others:
        form = replace(form, translations=others)
    return Compiling(form, tuple(formulas.faults), formulas)


@dataclass(slots=True)
class _Work:
    written: Questionnaire
    formulas: Formulas
    language: str = field(init=False)
    others: tuple[str, ...] = field(init=False)
    lists: dict[tuple[str, str], tuple[Choice, ...]] = field(default_factory=dict)
    options: dict[tuple[str, str, bool], tuple[Option, ...]] = field(default_factory=dict)
    groups: dict[str, Compiled | None] = field(default_factory=dict)
    quoting: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.language, *others = languages_of(self.written)
        self.others = tuple(others)

    def said(self, language: str) -> dict[str, Any]:
        """Return what the form says beside its questions."""
        settings = self.written.settings
        title = settings.cells.get("form_title") or settings.cells.get("form_id", "")
        texts = {
            name: cell_in(settings.cells, f"chat::{name}", language, self.language)
            for name in ("purpose", "closing", "still")
        }
        texts["purpose"] = texts["purpose"] or PURPOSE.format(title=title)
        return {
            name: self.formulas.template(settings, text, f"chat::{name}")
            for name, text in texts.items()
        }

    def item(self, index: int, one: Definition) -> Item:
        cells, formulas = one.cells, self.formulas
        kind = Kind.REPEAT if one.kind == "repeat" else kind_of_item(one.kind)
        kind = Kind.NOTE if self.is_told(one, kind) else kind
        texts = self.texts(one, self.language)
        if kind is Kind.NOTE and not (texts["label"] or texts["asks"]):
            kind = Kind.CALCULATE if "calculation" in cells else Kind.HIDDEN
        choices = self.choices(one, self.language)
        required = kind is Kind.REPEAT or is_yes(cells.get("required", ""))
        conditions = [*self.groups_of(one), self.when(one)]
        steps = parameters(cells.get("parameters", ""))
        return Item(
            path=one.path,
            index=index,
            kind=kind,
            **texts,
            reads=self.reads(one),
            choices=choices,
            options=self.put(one, self.language, required=required),
            list_name=one.list_name,
            named=self.named(one, self.language),
            filter=self.filter(one),
            shuffled=steps.get("randomize") == "true",
            relevant=tuple(condition for condition in conditions if condition),
            required=required,
            required_when=None if kind is Kind.REPEAT else self.required_when(one),
            constraint=formulas.expression(one, "constraint", condition=True),
            calculation=formulas.expression(one, "calculation"),
            default=formulas.default(one),
            trigger=formulas.trigger(one),
            bounds=range_of(one.cells) if one.kind == "range" else None,
            precision=_precision(cells),
            unit=cells.get("chat::unit", ""),
            reask=REASKS.get(cells.get("chat::reask", ""), 3),
            gives_up=ON_FAIL.get(cells.get("chat::on_fail", "")),
            shows=_shows(cells) if choices else None,
            confirm=is_yes(cells.get("chat::confirm", "")),
            skip_words=skip_words(cells.get("chat::skip_word", "")),
            remind=remind_hours(cells.get("chat::remind", "")) or (),
            pii=is_yes(cells.get("chat::pii", "")),
            carry=is_yes(cells.get("chat::carry", "")),
            name=formulas.names.short(one.path),
            meta=one.kind if kind is Kind.HIDDEN and one.kind != "hidden" else "",
            repeats=(*one.repeats, one.path) if kind is Kind.REPEAT else one.repeats,
        )

    def is_told(self, one: Definition, kind: Kind) -> bool:
        """Whether a row is read out, not asked: what is worked out, and headings of matrices."""
        if "label" in one.cells.get("appearance", "").split():
            return kind is Kind.SELECT_ONE or kind is Kind.SELECT_MULTIPLE
        is_fixed = is_yes(one.cells.get("read_only", "")) or "calculation" in one.cells
        return is_fixed and kind not in (Kind.CALCULATE, Kind.HIDDEN, Kind.REPEAT)

    def texts(self, one: Definition, language: str) -> dict[str, Any]:
        columns = ("hint", "guidance_hint", "constraint_message", "required_message")
        said = {column: self.text(one, column, language) for column in columns}
        said["asks"] = self.text(one, "chat::label", language)
        label = self.text(one, "label", language)
        if not label and one.kind == "repeat":
            label = Template((one.name.replace("_", " "),))
        elif not label:
            label, said["hint"] = said["hint"], Template()
        return {"label": label, "guidance": said.pop("guidance_hint"), **said}

    def text(self, one: Definition, column: str, language: str) -> Template:
        text = (
            own_cell(one.cells, column, self.language)
            if language == self.language
            else cell_in(one.cells, column, language, self.language)
        )
        return self.formulas.template(one, text, column)

    def reads(self, one: Definition) -> str:
        if one.kind in ("image", "audio", "video", "file"):
            return "media"
        if one.kind == "range":
            bounds = range_of(one.cells) or (0.0, 0.0, 1.0)
            return "integer" if all(number.is_integer() for number in bounds) else "decimal"
        codes = [choice.code for choice in self.choices(one, self.language)[:3]]
        if one.kind == "repeat" or (one.kind == "select_one" and set(codes) == YES_NO):
            return one.cells.get("chat::read") or "yesno"
        return one.cells.get("chat::read") or READS.get(one.kind, "text")

    def choices(self, one: Definition, language: str) -> tuple[Choice, ...]:
        if one.kind in ("repeat", "acknowledge"):
            return GATE if one.kind == "repeat" else AGREED
        known = self.lists.get((one.list_name, language))
        if known is None:
            rows: Rows = self.written.choices.get(one.list_name, ())
            known = tuple(_choice(row, language, self.language) for row in rows)
            self.lists[one.list_name, language] = known
        return known

    def named(self, one: Definition, language: str) -> tuple[Template, ...]:
        """Return the labels of an item's choices, where some of them quote answers."""
        key = (one.list_name, language)
        if key not in self.quoting:
            rows = self.written.choices.get(one.list_name, ())
            labels = tuple(cell_in(row, "label", language, self.language) for row in rows)
            is_quoting = len(rows) <= MOST_QUOTING and any("${" in label for label in labels)
            self.quoting[key] = labels if is_quoting else ()
        return tuple(self.formulas.template(one, label, "type") for label in self.quoting[key])

    def put(self, one: Definition, language: str, *, required: bool) -> tuple[Option, ...]:
        """Return the options of a question, prepared: most are put as they are."""
        choices = self.choices(one, language)
        key = (one.list_name or one.kind, language, required)
        if key not in self.options:
            options = tuple(Option(i, c.label, c.short) for i, c in enumerate(choices))
            self.options[key] = options if required else (*options, SKIP)
        return self.options[key]

    def groups_of(self, one: Definition) -> Iterator[Compiled | None]:
        """Yield the conditions of an item's groups; one that hangs on the item cannot hide it."""
        for part in one.within:
            condition = self.group(part)
            if condition is None or one.path not in condition.references:
                yield condition

    def matrices(
        self, items: tuple[Item, ...], language: str
    ) -> tuple[tuple[Item, ...], dict[str, Matrix]]:
        """Return the items, each knowing its matrix, and the matrices by path."""
        found: dict[str, Matrix] = {}
        changed = list(items)
        for group, rows in matrix_groups(self.written, items):
            asks = self.text(group, "chat::label", language) or self.text(group, "label", language)
            hint = self.text(group, "hint", language)
            found[group.path] = Matrix(asks, hint, tuple(row.path for row in rows))
            for row in rows:
                changed[row.index] = replace(row, matrix=group.path)
        return tuple(changed), found

    def group(self, one: Definition) -> Compiled | None:
        """Return a group's condition, looked at once however many items the group holds."""
        if one.path not in self.groups:
            self.groups[one.path] = self.when(one)
        return self.groups[one.path]

    def when(self, one: Definition) -> Compiled | None:
        if one.kind == "repeat" and one.path in self.groups:
            return self.groups[one.path]
        condition = self.formulas.expression(one, "relevant", condition=True)
        if one.kind == "repeat":
            self.groups[one.path] = condition
        return condition

    def filter(self, one: Definition) -> Filter | None:
        return self.formulas.filter(one) if one.list_name else None

    def required_when(self, one: Definition) -> Compiled | None:
        text = one.cells.get("required", "")
        if not is_rule(text) or not text or is_yes(text) or is_no(text):
            return None
        return self.formulas.expression(one, "required", condition=True)

    def repeats(self, items: tuple[Item, ...]) -> dict[str, Repeat]:
        """Return every repeat with what it holds, inner ones made before what holds them."""
        gates = {item.path: item for item in items if item.kind is Kind.REPEAT}
        asked = tuple(item for item in items if item.is_asked)
        found: dict[str, Repeat] = {}
        for path in sorted(gates, key=lambda path: -len(gates[path].repeats)):
            gate = gates[path]
            one = self.written.definitions[gate.index]
            inner = _outline(asked, found, path)
            count = self.formulas.expression(one, "repeat_count")
            found[path] = Repeat(path, gate.relevant, count, gate, inner, gate.repeats)
        return {path: found[path] for path in gates}

    def translated(self, form: Form, language: str) -> Form:
        """Return the form with its texts and choices in another of its languages."""
        definitions = self.written.definitions
        items = tuple(
            replace(
                item,
                **self.texts(one, language),
                choices=self.choices(one, language),
                named=self.named(one, language),
                options=self.put(one, language, required=item.required),
            )
            for item, one in zip(form.items, definitions, strict=True)
        )
        asked = tuple(item for item in items if item.is_asked)
        by_path = Items(items)
        made: dict[str, Repeat] = {}
        for path, repeat in sorted(form.repeats.items(), key=lambda pair: -len(pair[1].repeats)):
            inner = _outline(asked, made, path)
            made[path] = replace(repeat, gate=by_path[path], inner=inner)
        repeats = {path: made[path] for path in form.repeats}
        return replace(
            form,
            **self.said(language),
            items=items,
            by_path=by_path,
            asked=asked,
            outline=_outline(asked, repeats, ""),
            repeats=repeats,
            kept=tuple(item for item in items if item.is_kept),
            meta=tuple(item for item in items if item.meta),
            matrices=self.matrices(form.items, language)[1],
        )


def _outline(
    asked: tuple[Item, ...], repeats: Mapping[str, Repeat], within: str
) -> tuple[Item | Repeat, ...]:
    """Return what stands directly in a repeat, or in none, in order."""
    parts: list[Item | Repeat] = []
    for item in asked:
        if item.kind is Kind.REPEAT:
            outer = item.repeats[-2] if len(item.repeats) > 1 else ""
            if outer == within:
                parts.append(repeats[item.path])
        elif (item.repeats[-1] if item.repeats else "") == within:
            parts.append(item)
    return tuple(parts)


def _choice(row: Mapping[str, str], language: str, default: str) -> Choice:
    aliases = row.get("chat::aliases", "")
    words = tuple(word.strip() for word in aliases.split(";") if word.strip())
    code = row.get("name", "")
    label = REFERENCE.sub("…", cell_in(row, "label", language, default)) or code
    short = cell_in(row, "chat::short", language, default)
    said = cell_in(row, "chat::label", language, default)
    if language != default:  # what it is called in the form's own language is understood too
        own = (own_cell(row, column, default) for column in ("label", "chat::label"))
        words = (*words, *(one for one in own if one and one not in (label, said, *words)))
    if said:
        return Choice(code, said, (*words, label), short, official=label)
    return Choice(code, label, words, short)


def _precision(cells: Mapping[str, str]) -> str:
    words = cells.get("appearance", "").split()
    return next((PRECISIONS[word] for word in words if word in PRECISIONS), "day")


def _shows(cells: Mapping[str, str]) -> Showing | None:
    said = cells.get("chat::as", "")
    if said in set(Showing):
        return Showing(said)
    words = re.split(r"[\s-]+", cells.get("appearance", "").lower())
    if "numbers" in words:
        return Showing.NUMBERS
    return Showing.SEARCH if "autocomplete" in words else None
