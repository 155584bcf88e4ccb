"""The official Dikti file from interviews of every branch: exact, and with nothing invented."""

import csv
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from bot.service import Service
from exports.files import write_csv, write_xlsx
from exports.official.dikti import GAPS, NotOfficial, Writing, layout_of, newest_each
from exports.official.dikti.codes import Codes, WrongCodes, read_codes
from exports.official.dikti.places import province, regency
from exports.official.dikti.register import register
from exports.responses import Table
from flows import library
from flows.answers import read
from flows.regions import regions
from flows.transcript import read_script
from flows.xlsform import publish
from storage import cohorts, forms, interviews, respondents
from storage.cohorts import Batch
from storage.respondents import Person
from tests.bot.commands import run
from tests.bot.world import World
from tests.people import Invented

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
TRANSCRIPTS = HERE.parent / "transcripts"
YUDISIUM = Batch(
    0, "Yudisium 2025", "yudisium", "D3 Teknik Mesin", "D3 Teknik Mesin",
    ended_on=date(2025, 9, 20),
)  # fmt: skip
CODES = 'perguruan_tinggi: "061056"\nprogram_studi:\n  D3 Teknik Mesin: "21401"\n'
NIKS = count(1)


def invented(name: str, phone: str = "") -> Invented:
    return Invented(name, f"747199010203{next(NIKS):03}9", date(2003, 1, 2), phone)


BRANCHES = {
    "tracer": {
        "tracer-bekerja": invented("Sari Wulandari", "6281200000101"),
        "tracer-bekerja-lainnya": invented("Dewi Lestari"),
        "tracer-wiraswasta": invented("Budi Santoso", "6281200000102"),
        "tracer-melanjutkan": invented("Rina Permata", "60123456789"),
        "tracer-mencari": invented("Andi Saputra"),
        "tracer-belum-memungkinkan": invented("Ayu Rahayu"),
        "tracer-kembali": invented("Eko Nugroho"),
    },
    "tracer_2021": {
        "tracer-2021-cepat": invented("Sari Wulandari", "6281200000101"),
        "tracer-2021-lama": invented("Budi Santoso", "6281200000102"),
    },
}
"""Who holds which conversation: those staff can read in tests/transcripts."""


def campus(service: Service, people: list[Invented], source: bytes) -> World:
    """Publish a tracer and invite the graduates of a yudisium, NIM and all."""
    now, vault = service.now(), service.vault
    ids: dict[str, int] = {}
    with service.database.write() as db:
        form_pk = forms.publish(db, publish(source), at=now)
        batch_id = cohorts.ensure(db, YUDISIUM)
        for number, one in enumerate(people, 1):
            person = Person(
                0, one.name, "Asia/Makassar", one.born, "", f"a{number}@contoh.id", one.nik
            )
            ids[one.name] = respondents.add(db, vault, person, at=now)
            respondents.add_student_numbers(db, [(ids[one.name], "", f"0612{number:04}")])
            if one.phone:
                respondents.add_address(db, ids[one.name], "whatsapp", one.phone, at=now)
            cohorts.join(db, batch_id, ids[one.name], "Lulus")
        batch = cohorts.find(db, YUDISIUM.name)
        assert batch is not None
        invited = service.invitations.cohort(db, batch, form_pk, now=now)
    return World(service, form_pk, ids, {one.name: one.address_id for one in invited})


def talk(world: World, who: Invented, transcript: str) -> None:
    """Reply as somebody does in a transcript; a tapped label is typed."""
    script = read_script((TRANSCRIPTS / f"{transcript}.txt").read_text("utf-8"))
    world.say(who, *(text for verb, text in script.moves if verb != "wait"))


def interviewed(service: Service, form: str) -> World:
    branches = BRANCHES[form]
    world = campus(service, list(branches.values()), library.source(form))
    for transcript, who in branches.items():
        talk(world, who, transcript)
    return world


