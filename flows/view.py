"""What a form's expressions see of one interview at one moment.

Relevance and calculations are worked out when asked for and remembered for the length of one
step, so a step costs what its questions need and not what the form holds. An item that is not
relevant reads blank; its raw answer stays in the state and returns when it becomes relevant.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flows.expressions import Scope, Value
from flows.model import MOST_REPEATS, Choice, Counts, Form, Item, Kind, Template, key_of
from flows.state import State
from flows.words import in_words, spoken

zone_of = lru_cache(maxsize=64)(ZoneInfo)


class View(Counts):
    """A scope for compiled expressions over one state (see `flows.expressions.Scope`)."""

    __slots__ = (
        "_known", "_relevant", "_times", "answers", "dot", "form", "given", "kept", "now",
        "seed", "zone",
    )  # fmt: skip

    zone: tzinfo

    def __init__(self, form: Form, state: State, now: datetime) -> None:
        self.form = form
        self.answers = state.answers
        self.given = state.given
        self.kept = state.kept
        self.now = now
        self.zone = zone_of(state.zone)
        self.seed = state.seed
        self.dot: Value = ""
        self._known: dict[str, Value] = {}
        self._relevant: dict[str, bool] = {}
        self._times: dict[tuple[str, tuple[int, ...]], int] = {}

    def value(self, path: str) -> Value:
        """Return the answer, given value or calculation at `path`; blank when not relevant."""
        known = self._known.get(path)
        if known is None:
            item = self.form.by_path[path]
            if item.relevant or item.calculation is not None or item.default is not None:
                self._settle(path)
                return self._known[path]
            known = self._known[path] = self._work_out(item)
        return known

    def values(self, path: str, shared: int) -> Sequence[Value]:  # noqa: ARG002 -- outermost
        """Return the values at `path` in all its repetitions; of a repeat, their numbers."""
        return self.gathered(path, ())

    def gathered(self, path: str, within: tuple[int, ...]) -> list[Value]:
        """Return the values at `path` in its repetitions within the given places."""
        repeat = self.form.repeats.get(path)
        if repeat is not None:
            outer = self.all_places(repeat.repeats[:-1], within)
            return [n for at in outer for n in range(1, self.count(path, at) + 1)]
        item = self.form.by_path[path]
        places = self.all_places(item.repeats, within)
        return [self.value(key_of(path, item.repeats, at)) for at in places]

    def value_at(self, path: str, places: Sequence[int]) -> Value:
        """Return the value of one repetition; blank when there is no such."""
        item = self.form.by_path[path]
        for depth, repeat in enumerate(item.repeats):
            if not 0 < places[depth] <= self.count(repeat, tuple(places[:depth])):
                return ""
        return self.value(key_of(path, item.repeats, tuple(places)))

    def place(self, depth: int) -> int:  # noqa: ARG002 -- it stands in no repetition
        """Return which repetition this is: none."""
        return 0

    def column(self, name: str) -> str:  # noqa: ARG002 -- it looks at no row
        """Return what the row being looked at holds: there is none."""
        return ""

    def is_relevant(self, item: Item) -> bool:
        """Whether all of the item's conditions, and its groups', hold now."""
        if not item.relevant:
            return True
        holds = self._relevant.get(item.path)
        if holds is None:
            holds = True
            scope = self.scope(item)
            for condition in item.relevant:
                if not condition.truth(scope):
                    holds = False
                    break
            self._relevant[item.path] = holds
        return holds

    def requires(self, item: Item) -> bool:
        """Whether the item must be answered, as things stand."""
        if item.required_when is None:
            return item.required
        return item.required_when.truth(self.scope(item))

    def label(self, path: str, code: str) -> str:
        """Return the label of a choice of the item at `path`; the code when there is none."""
        choices = self.worded(self.form.by_path[path]).choices
        return next((choice.label for choice in choices if choice.code == code), code)

    def accepts(self, item: Item, value: Any) -> bool:
        """Whether the item's constraint, or its range, holds for `value`."""
        if item.bounds is not None and not _is_within(item.bounds, value):
            return False
        if item.constraint is None:
            return True
        if item.places:
            return item.constraint.truth(Inside(self, item, plain(value)))
        self.dot = plain(value)
        return item.constraint.truth(self)

    def choices(self, item: Item) -> tuple[Choice, ...]:
        """Return the choices offered now, in the order they are shown."""
        choices = self.worded(item).choices
        if item.filter is None and not item.shuffled:
            return choices
        return tuple(choices[place] for place in self.offered(item))

    def worded(self, item: Item) -> Item:
        """Return the item with the answers that its choices quote; a blank one leaves the code."""
        if not item.named:
            return item
        choices = tuple(
            replace(choice, label=self.fill(label, item).strip() or choice.code)
            for choice, label in zip(item.choices, item.named, strict=True)
        )
        return replace(item, choices=choices)

    def offered(self, item: Item) -> Sequence[int]:
        """Return which of the item's choices are offered now, in the order they are shown."""
        places: Sequence[int] = range(len(item.choices))
        if item.filter is not None:
            places = item.filter.rows(self.scope(item))
        if item.shuffled:
            return sorted(places, key=lambda place: _mixed(self.seed, item.path, place))
        return places

    def default(self, item: Item) -> Value:
        """Return what an item holds before it is answered; blank mostly."""
        return item.default.value(self.scope(item)) if item.default is not None else ""

    def fill(self, template: Template, item: Item | None = None) -> str:
        """Return the template's text with its references in words people read.

        `item` is the one it belongs to: in a repeat, its references are of the same repetition.
        """
        parts = template.parts
        if len(parts) == 1:
            return parts[0]
        return "".join(self._words(part, item) if i % 2 else part for i, part in enumerate(parts))

    def scope(self, item: Item) -> Scope:
        """Return what the item's expressions are called with."""
        return Inside(self, item) if item.places else self

    def count(self, repeat: str, around: tuple[int, ...]) -> int:
        """Return how many repetitions a repeat has now; none when it is not relevant."""
        known = self._times.get((repeat, around))
        if known is None:
            known = self._times[repeat, around] = self._count(repeat, around)
        return known

    def _count(self, path: str, around: tuple[int, ...]) -> int:
        repeat = self.form.repeats[path]
        first = self.form.by_path[key_of(path, repeat.repeats, (*around, 1))]
        if not self.is_relevant(first):
            return 0
        if repeat.count is not None:
            wanted = repeat.count.number(Inside(self, first))
            if math.isnan(wanted):
                return 0
            return int(min(max(wanted, 0), MOST_REPEATS))
        times = 0
        while times < MOST_REPEATS:
            gate = key_of(path, repeat.repeats, (*around, times + 1))
            if self.answers.get(gate) != "ya":
                break
            times += 1
        return times

    def _settle(self, path: str) -> None:
        """Work out an item after all it leans on, so that a long chain needs no deep stack."""
        by_path, known = self.form.by_path, self._known
        waiting = [path]
        while waiting:
            item = by_path[waiting[-1]]
            missing = [
                used
                for rule in (*item.relevant, item.calculation, item.default)
                if rule is not None
                for used in self._beside(item, rule.references)
                if used not in known
            ]
            if missing:
                waiting += missing
            elif waiting.pop() not in known:
                known[item.path] = self._work_out(item)

    def _beside(self, item: Item, paths: frozenset[str]) -> Sequence[str] | frozenset[str]:
        """Return the paths as they are called in the item's own repetition."""
        if not item.places:
            return paths
        inside = Inside(self, item)
        return [inside.key(path) for path in paths]

    def _work_out(self, item: Item) -> Value:
        if not self.is_relevant(item):
            return ""
        if item.calculation is not None:
            if item.is_kept:
                return self._kept(item)
            return item.calculation.value(self.scope(item))
        if item.path in self.answers:
            return plain(self.answers[item.path])
        if item.kind is Kind.HIDDEN:
            known = self.given.get(item.path, self.given.get(item.name, ""))
            return known or self.default(item)
        return self.default(item)

    def _kept(self, item: Item) -> Value:
        known: Value | None = self.kept.get(item.path, "" if item.trigger else None)
        return self.work_out(item) if known is None else known

    def work_out(self, item: Item) -> Value:
        """Return what an item's calculation gives now, as if it had never been kept."""
        if item.calculation is None:
            return ""
        value: Value = item.calculation.value(Inside(self, item))
        return value

    def _words(self, path: str, beside: Item | None) -> str:
        if beside is not None and beside.places:
            path = Inside(self, beside).key(path)
        item = self.worded(self.form.by_path[path])
        if item.is_asked and item.calculation is None and path in self.answers:
            return spoken(item, self.answers[path]) if self.is_relevant(item) else ""
        return in_words(item, self.value(path))


