"""The copy: every finished or changed response reaches its prodi's workbook (law 8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.turn import Turns
from exports.mirror import Flush, Memory, mirror_workbooks, tables_by_prodi
from storage import cohorts, forms, interviews
from storage.database import Database
from storage.secrets import Vault


@dataclass(slots=True)
class Copier:
    """Keeps the local workbooks of one office at what the database says.

    `answered` is how many of the rows last copied hold more than that somebody was asked.
    """

    database: Database
    vault: Vault
    turns: Turns
    folder: Path
    zone: ZoneInfo
    answered: int = 0
    _copied: tuple[int, int] = (-1, -1)
    _memory: Memory = field(default_factory=dict)

    def copy(self, now: datetime, *, always: bool = False) -> Sequence[Flush]:
        """Flush every prodi's workbook if a response changed; return what became of each.

        A file that could not be written is tried again the next time.
        """
        with self.database.read() as db:
            changed = interviews.newest_change(db)
            if changed == self._copied and not always:
                return ()
            flushes = [one for form_id in _form_ids(db) for one in self._form(db, form_id, now)]
        self._copied = changed if not any(one.trouble for one in flushes) else (-1, -1)
        return flushes

    def _form(self, db: Connection, form_id: str, now: datetime) -> Sequence[Flush]:
        versions = [pk for pk, name, *_ in forms.listed(db) if name == form_id]
        tables = tables_by_prodi(
            interviews.rows(db, self.vault, form_id),
            lambda form_pk: self.turns.form(db, form_pk),
            versions,
            zone=self.zone,
            known=sorted({batch.prodi for batch, _n in cohorts.listed(db) if batch.prodi}),
        )
        rows = [row for table in tables.values() for row in table.rows]
        self.answered = sum(row.cells.get("_keadaan") != "belum" for row in rows)
        local = now.astimezone(self.zone)
        return mirror_workbooks(self.folder, tables, now=local, memory=self._memory).flushes


def _form_ids(db: Connection) -> Sequence[str]:
    return tuple(dict.fromkeys(form_id for _pk, form_id, *_ in forms.listed(db)))
