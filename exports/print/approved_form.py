"""An approved questionnaire on paper, for the office's files: what was approved, by whom, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exports.print.printable import one_line
from exports.print.typeset import typeset
from flows.reading.outline import Entry
from flows.words import long_date

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


@dataclass(frozen=True, slots=True)
class Signature:
    """One part of the approval block. `text` says how it was signed."""

    role: str
    name: str
    title: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the form's history. `remark` says for example how late it was."""

    what: str
    by: str
    at: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """What is printed of one approved form version."""

    form_id: str
    title: str
    version: str
    sha256: str
    made_with: str
    purpose: str
    entries: Sequence[Entry]
    signatures: Sequence[Signature]
    history: Sequence[Event]
    notes: Sequence[str] = ()


def approved_form(approved: Approved, *, office: str, printed_on: date) -> bytes:
    """Return the PDF on A4; the same input gives the same bytes.

    Moments are printed in the zone they carry.
    """
    data = {
        "office": one_line(office, 90),
        "title": one_line(approved.title, 160) or approved.form_id,
        "form_id": approved.form_id,
        "version": approved.version,
        "hash": " ".join(approved.sha256[n : n + 8] for n in range(0, len(approved.sha256), 8)),
        "made_with": approved.made_with,
        "purpose": approved.purpose.strip(),
        "items": [_item(entry) for entry in approved.entries],
        "signatures": [_signature(one) for one in approved.signatures],
        "history": [
            {"what": one.what, "by": one.by, "at": moment(one.at), "remark": one.remark}
            for one in approved.history
        ],
        "notes": list(approved.notes),
        "printed": f"Dicetak {long_date(printed_on.isoformat())}",
    }
    return typeset("approved_form", data, dated=printed_on)


def moment(at: datetime) -> str:
    """Return `21 November 2026 10.41 WITA`."""
    zone = ZONES.get(str(at.tzinfo), at.tzname() or "")
    return f"{long_date(at.date().isoformat())} {at:%H.%M} {zone}".rstrip()


def _item(entry: Entry) -> dict[str, object]:
    rules: list[str] = []
    if entry.when:
        rules.append(f"{'Ditanyakan' if entry.number else 'Berlaku'} bila {entry.when}.")
    if entry.rule:
        rules.append(f"Diterima bila {entry.rule}.")
    if entry.calculation:
        rules.append(f"Hitungan: {entry.calculation}")
    rules += [f"{one[:1].upper()}{one[1:]}." for one in entry.more]
    kind = [entry.kind]
    if entry.number:
        kind.append("wajib" if entry.required else "boleh dilewati")
    if entry.private:
        kind.append("data pribadi")
    return {
        "number": str(entry.number) if entry.number else "–",
        "text": entry.text or f"[{entry.name}]",
        "name": entry.path,
        "hint": entry.hint,
        "options": [f"{label} ({code})" for code, label in entry.options],
        "rules": rules,
        "kind": kind,
        "depth": entry.depth,
    }


def _signature(one: Signature) -> dict[str, str]:
    return {
        "role": one.role,
        "name": one_line(one.name, 80),
        "title": one_line(one.title, 80),
        "at": moment(one.at),
        "text": one.text,
    }
