"""What we keep about one person, gathered for them (UU 27/2022 Ps 5–7, 13, 32)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from exports.dossier import workbook
from exports.responses import STATUS, cell, question
from exports.table import Table
from flows.events import Replied, Tapped
from flows.model import Form
from storage import cohorts, consents, erasing, inbox, interviews, outbox, respondents
from storage.secrets import Vault
from storage.tables import Audit
from storage.tables.columns import table

_audit = table(Audit)

FormOf = Callable[[int], Form]
Rows = Iterator[tuple[str, ...]]

_USES = {"main": "dipakai", "spare": "cadangan", "old": "lama", "denied": "milik orang lain"}


def dossier(
    db: Connection, vault: Vault, form_of: FormOf, respondent_id: int, *, zone: ZoneInfo
) -> bytes:
    """Return everything as a workbook: who they are, what they said, what we did with it."""
    mine = erasing.bodies(db, respondent_id)
    parts = (
        Table(("Data", "Isi"), _who(db, vault, respondent_id), "Data diri"),
        Table(
            ("Kuesioner", "Pertanyaan", "Jawaban"), _answers(db, vault, form_of, mine),
            "Jawaban",
        ),
        Table(("Waktu", "Dari", "Isi"), _messages(db, vault, mine, zone), "Pesan"),
        Table(("Waktu", "Tentang", "Keputusan"), _agreements(db, mine, zone), "Persetujuan"),
        Table(("Waktu", "Yang dilakukan petugas"), _accesses(db, mine, zone), "Dibuka petugas"),
    )  # fmt: skip
    return workbook([Table(one.header, list(one.rows), one.title) for one in parts])


def _who(db: Connection, vault: Vault, respondent_id: int) -> Rows:
    person = respondents.get(db, respondent_id)
    born = person.birth_date.isoformat() if person.birth_date else ""
    yield "Nama", person.name
    yield "NIK", respondents.nik(db, vault, respondent_id)
    for institution, nim in respondents.student_numbers(db, respondent_id):
        yield f"NIM {institution}".strip(), nim
    yield "Tanggal lahir", born
    yield "Jenis kelamin", person.gender
    yield "Email", person.email
    for one in respondents.all_addresses(db, respondent_id):
        yield f"Alamat {one.channel} ({_USES.get(one.use, one.use)})", one.value
    for batch, outcome in cohorts.of_person(db, respondent_id):
        said = ", ".join(part for part in (batch.programme, batch.prodi, outcome) if part)
        yield "Angkatan", f"{batch.name} ({said})"


def _answers(db: Connection, vault: Vault, form_of: FormOf, mine: list[int]) -> Rows:
    for person in mine:
        for one in interviews.all_of(db, vault, person):
            form = form_of(one.form_pk)
            yield form.title, "Keadaan", STATUS[one.state.status]
            for path, value in one.state.answers.items():
                item = form.by_path[path]
                said = cell(item, value)
                yield form.title, question(item) or item.name, "" if said is None else str(said)


def _messages(db: Connection, vault: Vault, mine: list[int], zone: ZoneInfo) -> Rows:
    found: list[tuple[datetime, str, str]] = []
    for person in mine:
        for address in respondents.all_addresses(db, person):
            for _seq, at, event in inbox.at_address(db, vault, address.id):
                if isinstance(event, Replied):
                    found.append((at, "Kakak", event.text or "(lampiran)"))
                elif isinstance(event, Tapped):
                    found.append((at, "Kakak", event.text or "(tombol)"))
            told = outbox.at_address(db, vault, address.id, is_said=True)
            found += [(one.at, "Kami", one.prompt.text) for one in told]
    for at, who, said in sorted(found, key=lambda one: one[0]):
        yield _said(at, zone), who, said


def _agreements(db: Connection, mine: list[int], zone: ZoneInfo) -> Rows:
    for person in mine:
        for at, about, decided in consents.history(db, person):
            yield _said(at, zone), about, decided


def _accesses(db: Connection, mine: list[int], zone: ZoneInfo) -> Rows:
    """Yield what staff looked at or changed about this very person, as the audit has it."""
    keys = {str(one) for one in mine}
    query = select(_audit).where(_audit.c.action.like("people %")).order_by(_audit.c.id)
    for row in db.execute(query):
        if row.detail.partition(":")[0] in keys:
            yield _said(row.at, zone), row.action


def _said(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H.%M}"