def written(
    world: World, form: str, path: Path, *, stated: str = CODES, nik: bool = True
) -> Writing:
    """Write the file as the command does."""
    service = world.service
    with service.database.read() as db:
        layout = layout_of(service.turns.form(db, world.form_pk))
        form_of = lambda form_pk: service.turns.form(db, form_pk)  # noqa: E731 -- short-lived
        identity = register(db, service.vault, read_codes(stated), with_nik=nik)
        chosen = newest_each(interviews.rows(db, service.vault, form), lambda _row: True)
        writing = Writing(layout, form_of, identity)
        rows = interviews.rows(db, service.vault, form, only=chosen)
        write = write_xlsx if path.suffix == ".xlsx" else write_csv
        write(writing.table(rows), path)
    return writing


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("form", "year"), [("tracer", 2024), ("tracer_2021", 2021)])
def test_interviews_of_every_branch_make_the_official_file(
    service: Service, tmp_path: Path, form: str, year: int, pytestconfig: pytest.Config
) -> None:
    writing = written(interviewed(service, form), form, tmp_path / "dikti.csv")
    write_csv(Table(GAPS, writing.gaps), tmp_path / "kekurangan.csv")
    for name in ("dikti", "kekurangan"):
        made, golden = tmp_path / f"{name}.csv", GOLDEN / f"{name}-{year}.csv"
        if pytestconfig.getoption("--update-transcripts"):
            golden.write_bytes(made.read_bytes())
        assert made.read_text("utf-8") == golden.read_text("utf-8")


@pytest.mark.parametrize(("year", "number"), [(2024, 86), (2021, 88)])
def test_the_columns_are_the_official_ones_in_their_order(year: int, number: int) -> None:
    header = list(read_csv(GOLDEN / f"dikti-{year}.csv")[0])
    assert len(header) == number
    assert header[:10] == [
        "kdptimsmh", "kdpstmsmh", "nimhsmsmh", "nmmhsmsmh", "telpomsmh", "emailmsmh",
        "tahun_lulus", "nik", "npwp", "f8",
    ]  # fmt: skip
    older = header[9:14] == ["f8", "f504", "f502", "f505", "f506"]
    assert older is (year == 2021)


def test_what_is_not_asked_in_a_branch_is_blank_and_options_are_nought_or_one() -> None:
    rows = {row["nmmhsmsmh"]: row for row in read_csv(GOLDEN / "dikti-2024.csv")}
    work = ["f502", "f505", "f5a1", "f5a2", "f1101", "f5b", "f5c", "f5d", "f14", "f15"]
    for name in ("Rina Permata", "Andi Saputra", "Ayu Rahayu"):
        assert {rows[name][column] for column in work} == {""}
    assert {rows["Andi Saputra"][f"f18{part}"] for part in "abcd"} == {""}
    assert rows["Sari Wulandari"]["f5c"] == ""
    assert rows["Budi Santoso"]["f1101"] == ""
    options = [f"f4{n:02}" for n in range(1, 16)]
    assert {rows["Sari Wulandari"][one] for one in options} == {"0", "1"}
    assert [one for one in options if rows["Sari Wulandari"][one] == "1"] == ["f404", "f411"]
    assert {rows["Rina Permata"][one] for one in options} == {""}, "f301 = 3 leaves f4 out"


