"""The corpus of typed answers: one a line, `typed => outcome value`.

`tests/corpus/<kind>.txt` is read top to bottom. `#` opens a comment; `@question …`, `@unit …`
and `@choices …` (a list of choices.yaml, or `status`) hold for the lines below. What people
typed is kept as it stands; a text in quotation marks is JSON. The outcome `clear VALUE` marks a
line that anyone would understand and that is asked about all the same.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from flows import library
from flows.answers import READERS, Outcome, Reading, read
from flows.answers.normal import FILLERS
from flows.regions import regions
from flows.xlsform import load, publish

FOLDER = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 21)
_DIGITS = re.compile(r"\d+")
_PIECES = re.compile(r"0+|[^\W\d_]+|\S")
_PRECISIONS = {4: "year", 7: "month", 10: "day"}


STATUS = load(publish(library.source("kebekerjaan"))).by_path["status"].choices
"""The choices that lines of kind choice and multi are read against, unless they say others."""

CHOICES: Mapping[str, Sequence[Any]] = {
    "status": STATUS,
    **yaml.safe_load((FOLDER / "choices.yaml").read_text(encoding="utf-8")),
}


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    number: int
    typed: str
    expected: str
    question: str
    unit: str
    choices: str

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.number}: {self.typed}"

    def reading(self, today: date | None = TODAY) -> Reading:
        choices = CHOICES[self.choices] if self.choices else ()
        return read(
            self.kind,
            self.typed,
            choices=choices,
            today=today,
            question=self.question,
            unit=self.unit,
        )

    @property
    def is_clear(self) -> bool:
        """Whether anyone would understand it."""
        return self.expected.startswith(("sure ", "clear "))

    def is_silently_wrong(self, reading: Reading) -> bool:
        """Whether something would be stored, unasked, that was not said."""
        if reading.outcome is not Outcome.SURE:
            return False
        return not (
            self.is_clear and reading.value == _value(self.kind, self.expected.split(maxsplit=1)[1])
        )

    def is_met_by(self, reading: Reading) -> bool:
        """A value or reason the line leaves out is not compared."""
        outcome, *rest = self.expected.split(maxsplit=1)
        if outcome == "clear":
            return reading.outcome is not Outcome.SURE
        if reading.outcome is not Outcome(outcome):
            return False
        if not rest:
            return True
        if reading.outcome is not Outcome.REASK:
            return bool(reading.value == _value(self.kind, rest[0]))
        reason, *options = rest[0].split()
        return reading.reason == reason and (not options or set(options) == set(reading.options))


def pattern(line: Line) -> tuple[str, ...]:
    """What two lines share that differ only in which digits, capitals, or how we are addressed."""
    typed = _DIGITS.sub(lambda run: "0" * len(run[0]), line.typed.casefold())
    kept = [piece for piece in _PIECES.findall(typed) if piece not in FILLERS]
    return (line.kind, line.question, line.unit, line.choices, line.expected.split()[0], *kept)


def _value(kind: str, text: str) -> Any:
    match kind:
        case "choice" | "command" | "phone" | "email" | "nik" | "npwp" | "time" | "datetime":
            return text
        case "place":
            codes = {region.name: region.code for region in regions()}
            return {"kabkota": text, "kode_kemendagri": codes.get(text)}
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
    for path in (FOLDER / f"{kind}.txt" for kind in sorted(READERS)):
        if not path.exists():
            continue
        said = {"question": "", "unit": "", "choices": ""}
        said["choices"] = "status" if path.stem in {"choice", "multi"} else ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("@"):
                name, _, value = line[1:].partition(" ")
                said[name] = value
            elif line and not line.startswith("#"):
                typed, _, expected = line.rpartition(" => ")
                typed = json.loads(typed) if typed.startswith('"') else typed
                yield Line(path.stem, number, typed, expected, **said)
