"""Hand the attachments of a form's responses to staff: files, and a list of whose each is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.media.shelf import NotOnShelf
from exports.responses import Repeated, said
from flows.attached import is_kept
from flows.model import MEDIA
from storage import interviews

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service

LIST = "daftar.csv"
COLUMNS = ("id", "nama", "pertanyaan", "berkas", "keterangan")
_NOT_THERE = "tidak ada di folder media; cari di cadangan"


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment of a response: whose, to which question, and the file's name."""

    response_id: int
    name: str
    question: str
    file: str


def attachments(service: "Service", db: "Connection", form_id: str) -> Iterator[Attached]:
    """Yield every attachment that stands in a form's responses, in their order."""
    for row in interviews.rows(db, service.vault, form_id):
        for item, value in said(service.turns.form(db, row.form_pk), row).values():
            if item.kind not in MEDIA:
                continue
            values = value.answers if isinstance(value, Repeated) else (value,)
            for file in (one for each in values for one in each or ()):
                yield Attached(row.id, row.name, item.name, file)


def hand_over(service: "Service", found: list[Attached], folder: Path) -> int:
    """Write the files, readable, into a folder, beside a list; return how many files.

    Raises:
        OSError: the folder or the disk would not take them.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written: set[str] = set()
    with (folder / LIST).open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(COLUMNS)
        for one in found:
            note = "" if _write(service, one.file, folder) else _NOT_THERE
            if not note:
                written.add(one.file)
            rows.writerow((one.response_id, _plain(one.name), one.question, one.file, note))
    return len(written)


def _write(service: "Service", name: str, folder: Path) -> bool:
    if not is_kept(name):
        return False
    try:
        content = service.media.shelf.get(name)
    except NotOnShelf:
        return False
    (folder / name).write_bytes(content)
    return True


def _plain(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
