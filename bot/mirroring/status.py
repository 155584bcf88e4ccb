"""How the copies stand, for staff: what is up to date, what is not, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.mirroring.office import Office, called
from storage import mirrors
from storage.mirrors import Behind, Link, Sheet

QUIET = ("", "later")
"""Troubles that mend themselves."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A sheet that needs somebody: a sentence for staff, and since when it was last right."""

    prodi: str
    form_id: str
    state: str
    sentence: str
    since: datetime | None


def alerts(office: Office, email: str) -> Sequence[Alert]:
    """Return every sheet that does not mend itself; `email` is the service account's."""
    with office.database.read() as db:
        links = {link.id: link for link in mirrors.links(db)}
        sheets = mirrors.sheets(db)
    return [
        Alert(
            called(links[sheet.link_id].prodi),
            sheet.form_id,
            sheet.state,
            f"Salinan {called(links[sheet.link_id].prodi)} ({sheet.form_id}) tertahan. "
            f"{advice(sheet, email)}",
            sheet.flushed_at,
        )
        for sheet in sheets
        if sheet.trouble not in QUIET
    ]


def standing(office: Office) -> Sequence[dict[str, Any]]:
    """Return every link with its sheets, as `lacak mirror status --json` shows them."""
    with office.database.read() as db:
        links, sheets = mirrors.links(db), mirrors.sheets(db)
        behind = office.behind(db)
    return [_link(link, [s for s in sheets if s.link_id == link.id], behind) for link in links]


def advice(sheet: Sheet, email: str) -> str:
    """Return what staff should do about a sheet, nothing when it is well."""
    if not sheet.trouble:
        return ""
    from exports.mirror.google.trouble import ADVICE, Trouble  # noqa: PLC0415 -- loads gspread

    return ADVICE[Trouble(sheet.trouble)].format(email=email or "akun layanan")


def _link(link: Link, sheets: Sequence[Sheet], behind: dict[int, Behind]) -> dict[str, Any]:
    return {
        "prodi": called(link.prodi),
        "spreadsheet": link.spreadsheet_id,
        "url": f"https://docs.google.com/spreadsheets/d/{link.spreadsheet_id}/edit",
        "title": link.title,
        "personal": link.personal,
        "codes": link.codes,
        "sheets": [_sheet(sheet, behind[sheet.id]) for sheet in sheets],
    }


def _sheet(sheet: Sheet, behind: Behind) -> dict[str, Any]:
    return {
        "form": sheet.form_id,
        "state": sheet.state,
        "trouble": sheet.trouble,
        "detail": sheet.detail,
        "responses": behind.wanted,
        "copied": behind.current,
        "waiting": behind.waiting,
        "flushed_at": _moment(sheet.flushed_at),
        "verified_at": _moment(sheet.verified_at),
        "next_try": _moment(sheet.next_try),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
