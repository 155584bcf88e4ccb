"""`lacak form check`: the shape others rely on (design §11), and what staff see."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from flows import library
from flows.xlsform import load, publish
from tests.flows.xlsform.forms import survey

BROKEN = survey("type: text, name: a, label: A, required: ya", "type: txt, name: b, label: B")
ASKED = len(load(publish(library.source("kebekerjaan"))).asked)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "rusak.yaml"
    path.write_bytes(BROKEN)
    return str(path)


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["form", "check", *arguments])


def reports(*files: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(check(*files, "--json").stdout)
    return read


def test_a_good_form_has_its_number_of_items_and_no_faults() -> None:
    assert reports("kebekerjaan") == [
        {"file": "kebekerjaan", "ok": True, "items": ASKED, "faults": []}
    ]


def test_a_broken_form_has_every_fault_with_its_place(broken: str) -> None:
    (report,) = reports(broken)
    assert (report["file"], report["ok"], report["items"]) == (broken, False, 0)
    assert report["faults"] == [
        {
            "line": 3, "sheet": "survey", "column": "required", "code": "FORM_19",
            "message": f"FORM_19: {broken} baris 3, item 'a', kolom 'required': "
            "nilai 'ya' keliru; tulis yes atau no",
        },
        {
            "line": 4, "sheet": "survey", "column": "type", "code": "FORM_07",
            "message": f"FORM_07: {broken} baris 4, item 'b', kolom 'type': "
            "jenis pertanyaan 'txt' tidak dikenal. Maksudnya 'text'?",
        },
    ]  # fmt: skip


def test_files_are_reported_in_the_order_given(broken: str) -> None:
    assert [one["ok"] for one in reports(broken, "kebekerjaan", broken)] == [False, True, False]


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["sentences", "json"])
def test_the_exit_code_is_1_when_any_form_is_broken(broken: str, as_json: tuple[str, ...]) -> None:
    assert check("kebekerjaan", *as_json).exit_code == 0
    assert check("kebekerjaan", broken, *as_json).exit_code == 1


def test_staff_see_a_sentence_a_fault_or_that_all_is_well(broken: str) -> None:
    messages = [fault["message"] for fault in reports(broken)[0]["faults"]]
    said = check("kebekerjaan", broken).stdout.splitlines()
    assert said == [f"kebekerjaan: baik, {ASKED} pertanyaan.", *messages]


@pytest.mark.parametrize("name", ["tidak-ada.yaml", "."], ids=["no file", "a folder"])
def test_a_file_that_cannot_be_read_gives_a_sentence_and_no_traceback(name: str) -> None:
    result = check(name)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{name}: ")
    assert f"kuesioner bawaan: {', '.join(library.names())}." in result.stdout
    assert isinstance(result.exception, SystemExit)


def test_no_file_at_all_is_a_wrong_use() -> None:
    assert check().exit_code == 2
