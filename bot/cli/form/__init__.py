"""`lacak form`: check, publish and list questionnaires."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from flows.xlsform import Artefact, Attached

MOST_BYTES = 10_000_000
"""A larger file is no questionnaire, so it is not even read."""

app = typer.Typer(help="Kuesioner.", no_args_is_help=True)


def read_source(name: str) -> bytes:
    """Return a built-in questionnaire by name, or a file's bytes; end when there is neither."""
    from bot.cli.common import fail

    try:
        return _source(name)
    except OSError as error:
        fail(_unreadable(name, error))


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


def _source(name: str) -> bytes:
    from flows import library

    if name in library.names():
        return library.source(name)
    path = Path(name)
    if path.stat().st_size > MOST_BYTES:
        raise OSError(0, f"lebih dari {MOST_BYTES} bita")
    return path.read_bytes()


def _unreadable(name: str, error: OSError) -> str:
    from flows import library

    listed = ", ".join(library.names())
    return (
        f"{name}: {error.strerror}. Beri berkas .yaml atau .xlsx, atau kuesioner bawaan: {listed}."
    )


@app.command()
def check(
    files: list[str] = typer.Argument(help="Berkas .yaml, .xlsx, atau nama kuesioner bawaan."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Periksa kuesioner; sebutkan semua yang keliru, dengan berkas, lembar, dan barisnya."""
    reports = [_report(file) for file in files]
    if as_json:
        print(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        for one in reports:
            lines = [said["message"] for said in (*one["faults"], *one.get("warnings", ()))]
            if one["ok"]:
                lines.append(f"{one['file']}: baik, {one['items']} pertanyaan.")
            print("\n".join(lines))
    if not all(one["ok"] for one in reports):
        raise SystemExit(1)


def _report(file: str) -> dict[str, Any]:
    from flows.xlsform import examine, load

    try:
        examined = examine(_source(file), name=Path(file).stem, attached=beside(file))
    except OSError as error:
        fault = _fault("line", 0, "", "", "FILE", _unreadable(file, error))
        return {"file": file, "ok": False, "items": 0, "faults": [fault]}
    line = "row" if examined.is_workbook else "line"
    told: dict[bool, list[dict[str, object]]] = {False: [], True: []}
    for one in examined.faults:
        said = one.sentence(file, is_workbook=examined.is_workbook)
        told[one.is_warning].append(
            _fault(line, one.line, one.sheet, one.column, one.code.name, said)
        )
    artefact = examined.artefact
    items = len(load(artefact).asked) if artefact is not None else 0
    report = {"file": file, "ok": artefact is not None, "items": items, "faults": told[False]}
    return {**report, "warnings": told[True]} if told[True] else report


def _fault(
    counted: str, line: int, sheet: str, column: str, code: str, message: str
) -> dict[str, object]:
    return {counted: line, "sheet": sheet, "column": column, "code": code, "message": message}


@app.command()
def play(
    file: str = typer.Argument(help="Berkas .yaml, .xlsx, atau nama kuesioner bawaan."),
    seed: int = typer.Option(
        0, "--seed", help="Angka undian: angka yang sama, percakapan yang sama."
    ),
    language: str = typer.Option("", "--language", help="Salah satu bahasa kuesioner."),
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Mainkan satu percakapan acak dari awal sampai selesai."""
    import random

    from flows.phrases import phrases
    from flows.rehearsal import rehearse
    from flows.xlsform import load

    form = load(published(file))
    played = rehearse(form, random.Random(seed), phrases(), language=language)  # noqa: S311
    if as_json:
        print(
            json.dumps(
                {"file": file, "seed": seed, **played.as_data()}, ensure_ascii=False, indent=2
            )
        )
        return
    print("\n".join(played.lines))


@app.command("publish")
def publish_form(
    file: str = typer.Argument(help="Berkas .yaml atau nama kuesioner bawaan."),
) -> None:
    """Terbitkan satu versi; sesudah itu versi ini tidak berubah lagi."""
    from bot.cli.common import acting, fail, opened
    from storage import audit, forms

    artefact = published(file)
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