class Inside:
    """A scope at one item: its repetition, and what its field holds so far."""

    __slots__ = ("_chains", "_places", "_view", "dot", "seed")

    def __init__(self, view: View, item: Item, dot: Value = "") -> None:
        self._view = view
        self._places = item.places
        self.dot = dot
        self.seed = _seed(view.seed, item.places) if item.places else view.seed

    @property
    def now(self) -> datetime:
        return self._view.now

    @property
    def zone(self) -> tzinfo:
        return self._view.zone

    def key(self, path: str) -> str:
        """Return the path as it is called in this repetition."""
        repeats = self._view.form.by_path[path].repeats
        return key_of(path, repeats, self._places[: len(repeats)]) if repeats else path

    def value(self, path: str) -> Value:
        return self._view.value(self.key(path))

    def values(self, path: str, shared: int) -> Sequence[Value]:
        return self._view.gathered(path, self._places[:shared])

    def value_at(self, path: str, places: Sequence[int]) -> Value:
        return self._view.value_at(path, places)

    def place(self, depth: int) -> int:
        return self._places[depth - 1] if depth <= len(self._places) else 0

    def column(self, name: str) -> str:
        return self._view.column(name)

    def label(self, path: str, code: str) -> str:
        return self._view.label(path, code)


def plain(value: Any) -> Value:
    """Return a stored answer as an expression value.

    Several codes are joined by spaces, a date keeps its precision (`2026-08`), a range of
    rupiah counts as its lower end, a place as its name, a skipped answer is blank.
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
            held = value.get("value", value.get("min", value.get("kabkota", "")))
            return held if isinstance(held, (str, int, float)) else ""
    return ""


def _is_within(bounds: tuple[float, float, float], value: Any) -> bool:
    least, most, step = bounds
    if not isinstance(value, int | float) or not least <= value <= most:
        return False
    steps = (value - least) / step
    return math.isclose(steps, round(steps), abs_tol=1e-6)


def _seed(seed: int, places: tuple[int, ...]) -> int:
    """Return a seed of its own for each repetition."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{places}".encode()).digest()[:6], "big")


def _mixed(seed: int, path: str, place: int) -> bytes:
    return hashlib.sha256(f"{seed}:{path}:{place}".encode()).digest()
