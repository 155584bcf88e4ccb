"""The identity columns, from the register and the office's own codes."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import Connection

from exports.official.dikti.codes import Codes, is_institution, prodi_code
from exports.official.dikti.places import Code
from storage import cohorts, respondents
from storage.interviews import Row
from storage.secrets import Vault

Identity = Mapping[str, Code]
"""What is known of a person, by the names a layout uses; a gap where the file needs it."""


def register(
    db: Connection, vault: Vault, codes: Codes, *, with_nik: bool
) -> Callable[[Row], Identity]:
    """Return what gives the identity of whoever an interview is with."""
    graduated: dict[str, date | None] = {}

    def identity(row: Row) -> Identity:
        if row.cohort not in graduated:
            cohort = cohorts.find(db, row.cohort)
            graduated[row.cohort] = cohort.ended_on if cohort else None
        person = respondents.get(db, row.respondent_id)
        numbers = respondents.student_numbers(db, row.respondent_id)
        phone = respondents.addresses(db, row.respondent_id).get("whatsapp")
        nik = respondents.nik(db, vault, row.respondent_id) if with_nik else ""
        ended = graduated[row.cohort]
        return {
            "kode_pt": _institution(codes, numbers),
            "kode_prodi": _needed(prodi_code(codes, row.prodi), _no_prodi(row.prodi)),
            "nim": _nim(numbers),
            "nama": Code(person.name),
            "hp": Code(_dialled(phone.value) if phone else ""),
            "email": Code(person.email),
            "tahun_lulus": _needed(str(ended.year) if ended else "", "angkatannya tanpa tanggal"),
            "nik": _needed(nik, "tidak ada di data alumni" if with_nik else "tidak disertakan"),
            "npwp": Code(),
        }

    return identity


def _needed(code: str, gap: str) -> Code:
    return Code(code, "" if code else gap)


def _institution(codes: Codes, numbers: list[tuple[str, str]]) -> Code:
    own = {institution for institution, _nim in numbers if is_institution(institution)}
    code = own.pop() if len(own) == 1 else codes.institution
    return _needed(code, "kode perguruan tinggi belum ditulis di berkas kode PDDikti")


def _no_prodi(prodi: str) -> str:
    if not prodi:
        return "angkatannya tanpa prodi"
    return f"kode prodi {prodi} belum ditulis di berkas kode PDDikti"


def _nim(numbers: list[tuple[str, str]]) -> Code:
    nims = sorted({nim for _institution, nim in numbers})
    if len(nims) > 1:
        return Code(gap=f"punya lebih dari satu NIM: {', '.join(nims)}")
    return _needed(nims[0] if nims else "", "tidak ada di data alumni")


def _dialled(number: str) -> str:
    """Return a number as it is dialled here: 0812…; a foreign one with its country code."""
    return f"0{number.removeprefix('62')}" if number.startswith("62") else number
