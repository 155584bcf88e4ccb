"""KDI/PM/09 step 5: who is placed by SIAPkerja is left alone, and both sources are kept."""

from datetime import date

import pytest

from bot.campaigns import placements
from bot.campaigns.placements import REASON, Conflict, WrongFile
from storage import closings, interviews, respondents
from storage.audiences import TIME_OVER
from storage.respondents import Person
from tests.bot.campaigns.office import WITA, CampaignOffice

PASCA = "kebekerjaan_pascapelatihan"
HEAD = "Nama,NIK,Status Kebekerjaan,Nama Perusahaan/Nama Usaha,Lokasi Penempatan (Kota/Kab),jabatan"
NIKS = ("7471994505010019", "7471991203990029", "7471996107880039")


def people(office: CampaignOffice) -> list[int]:
    made = []
    with office.service.database.write() as db:
        for number, nik in enumerate(NIKS):
            person = Person(0, f"Orang {number}", WITA, date(1999, 1, 1), nik=nik)
            one = respondents.add(db, office.service.vault, person, at=office.clock())
            respondents.add_address(db, one, "whatsapp", f"6281900{number:05}", at=office.clock())
            made.append(one)
    return made


def file(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def test_a_placement_closes_the_row_and_takes_back_what_is_queued(office: CampaignOffice) -> None:
    everyone = people(office)
    office.cohort("Menjahit 1", "2026-10-24", everyone)
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30")
    office.tick(sends=False)
    said = file(
        f"Orang 0,{NIKS[0]},Bekerja,PT Sinar,Kota Kendari,Operator",
        f"Orang 1,{NIKS[1]},Belum Bekerja,,,",
    )
    report = placements.import_file(office.service, said, by="rina")
    assert (report.rows, report.placed, report.new, report.closed) == (2, 1, 1, 1)
    again = placements.import_file(office.service, said, by="rina")
    assert (again.new, again.closed) == (0, 0)
    office.run("2026-11-26 10:00")
    assert office.standing(1)["closed", REASON] == 1
    assert set(office.told()) == {"628190000001", "628190000002"}
    with office.service.database.write() as db:
        assert closings.end_wave(db, 1) == 2
    assert office.standing(1) == {("closed", REASON): 1, ("closed", TIME_OVER): 2}


def test_what_the_sources_say_differently_is_listed_and_both_are_kept(
    office: CampaignOffice,
) -> None:
    everyone = people(office)
    office.cohort("Menjahit 1", "2026-10-24", everyone)
    office.turn_on(PASCA)
    office.at("2026-11-24 09:30")
    office.tick()
    office.say(everyone[0], "ya", "ya", "bekerja", "PT Bulan")
    office.say(everyone[1], "ya", "ya", "mencari kerja")
    report = placements.import_file(
        office.service,
        file(f"A,{NIKS[0]},Bekerja,PT Sinar,Kendari,Operator", f"B,{NIKS[1]},Wirausaha,Warung,,"),
        by="rina",
    )
    assert list(report.conflicts) == [
        Conflict(everyone[0], "Orang 0", "Nama Perusahaan/Nama Usaha", "PT Bulan", "PT Sinar"),
        Conflict(everyone[1], "Orang 1", "Status Kebekerjaan", "Belum Bekerja", "Wirausaha"),
    ]
    with office.service.database.read() as db:
        kept = interviews.all_of(db, office.service.vault, everyone[0])[-1].state.answers
    assert "PT Bulan" in kept.values()


def test_a_wrong_row_stores_nothing_and_is_named(office: CampaignOffice) -> None:
    people(office)
    said = file(
        f"A,{NIKS[0]},Bekerja,PT Sinar,,", "B,7471000000000001,Bekerja,,,", f"C,{NIKS[2]},Entah,,,"
    )
    report = placements.import_file(office.service, said, by="rina")
    assert [(one.row, one.column) for one in report.faults] == [
        (4, "Status Kebekerjaan"), (3, "NIK"),
    ]  # fmt: skip
    assert report.new == 0
    with pytest.raises(WrongFile, match="Status Kebekerjaan"):
        placements.import_file(office.service, b"Nama,NIK\nA,1", by="rina")
