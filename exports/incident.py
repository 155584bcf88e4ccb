"""Who an incident affects and with which data, and the notice the law wants (UU 27/2022 Ps 46)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from exports.table import Cell, Table
from flows.words import long_date
from storage.registers import Registered

HEADER = (
    "id", "nama", "angkatan", "kejuruan", "whatsapp", "telegram", "email", "jenis_data",
    "data_spesifik", "terakhir",
)  # fmt: skip

WITHIN = timedelta(hours=72)
"""3×24 hours from when it is known."""

SPECIFIC = "penghasilan"
"""Personal finances are specific data (Ps 4)."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One person, what of theirs was there, and when their data moved last."""

    one: Registered
    kinds: Sequence[str]
    at: datetime


def gather(
    everybody: Iterable[Registered],
    touched: Mapping[int, datetime],
    answers_of: Callable[[int], Sequence[str]],
    *,
    cohort: str = "",
) -> list[Affected]:
    """Return who is affected, of one cohort if named; `answers_of` gives kinds of answers."""
    found = []
    for one in everybody:
        at = touched.get(one.person.id)
        if at is None or (cohort and cohort not in {part.cohort for part in one.cohorts}):
            continue
        kinds = (*_known(one), *answers_of(one.person.id))
        found.append(Affected(one, tuple(dict.fromkeys(kinds)), at))
    return found


def table(people: Sequence[Affected], zone: ZoneInfo) -> Table:
    """Return a row for each person affected."""
    return Table(HEADER, _rows(people, zone), "Terdampak")


def notice(people: Sequence[Affected], *, office: str, contact: str, since: datetime,
           until: datetime, now: datetime, zone: ZoneInfo) -> str:  # fmt: skip
    """Return a draft of the written notice; what only the office knows stands in brackets."""
    kinds = list(dict.fromkeys(kind for one in people for kind in one.kinds))
    due = (now + WITHIN).astimezone(zone)
    span = f"{_day(since, zone)} sampai {_day(until, zone)}"
    return f"""DRAF PEMBERITAHUAN KEGAGALAN PELINDUNGAN DATA PRIBADI
UU 27/2022 Pasal 46: tertulis, paling lambat 3×24 jam, kepada orang yang terdampak dan lembaga.
Bila kegagalannya diketahui {_day(now, zone)} {now.astimezone(zone):%H.%M}, batasnya \
{_day(due, zone)} {due:%H.%M}.

Kepada Bapak/Ibu/Kakak alumni {office},

Kami memberitahukan bahwa telah terjadi kegagalan pelindungan data pribadi pada layanan survei kami.

1. Data yang terungkap: {", ".join(kinds) or "[sebutkan]"}.
   Jumlah orang yang mungkin terdampak: {len(people)}.
2. Kapan dan bagaimana: antara {span}; [jelaskan apa yang terjadi dan bagaimana diketahui].
3. Penanganan dan pemulihan: [jelaskan apa yang sudah dan akan dilakukan].
4. Yang sebaiknya dilakukan: waspadai pesan yang meminta kode, uang, atau data lain atas nama kami.

Pertanyaan dan permintaan atas data pribadi: {contact or "[kontak kantor]"}, atau balas \
DATA SAYA atau HAPUS DATA SAYA di percakapan survei.

{office}
"""


def _known(one: Registered) -> Iterator[str]:
    person = one.person
    yield "nama"
    channels = {address.channel for address in one.addresses}
    facts = (
        (bool(person.nik), "NIK"), (bool(one.numbers), "NIM"),
        (person.birth_date is not None, "tanggal lahir"), (bool(person.gender), "jenis kelamin"),
        (bool(person.email), "email"), ("whatsapp" in channels, "nomor WhatsApp"),
        ("telegram" in channels, "akun Telegram"), (bool(one.cohorts), "riwayat pendidikan"),
    )  # fmt: skip
    yield from (name for is_there, name in facts if is_there)


def _rows(people: Sequence[Affected], zone: ZoneInfo) -> Iterator[Sequence[Cell]]:
    for each in people:
        one = each.one
        used = {a.channel: a.value for a in one.addresses if a.use == "main"}
        yield (
            one.person.id, one.person.name, "; ".join(part.cohort for part in one.cohorts),
            "; ".join(dict.fromkeys(part.prodi for part in one.cohorts if part.prodi)),
            used.get("whatsapp"), "ya" if "telegram" in used else "tidak", one.person.email,
            ", ".join(each.kinds), "ya" if SPECIFIC in each.kinds else "tidak",
            f"{each.at.astimezone(zone):%Y-%m-%d %H.%M}",
        )  # fmt: skip


def _day(at: datetime, zone: ZoneInfo) -> str:
    return long_date(at.astimezone(zone).date().isoformat())
