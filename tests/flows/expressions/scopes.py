"""One respondent to ask expressions of: Sari, in Kendari, on a morning in August."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from flows.expressions import Compiled, Value, compile  # noqa: A004 — the public name

KENDARI = ZoneInfo("Asia/Makassar")  # WITA, UTC+8
MORNING = datetime(2026, 8, 21, 7, 30, tzinfo=KENDARI)
LABELS = {("g/kota", "7471"): "Kota Kendari"}


@dataclass(frozen=True)
class Sari:
    answers: dict[str, Value] = field(default_factory=dict)
    now: datetime = MORNING
    zone: tzinfo = KENDARI
    seed: int = 7
    dot: Value = ""

    def value(self, path: str) -> Value:
        return self.answers.get(path, "")

    def label(self, path: str, code: str) -> str:
        return LABELS.get((path, code), code)


def compiled(expression: str, *, condition: bool = False) -> Compiled:
    """`expression` in a form where every name exists, at the path of the same name."""
    return compile(expression, resolve=lambda name: name, condition=condition)


def asked(expression: str, dot: Value = "", **answers: Value) -> Value:
    return compiled(expression).value(Sari(answers, dot=dot))