def test_codes_with_leading_noughts_stay_texts_in_a_workbook(
    service: Service, tmp_path: Path
) -> None:
    written(interviewed(service, "tracer"), "tracer", tmp_path / "dikti.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "dikti.xlsx").active
    assert sheet is not None
    header, first, *_rest = sheet.iter_rows(values_only=True)
    sari = dict(zip(header, first, strict=True))
    assert (sari["kdptimsmh"], sari["nimhsmsmh"], sari["telpomsmh"]) == (
        "061056", "06120001", "081200000101",
    )  # fmt: skip
    assert (sari["f5a1"], sari["f5a2"]) == ("200000", "206000")
    assert (sari["f8"], sari["f505"], sari["f404"]) == (1, 4_500_000, 1)


def test_what_is_not_known_is_a_gap_with_its_reason(service: Service, tmp_path: Path) -> None:
    writing = written(
        interviewed(service, "tracer"), "tracer", tmp_path / "dikti.csv", stated="{}", nik=False
    )
    gaps = {(name, column): why for _row, name, column, why in writing.gaps}
    assert gaps["Sari Wulandari", "kdptimsmh"].startswith("kode perguruan tinggi belum ditulis")
    assert "D3 Teknik Mesin" in gaps["Sari Wulandari", "kdpstmsmh"]
    assert gaps["Sari Wulandari", "nik"] == "tidak disertakan"
    assert gaps["Dewi Lestari", "f505"] == "dilewati"
    assert gaps["Dewi Lestari", "f5a2"] == "kode Dikti untuk Taiwan belum kami ketahui"
    assert gaps["Rina Permata", "f18d"] == "tanggalnya hanya diketahui Agustus 2026"
    assert gaps["Eko Nugroho", "(semua)"] == "wawancaranya belum selesai"
    assert gaps["Eko Nugroho", "f301"] == "belum ditanyakan"
    assert ("Sari Wulandari", "npwp") not in gaps


def test_blocks_left_out_by_the_setting_are_said_to_be(service: Service, tmp_path: Path) -> None:
    source = library.source("tracer").replace(b"default: tidak", b"default: ya")
    ayu = BRANCHES["tracer"]["tracer-belum-memungkinkan"]
    world = campus(service, [ayu], source)
    talk(world, ayu, "tracer-dilewati")
    writing = written(world, "tracer", tmp_path / "dikti.csv")
    (row,) = read_csv(tmp_path / "dikti.csv")
    assert {row["f1762"], row["f1774"], row["f1601"]} == {""}
    why = {column: reason for _row, _name, column, reason in writing.gaps}
    assert why["f1762"] == why["f16"] == "tidak ditanyakan (lewati_opsional)"
    assert why["f21"] == "dilewati"
    assert "f1761" not in why


def test_a_range_of_income_is_no_number(service: Service, tmp_path: Path) -> None:
    sari = BRANCHES["tracer"]["tracer-bekerja"]
    world = campus(service, [sari], library.source("tracer"))
    world.say(sari, "ya", "kerja", "3", "3-4 juta", "ya")
    writing = written(world, "tracer", tmp_path / "dikti.csv")
    assert read_csv(tmp_path / "dikti.csv")[0]["f505"] == ""
    why = {column: reason for _row, _name, column, reason in writing.gaps}
    assert why["f505"].startswith("dijawab Rp3.000.000–Rp4.000.000")


def test_one_person_has_one_row_and_who_said_nothing_has_none(
    service: Service, tmp_path: Path
) -> None:
    sari, budi = BRANCHES["tracer"]["tracer-bekerja"], BRANCHES["tracer"]["tracer-wiraswasta"]
    world = campus(service, [sari, budi], library.source("tracer"))
    world.say(sari, "ya", "kuliah")
    newer = library.source("tracer").replace(b'version: "2026112401"', b'version: "2027"')
    again = campus_again(world, newer)
    talk(again, sari, "tracer-bekerja")
    written(again, "tracer", tmp_path / "dikti.csv")
    (row,) = read_csv(tmp_path / "dikti.csv")
    assert (row["nmmhsmsmh"], row["f8"]) == (sari.name, "1")


def campus_again(world: World, source: bytes) -> World:
    """Invite the same people to another version of the form."""
    service, now = world.service, world.service.now()
    with service.database.write() as db:
        form_pk = forms.publish(db, publish(source), at=now)
        batch = cohorts.find(db, YUDISIUM.name)
        assert batch is not None
        service.invitations.cohort(db, batch, form_pk, now=now)
    return World(service, form_pk, world.people, world.addresses, count(1000))


def test_a_form_without_the_core_makes_no_official_file(service: Service) -> None:
    with service.database.write() as db:
        form_pk = forms.publish(db, publish(library.source("kebekerjaan")), at=service.now())
        with pytest.raises(NotOfficial):
            layout_of(service.turns.form(db, form_pk))


# typed: f5a1, f5a2, what the gap is about
PLACES = {
    "kendari": ("200000", "206000", ""),
    "kota jayapura": ("250000", "256000", ""),
    "merauke": ("", "250700", "provinsi Papua Selatan"),
    "kota sorong": ("", "326000", "provinsi Papua Barat Daya"),
    "belanda": ("350000", "350100", ""),
    "jepang": ("350000", "350200", ""),
    "malaysia": ("350000", "", "untuk Malaysia"),
}


@pytest.mark.parametrize("typed", PLACES)
def test_a_typed_place_has_its_official_code_or_a_gap(typed: str) -> None:
    *codes, about = PLACES[typed]
    place = read("place", typed).value
    found = province(place), regency(place)
    assert [one.code for one in found] == codes
    gap = "".join(one.gap for one in found)
    assert about in gap
    assert bool(about) is bool(gap)


def test_all_places_an_answer_may_hold_have_a_code_or_a_gap() -> None:
    for region in regions():
        place = {"kabkota": region.name, "kode_kemendagri": region.code}
        for found in (province(place), regency(place)):
            assert bool(found.code) is not bool(found.gap)
            assert len(found.code) in (0, 6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('perguruan_tinggi: "61056"', "harus 6 angka"),
        ('program_studi: {Mesin: "2140"}', "harus 5 angka"),
        ("program_studi: [21401]", "pasangan"),
        ("prodi: {}", "'prodi' tidak dikenal"),
        ("- 061056", "isinya harus seperti"),
        ("a: [", "tidak terbaca sebagai YAML"),
    ],
)
def test_a_wrong_file_of_codes_says_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(WrongCodes) as error:
        read_codes(text)
    assert said in str(error.value)


