"""Exports: everyone is in them, text stays text, nothing is made up."""

from zoneinfo import ZoneInfo

import pytest

from bot.service import Service
from exports import official
from exports.codebook import codebook
from exports.responses import FIXED, responses
from flows.xlsform import Artefact
from storage import interviews, respondents
from tests.bot.world import World, make_world
from tests.people import BUDI, SARI


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


def exported(world: World, *, codes: bool = False) -> list[dict[str, object]]:
    service = world.service
    with service.database.read() as db:
        table = responses(
            interviews.rows(db, service.vault, "kebekerjaan"),
            lambda form_pk: service.turns.form(db, form_pk),
            [world.form_pk],
            zone=ZoneInfo("Asia/Makassar"),
            codes=codes,
        )
        return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def test_everyone_is_in_the_export_with_how_far_they_came(world: World) -> None:
    world.say(SARI, "ya", "kerja", "PT Contoh")
    rows = {row["nama"]: row for row in exported(world)}
    assert (rows[SARI.name]["keadaan"], rows[BUDI.name]["keadaan"]) == ("sebagian", "belum")
    assert rows[SARI.name]["status"] == "Bekerja"
    assert rows[SARI.name]["terakhir"] == "2026-11-21 10.00"


def test_codes_are_given_when_asked_for(world: World) -> None:
    world.say(SARI, "ya", "kerja")
    assert exported(world, codes=True)[0]["status"] == "bekerja"


def test_an_export_is_in_indonesian_whatever_was_spoken_and_its_codebook_in_both(
    world: World,
) -> None:
    world.say(SARI, "english", "yes", "working", "PT Contoh")
    row = exported(world)[0]
    assert (row["keadaan"], row["status"]) == ("sebagian", "Bekerja")
    with world.service.database.read() as db:
        table = codebook([world.service.turns.form(db, world.form_pk)])
    rows = [dict(zip(table.header, one, strict=True)) for one in table.rows]
    status = next(one for one in rows if one["kode"] == "bekerja")
    assert (status["pertanyaan"], status["label"]) == ("Apa kesibukan Kakak sekarang?", "Bekerja")
    said = status["pertanyaan (English (en))"], status["label (English (en))"]
    assert said == ("What are you mainly doing now?", "Working")


def test_what_a_later_answer_hid_is_not_exported(world: World) -> None:
    world.say(SARI, "ya", "wirausaha", "Toko Contoh", "kembali", "kembali", "kuliah lagi")
    row = exported(world)[0]
    assert (row["status"], row["tempat"]) == ("Melanjutkan pendidikan/pelatihan", None)


def test_dates_are_as_precise_as_they_were_given(world: World) -> None:
    world.say(SARI, "ya", "kerja", "PT Contoh", "agustus 2026")
    world.say(BUDI, "ya", "kerja", "PT Contoh", "1/7/2026")
    assert [row["sejak"] for row in exported(world)] == ["2026-08", "2026-07-01"]


def test_the_siapkerja_file_has_its_columns_and_only_who_answered(world: World) -> None:
    world.say(SARI, "ya", "kerja sambil usaha", "PT Contoh", "agustus 2026", "kasir", "2", "kue",
              "Kendari")  # fmt: skip
    service = world.service
    with service.database.read() as db:
        table = official.official(
            interviews.rows(db, service.vault, "kebekerjaan"),
            lambda form_pk: service.turns.form(db, form_pk),
            official.layout("siapkerja"),
            nik_of=lambda one: respondents.nik(db, service.vault, one),
        )
        rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert rows == [
        {
            "Nama": SARI.name,
            "NIK": SARI.nik,
            "Judul Program Pelatihan": "Menjahit Pakaian Dasar",
            "Kejuruan": "Garmen Apparel",
            "Angkatan": "Menjahit 2026 angkatan 1",
            "Status Kebekerjaan": "Bekerja",
            "Nama Perusahaan/Nama Usaha": "PT Contoh",
            "Lokasi Penempatan (Kota/Kab)": "Kota Kendari",
            "Status": "Kontrak (PKWT)",
            "jabatan": "kasir",
            "Tanggal Penempatan": "08/2026",
        }
    ]


def test_every_status_has_its_place_in_siapkerja(world: World) -> None:
    with world.service.database.read() as db:
        form = world.service.turns.form(db, world.form_pk)
    mapped = next(c for c in official.layout("siapkerja").columns if c.values).values
    assert mapped is not None
    assert set(mapped) == {choice.code for choice in form.by_path["status"].choices}


def test_the_header_begins_with_what_every_response_has(world: World) -> None:
    assert tuple(exported(world)[0])[: len(FIXED)] == FIXED
