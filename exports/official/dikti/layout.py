"""The columns of the Dikti tracer file, one file an instrument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a fact of the register (`identity`), or an answer to `item`.

    `part` says what of the answer it holds: "answer", "option" (whether the choice of the
    column's own name was picked), "province" or "regency" of a place.
    """

    name: str
    identity: str = ""
    item: str = ""
    part: str = "answer"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns in their order. `core` is the instrument whose answers they take."""

    core: str
    columns: Sequence[Column]


@cache
def layouts() -> Mapping[str, Layout]:
    """Return every layout there is, by the instrument it takes answers of."""
    found = (_layout(one.read_text("utf-8")) for one in files(__package__).iterdir()
             if one.name.endswith(".yaml"))  # fmt: skip
    return {one.core: one for one in found}


def _layout(text: str) -> Layout:
    data = yaml.safe_load(text)
    return Layout(data["core"], tuple(map(_column, data["columns"])))


def _column(data: Mapping[str, str]) -> Column:
    name = data["column"]
    if "identity" in data:
        return Column(name, identity=data["identity"])
    for part in ("option", "province", "regency"):
        if f"{part}_of" in data:
            return Column(name, item=data[f"{part}_of"], part=part)
    return Column(name, item=name)
