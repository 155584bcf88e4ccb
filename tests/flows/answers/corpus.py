"""The corpus of typed answers: one a line, `typed => outcome value`.

`tests/corpus/<kind>.txt` is read top to bottom. `#` opens a comment; `@question …` and
`@unit …` hold for the lines below. What people typed is kept as it stands; a text in
quotation marks is JSON.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows import library
from flows.answers import Outcome, Reading, read
from flows.xlsform import load, publish

FOLDER = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 21)
_PRECISIONS = {4: "year", 7: "month", 10: "day"}


STATUS = load(publish(library.source("kebekerjaan"))).by_path["status"].choices
"""The choices that lines of kind choice and multi are read against."""


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    number: int
    typed: str
    expected: str
    question: str
    unit: str

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.number}: {self.typed}"

    def reading(self) -> Reading:
        choices = STATUS if self.kind in {"choice", "multi"} else ()
        return read(
            self.kind,
            self.typed,
            choices=choices,
            today=TODAY,
            question=self.question,
            unit=self.unit,
        )

    def is_met_by(self, reading: Reading) -> bool:
        """A value or reason the line leaves out is not compared."""
        outcome, *rest = self.expected.split(maxsplit=1)
        if reading.outcome is not Outcome(outcome):
            return False
        if not rest:
            return True
        if reading.outcome is not Outcome.REASK:
            return bool(reading.value == _value(self.kind, rest[0]))
        reason, *options = rest[0].split()
        return reading.reason == reason and (not options or set(options) == set(reading.options))


def _value(kind: str, text: str) -> Any:
    match kind:
        case "choice" | "command":
            return text
        case "multi":
            return text.split()
        case "date":
            iso, *approximate = text.split()
            roughly = {"approx": True} if approximate else {}
            return {"value": iso, "precision": _PRECISIONS[len(iso)], **roughly}
        case "money" if ".." in text:
            least, most = text.split("..")
            return {"min": int(least), "max": int(most)}
        case _:
            return json.loads(text)


def corpus() -> Iterator[Line]:
    for path in sorted(FOLDER.glob("*.txt")):
        said = {"question": "", "unit": ""}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("@"):
                name, _, value = line[1:].partition(" ")
                said[name] = value
            elif line and not line.startswith("#"):
                typed, _, expected = line.rpartition(" => ")
                typed = json.loads(typed) if typed.startswith('"') else typed
                yield Line(path.stem, number, typed, expected, **said)
