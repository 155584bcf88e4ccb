"""`lacak template`: approved messages, which alone may open a WhatsApp conversation."""

import re

import typer

app = typer.Typer(help="Templat WhatsApp.", no_args_is_help=True)

FACTS = ("nama", "kantor", "pelatihan", "simpan", "kontak")


@app.command()
def add(
    form: str = typer.Argument(help="Nama kuesioner."),
    sid: str = typer.Option(help="ContentSid dari Twilio, HX dan 32 huruf."),
    variables: str = typer.Option(
        "nama", help="Isi {{1}}, {{2}}, … berurutan, misalnya nama,kantor."
    ),
) -> None:
    """Catat templat yang sudah disetujui untuk satu kuesioner."""
    from bot.cli.common import acting, fail, opened
    from storage import audit, blasts
    from storage.blasts import TemplateRow

    names = tuple(name.strip() for name in variables.split(",") if name.strip())
    if not re.fullmatch(r"HX[0-9a-fA-F]{32}", sid):
        fail(f"--sid {sid!r}: harus HX diikuti 32 huruf/angka, salin dari Twilio Content")
    unknown = [name for name in names if name not in FACTS]
    if unknown:
        fail(f"--variables {', '.join(unknown)} tidak dikenal; yang ada: {', '.join(FACTS)}")
    with opened() as service:
        by = acting(service, "admin", "operator")
        with service.database.write() as db:
            row = TemplateRow(form, sid, names)
            blasts.add_template(db, row, created_by=by, at=service.now())
            audit.note(
                db, actor=by, action="template add", detail=f"{form} {sid}", at=service.now()
            )
    print(f"Templat {sid} dipakai untuk {form}.")


@app.command("list")
def list_templates() -> None:
    """Sebutkan templat; yang terakhir dari tiap kuesioner yang dipakai."""
    from bot.cli.common import opened
    from storage import blasts

    with opened() as service, service.database.read() as db:
        for one in blasts.templates(db):
            print(f"{one.form_id}\t{one.sid}\t{','.join(one.variables)}")
