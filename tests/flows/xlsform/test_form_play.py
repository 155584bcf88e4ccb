"""`lacak form play` and `lacak form check` of workbooks: the shape others rely on."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.flows.xlsform.workbooks import workbook

HEAD = ("type", "name", "label")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["form", *words])


def data(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture
def kobo(tmp_path: Path) -> str:
    path = tmp_path / "Alumni 2026.xlsx"
    path.write_bytes(
        workbook(
            [HEAD, ("text", "nama", "Nama?"), ("select_one_from_file kota.csv", "kota", "Kota?")]
        )
    )
    (tmp_path / "kota.csv").write_text("name;label\n7471;Kendari\n3171;Jakarta\n", "utf-8")
    return str(path)


def test_one_random_conversation_is_held_to_its_end() -> None:
    played = data("play", "kebekerjaan", "--seed", "3")
    assert played["finished"] is True
    assert played["status"] == "finished"
    assert (played["file"], played["seed"]) == ("kebekerjaan", 3)
    assert played["steps"] > 3
    assert {message["from"] for message in played["messages"]} == {"bot", "user"}
    assert "status" in played["answers"]


def test_the_same_seed_is_the_same_conversation() -> None:
    assert data("play", "kebekerjaan", "--seed", "5") == data("play", "kebekerjaan", "--seed", "5")


def test_a_conversation_can_be_read() -> None:
    lines = run("play", "kebekerjaan", "--seed", "1").stdout
    assert lines.startswith("bot: Halo Kak Sari!")
    assert "\nuser: " in lines


def test_a_workbook_is_played_with_the_lists_beside_it(kobo: str) -> None:
    assert data("play", kobo, "--seed", "1")["finished"] is True


def test_a_workbook_is_checked_by_row_and_sheet(kobo: str, tmp_path: Path) -> None:
    (report,) = data("check", kobo)
    assert (report["ok"], report["items"], report["faults"]) == (True, 2, [])
    assert [one["code"] for one in report["warnings"]] == ["FORM_38", "FORM_38"]
    broken = tmp_path / "rusak.xlsx"
    broken.write_bytes(workbook([(*HEAD, "relevence"), ("text", "a", "A", "x")]))
    (report,) = data("check", str(broken))
    assert report["ok"] is False
    assert report["faults"] == [
        {
            "row": 2, "sheet": "survey", "column": "relevence", "code": "FORM_04",
            "message": f"FORM_04: {broken} lembar survey baris 2, item 'a', kolom 'relevence': "
            "kolom 'relevence' tidak dikenal. Maksudnya 'relevant'?",
        },
    ]  # fmt: skip
    assert run("check", str(broken)).exit_code == 1


def test_a_list_outside_the_forms_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "rahasia.csv").write_text("name,label\n1,satu\n", "utf-8")
    folder = tmp_path / "form"
    folder.mkdir()
    (folder / "tautan.csv").symlink_to(tmp_path / "rahasia.csv")
    path = folder / "a.xlsx"
    path.write_bytes(workbook([HEAD, ("select_one_from_file tautan.csv", "a", "A")]))
    (report,) = data("check", str(path))
    assert [fault["code"] for fault in report["faults"]] == ["FORM_27"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe", b"PK" * 500, b"- [a"])
def test_whatever_a_file_holds_there_is_no_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "aneh.xlsx"
    path.write_bytes(content)
    for command in ("check", "play"):
        result = run(command, str(path))
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)


def test_a_broken_form_is_not_played(tmp_path: Path) -> None:
    path = tmp_path / "rusak.yaml"
    path.write_text("survey: []", "utf-8")
    result = run("play", str(path))
    assert result.exit_code == 1
    assert "FORM_" in result.output
