"""Invented people with fixed histories. Nobody here exists."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Invented:
    """What the office knows of one of them."""

    name: str
    nik: str
    born: date
    phone: str


SARI = Invented("Sari Wulandari", "7471994505010019", date(2001, 5, 5), "6281200000101")
BUDI = Invented("Budi Santoso", "7471991203990029", date(1999, 3, 12), "6281200000102")
IBU_RINA = Invented("Rina Permata", "7471996107880039", date(1988, 7, 21), "6281200000103")
EVERYONE = (SARI, BUDI, IBU_RINA)
