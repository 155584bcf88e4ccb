"""What can be wrong with a campaign file, in sentences staff can act on.

A code keeps its meaning for ever; a retired one is never used again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

REPEATED = 120
"""Characters of the author's own text that a sentence repeats."""


class Code(StrEnum):
    """Each kind of fault; the value is its sentence, with {facts}."""

    KMP_01 = "berkas tidak terbaca: {reason}"
    KMP_02 = "kunci '{key}' tidak dikenal.{hint}"
    KMP_03 = "'{key}' wajib diisi; {right}"
    KMP_04 = "'{key}' harus ditulis sebagai {shape}"
    KMP_05 = "'{key}': nilai '{value}' keliru; {right}"
    KMP_06 = "kuesioner '{value}' tidak dikenal.{hint}"
    KMP_07 = (
        "pengingat {day} hari sesudah undangan jatuh pada atau sesudah penutupan ({open}); {right}"
    )
    KMP_08 = "satu gelombang ditulis dengan tepat satu aturan; {right}"
    KMP_09 = "gelombang ini sama dengan yang di baris {line}; hapus salah satunya"
    KMP_10 = "syarat tidak dapat dipakai: {reason}"
    KMP_11 = "jam kirim tidak pernah terbuka: {reason}"
    KMP_12 = "'{key}' tidak berarti di sini; {right}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `line` counts from 1; 0 is the whole file."""

    code: Code
    message: str
    line: int = 0
    key: str = ""

    def sentence(self, file: str) -> str:
        """Return the fault as staff read it."""
        where = f"{file} baris {self.line}" if self.line else file
        return f"{self.code.name}: {where}: {self.message}"


class CampaignFaults(ValueError):
    """A campaign that cannot be used, with every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda one: (one.line, one.key)))
        super().__init__("; ".join(one.sentence("kampanye") for one in self.faults))


def fault(code: Code, line: int, key: str = "", /, **facts: object) -> Fault:
    """Return the fault with its sentence filled in."""
    shown = {name: _shorten(str(fact)) for name, fact in facts.items()}
    return Fault(code, code.value.format(**{"key": key, **shown}), line, key)


def _shorten(text: str) -> str:
    return f"{text[:REPEATED]}…" if len(text) > REPEATED else text
