"""Indonesia's 514 kabupaten and kota, and what people call them and the countries abroad.

`kabkota.csv` pairs the Ministry of Education's tracer-study codes with the Ministry of Home
Affairs' 2025 list, one to one (domain/README.md, §1); `sebutan.yaml` holds nicknames.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Region:
    """A kabupaten or kota.

    `code` is the Home Affairs' (`74.71`), `tracer_code` the tracer study's (`206000`).
    """

    name: str
    code: str
    tracer_code: str
    province: str

    @property
    def is_city(self) -> bool:
        return self.name.startswith("Kota ")

    @property
    def bare_name(self) -> str:
        """The name without its "Kab." or "Kota"."""
        return self.name.partition(" ")[2]


@cache
def regions() -> tuple[Region, ...]:
    """Return every kabupaten and kota, in the order of the tracer study's list."""
    text = files(__package__).joinpath("kabkota.csv").read_text("utf-8")
    return tuple(
        Region(
            row["nama_dikti"], row["kode_kemendagri"], row["kode_dikti"], row["provinsi_kemendagri"]
        )
        for row in csv.DictReader(text.splitlines())
        if row["kode_kemendagri"]
    )


@cache
def nicknames() -> Mapping[str, Any]:
    """Return `sebutan.yaml` as it is written: texts with commas between the names."""
    text = files(__package__).joinpath("sebutan.yaml").read_text("utf-8")
    held: Mapping[str, Any] = yaml.safe_load(text)
    return held
