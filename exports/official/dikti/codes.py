"""What an office states about itself: its PDDikti codes, in a file of its own.

    perguruan_tinggi: "061056"
    program_studi:
      D3 Teknik Mesin: "21401"

All values are texts, so that leading zeros stay.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

EXAMPLE = 'perguruan_tinggi: "061056"\nprogram_studi:\n  D3 Teknik Mesin: "21401"\n'
_INSTITUTION = re.compile(r"\d{6}")
_PRODI = re.compile(r"\d{5}")


class WrongCodes(Exception):
    """The file cannot be used; the message names everything wrong in it."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The institution's code, and each prodi's by the name the register has."""

    institution: str = ""
    prodi: Mapping[str, str] = field(default_factory=dict)


def read_codes(text: str) -> Codes:
    """Return the codes of an office.

    Raises:
        WrongCodes: it is no YAML, or some code is not one.
    """
    try:
        data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- texts only
    except yaml.YAMLError as error:
        raise WrongCodes(f"tidak terbaca sebagai YAML: {error}") from None
    if not isinstance(data, dict):
        raise WrongCodes(f"isinya harus seperti:\n{EXAMPLE}")
    wrong = list(_wrong(data))
    if wrong:
        raise WrongCodes("\n".join(wrong))
    listed = data.get("program_studi") or {}
    return Codes(data.get("perguruan_tinggi", ""), {_key(n): c for n, c in listed.items()})


def prodi_code(codes: Codes, prodi: str) -> str:
    """Return the code of a prodi, or nothing; case and spaces do not matter."""
    return codes.prodi.get(_key(prodi), "")


def is_institution(code: str) -> bool:
    """Whether a text is the code of an institution: six digits."""
    return _INSTITUTION.fullmatch(code) is not None


def _wrong(data: Mapping[str, Any]) -> Iterator[str]:
    for unknown in sorted(set(data) - {"perguruan_tinggi", "program_studi"}):
        yield f"'{unknown}' tidak dikenal; yang dipakai: perguruan_tinggi, program_studi"
    institution = data.get("perguruan_tinggi", "")
    if institution and not (isinstance(institution, str) and is_institution(institution)):
        yield f"kode perguruan tinggi '{institution}' harus 6 angka, misalnya \"061056\""
    listed = data.get("program_studi") or {}
    if not isinstance(listed, dict):
        yield "program_studi berisi pasangan 'nama prodi: \"kode\"'"
        return
    for name, code in listed.items():
        if not (isinstance(code, str) and _PRODI.fullmatch(code)):
            yield f"kode prodi '{name}' harus 5 angka, misalnya \"21401\"; yang tertulis '{code}'"


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
