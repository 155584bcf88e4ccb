"""The file of a request: who may have it, for how long, and where it is fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.channels.contract import File
from bot.links import make_file
from bot.rights.dossier import dossier
from flows.model import Form
from storage import erasing, privacy
from storage.database import Database
from storage.secrets import Vault

OPEN_FOR = timedelta(hours=24)
"""How long a file may be fetched after it was granted."""

NAME = "data-saya.xlsx"


@dataclass(frozen=True, slots=True)
class Files:
    """Makes the files of granted requests, anew each time: none is kept."""

    database: Database
    vault: Vault
    form_at: Callable[[Connection, int], Form]
    clock: Callable[[], datetime]
    zone: str
    public_url: str

    def file_of(self, name: str) -> File | None:
        """Return the file a message names; None when it may not be had, or not any more."""
        request_id = _key(name)
        content = self.content(request_id) if request_id is not None else None
        if content is None:
            return None
        return File(NAME, content, self.public_url.rstrip("/") + self.address_of(name))

    def address_of(self, name: str) -> str:
        """Return the path where a named file is fetched, or nothing."""
        request_id = _key(name)
        if request_id is None:
            return ""
        with self.database.read() as db:
            wish = privacy.get(db, self.vault, request_id)
        if wish is None or wish.granted_at is None:
            return ""
        return f"/berkas/{make_file(self.vault, wish.id, until=wish.granted_at + OPEN_FOR)}"

    def content(self, request_id: int) -> bytes | None:
        """Return the bytes of a request's file; None when it may not be had."""
        with self.database.read() as db:
            wish = privacy.get(db, self.vault, request_id)
            if wish is None or wish.granted_at is None:
                return None
            is_over = wish.granted_at + OPEN_FOR < self.clock()
            if is_over or erasing.is_erased(db, wish.respondent_id):
                return None
            return self.write(db, wish.respondent_id)

    def write(self, db: Connection, respondent_id: int) -> bytes:
        """Return everything about a person as a workbook; the caller audits why."""
        zone = ZoneInfo(self.zone)
        return dossier(db, self.vault, partial(self.form_at, db), respondent_id, zone=zone)


def _key(name: str) -> int | None:
    kind, _, number = name.partition(":")
    return int(number) if kind == "dossier" and number.isascii() and number.isdigit() else None
