"""Responses a row an answer, and what their columns mean."""

from zoneinfo import ZoneInfo

import pytest

from bot.service import Service
from exports.codebook import HEADER as BOOK
from exports.codebook import codebook
from exports.long import HEADER, answers
from exports.responses import FIXED
from flows.model import Form
from flows.state import State, Status
from flows.xlsform import Artefact, load, publish
from storage import interviews
from storage.interviews import Row
from tests.bot.world import World, make_world
from tests.conftest import NOW
from tests.people import BUDI, SARI

ZONE = ZoneInfo("Asia/Makassar")


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


def exported(world: World) -> list[dict[str, object]]:
    service = world.service
    with service.database.read() as db:
        table = answers(
            interviews.rows(db, service.vault, "kebekerjaan"),
            lambda form_pk: service.turns.form(db, form_pk),
            zone=ZONE,
        )
        return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def test_each_answer_has_a_row_with_its_code_and_its_label(world: World) -> None:
    world.say(SARI, "ya", "kerja", "=PT Contoh", "agustus 2026")
    rows = [row for row in exported(world) if row["nama"] == SARI.name]
    assert [(row["butir"], row["kode"], row["jawaban"]) for row in rows] == [
        ("status", "bekerja", "Bekerja"), ("tempat", None, "=PT Contoh"),
        ("sejak", None, "2026-08"),
    ]  # fmt: skip
    assert rows[0]["pertanyaan"] == "Apa kesibukan Kakak sekarang?"
    assert tuple(rows[0]) == HEADER


def test_several_choices_are_several_rows() -> None:
    source = b"""
settings: {form_id: alat, version: "1", form_title: Alat, "chat::purpose": Coba.}
survey:
  - {type: select_multiple alat, name: punya, label: Punya alat apa?}
choices:
  alat:
    - {name: laptop, label: Laptop}
    - {name: mesin, label: Mesin jahit}
"""
    form = load(publish(source))
    state = State("alat", Status.FINISHED, answers={"punya": ["laptop", "mesin"]})
    row = Row(1, 1, 3, Status.FINISHED, 1, "Sari", "", "", "", NOW, NOW, state)
    rows = [line[-5:] for line in answers([row], lambda _pk: form, zone=ZONE).rows]
    assert rows == [
        ("punya", "Punya alat apa?", None, "laptop", "Laptop"),
        ("punya", "Punya alat apa?", None, "mesin", "Mesin jahit"),
    ]


def test_who_answered_nothing_is_there_without_a_question(world: World) -> None:
    (budi,) = (row for row in exported(world) if row["nama"] == BUDI.name)
    assert (budi["keadaan"], budi["butir"], budi["jawaban"]) == ("belum", None, None)


def test_the_codebook_names_every_column_and_every_code(form: Form) -> None:
    book = codebook([form])
    assert book.header[: len(BOOK)] == BOOK
    rows = [dict(zip(book.header, row, strict=True)) for row in book.rows]
    named = list(dict.fromkeys(row["kolom"] for row in rows))
    asked = [item.name for item in form.asked if item.is_answered]
    assert named == [*FIXED, *asked]
    status = [(row["kode"], row["label"]) for row in rows if row["kolom"] == "status"]
    assert status == [(one.code, one.label) for one in form.by_path["status"].choices]
    (income,) = (row for row in rows if row["kolom"] == "penghasilan")
    assert (income["jenis"], income["pribadi"], income["versi"]) == (
        "rupiah sebulan",
        "ya",
        form.version,
    )


def test_the_codebook_of_the_long_form_has_its_columns_too(form: Form) -> None:
    names = [row[0] for row in codebook([form], is_long=True).rows]
    assert names[: len(HEADER)] == list(HEADER)
