"""Conditions on what the office knows of a person: XLSForm expressions, checked when read."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flows import expressions
from flows.expressions import ExpressionError

FIELDS = ("jenis_kelamin", "tanggal_lahir", "zona", "status", "prodi", "pelatihan", "angkatan")
"""What a condition may ask about: `${jenis_kelamin} = 'P'`."""


def why_wrong(condition: str) -> str:
    """Return why a condition cannot be used, or nothing."""
    try:
        expressions.compile(
            condition, resolve={name: name for name in FIELDS}.__getitem__, condition=True,
            names=FIELDS,
        )  # fmt: skip
    except ExpressionError as error:
        return str(error)
    return ""


def holds(condition: str, facts: Mapping[str, str], *, now: datetime, zone: str) -> bool:
    """Whether a condition is met by a person's facts; an empty one always is."""
    if not condition:
        return True
    values = {name: facts.get(name, "") for name in FIELDS}
    found = expressions.evaluate(f"boolean({condition})", values, now=now, zone=ZoneInfo(zone))
    return bool(found)
