"""`lacak export media`: what respondents attached, as files."""

from pathlib import Path

import typer


def media(
    form: str = typer.Option("kebekerjaan", help="Nama kuesioner."),
    out: Path | None = typer.Option(None, help="Folder; tanpa ini media-KUESIONER."),
) -> None:
    """Tulis foto dan berkas lampiran satu kuesioner ke folder, dengan daftar pemiliknya."""
    from bot.cli.common import acting, fail, opened
    from bot.media.handing import LIST, attachments, hand_over
    from storage import audit, forms

    folder = out or Path(f"media-{form}")
    with opened() as service:
        by = acting(service, "admin", "operator")
        with service.database.read() as db:
            if form not in {form_id for _pk, form_id, *_ in forms.listed(db)}:
                fail(f"kuesioner '{form}' belum pernah terbit; lihat: lacak form list")
            found = list(attachments(service, db, form))
        try:
            count = hand_over(service, found, folder)
        except OSError as error:
            fail(f"{folder}: {error.strerror or error}")
        with service.database.write() as db:
            detail = f"{form}, {count} files"
            audit.note(db, actor=by, action="export media", detail=detail, at=service.now())
    print(f"{count} berkas ditulis ke {folder}; pemiliknya di {folder / LIST}")
    print("Berkas ini tidak lagi terenkripsi: simpan di tempat aman, hapus bila sudah dipakai.")
