"""The copy of real responses: everyone in it, a workbook a prodi, nothing personal unasked."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service import Service
from exports.mirror import Memory, file_name, mirror_workbooks, tables_by_prodi
from exports.mirror.plan import Column, Desired, Kind, Row
from flows.xlsform import Artefact
from storage import interviews
from tests.bot.world import World, make_world
from tests.people import BUDI, SARI

NOW = datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001 -- local by contract
ANSWERS = ("ya", "kerja", "=PT Contoh", "agustus 2026", "kasir", "2", "Kendari", "1", "3 juta")


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


def wanted(world: World, **more: Any) -> dict[str, Desired]:
    service = world.service
    with service.database.read() as db:
        return tables_by_prodi(
            interviews.rows(db, service.vault, "kebekerjaan"),
            lambda form_pk: service.turns.form(db, form_pk),
            [world.form_pk],
            zone=ZoneInfo("Asia/Makassar"),
            **more,
        )


def row_of(tables: dict[str, Desired], name: str) -> Row:
    return next(r for t in tables.values() for r in t.rows if r.cells["_nama"] == name)


def table(*names: str) -> Desired:
    rows = tuple(Row(f"kawan-{n}", 1, {"nama": name}) for n, name in enumerate(names))
    return Desired("kawan", "Kawan", (Column("nama", "Nama"),), rows)


def test_everyone_is_mirrored_with_how_far_they_came(world: World) -> None:
    world.say(SARI, *ANSWERS[:3])
    tables = wanted(world)
    sari = row_of(tables, SARI.name).cells
    assert (sari["_keadaan"], sari["status"], sari["tempat"]) == (
        "sebagian", "Bekerja", "=PT Contoh",
    )  # fmt: skip
    assert row_of(tables, BUDI.name).cells["_keadaan"] == "belum"
    assert row_of(wanted(world, codes=True), SARI.name).cells["status"] == "bekerja"


def test_law_10_income_is_mirrored_only_when_the_office_opts_in(world: World) -> None:
    world.say(SARI, *ANSWERS)
    (shut,) = {id(t): t for t in wanted(world).values() if row_of({"": t}, SARI.name)}.values()
    assert "penghasilan" not in row_of(wanted(world), SARI.name).cells
    assert "penghasilan" not in {column.code for column in shut.columns}
    assert "penghasilan" in shut.withheld
    opened = wanted(world, personal=True)
    assert row_of(opened, SARI.name).cells["penghasilan"] == 3_000_000
    kinds = {c.code: c.kind for t in opened.values() for c in t.columns}
    assert kinds["penghasilan"] is Kind.MONEY


def test_opting_out_empties_the_income_that_was_copied(world: World, tmp_path: Path) -> None:
    world.say(SARI, *ANSWERS)
    mirror_workbooks(tmp_path, wanted(world, personal=True), now=NOW)
    mirror_workbooks(tmp_path, wanted(world), now=NOW)
    values = [
        cell
        for path in tmp_path.glob("*.xlsx")
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        for cell in row
    ]
    assert SARI.name in values
    assert 3_000_000 not in values


def test_a_revision_changes_with_an_answer_and_only_then(world: World) -> None:
    before = row_of(wanted(world), SARI.name).rev
    assert row_of(wanted(world), SARI.name).rev == before
    assert row_of(wanted(world, codes=True), BUDI.name).rev == row_of(wanted(world), BUDI.name).rev
    world.say(SARI, "ya")
    assert row_of(wanted(world), SARI.name).rev != before


def test_a_prodi_whose_last_response_is_gone_is_emptied(world: World, tmp_path: Path) -> None:
    tables = wanted(world, known=["Tata Busana"])
    assert tables["Tata Busana"].rows == ()
    assert {len(t.columns) for t in tables.values()} == {len(tables["Tata Busana"].columns)}
    mirror_workbooks(tmp_path, tables, now=NOW)
    assert (tmp_path / "Tata Busana.xlsx").exists()


def test_headings_are_the_questions_without_what_differs_by_person(world: World) -> None:
    labels = {c.code: c.label for t in wanted(world).values() for c in t.columns}
    assert labels["status"] == "Apa kesibukan Kakak sekarang?"
    assert labels["tempat"] == "Apa nama …?"


def test_each_prodi_has_a_workbook_and_a_line_in_the_report(tmp_path: Path) -> None:
    tables = {"D3/D4 Akuntansi": table("Ani", "Budi"), "Garmen": table("Cici")}
    report = mirror_workbooks(tmp_path, tables, now=NOW)
    assert [(f.prodi, f.inserted, f.updated, f.deleted) for f in report.flushes] == [
        ("D3/D4 Akuntansi", 2, 0, 0), ("Garmen", 1, 0, 0),
    ]  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == ["D3／D4 Akuntansi.xlsx", "Garmen.xlsx"]


def test_trouble_with_one_workbook_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "A.xlsx").write_bytes(b"\xd0\xcf\x11\xe0")
    report = mirror_workbooks(tmp_path, {"A": table("Ani"), "B": table("Budi")}, now=NOW)
    assert [(f.trouble, f.inserted) for f in report.flushes] == [("encrypted", 0), ("", 1)]
    assert "sandi" in report.flushes[0].advice


def test_what_did_not_change_is_not_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory: Memory = {}
    path = tmp_path / "A.xlsx"
    mirror_workbooks(tmp_path, {"A": table("Ani")}, now=NOW, memory=memory)
    with monkeypatch.context() as patch:
        patch.setattr(openpyxl, "load_workbook", None)
        mirror_workbooks(tmp_path, {"A": table("Ani")}, now=NOW, memory=memory)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["C3"] = "diketik orang"
    book.save(path)
    (flushed,) = mirror_workbooks(tmp_path, {"A": table("Ani")}, now=NOW, memory=memory).flushes
    assert flushed.updated == 1
    path.unlink()
    (flushed,) = mirror_workbooks(tmp_path, {"A": table("Ani")}, now=NOW, memory=memory).flushes
    assert flushed.inserted == 1


def test_workbooks_of_no_prodi_are_named_and_left(tmp_path: Path) -> None:
    mirror_workbooks(tmp_path, {"Lama": table("Ani")}, now=NOW)
    (tmp_path / "Baru (rusak 2026-11-21 10.00).xlsx").touch()
    report = mirror_workbooks(tmp_path, {"Baru": table("Ani")}, now=NOW)
    assert report.unclaimed == ("Lama.xlsx",)


def test_prodi_that_would_share_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one file name"):
        mirror_workbooks(tmp_path, {"Garmen": table(), "garmen": table()}, now=NOW)


@pytest.mark.parametrize(
    ("prodi", "name"),
    [
        ("Teknik Mesin", "Teknik Mesin"), ("D3/D4 Akuntansi", "D3／D4 Akuntansi"),
        ("../../etc/passwd", "／..／etc／passwd 3754d6"), ("CON", "prodi CON a3dbc4"),
    ],
)  # fmt: skip
def test_a_prodi_names_its_file(prodi: str, name: str) -> None:
    assert file_name(prodi) == name


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_file_name_is_safe_and_its_own(one: str, other: str) -> None:
    name = file_name(one)
    assert name == Path(name).name
    assert 0 < len(name.encode()) <= 200
    assert not set(name) & set('<>:"/\\|?*\x00\n')
    assert name == name.strip(" .")
    if file_name(other) == name:
        assert one == other or {one, other} & {name}


def test_spellings_of_one_prodi_are_one_table(world: World) -> None:
    (prodi,) = wanted(world)
    assert list(wanted(world, known=[f"  {prodi.upper()} "])) == [prodi.upper()]
