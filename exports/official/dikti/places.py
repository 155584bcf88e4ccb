"""Dikti's own codes of places, for a kabupaten/kota or country as an answer holds it.

The table pairs them with the Ministry of Home Affairs' codes (domain/README.md, §1). It knows
no code of the four provinces that Papua was divided into, and two countries: what it does not
know is a gap, never a guess.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ABROAD = "350000"
NEW_PROVINCES: Mapping[str, str] = {
    "93": "Papua Selatan",
    "94": "Papua Tengah",
    "95": "Papua Pegunungan",
    "96": "Papua Barat Daya",
}
"""Provinces since 2022 without a known code, by the Ministry of Home Affairs'."""

_COUNTRIES = {"Japan": "Jepang"}
"""Countries the table calls otherwise than answers do."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code, or why there is none."""

    code: str = ""
    gap: str = ""


def province(place: Mapping[str, Any]) -> Code:
    """Return the code of f5a1 for a place."""
    code = place["kode_kemendagri"]
    if code is None:
        return Code(ABROAD)
    new = NEW_PROVINCES.get(code[:2])
    if new:
        return Code(gap=f"Dikti belum punya kode provinsi {new} yang kami ketahui")
    return Code(_regencies()[code][0])


def regency(place: Mapping[str, Any]) -> Code:
    """Return the code of f5a2 for a place."""
    code, name = place["kode_kemendagri"], place["kabkota"]
    if code is not None:
        return Code(_regencies()[code][1])
    abroad = _countries().get(name, "")
    return Code(abroad, "" if abroad else f"kode Dikti untuk {name} belum kami ketahui")


@cache
def _regencies() -> Mapping[str, tuple[str, str]]:
    return {
        row["kode_kemendagri"]: (row["provinsi_dikti"], row["kode_dikti"])
        for row in _rows()
        if row["kode_kemendagri"]
    }


@cache
def _countries() -> Mapping[str, str]:
    rows = (row for row in _rows() if not row["kode_kemendagri"])
    return {_COUNTRIES.get(row["nama_dikti"], row["nama_dikti"]): row["kode_dikti"] for row in rows}


def _rows() -> list[dict[str, str]]:
    text = files("flows.regions").joinpath("kabkota.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
