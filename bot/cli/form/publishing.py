"""`lacak form publish` and `print`: what was approved, for everybody and for the files."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.form.sources import find_round, published, submission

if TYPE_CHECKING:
    from bot.service import Service


def publish_form(
    form: str = typer.Argument(
        help="Nomor draf yang disetujui, berkasnya, atau nama kuesioner bawaan."
    ),
) -> None:
    """Terbitkan yang sudah disetujui; sesudah itu versi ini tidak berubah lagi."""
    from bot.cli.common import acting, fail, opened
    from bot.drafts.desk import CannotDraft, Drafting
    from flows import library

    ours = submission(form) if form in library.names() else None
    written = None if ours or form.isdecimal() else published(form)
    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        desk = Drafting(service)
        try:
            if ours is not None:
                artefact = desk.publish_ours(ours, actor=by)
            else:
                with service.database.read() as db:
                    draft = desk.approved(db, written) if written else desk.find(db, form)
                artefact = desk.publish(draft.id, actor=by)
        except CannotDraft as error:
            fail(str(error))
    print(f"{artefact.form_id} versi {artefact.version} terbit ({artefact.sha256[:12]}).")


def print_form(
    form: str = typer.Argument(help="Nomor draf yang disetujui, atau nama kuesioner terbit."),
    out: Path = typer.Option(help="Berkas PDF yang ditulis."),
) -> None:
    """Cetak kuesioner yang disetujui sebagai PDF untuk arsip kantor."""
    from bot.cli.common import acting, fail, opened
    from bot.drafts.desk import CannotDraft
    from bot.drafts.paper import on_paper

    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        try:
            pdf = on_paper(service, _approved(service, form), actor=by)
        except CannotDraft as error:
            fail(str(error))
    out.write_bytes(pdf)
    print(f"Ditulis ke {out}.")


def _approved(service: "Service", form: str) -> int:
    """Return the key of the submission that was approved."""
    from bot.cli.common import fail
    from storage import drafts

    found = find_round(form)
    if found is not None:
        return found.id
    with service.database.read() as db:
        draft = drafts.newest(db, form)
        rounds = drafts.rounds(db, draft.id) if draft else []
    if not rounds:
        fail(f"'{form}' belum punya persetujuan; lihat: lacak form list")
    return rounds[-1].id
