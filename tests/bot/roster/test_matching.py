"""Law 11: a person is not a phone. Who a row means, and what it may change, on each database."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from bot.roster import Stored, store_roster
from bot.service import Service
from storage import cohorts, merging, respondents
from storage.merging import CannotMerge
from storage.respondents import Use
from tests.bot.roster.files import CAMPUS, SECOND, SIAPKERJA, Line, good

BATCH_2 = {"Angkatan": "Menjahit 2026 angkatan 2", "Tanggal Selesai Pelatihan": "21/10/2026"}
PLAIN = {title: SIAPKERJA[title] for title in SIAPKERJA if title != "NIK"}


def bring(service: Service, rows: Sequence[Line], **how: Any) -> Stored:
    roster = good(rows)
    with service.database.write() as db:
        return store_roster(db, service.vault, roster.participants, at=service.now(), **how)


def counts(stored: Stored) -> tuple[int, int, int]:
    assert stored.faults == []
    return stored.new, stored.updated, stored.unchanged


def dump(service: Service) -> dict[str, list[Any]]:
    """Everything an import writes, row by row."""
    names = ("respondent", "address", "student_number", "cohort", "membership")
    with service.database.read() as db:
        return {
            name: [tuple(row) for row in db.execute(text(f"SELECT * FROM {name} ORDER BY id"))]  # noqa: S608 -- our own names
            for name in names
        }


def phones(service: Service, respondent_id: int) -> dict[str, str]:
    with service.database.read() as db:
        return {one.value: one.use for one in respondents.all_addresses(db, respondent_id)}


FILES: dict[str, list[Line]] = {
    "SIAPkerja": [SIAPKERJA, SECOND],
    "campus": [CAMPUS, {**CAMPUS, "NIM": "061.20.0018", "Nama Mahasiswa": "Sari Wulandari"}],
    "two batches": [SIAPKERJA, {**SIAPKERJA, **BATCH_2}, SECOND],
    "with and without NIK": [{**SIAPKERJA, **BATCH_2, "NIK": ""}, SIAPKERJA],
    "two numbers": [{**SIAPKERJA, "No HP": "081200000101 / 085700000103"}],
    "two numbers in two batches": [
        SIAPKERJA, {**SIAPKERJA, **BATCH_2, "No HP": "085700000103", "Email": "lain@contoh.id"},
    ],
    "nobody's NIK": [{**SIAPKERJA, "NIK": ""}, {**SECOND, "NIK": ""}],
}  # fmt: skip


@pytest.mark.parametrize("rows", FILES.values(), ids=list(FILES))
@pytest.mark.parametrize("replace", [False, True], ids=["keep", "replace"])
def test_the_same_file_twice_changes_nothing(
    service: Service, rows: list[Line], *, replace: bool
) -> None:
    first = bring(service, rows, replace=replace)
    before = dump(service)
    again = bring(service, rows, replace=replace)
    assert counts(first)[0] + counts(first)[1] == len(rows)
    assert counts(again) == (0, 0, len(rows))
    assert dump(service) == before


def test_law_11_one_person_in_two_batches_is_one_person(service: Service) -> None:
    assert counts(bring(service, [SIAPKERJA, {**SIAPKERJA, **BATCH_2}])) == (1, 1, 0)
    later = {**SIAPKERJA, "Angkatan": "Menjahit 2026 angkatan 3", "NIK": "", "No HP": ""}
    assert counts(bring(service, [later])) == (0, 1, 0)
    with service.database.read() as db:
        assert len(cohorts.of_person(db, 1)) == 3


def test_law_11_two_people_may_share_a_number(service: Service) -> None:
    assert counts(bring(service, [SIAPKERJA, {**SECOND, "No HP": "0812-0000-0101"}])) == (2, 0, 0)
    assert phones(service, 1).keys() == phones(service, 2).keys()


def test_law_11_a_phone_alone_says_nothing(service: Service) -> None:
    bring(service, [PLAIN])
    other = {**PLAIN, "Nama": "Sari Wulan", "Tanggal Lahir": "06/05/2001"}
    assert counts(bring(service, [other])) == (1, 0, 0)


def test_law_11_a_person_without_nik_is_found_by_name_and_birth(service: Service) -> None:
    assert counts(bring(service, [PLAIN])) == (1, 0, 0)
    capitals = {**SIAPKERJA, "Nama": "SARI  WULANDARI, S.Pd."}
    assert counts(bring(service, [capitals])) == (0, 1, 0)
    with service.database.read() as db:
        assert respondents.nik(db, service.vault, 1) == SIAPKERJA["NIK"]
    assert counts(bring(service, [PLAIN])) == (0, 0, 1)


def test_law_11_another_nik_is_another_person(service: Service) -> None:
    bring(service, [SIAPKERJA])
    stored = bring(service, [{**SIAPKERJA, "NIK": "7471994505010029"}])
    assert counts(stored) == (1, 0, 0)
    assert "#1" in stored.changes[0].message
    ambiguous = bring(service, [PLAIN])
    assert "lebih dari satu orang" in ambiguous.faults[0].message


def test_law_11_a_nim_counts_within_its_institution(service: Service) -> None:
    elsewhere = {**CAMPUS, "Perguruan Tinggi": "Politeknik Contoh", "Nama Mahasiswa": "Ani Lestari"}
    ours = {**CAMPUS, "Perguruan Tinggi": "bpvp kendari"}
    assert counts(bring(service, [CAMPUS])) == (1, 0, 0)
    assert counts(bring(service, [ours])) == (0, 0, 1)
    assert counts(bring(service, [elsewhere])) == (1, 0, 0)


def test_a_nik_or_nim_under_a_name_nothing_alike_is_a_typing_error(service: Service) -> None:
    bring(service, [SIAPKERJA])
    wrong = {**SECOND, "NIK": SIAPKERJA["NIK"]}
    (fault,) = bring(service, [wrong]).faults
    assert (fault.column, fault.value) == ("NIK", "7471…19")
    assert "#1" in fault.message
    (fault,) = bring(service, [CAMPUS, {**CAMPUS, "Nama Mahasiswa": "Sari Wulandari"}]).faults
    assert (fault.row, fault.column) == (3, "NIM")


def test_a_person_stands_in_a_batch_once(service: Service) -> None:
    (fault,) = bring(service, [SIAPKERJA, SIAPKERJA]).faults
    assert (fault.row, fault.column, fault.value) == (3, "NIK", "7471…19")
    assert "baris 2" in fault.message


def test_nothing_is_stored_unless_clean_or_told_to(service: Service) -> None:
    rows = [SIAPKERJA, {**SIAPKERJA, **BATCH_2}, SIAPKERJA, SECOND]
    empty = dump(service)
    refused = bring(service, rows)
    assert len(refused.faults) == 1
    assert dump(service) == empty
    tried = bring(service, rows, accept_good=True, dry_run=True)
    assert (tried.new, dump(service)) == (2, empty)
    accepted = bring(service, rows, accept_good=True)
    assert (accepted.new, accepted.updated, len(accepted.faults)) == (2, 1, 1)
    assert len(dump(service)["respondent"]) == 2


def test_a_changed_number_is_shown_before_it_replaces(service: Service) -> None:
    bring(service, [SIAPKERJA])
    moved = {**SIAPKERJA, "No HP": "085700000103", "Email": "baru@contoh.id"}
    shown = bring(service, [moved])
    assert counts(shown) == (0, 0, 1)
    assert {(one.column, one.value) for one in shown.changes} == {
        ("No HP", "6281…01 → 6285…03"), ("Email", "s…i@contoh.id → b…u@contoh.id"),
    }  # fmt: skip
    assert "--replace" in shown.changes[0].message
    assert phones(service, 1) == {"6281200000101": Use.MAIN}

    assert counts(bring(service, [moved], replace=True)) == (0, 1, 0)
    assert phones(service, 1) == {"6281200000101": Use.OLD, "6285700000103": Use.MAIN}
    with service.database.read() as db:
        assert respondents.addresses(db, 1)["whatsapp"].value == "6285700000103"
        assert respondents.get(db, 1).email == "baru@contoh.id"
    assert counts(bring(service, [moved], replace=True)) == (0, 0, 1)


def test_the_first_of_two_numbers_is_used_and_the_second_kept(service: Service) -> None:
    bring(service, [{**SIAPKERJA, "No HP": "081200000101 / 085700000103"}])
    assert phones(service, 1) == {"6281200000101": Use.MAIN, "6285700000103": Use.SPARE}
    turned = {**SIAPKERJA, "No HP": "085700000103 / 081200000101"}
    assert counts(bring(service, [turned])) == (0, 0, 1)
    bring(service, [turned], replace=True)
    assert phones(service, 1) == {"6281200000101": Use.SPARE, "6285700000103": Use.MAIN}


def test_what_was_empty_is_filled(service: Service) -> None:
    bare = {**SIAPKERJA, "No HP": "", "Email": "", "Jenis Kelamin": ""}
    bring(service, [bare])
    assert counts(bring(service, [SIAPKERJA])) == (0, 1, 0)
    assert counts(bring(service, [bare])) == (0, 0, 1)
    assert phones(service, 1) == {"6281200000101": Use.MAIN}


def test_an_outcome_is_brought_up_to_date(service: Service) -> None:
    bring(service, [{**SIAPKERJA, "Status Kelulusan": "Dalam Proses"}])
    stored = bring(service, [SIAPKERJA])
    assert counts(stored) == (0, 1, 0)
    assert stored.changes[0].value == "Dalam Proses → Lulus"
    with service.database.read() as db:
        assert [outcome for _batch, outcome in cohorts.of_person(db, 1)] == ["Lulus"]


def test_one_batch_name_of_two_programmes_is_two_cohorts(service: Service) -> None:
    other = {**SECOND, "Judul Program Pelatihan": "Membatik"}
    bring(service, [SIAPKERJA, other])
    bring(service, [SIAPKERJA, other])
    with service.database.read() as db:
        names = [batch.name for batch, _members in cohorts.listed(db)]
    assert names == ["Menjahit 2026 angkatan 1", "Menjahit 2026 angkatan 1 (Membatik)"]


def test_a_batch_ends_on_one_day(service: Service) -> None:
    later = {"Tanggal Selesai Pelatihan": "22/08/2026"}
    (fault,) = bring(service, [SIAPKERJA, {**SECOND, **later}]).faults
    assert (fault.row, fault.column) == (3, "Tanggal Selesai Pelatihan")
    bring(service, [SIAPKERJA, SECOND])
    rows = [{**SIAPKERJA, **later}, {**SECOND, **later}]
    assert [one.value for one in bring(service, rows).changes] == ["21/08/2026 → 22/08/2026"]
    bring(service, rows, replace=True)
    assert bring(service, rows).changes == []


def test_a_file_of_thousands_is_stored_in_one_go(service: Service) -> None:
    rows = [
        {**SIAPKERJA, "Nama": f"Orang Contoh {n}", "NIK": f"747199450501{n + 1:04}",
         "No HP": f"08120000{n:04}", "Email": ""}
        for n in range(1200)
    ]  # fmt: skip
    assert counts(bring(service, rows)) == (1200, 0, 0)
    assert counts(bring(service, rows)) == (0, 0, 1200)


# merging


def both(service: Service) -> tuple[int, int]:
    """Budi twice: from the campus with a NIM, and from SIAPkerja with a NIK."""
    bring(service, [CAMPUS])
    bring(service, [{**SECOND, "Nama": "Budi S", "No HP": "081200000102 / 085700000103"}])
    return 1, 2


def test_merging_moves_everything_and_the_old_files_still_find_them(service: Service) -> None:
    one, into = both(service)
    with service.database.write() as db:
        respondents.add_address(db, one, "telegram", "42", at=service.now())
        done = merging.merge(db, service.vault, one, into, at=service.now())
        assert done.stayed == {}
        assert respondents.find(db, one) is None
        assert respondents.merged_into(db, one) == into
        assert {batch.kind for batch, _outcome in cohorts.of_person(db, into)} == {
            "pelatihan", "yudisium",
        }  # fmt: skip
        assert respondents.student_numbers(db, into) == [("", "061.20.0017")]
        assert set(respondents.addresses(db, into)) == {"whatsapp", "telegram"}
        assert [person.id for person, _phone, _names in respondents.listed(db)] == [into]
    assert phones(service, into) == {
        "6281200000102": Use.MAIN, "6285700000103": Use.SPARE, "42": Use.MAIN,
    }  # fmt: skip
    assert counts(bring(service, [CAMPUS])) == (0, 0, 1)
    assert counts(bring(service, [SECOND])) == (0, 0, 1)


def test_a_merged_person_is_still_known_by_their_other_name(service: Service) -> None:
    bring(service, [{**PLAIN, "Nama": "Sari W"}, {**SECOND}])
    bring(service, [SIAPKERJA])
    with service.database.write() as db:
        merging.merge(db, service.vault, 1, 3, at=service.now())
    assert counts(bring(service, [{**PLAIN, "Nama": "Sari W"}])) == (0, 0, 1)


@pytest.mark.parametrize(
    ("one", "into", "reason"), [(1, 1, "same"), (1, 9, "unknown"), (1, 2, "nik")]
)
def test_what_is_not_one_person_is_not_merged(
    service: Service, one: int, into: int, reason: str
) -> None:
    bring(service, [SIAPKERJA, SECOND])
    before = dump(service)
    with service.database.write() as db, pytest.raises(CannotMerge) as error:
        merging.merge(db, service.vault, one, into, at=service.now())
    assert error.value.reason == reason
    assert dump(service) == before


def test_a_merged_row_is_not_merged_again(service: Service) -> None:
    one, into = both(service)
    with service.database.write() as db:
        merging.merge(db, service.vault, one, into, at=service.now())
        with pytest.raises(CannotMerge):
            merging.merge(db, service.vault, one, into, at=service.now())


def test_the_nik_moves_to_whoever_stays(service: Service) -> None:
    one, into = both(service)
    with service.database.write() as db:
        merging.merge(db, service.vault, into, one, at=service.now())
        assert respondents.nik(db, service.vault, one) == SECOND["NIK"]
    assert counts(bring(service, [{**SECOND, "Nama": "Budi S"}])) == (0, 0, 1)