def test_codes_keep_their_noughts_and_names_their_case() -> None:
    codes = read_codes("perguruan_tinggi: 061056\nprogram_studi: {D3  Teknik mesin: 01401}")
    assert codes == Codes("061056", {"d3 teknik mesin": "01401"})


def test_the_command_writes_both_files_and_is_audited(tmp_path: Path) -> None:
    assert run(tmp_path, "form", "publish", "tracer").returncode == 0
    (tmp_path / "kode.yaml").write_text(CODES, "utf-8")
    done = run(tmp_path, "export", "dikti", "--codes", "kode.yaml", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert "0 alumni, 86 kolom, ditulis ke dikti-tracer.csv" in done.stdout
    header = (tmp_path / "dikti-tracer.csv").read_text("utf-8-sig").strip().split(",")
    columns: list[dict[str, Any]] = yaml.safe_load(
        (HERE.parents[1] / "exports/official/dikti/2024.yaml").read_text("utf-8")
    )["columns"]
    assert header == [one["column"] for one in columns]
    assert (tmp_path / "dikti-tracer-kekurangan.csv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--form", "tracer"], "belum pernah terbit"),
        (["--form", "kebekerjaan"], "bukan kuesioner inti Dikti"),
        (["--form", "kebekerjaan", "--codes", "tidak-ada.yaml"], "tidak-ada.yaml"),
    ],
)
def test_the_command_says_what_is_in_its_way(tmp_path: Path, words: list[str], said: str) -> None:
    assert run(tmp_path, "form", "publish", "kebekerjaan").returncode == 0
    done = run(tmp_path, "export", "dikti", *words)
    assert done.returncode == 1
    assert said in done.stderr
