"""The register as a table: a person a row, or a row for each cohort of theirs."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from exports.files import described
from exports.table import Cell, Table
from storage.registers import Belonging, Registered

_MEANT = (
    ("id", "Nomor orang di Lacak"),
    ("nama", "Nama"),
    ("nik", "NIK; hanya dengan --nik"),
    ("nim", "NIM; beberapa dipisah titik koma"),
    ("tanggal_lahir", "Tanggal lahir, tahun-bulan-hari"),
    ("jenis_kelamin", "L atau P"),
    ("email", "Alamat email"),
    ("zona", "Zona waktu"),
    ("whatsapp", "Nomor WhatsApp yang dipakai, dengan 62"),
    ("telegram", "ya kalau sudah terhubung ke Telegram"),
    ("angkatan", "Angkatan; beberapa dipisah titik koma"),
    ("kejuruan", "Kejuruan atau prodi"),
    ("pelatihan", "Pelatihan atau program"),
    ("hasil", "Hasil di angkatan itu, misalnya Lulus"),
    ("berhenti", "Sejak kapan meminta tidak dikirimi, waktu kantor"),
)
HEADER = tuple(name for name, _ in _MEANT)


def people(
    everybody: Iterable[Registered], *, zone: ZoneInfo, nik: bool, is_long: bool = False
) -> Table:
    """Return everybody; without `nik` its column is left out."""
    header = [name for name in HEADER if nik or name != "nik"]
    return Table(header, _rows(everybody, zone, nik=nik, is_long=is_long), "Orang")


def codebook(*, nik: bool) -> Table:
    """Return what the columns mean."""
    return described([one for one in _MEANT if nik or one[0] != "nik"])


def _rows(
    everybody: Iterable[Registered], zone: ZoneInfo, *, nik: bool, is_long: bool
) -> Iterator[Sequence[Cell]]:
    for one in everybody:
        person = one.person
        used = {a.channel: a.value for a in one.addresses if a.use == "main"}
        stopped = one.stopped_at.astimezone(zone) if one.stopped_at else None
        facts = (
            person.id, person.name, *((person.nik,) if nik else ()),
            "; ".join(nim for _, nim in one.numbers),
            person.birth_date.isoformat() if person.birth_date else None,
            person.gender, person.email, person.zone, used.get("whatsapp"),
            "ya" if "telegram" in used else "tidak",
        )  # fmt: skip
        groups = [[belongs] for belongs in one.cohorts] if is_long else [one.cohorts]
        for group in groups or [[]]:
            yield (*facts, *_cohorts(group), f"{stopped:%Y-%m-%d %H.%M}" if stopped else None)


def _cohorts(group: Sequence[Belonging]) -> Sequence[Cell]:
    def joined(values: Iterable[str]) -> str:
        return "; ".join(dict.fromkeys(value for value in values if value))

    return (
        joined(one.cohort for one in group),
        joined(one.prodi for one in group),
        joined(one.programme for one in group),
        joined(one.outcome for one in group),
    )
