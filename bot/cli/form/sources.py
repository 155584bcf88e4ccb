"""What a questionnaire is called on the command line, and where it is read from.

FORM is a file, the name of a built-in questionnaire or of a published one, or the number of a
draft (`3`; `3.1` is the first submission of draft 3).
"""

import errno
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.model import Form
    from flows.xlsform import Artefact, Attached
    from flows.xlsform.read import Sheets
    from storage.drafts import Round, Submission

MOST_BYTES = 10_000_000
"""A larger file is no questionnaire, so it is not even read."""

_REASONS = {
    errno.ENOENT: "tidak ada",
    errno.EISDIR: "itu folder, bukan berkas",
    errno.EACCES: "tidak boleh dibaca",
    errno.ENAMETOOLONG: "namanya terlalu panjang",
}
_DRAFT = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,4}))?")


def read_source(name: str) -> bytes:
    """Return a built-in questionnaire by name, or a file's bytes; end when there is neither."""
    from bot.cli.common import fail

    try:
        return read(name)
    except OSError as error:
        fail(unreadable(name, error))


def published(name: str) -> "Artefact":
    """Return the artefact of a built-in questionnaire or a file; end with its faults."""
    from bot.cli.common import fail
    from flows.xlsform import FormFaults, publish

    source = read_source(name)
    try:
        return publish(source, name=Path(name).stem, attached=beside(name))
    except FormFaults as error:
        is_sheet = source.startswith(b"PK")
        fail("\n".join(fault.sentence(name, is_workbook=is_sheet) for fault in error.faults))


def beside(name: str) -> "Attached":
    """Return a reader of the .csv files in a form's own folder."""
    folder = Path(name).resolve().parent

    def attached(file: str) -> bytes | None:
        path = folder / file
        try:
            if path.resolve().parent != folder or path.stat().st_size > MOST_BYTES:
                return None
            return path.read_bytes()
        except OSError:
            return None

    return attached


def read(name: str) -> bytes:
    """Return a built-in questionnaire by name, or a file's bytes; raises OSError."""
    from flows import library

    if name in library.names():
        return library.source(name)
    path = Path(name)
    if path.stat().st_size > MOST_BYTES:
        raise OSError(0, f"lebih dari {MOST_BYTES} bita")
    return path.read_bytes()


def unreadable(name: str, error: OSError) -> str:
    """Return why a name gives no questionnaire, and what would."""
    from flows import library

    listed = ", ".join(library.names())
    reason = _REASONS.get(error.errno or 0, error.strerror)
    return f"{name}: {reason}. Beri berkas .yaml atau .xlsx, atau kuesioner bawaan: {listed}."


def submission(name: str) -> "Submission":
    """Return what a file hands in; end with its faults."""
    from bot.cli.common import fail
    from flows.xlsform import load
    from flows.xlsform.source import read_tidy
    from storage.drafts import Submission

    artefact, source = published(name), read_source(name)
    if not read_tidy(source).settings.text("chat::purpose"):
        fail(
            f"{name}: kolom 'chat::purpose' di settings masih kosong; tulis untuk apa jawabannya, "
            "karena itu dibaca responden sebelum setuju (UU 27/2022 Pasal 21)."
        )
    return Submission(artefact, load(artefact).title, Path(name).name, source)


@dataclass(frozen=True, slots=True)
class Found:
    """A questionnaire; `form` runs, when nothing in it is wrong. `written` has all its rows."""

    name: str
    sheets: "Sheets"
    form: "Form | None"
    written: "Sheets"


def find(name: str) -> Found:
    """Return the questionnaire of that name; end when there is none, or it cannot be read."""
    from flows import library

    stored = _DRAFT.fullmatch(name)
    if stored is None and (name in library.names() or Path(name).exists()):
        return _of_file(name)
    artefact = _stored(name)
    return _of_artefact(name, artefact)


def find_round(name: str) -> "Round | None":
    """Return the submission a draft's number stands for; None when the name is no number.

    Ends when there is none.
    """
    from bot.cli.common import fail, opened
    from bot.drafts.desk import CannotDraft, Drafting
    from storage import drafts

    parts = _DRAFT.fullmatch(name)
    if parts is None:
        return None
    with opened() as service, service.database.read() as db:
        try:
            draft = Drafting(service).find(db, parts[1])
        except CannotDraft as error:
            fail(str(error))
        rounds = drafts.rounds(db, draft.id)
    wanted = int(parts[2] or len(rounds))
    found = next((one for one in rounds if one.number == wanted), None)
    if found is None:
        fail(f"draf {draft.id} ({draft.form_id}) belum punya pengajuan ke-{wanted or 1}")
    return found


def _stored(name: str) -> "Artefact":
    from bot.cli.common import fail, opened
    from storage import forms

    found = find_round(name)
    if found is not None:
        return found.artefact
    form_id, _, version = name.partition("@")
    with opened() as service, service.database.read() as db:
        keys = [
            pk
            for pk, known, number, *_ in forms.versions(db)
            if known == form_id and version in ("", number)
        ]
        if not keys:
            fail(unreadable(name, FileNotFoundError(2, "tidak ada")))
        return forms.get(db, keys[-1])


def _of_file(name: str) -> Found:
    from bot.cli.common import fail
    from flows.xlsform import FormFaults, examine, load
    from flows.xlsform.source import read_sheets
    from flows.xlsform.tidy import tidy

    source = read_source(name)
    try:
        written = read_sheets(source)
        sheets = tidy(written)
    except FormFaults as error:
        fail("\n".join(fault.sentence(name) for fault in error.faults))
    artefact = examine(source, name=Path(name).stem, attached=beside(name)).artefact
    return Found(name, sheets, load(artefact) if artefact else None, written)


def _of_artefact(name: str, artefact: "Artefact") -> Found:
    from bot.cli.common import fail
    from flows.xlsform import load
    from flows.xlsform.source import sheets_of

    sheets = sheets_of(artefact)
    if sheets is None:
        fail(f"{name} terbit dengan Lacak lama, yang tidak menyimpan lembarnya; pakai berkasnya")
    return Found(name, sheets, load(artefact), sheets)
