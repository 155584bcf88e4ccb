"""Whether a form that claims to hold an official questionnaire still does.

Its core items keep their names, types, official wording, choices and the conditions under which
they are asked; an office may add items and help texts and say things its own way in a chat. When
an item is asked is judged by what it comes to, not by how it is written: every answer that the
core's own condition looks at is tried.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

from flows import library
from flows.expressions import compile as compile_expression
from flows.expressions import evaluate
from flows.expressions.values import truth_of
from flows.model import Form, Item, Kind
from flows.state import State
from flows.view import View
from flows.xlsform.definition import Definition, Questionnaire
from flows.xlsform.faults import Code, Fault, Place, did_you_mean, fault
from flows.xlsform.languages import own_cell
from flows.xlsform.read import Row

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_ALWAYS = "true()"
_READS = {"text": "text", "integer": "integer", "date": "date", "select_one": "choice",
          "select_multiple": "multi"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoreItem:
    """A locked item. `when` is its condition over core items and settings."""

    name: str
    kind: str
    label: str
    reads: str
    list_name: str = ""
    when: str = _ALWAYS
    required: bool = False


@dataclass(frozen=True, slots=True)
class Core:
    """An official questionnaire. `settings` are hidden items its conditions may look at."""

    title: str
    items: Mapping[str, CoreItem]
    lists: Mapping[str, Mapping[str, str]]
    settings: Mapping[str, tuple[str, ...]]


def core_of(name: str) -> Core:
    """Return the core of that name, as `flows/library/core` has it."""
    data = library.core(name)
    items = {one: _item(one, cells) for one, cells in data["items"].items()}
    for table in data["tables"]:
        for one, row in table["rows"].items():
            label = f"{table['question']} - {row}"
            items[one] = _item(one, {"type": "select_one", **table, "label": label})
    settings = {one: tuple(values) for one, values in data["settings"].items()}
    return Core(data["title"], items, data["lists"], settings)


def locked_faults(
    written: Questionnaire, form: Form, choices: Mapping[str, tuple[Row, ...]]
) -> Iterator[Fault]:
    """Yield what is no longer as in the official questionnaire that the form claims to hold."""
    if not form.core:
        return
    place = written.settings.at("chat::core")
    if form.core not in library.core_names():
        hint = did_you_mean(form.core, library.core_names())
        yield fault(Code.FORM_60, place, name=form.core, hint=hint)
        return
    core = core_of(form.core)
    named = {item.name: item for item in form.items if not item.repeats}
    for one in core.items.values():
        item = named.get(one.name)
        if item is None:
            yield fault(Code.FORM_61, place, name=one.name)
        else:
            checked = _Checked(one, item, written.definitions[item.index], form, core)
            yield from checked.faults(choices)


@dataclass(frozen=True, slots=True)
class _Checked:
    core: CoreItem
    item: Item
    definition: Definition
    form: Form
    whole: Core

    def faults(self, choices: Mapping[str, tuple[Row, ...]]) -> Iterator[Fault]:
        core, item, one = self.core, self.item, self.definition
        if (item.kind, item.reads) != (core.kind, core.reads):
            listed = f" {core.list_name}" if core.list_name else ""
            usual = _READS[core.kind] == core.reads
            read = "" if usual else f", chat::read: {core.reads}"
            column = "type" if item.kind != core.kind else "chat::read"
            yield fault(
                Code.FORM_62, one.at(column), name=core.name, right=f"{core.kind}{listed}{read}"
            )
            return
        if own_cell(one.cells, "label", self.form.language) != core.label:
            yield fault(Code.FORM_64, one.at("label"), name=core.name, right=core.label)
        if core.required and not item.required:
            yield fault(Code.FORM_66, one.at("required"), name=core.name)
        if core.list_name:
            yield from self._choices(choices.get(one.list_name, ()))
        case = self._changed_case()
        if case is not None:
            said, asked = case
            right = "ditanyakan" if asked else "dilewati"
            yield fault(Code.FORM_65, one.at("relevant"), name=core.name, case=said, right=right)

    def _choices(self, rows: Iterable[Row]) -> Iterator[Fault]:
        """Yield one fault: at the first choice that differs, else at the question."""
        item, name = self.item, self.core.name
        official = list(self.whole.lists[self.core.list_name].items())
        ours = [(choice.code, choice.official or choice.label) for choice in item.choices]
        right = "; ".join(f"{code} = {label}" for code, label in official)
        view = View(self.form, State(self.form.key), _ANY_TIME)
        whole = all(view.accepts(item, _held(item, code)) for code, _label in official)
        if ours == official and item.filter is None and not item.shuffled and whole:
            return
        place = self.definition.at("type")
        for row, pair in zip(rows, ours, strict=False):
            if pair not in official:
                column = "name" if pair[1] in dict(official).values() else "label"
                place = Place(row.line_of(column), "choices", column, pair[0])
                break
        yield fault(Code.FORM_63, place, name=name, right=right)

    def _changed_case(self) -> tuple[str, bool] | None:
        """Return a case in which the item is asked where it should not be, or the other way."""
        leaves = _leaves(self.form, self.item)
        names = {path.rpartition("/")[2] for path in leaves}
        known = self.whole.items.keys() | self.whole.settings.keys()
        if names - known:
            return f"{min(names - known)} dijawab lain", True
        drivers = sorted(self._drivers(names | _names_in(self.core.when)))
        for values in product(*(self._values(one) for one in drivers)):
            case = dict(zip(drivers, values, strict=True))
            asked = self._should(self.core, case)
            if self._is_asked(case) is not asked:
                said = ", ".join(f"{name} = '{value}'" for name, value in case.items() if value)
                return said or "belum ada jawaban", asked
        return None

    def _drivers(self, names: Iterable[str]) -> set[str]:
        """Return these items and settings, and what they hang on."""
        found = set(names)
        for name in names:
            if name in self.whole.items:
                found |= self._drivers(_names_in(self.whole.items[name].when))
        return found

    def _values(self, name: str) -> tuple[str, ...]:
        if name in self.whole.settings:
            return self.whole.settings[name]
        core = self.whole.items[name]
        codes = tuple(self.whole.lists.get(core.list_name, ()))
        return ("", *codes, " ".join(codes)) if core.kind == "select_multiple" else ("", *codes)

    def _should(self, core: CoreItem, case: Mapping[str, str]) -> bool:
        """Return whether an item is asked officially; what is not asked reads blank."""
        values = {
            name: case[name]
            if name in self.whole.settings or self._should(self.whole.items[name], case)
            else ""
            for name in _names_in(core.when)
        }
        return truth_of(evaluate(core.when, values, now=_ANY_TIME, zone="UTC"))

    def _is_asked(self, case: Mapping[str, str]) -> bool:
        given = {name: value for name, value in case.items() if name in self.whole.settings}
        named = {item.name: item for item in self.form.items}
        answers = {
            named[name].path: _held(named[name], value)
            for name, value in case.items()
            if value and name not in given and name in named
        }
        state = State(self.form.key, answers=answers, given=given)
        return View(self.form, state, _ANY_TIME).is_relevant(self.item)


def _item(name: str, cells: Mapping[str, Any]) -> CoreItem:
    kind = cells["type"]
    reads = cells.get("reads") or _READS[kind]
    return CoreItem(
        name, kind, cells["label"], reads, cells.get("list", ""), cells.get("when", _ALWAYS),
        cells.get("required") == "yes",
    )  # fmt: skip


def _leaves(form: Form, item: Item) -> set[str]:
    """Return the items an item's conditions look at in the end, through calculations."""
    found: set[str] = set()
    waiting = [path for rule in item.relevant for path in rule.references]
    while waiting:
        path = waiting.pop()
        calculation = form.by_path[path].calculation
        if calculation is None:
            found.add(path)
        else:
            waiting += calculation.references
    return found


def _names_in(when: str) -> frozenset[str]:
    """Return the names in a condition of the core."""
    return frozenset(compile_expression(when, resolve=str).references)


def _held(item: Item, code: str) -> Any:
    return code.split() if item.kind is Kind.SELECT_MULTIPLE else code
