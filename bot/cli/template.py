"""`lacak template`: approved messages, which alone may open a WhatsApp conversation."""

import json
import re
from enum import StrEnum

import typer


class Purpose(StrEnum):
    """What a form's template is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"


app = typer.Typer(help="Templat WhatsApp.", no_args_is_help=True)

FORM = typer.Argument(help="Nama kuesioner, atau nama kabar, misalnya lowongan.")
PURPOSE = typer.Option(
    Purpose.INVITATION, "--for", help="Untuk undangan, atau untuk pengingat di luar 24 jam."
)
VARIABLES = typer.Option("nama", help="Isi {{1}}, {{2}}, … berurutan, misalnya nama,kantor.")


@app.command()
def add(
    form: str = FORM,
    sid: str = typer.Option(help="ContentSid dari Twilio, HX dan 32 huruf."),
    variables: str = VARIABLES,
    text: str = typer.Option("", help="Bunyi templatnya; perlu bila dipakai mengabarkan."),
    purpose: Purpose = PURPOSE,
) -> None:
    """Catat templat yang sudah disetujui untuk satu kuesioner, atau untuk mengabarkan."""
    from bot.cli.common import acting, fail, opened
    from bot.templates import SAMPLES
    from storage import audit, blasts
    from storage.blasts import TemplateRow

    names = _names(variables)
    if not re.fullmatch(r"HX[0-9a-fA-F]{32}", sid):
        fail(f"--sid {sid!r}: harus HX diikuti 32 huruf/angka, salin dari Twilio Content")
    unknown = [name for name in names if name not in SAMPLES]
    if unknown:
        fail(f"--variables {', '.join(unknown)} tidak dikenal; yang ada: {', '.join(SAMPLES)}")
    said = f"pengingat {form}" if purpose is Purpose.REMINDER else form
    form = _filed(form, purpose)
    with opened() as service:
        by = acting(service, "admin", "operator")
        with service.database.write() as db:
            row = TemplateRow(form, sid, names, text)
            blasts.add_template(db, row, created_by=by, at=service.now())
            audit.note(
                db, actor=by, action="template add", detail=f"{form} {sid}", at=service.now()
            )
    print(f"Templat {sid} dipakai untuk {said}.")


@app.command()
def submit(  # noqa: PLR0913, PLR0917 -- each is an option staff may type
    form: str = FORM,
    text: str = typer.Option(help="Isi pesan, misalnya “Halo Kak {{1}}, kami dari {{2}}. …”."),
    variables: str = VARIABLES,
    category: str = typer.Option("MARKETING", help="UTILITY atau MARKETING; Meta yang memutuskan."),
    language: str = typer.Option("id", help="Kode bahasa menurut WhatsApp."),
    button: list[str] = typer.Option([], help="Tombol balasan, paling banyak tiga."),
    name: str = typer.Option("", help="Nama di Meta: huruf kecil, angka, _."),
    check: bool = typer.Option(False, "--check", help="Periksa saja, jangan ajukan."),
    purpose: Purpose = PURPOSE,
) -> None:  # fmt: skip
    """Periksa templat, buat di Twilio, dan ajukan ke Meta; diikuti sampai disetujui."""
    from bot.cli.common import acting, fail, opened
    from bot.templates import CATEGORIES, STATUS_WORDS, CannotSubmit, faults
    from bot.templates import submit as hand_in
    from storage import audit
    from storage.templates import Submission

    wrong = [*faults(text, _names(variables), button)]
    if category not in CATEGORIES:
        wrong.append(f"--category {category!r}: pakai {' atau '.join(CATEGORIES)}")
    if name and not re.fullmatch(r"[a-z0-9_]{1,512}", name):
        wrong.append(f"--name {name!r}: hanya huruf kecil, angka dan _")
    if wrong:
        fail("\n".join(f"Templat: {one}" for one in wrong))
    if check:
        print("Templat dapat diajukan.")
        return
    form = _filed(form, purpose)
    with opened() as service:
        by, at = acting(service, "admin", "operator"), service.now()
        name = name or f"{re.sub('[^a-z0-9]+', '_', form.lower())}_{at:%Y%m%d_%H%M%S}"
        one = Submission(
            0, form, "", _names(variables), name, language, category, text, "unsubmitted", "", None
        )
        try:
            made = hand_in(service, one, button, actor=by)
        except CannotSubmit as error:
            fail(str(error))
        with service.database.write() as db:
            detail = f"{form} {made.sid} {made.status}"
            audit.note(db, actor=by, action="template submit", detail=detail, at=at)
    print(f"Templat {name} ({made.sid}): {STATUS_WORDS.get(made.status, made.status)}.")
    if made.status == "unsubmitted":
        fail(f"Belum sampai ke Meta: {made.reason}")


@app.command()
def status(
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Tanyakan kepada Meta, lalu sebutkan keadaan setiap templat."""
    from bot.cli.common import fail, opened
    from bot.templates import STATUS_WORDS, CannotSubmit, refresh
    from storage import templates

    with opened() as service:
        try:
            refresh(service)
        except CannotSubmit as error:
            fail(str(error))
        with service.database.read() as db:
            found = templates.listed(db)
    if as_json:
        names = ("form_id", "sid", "name", "language", "category", "status", "reason")
        said = [{name: getattr(one, name) for name in names} for one in found]
        print(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for one in found:
        words = STATUS_WORDS.get(one.status, one.status)
        about = f"{one.category or '-'}\t{words}\t{one.reason or '-'}"
        print(f"{one.form_id}\t{one.name or one.sid}\t{about}")


@app.command("list")
def list_templates() -> None:
    """Sebutkan templat; yang terakhir disetujui dari tiap kuesioner yang dipakai."""
    from bot.cli.common import opened
    from storage import templates

    with opened() as service, service.database.read() as db:
        for one in templates.listed(db):
            print(f"{one.form_id}\t{one.sid}\t{','.join(one.variables)}\t{one.status}")


def _filed(form: str, purpose: Purpose) -> str:
    """Return the name under which a template is kept."""
    from storage.templates import REMINDER

    return form + REMINDER if purpose is Purpose.REMINDER else form


def _names(variables: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in variables.split(",") if name.strip())
