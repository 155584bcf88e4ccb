"""Answers and amounts in the words people read."""

import math
from collections.abc import Mapping
from typing import Any

from flows.expressions import Value
from flows.model import MEDIA, Item, Kind

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def rupiah(amount: int) -> str:
    """Return `Rp2.500.000` for 2500000."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def long_date(iso: str) -> str:
    """Return `21 Agustus 2026`, `Agustus 2026` or `2026`, as precise as `iso` is."""
    year, *rest = iso.split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    return f"{month} {year}" if len(rest) == 1 else f"{int(rest[1])} {month} {year}"


def spoken(item: Item, value: Any) -> str:
    """Return a stored answer as a respondent or reader would say it; blank when skipped."""
    if value is None:
        return ""
    if item.kind in MEDIA:
        return ", ".join(value) if isinstance(value, list) else str(value)
    if item.choices:
        labels = {choice.code: choice.label for choice in item.choices}
        codes = value if isinstance(value, list) else [value]
        between = " > " if item.kind is Kind.RANK else ", "
        return between.join(labels.get(code, str(code)) for code in codes)
    if item.reads == "money":
        if isinstance(value, Mapping):
            return f"{rupiah(value['min'])}–{rupiah(value['max'])}"
        return rupiah(value)
    if item.kind is Kind.DATE and isinstance(value, Mapping):
        about = "sekitar " if value.get("approx") else ""
        return about + long_date(value["value"])
    if item.kind is Kind.DATETIME:
        day, _, clock = str(value).partition("T")
        return f"{long_date(day)} pukul {clock[:5].replace(':', '.')}"
    if item.kind is Kind.TIME:
        return str(value).replace(":", ".")
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """Return `3,5` for 3.5 and `3` for 3.0, as Indonesians write them."""
    if not math.isfinite(value):
        return ""
    return f"{value:.0f}" if value == int(value) else str(value).replace(".", ",")


def in_words(item: Item, value: Value) -> str:
    """Return a value of an expression at an item as people read it: choices by their labels."""
    if item.choices and isinstance(value, str):
        labels = {choice.code: choice.label for choice in item.choices}
        codes = value.split() if item.kind is not Kind.SELECT_ONE else [value]
        return ", ".join(labels.get(code, code) for code in codes)
    return number(value) if isinstance(value, float) else str(value)
