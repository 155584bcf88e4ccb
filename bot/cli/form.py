"""`lacak form`: check, publish and list questionnaires."""

import json
from pathlib import Path

import typer

app = typer.Typer(help="Kuesioner.", no_args_is_help=True)


def read_source(name: str) -> bytes:
    """Return a built-in questionnaire by name, or a file's bytes; end when there is neither."""
    from bot.cli.common import fail

    try:
        return _source(name)
    except OSError as error:
        fail(_unreadable(name, error))


def _source(name: str) -> bytes:
    from flows import library

    return library.source(name) if name in library.names() else Path(name).read_bytes()


def _unreadable(name: str, error: OSError) -> str:
    from flows import library

    listed = ", ".join(library.names())
    return f"{name}: {error.strerror}. Beri berkas .yaml, atau kuesioner bawaan: {listed}."


@app.command()
def check(
    files: list[str] = typer.Argument(help="Berkas .yaml atau nama kuesioner bawaan."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Periksa kuesioner; sebutkan semua yang keliru, dengan berkas dan barisnya."""
    from flows.xlsform import FormFaults, load, publish

    reports = []
    for file in files:
        items = 0
        faults: list[dict[str, object]] = []
        try:
            items = len(load(publish(_source(file))).asked)
        except OSError as error:
            faults = [_fault(0, "", "", "FILE", _unreadable(file, error))]
        except FormFaults as error:
            faults = [
                _fault(one.line, one.sheet, one.column, one.code.name, one.sentence(file))
                for one in error.faults
            ]
        reports.append({"file": file, "ok": not faults, "items": items, "faults": faults})
        if not as_json:
            lines = [str(one["message"]) for one in faults]
            print("\n".join(lines) or f"{file}: baik, {items} pertanyaan.")
    if as_json:
        print(json.dumps(reports, ensure_ascii=False, indent=2))
    if not all(one["ok"] for one in reports):
        raise SystemExit(1)


def _fault(line: int, sheet: str, column: str, code: str, message: str) -> dict[str, object]:
    return {"line": line, "sheet": sheet, "column": column, "code": code, "message": message}


@app.command("publish")
def publish_form(
    file: str = typer.Argument(help="Berkas .yaml atau nama kuesioner bawaan."),
) -> None:
    """Terbitkan satu versi; sesudah itu versi ini tidak berubah lagi."""
    from bot.cli.common import acting, fail, opened
    from flows.xlsform import FormFaults, publish
    from storage import audit, forms

    try:
        artefact = publish(read_source(file))
    except FormFaults as error:
        fail("\n".join(fault.sentence(file) for fault in error.faults))
    with opened() as service:
        by = acting(service, "admin", "operator", "supervisor")
        try:
            with service.database.write() as db:
                forms.publish(db, artefact, at=service.now())
                audit.note(
                    db, actor=by, action="form publish",
                    detail=f"{artefact.form_id} {artefact.version}", at=service.now(),
                )  # fmt: skip
        except forms.VersionTaken:
            fail(
                f"{artefact.form_id} versi {artefact.version} sudah terbit dengan isi lain; "
                "naikkan 'version' di berkasnya."
            )
    print(f"{artefact.form_id} versi {artefact.version} terbit ({artefact.sha256[:12]}).")


@app.command("list")
def list_forms() -> None:
    """Sebutkan versi yang sudah terbit."""
    from bot.cli.common import opened
    from storage import forms

    with opened() as service, service.database.read() as db:
        for _pk, form_id, version, at in forms.listed(db):
            print(f"{form_id}\t{version}\t{at:%Y-%m-%d %H.%M}")
