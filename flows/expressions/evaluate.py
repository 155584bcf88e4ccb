"""One expression over a plain mapping: for tests, tools and a curious shell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.expressions.closures import Kind
from flows.expressions.compile import Compiled, compile  # noqa: A004 — ours, see there
from flows.expressions.scope import Value
from flows.expressions.values import whole


def evaluate(
    expression: str,
    values: Mapping[str, Value | None],
    *,
    now: datetime,
    zone: str | tzinfo,
    seed: int = 0,
) -> str | float | bool:
    """The value of `expression` where `${name}` is `values["name"]` and `.` is `values["."]`.

    None reads as blank; a calculation without an answer is NaN.

    Raises:
        ExpressionError: the expression is not one we take.
    """
    known = ZoneInfo(zone) if isinstance(zone, str) else zone
    aware = now if now.tzinfo else now.replace(tzinfo=known)
    scope = _Plain(values, aware, known, seed)
    compiled = _compiled(expression, frozenset(values))
    if compiled.kind is Kind.NUMBER:
        return whole(compiled.number(scope))
    return compiled.value(scope)


@dataclass(frozen=True, slots=True)
class _Plain:
    values: Mapping[str, Value | None]
    now: datetime
    zone: tzinfo
    seed: int

    @property
    def dot(self) -> Value:
        return self.value(".")

    def value(self, path: str) -> Value:
        value = self.values.get(path)
        return "" if value is None else value

    def label(self, path: str, code: str) -> str:  # noqa: ARG002 — no form, so no labels
        return code


@lru_cache(maxsize=1024)
def _compiled(expression: str, names: frozenset[str]) -> Compiled:
    return compile(expression, resolve={name: name for name in names}.__getitem__, names=names)
