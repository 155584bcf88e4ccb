"""The expressions and references of a form, compiled where they stand; faults are gathered."""

import re
from collections.abc import Callable
from typing import TypeVar

from flows import expressions
from flows.expressions import Compiled, ExpressionError, Filter
from flows.held import held_as
from flows.model import Choice, Item, Template
from flows.xlsform.definition import Definition, Questionnaire
from flows.xlsform.faults import (
    MAX_FAULTS,
    Code,
    Fault,
    FormFaults,
    did_you_mean,
    fault,
    few,
    warning,
)
from flows.xlsform.surroundings import Names, table_of
from flows.xlsform.types import kind_of_item

REFERENCE = re.compile(r"\$\{([^{}]*)\}?")
"""An unclosed one too: it names nothing, so it is refused rather than sent as it stands."""

_DYNAMIC = re.compile(r"\$\{|[\w:-]+\(")
_NUMBERS = ("integer", "decimal", "range")
_SUM = re.compile(r"[\d.\s]+(?:[+*-]|div|mod)[\d.\s]+")
_DEFAULTS = {
    "integer": "tulis angka bulat", "decimal": "tulis angka, misalnya 2.5",
    "range": "tulis angka", "date": "tulis seperti 2026-08-21", "time": "tulis seperti 07:30",
    "dateTime": "tulis seperti 2026-08-21T07:30", "select_one": "tulis kode pilihannya",
    "select_multiple": "tulis kode pilihannya", "rank": "tulis kode pilihannya",
}  # fmt: skip

_NOTHING = Template()

T = TypeVar("T")


class Formulas:
    """Compiles what the cells of one form say."""

    def __init__(self, written: Questionnaire) -> None:
        self.written = written
        self.names = Names(written)
        self.faults: list[Fault] = []
        self._known = few(self.names.paths)
        self._codes = {
            name: frozenset(row.get("name", "") for row in rows)
            for name, rows in written.choices.items()
        }
        self._failed: set[tuple[str, str]] = set()
        self._made: dict[tuple[str, str], Compiled | Filter] = {}

    def add(self, kind: Code, one: Definition, column: str, **facts: object) -> None:
        """Note a fault at a cell.

        Raises:
            FormFaults: there are too many to go on.
        """
        self.faults.append(fault(kind, one.at(column), **facts))
        if len(self.faults) >= MAX_FAULTS:
            raise FormFaults(self.faults)

    def expression(
        self, one: Definition, column: str, *, condition: bool = False
    ) -> Compiled | None:
        """Return what a cell says, compiled; None when it is empty or wrong."""
        source = one.cells.get(column)
        if not source:
            return None
        compiled = self._try(
            one,
            column,
            lambda: self._compile(one, source, condition=condition, judges=column == "constraint"),
        )
        if compiled is not None:
            self._made[one.path, column] = compiled
            self._check_codes(one, column, compiled)
        return compiled

    def made(self, one: Definition, column: str) -> Compiled | Filter | None:
        """Return what was compiled of a cell."""
        return self._made.get((one.path, column))

    def filter(self, one: Definition) -> Filter | None:
        """Return a row's `choice_filter`."""
        source, rows = one.cells.get("choice_filter"), self.written.choices.get(one.list_name)
        if not source or rows is None:
            return None
        here = self.names.standpoint(one, table_of(one.list_name, rows))
        made = self._try(
            one, "choice_filter",
            lambda: expressions.compile_filter(
                source, resolve=self.names.resolve, names=self._known, here=here
            ),
        )  # fmt: skip
        if made is not None:
            self._made[one.path, "choice_filter"] = made
        return made

    def default(self, one: Definition) -> Compiled | None:
        """Return what an item holds before it is answered: a formula, or a text as it stands."""
        text = one.cells.get("default", "")
        if not text or one.kind in ("image", "audio", "video", "file", "note", "repeat"):
            return None
        if _DYNAMIC.search(text) or (one.kind in _NUMBERS and _SUM.fullmatch(text)):
            return self._try(one, "default", lambda: self._compile(one, text, condition=False))
        if not self._answers(one, text):
            right = _DEFAULTS.get(one.kind, "tulis jawaban yang mungkin")
            self.add(Code.FORM_29, one, "default", value=text, type=one.kind, right=right)
            if self.written.follows_paths and one.list_name:
                self.faults[-1] = warning(self.faults[-1])  # as in Collect, nothing is chosen
            return None
        quote = "'" if "'" not in text else '"'
        if quote in text:
            text = text.replace(quote, "’")
        return self._try(
            one, "default", lambda: self._compile(one, f"{quote}{text}{quote}", condition=False)
        )

    def trigger(self, one: Definition) -> str:
        """Return the path of the item whose answer works this one out anew."""
        text = one.cells.get("trigger", "")
        found = REFERENCE.fullmatch(text)
        if not text:
            return ""
        path = self.names.paths.get(found[1].strip()) if found else None
        if path is None:
            name = found[1] if found else text
            hint = did_you_mean(name, self._known)
            self.add(Code.FORM_15, one, "trigger", name=name, hint=hint)
        return path or ""

    def template(self, one: Definition, text: str, column: str) -> Template:
        """Return a text whose references are paths."""
        if "${" not in text:
            return Template((text,)) if text else _NOTHING
        parts = REFERENCE.split(text)
        here = self.names.standpoint(one)
        for n, name in enumerate(parts):
            if n % 2 == 0:
                continue
            try:
                path = self.names.resolve(name.strip())
            except LookupError:
                path = ""
            if not path or here.is_container(path) or here.is_many(path):
                self._bad_reference(one, column, name, is_known=bool(path))
                path = ""
            parts[n] = path or name
        return Template(tuple(parts))

    def _bad_reference(self, one: Definition, column: str, name: str, *, is_known: bool) -> None:
        if (one.path, f"{column}{name}") in self._failed:
            return
        self._failed.add((one.path, f"{column}{name}"))
        hint = did_you_mean(name, self._known)
        if is_known:
            hint = " Isinya bisa banyak; hitung dulu dengan calculate, misalnya join(', ', …)."
        self.add(Code.FORM_15, one, column, name=name, hint=hint)

    def _compile(
        self, one: Definition, source: str, *, condition: bool, judges: bool = False
    ) -> Compiled:
        return expressions.compile(
            source,
            resolve=self.names.resolve,
            names=self._known,
            condition=condition,
            here=self.names.standpoint(one, judges=judges),
        )

    def _try(self, one: Definition, column: str, compile_: Callable[[], T]) -> T | None:
        try:
            return compile_()
        except ExpressionError as error:
            for found in error.faults:
                reason = f"{found.message} (huruf ke-{found.position + 1})"
                self.add(Code.FORM_16, one, column, reason=reason)
            return None

    def _check_codes(self, one: Definition, column: str, compiled: Compiled) -> None:
        for path, code in compiled.comparisons:
            item = self.names.items.get(path)
            listed = item.list_name if item else ""
            codes = self._codes.get(listed)
            if codes and code and code not in codes:
                hint = did_you_mean(code, sorted(codes)[:1_000])
                self.add(Code.FORM_17, one, column, code=code, list=listed, hint=hint)

    def _answers(self, one: Definition, text: str) -> bool:
        rows = self.written.choices.get(one.list_name, ())
        choices = tuple(Choice(row.get("name", ""), "") for row in rows)
        item = Item(one.path, 0, kind_of_item(one.kind), choices=choices)
        return held_as(item, text) is not None
