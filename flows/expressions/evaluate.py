"""One expression over a plain mapping: for tests, tools and a curious shell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.expressions.closures import Kind
from flows.expressions.compile import Compiled, compile  # noqa: A004 — ours, see there
from flows.expressions.scope import Value
from flows.expressions.standpoint import Standpoint
from flows.expressions.values import whole


def evaluate(
    expression: str,
    values: Mapping[str, Value | Sequence[Value] | None],
    *,
    now: datetime,
    zone: str | tzinfo,
    seed: int = 0,
) -> str | float | bool:
    """The value of `expression` where `${name}` is `values["name"]` and `.` is `values["."]`.

    None reads as blank; a calculation without an answer is NaN. A list holds the answers of a
    question asked several times: `sum(${x})`, `indexed-repeat(${x}, ${x}, 2)`.

    Raises:
        ExpressionError: the expression is not one we take.
    """
    known = ZoneInfo(zone) if isinstance(zone, str) else zone
    aware = now if now.tzinfo else now.replace(tzinfo=known)
    scope = _Plain(values, aware, known, seed)
    lists = frozenset(name for name, value in values.items() if isinstance(value, list | tuple))
    compiled = _compiled(expression, frozenset(values), lists)
    if compiled.kind is Kind.NUMBER:
        return whole(compiled.number(scope))
    return compiled.value(scope)


@dataclass(frozen=True, slots=True)
class _Plain:
    given: Mapping[str, Value | Sequence[Value] | None]
    now: datetime
    zone: tzinfo
    seed: int

    @property
    def dot(self) -> Value:
        return self.value(".")

    def value(self, path: str) -> Value:
        value = self.given.get(path)
        return value if isinstance(value, str | bool | int | float) else ""

    def values(self, path: str, shared: int) -> Sequence[Value]:  # noqa: ARG002 — one level
        value = self.given.get(path)
        return value if isinstance(value, list | tuple) else [self.value(path)]

    def value_at(self, path: str, places: Sequence[int]) -> Value:
        values = self.values(path, 0)
        place = places[0] if places else 1
        return values[place - 1] if 0 < place <= len(values) else ""

    def place(self, depth: int) -> int:  # noqa: ARG002 — it stands in no repetition
        return 1

    def column(self, name: str) -> str:  # noqa: ARG002 — there are no rows
        return ""

    def label(self, path: str, code: str) -> str:  # noqa: ARG002 — no form, so no labels
        return code


@lru_cache(maxsize=1024)
def _compiled(expression: str, names: frozenset[str], lists: frozenset[str]) -> Compiled:
    here = Standpoint(chains={name: (name,) for name in lists})
    known = {name: name for name in names}
    return compile(expression, resolve=known.__getitem__, names=names, here=here)
