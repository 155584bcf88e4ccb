"""Answers and amounts in the words people read."""

from collections.abc import Mapping
from typing import Any

from flows.model import Item, Kind

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
    if item.choices:
        labels = {choice.code: choice.label for choice in item.choices}
        codes = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(code, str(code)) for code in codes)
    if item.reads == "money":
        if isinstance(value, Mapping):
            return f"{rupiah(value['min'])}–{rupiah(value['max'])}"
        return rupiah(value)
    if item.kind is Kind.DATE and isinstance(value, Mapping):
        about = "sekitar " if value.get("approx") else ""
        return about + long_date(value["value"])
    return str(value)
