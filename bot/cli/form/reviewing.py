"""`lacak form review` and `approve`: what a supervisor's page does, without a page."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.drafts.reading import Reading
    from bot.service import Service
    from storage.drafts import Round

ID = typer.Argument(metavar="ID", help="Nomor draf; lihat `lacak form list`.")
NAME = typer.Option("", "--name", help="Nama lengkap yang memutuskan; tanpa ini nama petugasnya.")
TITLE = typer.Option("supervisor", "--title", help="Jabatan yang memutuskan.")
NOTE = typer.Option("", "--note", help="Catatan untuk seluruh kuesioner.")
COMMENT = typer.Option(
    [], "--comment", help="Catatan untuk satu butir, misalnya penghasilan='Terlalu pribadi?'."
)


def review(
    draft_id: int = ID,
    comment: list[str] = COMMENT,
    note: str = NOTE,
    sends_back: bool = typer.Option(False, "--return", help="Kembalikan dengan catatan itu."),
    approves: bool = typer.Option(False, "--approve", help="Setujui, dengan catatan kalau ada."),
    talks: bool = typer.Option(False, "--chat", help="Tampilkan juga percakapannya."),
    name: str = NAME,
    title: str = TITLE,
) -> None:
    """Baca satu draf sebagai kalimat; dengan --return atau --approve, putuskan."""
    from bot.cli.common import acting, fail, opened
    from bot.drafts.reading import Readings
    from storage.drafts import DraftStatus

    if sends_back and approves:
        fail("pilih salah satu: --return atau --approve")
    with opened() as service:
        by = acting(service, "supervisor") if sends_back or approves else ""
        found = _waiting(service, draft_id)
        reading = Readings(service.office, service.words).of(found.artefact)
        if not by:
            if comment or note:
                fail(
                    "catatan baru tersimpan bersama keputusannya; tambahkan --return atau --approve"
                )
            acting(service, "admin", "operator", "supervisor")
            _show(reading, talks=talks)
            return
        status = DraftStatus.APPROVED if approves else DraftStatus.RETURNED
        _decide(service, found, by, status, (name or by, title), note, _comments(comment, reading))


def approve(
    draft_id: int = ID,
    name: str = NAME,
    title: str = TITLE,
    note: str = NOTE,
) -> None:
    """Setujui satu draf; hanya supervisor, dan bukan penyusunnya."""
    from bot.cli.common import acting, opened
    from storage.drafts import DraftStatus

    with opened() as service:
        by = acting(service, "supervisor")
        found = _waiting(service, draft_id)
        _decide(service, found, by, DraftStatus.APPROVED, (name or by, title), note, {})


def _waiting(service: "Service", draft_id: int) -> "Round":
    from bot.cli.common import fail
    from bot.drafts.desk import STATUS, CannotDraft, Drafting
    from storage import drafts

    with service.database.read() as db:
        try:
            draft = Drafting(service).find(db, str(draft_id))
        except CannotDraft as error:
            fail(str(error))
        found = drafts.latest_round(db, draft.id)
    if found is None or found.verdict is not None:
        fail(f"draf {draft.id} ({draft.form_id}) {STATUS[draft.status]}; tidak menunggu evaluasi")
    return found


def _comments(written: list[str], reading: "Reading") -> dict[str, str]:
    from bot.cli.common import fail

    known = {entry.path: entry.path for entry in reading.entries}
    known |= {entry.name: entry.path for entry in reading.entries}
    found: dict[str, str] = {}
    for one in written:
        item, equals, text = one.partition("=")
        if not equals or not text.strip():
            fail(f"--comment '{one}': tulis seperti nama_butir='catatannya'")
        if item not in known:
            fail(f"butir '{item}' tidak ada; lihat: lacak form review")
        found[known[item]] = text.strip()
    return found


def _decide(
    service: "Service", found: "Round", by: str, status: str, signed: tuple[str, str], note: str,
    comments: dict[str, str],
) -> None:  # fmt: skip
    from bot.cli.common import fail
    from bot.drafts.desk import CannotDraft, Drafting
    from storage.drafts import DraftStatus, Verdict

    verdict = Verdict(DraftStatus(status), by, *signed, "command", note.strip(), comments)
    try:
        Drafting(service).decide(found.id, verdict)
    except CannotDraft as error:
        fail(str(error))
    if verdict.status is DraftStatus.APPROVED:
        print(f"Disetujui {verdict.name} ({verdict.title}). "
              f"Terbitkan: lacak form publish {found.draft_id}")  # fmt: skip
    else:
        print(f"Dikembalikan dengan {len(comments) + bool(note)} catatan.")


def _show(reading: "Reading", *, talks: bool) -> None:
    from bot.drafts.text import conversations, items

    form = reading.form
    print(f"{form.title}\n{form.form_id} versi {form.version} ({form.sha256[:12]})\n")
    print(f"{reading.purpose}\n")
    print("\n".join(items(reading.entries)))
    if talks:
        print("\n".join(conversations(reading.branches)))
