"""`lacak form draft` and `submit`: the author's steps."""

import typer

from bot.cli.form.sources import find, submission

FILE = typer.Argument(help="Berkas .yaml atau .xlsx, atau nama kuesioner bawaan.")
AUTHORS = ("admin", "operator", "supervisor")


def draft(file: str = FILE) -> None:
    """Catat bahwa kuesioner mulai disusun; harinya dihitung sejak sekarang."""
    from bot.cli.common import acting, fail, opened
    from bot.drafts.desk import Drafting, said_of_due

    settings = find(file).sheets.settings
    form_id = settings.text("form_id")
    if not form_id:
        fail(f"{file}: isi dulu 'form_id' di settings")
    with opened() as service:
        by = acting(service, *AUTHORS)
        desk = Drafting(service)
        found, step = desk.begin(form_id, settings.text("form_title"), actor=by)
        print(f"Draf {found.id} ({form_id}): {said_of_due(step, desk.today()) or 'sudah dicatat'}.")


def submit(
    file: str = FILE,
    to: str = typer.Option("", "--to", help="Nama supervisor yang mengevaluasi."),
) -> None:
    """Ajukan kuesioner untuk dievaluasi; cetak tautan sekali pakai untuk supervisornya."""
    from bot.cli.common import acting, fail, opened
    from bot.drafts.desk import CannotDraft, Drafting, said_of_due
    from flows.words import long_date
    from storage import drafts

    handed_in = submission(file)
    with opened() as service:
        by = acting(service, *AUTHORS)
        desk = Drafting(service)
        try:
            found = desk.submit(handed_in, actor=by, reviewer=to)
        except CannotDraft as error:
            fail(str(error))
        with service.database.read() as db:
            step = drafts.steps(db, found.round.draft_id)[-1]
        due = said_of_due(step, desk.today())
    which = f"Draf {found.round.draft_id}, pengajuan ke-{found.round.number}"
    what = "diajukan" if found.is_new else "sudah diajukan; tautannya diperbarui"
    whom = found.round.reviewer or "supervisor"
    print(f"{which}: {what}. Evaluasi {whom} {due}.")
    print(f"Berikan tautan ini hanya kepada {whom}; sekali pakai, sampai "
          f"{long_date(found.until.date().isoformat())}:")  # fmt: skip
    print(found.link)
