"""One person as staff see and mend them: numbers whole only where staff asked for them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.roster.cells import masked
from bot.roster.details import ZONES, masked_email, read_email, read_zone
from bot.roster.names import read_name
from bot.roster.phone import read_phones
from bot.roster.store import CHANNEL
from storage import cohorts, consents, respondents
from storage.respondents import Use
from storage.secrets import Vault

CANNOT_MERGE = {
    "same": "ID dan INTO sama; sebutkan dua nomor yang berbeda",
    "unknown": "salah satu nomor tidak ada atau sudah digabung; lihat: lacak people list",
    "nik": "keduanya punya NIK yang berbeda, jadi bukan satu orang; periksa NIK-nya dulu",
}
_USES = {
    Use.MAIN: "dipakai",
    Use.SPARE: "cadangan",
    Use.OLD: "lama",
    Use.DENIED: "milik orang lain",
}
_ZONE_NAMES = {name: short for short, name in ZONES.items()}
_THINGS = {
    "address": "alamat", "membership": "keanggotaan", "interview": "wawancara",
    "inbox": "pesan masuk", "consent": "persetujuan", "stop": "permintaan berhenti",
    "student_number": "NIM", "audience": "gelombang", "merged": "catatan gabungan",
}  # fmt: skip
_CHANNELS = {CHANNEL: "WhatsApp", "telegram": "Telegram", "web": "web", "simulated": "simulasi"}


_LABELS = {
    "name": "Nama",
    "email": "Email",
    "zone": "Zona waktu",
    "phone": "HP",
    "given_by": "Pemberi kontak",
}


class Unusable(Exception):
    """A value that cannot be stored; the message says what would work."""


def profile(
    db: Connection, vault: Vault, respondent_id: int, *, nik: bool
) -> list[tuple[str, str]]:
    """Return what is known of a person, line by line; the caller audits the look."""
    person = respondents.get(db, respondent_id)
    digits = respondents.nik(db, vault, respondent_id)
    lines = [
        ("Nomor", str(person.id)),
        ("Nama", person.name),
        ("NIK", (digits if nik else masked(digits)) or "-"),
        ("Tanggal lahir", f"{person.birth_date:%d/%m/%Y}" if person.birth_date else "-"),
        ("Jenis kelamin", person.gender or "-"),
        ("Email", person.email or "-"),
        ("Zona waktu", _ZONE_NAMES.get(person.zone, person.zone)),
    ]
    for institution, nim in respondents.student_numbers(db, respondent_id):
        lines.append(("NIM", f"{nim} ({institution})" if institution else nim))
    for reach in respondents.all_addresses(db, respondent_id):
        value = f"+{reach.value}" if reach.channel == CHANNEL else masked(reach.value)
        name = _CHANNELS.get(reach.channel, reach.channel)
        lines.append((name, f"{value} ({_USES.get(Use(reach.use), reach.use)})"))
    for batch, outcome in cohorts.of_person(db, respondent_id):
        lines.append(("Angkatan", f"{batch.name} ({outcome})" if outcome else batch.name))
    stopped = consents.is_stopped(db, respondent_id)
    return [*lines, ("Pesan", "meminta berhenti" if stopped else "boleh dikirimi")]


def read_edits(
    *, name: str, phone: str, email: str, zone: str, given_by: str = ""
) -> dict[str, str]:
    """Return the values staff gave, repaired as an import would.

    Raises:
        Unusable: a value that cannot be used, with one that could.
    """
    values: dict[str, str] = {}
    phones = read_phones(phone)
    given = {
        "name": read_name(name), "email": read_email(email), "zone": read_zone(zone),
        "given_by": read_name(given_by),
    }  # fmt: skip
    for field, read in given.items():
        if read.fault:
            raise Unusable(f"--{field}: {read.fault}")
        if read.value:
            values[field] = read.value
    if phones.fault:
        raise Unusable(f"--phone: {phones.fault}")
    if phones.numbers:
        values["phone"] = phones.numbers[0]
    return values


def edit_person(
    db: Connection,
    vault: Vault,
    respondent_id: int,
    values: Mapping[str, str],
    *,
    at: datetime,
    dry_run: bool,
) -> list[str]:
    """Write what staff mended and return it as "lama → baru", numbers masked."""
    person = respondents.get(db, respondent_id)
    known = respondents.addresses(db, respondent_id).get(CHANNEL)
    old = {
        "name": person.name, "email": person.email, "zone": person.zone,
        "phone": known.value if known else "", "given_by": person.given_by,
    }  # fmt: skip
    changed = {field: new for field, new in values.items() if new != old[field]}
    if not dry_run:
        facts = {field: new for field, new in changed.items() if field != "phone"}
        respondents.change(db, vault, respondent_id, facts)
        if "phone" in changed:
            respondents.replace_address(db, respondent_id, CHANNEL, changed["phone"], at=at)
    return [
        f"{_LABELS[field]}: {_veiled(field, old[field]) or '-'} → {_veiled(field, new)}"
        for field, new in changed.items()
    ]


def in_staffs_words(counts: Mapping[str, int]) -> str:
    """Return what moves, as staff call it."""
    said = [f"{number} {_THINGS.get(name, name)}" for name, number in counts.items()]
    return ", ".join(said) or "tidak ada"


def _veiled(field: str, value: str) -> str:
    if field == "phone":
        return masked(value)
    if field == "zone":
        return _ZONE_NAMES.get(value, value)
    return masked_email(value) if field == "email" and value else value
