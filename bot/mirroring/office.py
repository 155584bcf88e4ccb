"""What the office has to copy: its forms, its prodi as cohorts spell them, the table of a sheet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.turn import Turns
from exports.mirror import NO_PRODI, Wanted, one_table
from exports.mirror.names import joined, tidy
from storage import cohorts, forms, interviews, mirrors
from storage.database import Database
from storage.mirrors import OFFICE, Link
from storage.secrets import Vault

KANTOR = "kantor"
"""What staff call the office's own spreadsheet, which has everyone."""


class NotSetUp(Exception):
    """There is no way to Google; the message tells staff what is missing."""


@dataclass(frozen=True, slots=True)
class Office:
    """One office's data as its sheets need it."""

    database: Database
    vault: Vault
    turns: Turns
    zone: ZoneInfo

    def form_ids(self, db: Connection) -> Sequence[str]:
        """Return every form that was published, oldest first."""
        return tuple(dict.fromkeys(form_id for _pk, form_id, *_ in forms.listed(db)))

    def prodi(self, db: Connection) -> Sequence[str]:
        """Return every prodi once, as first spelled; that of no cohort last."""
        named = {joined(batch.prodi): tidy(batch.prodi) for batch, _n in cohorts.listed(db)}
        named.setdefault(joined(""), NO_PRODI)
        return sorted(named.values(), key=lambda one: (one == NO_PRODI, one))

    def spellings(self, db: Connection, prodi: str) -> Collection[str] | None:
        """Return how cohorts spell a prodi; None for the office's own sheet, which has all."""
        if prodi == OFFICE:
            return None
        names = {"", *(batch.prodi for batch, _n in cohorts.listed(db))}
        return {name for name in names if joined(name) == joined(prodi)}

    def wanted(self, db: Connection, link: Link, form_id: str) -> Wanted:
        """Return what the sheet of a form must hold."""
        versions = [pk for pk, name, *_ in forms.listed(db) if name == form_id]
        spellings = self.spellings(db, link.prodi)
        return one_table(
            interviews.rows(db, self.vault, form_id, prodi=spellings),
            lambda form_pk: self.turns.form(db, form_pk),
            versions,
            zone=self.zone,
            personal=link.personal,
            codes=link.codes,
        )

    def behind(self, db: Connection) -> dict[int, mirrors.Behind]:
        """Return sheet → how far it is."""
        spellings = {link.id: self.spellings(db, link.prodi) for link in mirrors.links(db)}
        return mirrors.behind(db, spellings)


def called(prodi: str) -> str:
    """Return what staff call a link's prodi."""
    return KANTOR if prodi == OFFICE else prodi
