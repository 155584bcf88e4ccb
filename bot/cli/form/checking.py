"""`lacak form check` and `form play`: what is wrong with a questionnaire, and how it talks."""

import json
from pathlib import Path
from typing import Any

import typer

from bot.cli.form.sources import beside, published, read, unreadable


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
        examined = examine(read(file), name=Path(file).stem, attached=beside(file))
    except OSError as error:
        fault = _fault("line", 0, "", "", "FILE", unreadable(file, error))
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
