"""What a form's expressions see of one interview at one moment.

Relevance and calculations are worked out when asked for and remembered for the length of one
step, so a step costs what its questions need and not what the form holds. An item that is not
relevant reads blank; its raw answer stays in the state and returns when it becomes relevant.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flows.expressions import Value
from flows.model import Form, Item, Kind, Template
from flows.state import State
from flows.words import spoken

zone_of = lru_cache(maxsize=64)(ZoneInfo)


class View:
    """A scope for compiled expressions over one state (see `flows.expressions.Scope`)."""

    __slots__ = ("_known", "_relevant", "answers", "dot", "form", "given", "now", "seed", "zone")

    zone: tzinfo

    def __init__(self, form: Form, state: State, now: datetime) -> None:
        self.form = form
        self.answers = state.answers
        self.given = state.given
        self.now = now
        self.zone = zone_of(state.zone)
        self.seed = state.seed
        self.dot: Value = ""
        self._known: dict[str, Value] = {}
        self._relevant: dict[str, bool] = {}

    def value(self, path: str) -> Value:
        """Return the answer, given value or calculation at `path`; blank when not relevant."""
        known = self._known.get(path)
        if known is None:
            item = self.form.by_path[path]
            if item.relevant or item.calculation is not None:
                self._settle(path)
                return self._known[path]
            known = self._known[path] = self._work_out(item)
        return known

    def is_relevant(self, item: Item) -> bool:
        """Whether all of the item's conditions, and its groups', hold now."""
        if not item.relevant:
            return True
        holds = self._relevant.get(item.path)
        if holds is None:
            holds = True
            for condition in item.relevant:
                if not condition.truth(self):
                    holds = False
                    break
            self._relevant[item.path] = holds
        return holds

    def label(self, path: str, code: str) -> str:
        """Return the label of a choice of the item at `path`; the code when there is none."""
        choices = self.form.by_path[path].choices
        return next((choice.label for choice in choices if choice.code == code), code)

    def accepts(self, item: Item, value: Any) -> bool:
        """Whether the item's constraint holds for `value`."""
        if item.constraint is None:
            return True
        self.dot = plain(value)
        return item.constraint.truth(self)

    def fill(self, template: Template) -> str:
        """Return the template's text with its references in words people read."""
        parts = template.parts
        if len(parts) == 1:
            return parts[0]
        return "".join(self._words(part) if i % 2 else part for i, part in enumerate(parts))

    def _settle(self, path: str) -> None:
        """Work out an item after all it leans on, so that a long chain needs no deep stack."""
        waiting = [path]
        while waiting:
            item = self.form.by_path[waiting[-1]]
            if not item.relevant and item.calculation is None:
                self._known[waiting.pop()] = self._work_out(item)
                continue
            rules = (*item.relevant, item.calculation) if item.calculation else item.relevant
            missing = [
                used for rule in rules for used in rule.references if used not in self._known
            ]
            if missing:
                waiting += missing
            elif waiting.pop() not in self._known:
                self._known[item.path] = self._work_out(item)

    def _work_out(self, item: Item) -> Value:
        if not self.is_relevant(item):
            return ""
        if item.calculation is not None:
            return item.calculation.value(self)
        if item.kind is Kind.HIDDEN:
            return self.given.get(item.path, "")
        return plain(self.answers.get(item.path))

    def _words(self, path: str) -> str:
        item = self.form.by_path[path]
        if item.is_asked:
            return spoken(item, self.answers.get(path)) if self.is_relevant(item) else ""
        value = self.value(path)
        return f"{value:.0f}" if isinstance(value, float) and value == int(value) else str(value)


def plain(value: Any) -> Value:
    """Return a stored answer as an expression value.

    Several codes are joined by spaces, a date keeps its precision (`2026-08`), a range of
    rupiah counts as its lower end, a skipped answer is blank.
    """
    if type(value) is str:
        return value
    match value:
        case None:
            return ""
        case str() | bool() | int() | float():
            return value
        case list():
            return " ".join(value)
        case Mapping():
            held = value.get("value", value.get("min", ""))
            return held if isinstance(held, (str, int, float)) else ""
    return ""
