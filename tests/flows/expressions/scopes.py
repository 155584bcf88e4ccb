"""One respondent to ask expressions of: Sari, in Kendari, on a morning in August."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from flows.expressions import Compiled, Value, compile  # noqa: A004 — the public name

KENDARI = ZoneInfo("Asia/Makassar")  # WITA, UTC+8
MORNING = datetime(2026, 8, 21, 7, 30, tzinfo=KENDARI)
CHAINS = {"anak/usia": ("anak",), "anak/main/jenis": ("anak", "anak/main")}
LABELS = {("g/kota", "7471"): "Kota Kendari"}


@dataclass(frozen=True)
class Sari:
    answers: dict[str, Value] = field(default_factory=dict)
    now: datetime = MORNING
    zone: tzinfo = KENDARI
    seed: int = 7
    dot: Value = ""
    places: tuple[int, ...] = ()

    def value(self, path: str) -> Value:
        return self.answers.get(path, "")

    def values(self, path: str, shared: int) -> list[Value]:  # noqa: ARG002 — all are outermost
        return [value for at, value in self.answers.items() if re.sub(r"\[\d+\]", "", at) == path]

    def value_at(self, path: str, places: Sequence[int]) -> Value:
        steps = iter(places)
        repeats = CHAINS.get(path, ())
        at = "/".join(
            f"{step}[{next(steps)}]" if "/".join(path.split("/")[: n + 1]) in repeats else step
            for n, step in enumerate(path.split("/"))
        )
        return self.answers.get(at, "")

    def place(self, depth: int) -> int:
        return self.places[depth - 1] if depth <= len(self.places) else 0

    def column(self, name: str) -> str:
        raise AssertionError(f"no row to read {name} of")

    def label(self, path: str, code: str) -> str:
        return LABELS.get((path, code), code)


def compiled(expression: str, *, condition: bool = False) -> Compiled:
    """`expression` in a form where every name exists, at the path of the same name."""
    return compile(expression, resolve=lambda name: name, condition=condition)


def asked(expression: str, dot: Value = "", **answers: Value) -> Value:
    return compiled(expression).value(Sari(answers, dot=dot))
