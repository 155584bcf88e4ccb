"""Law 8 in service: linked spreadsheets follow the answers, and staff hear what they must do."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import delete, insert, text, update

from bot.mirroring import Mirroring, NotSetUp, standing
from bot.mirroring.links import Asked, CannotLink, read_id
from bot.rights.desk import RightsDesk
from bot.service import Service
from exports.mirror.plan import ID
from flows import library
from flows.xlsform import Artefact, publish
from storage import cohorts, forms
from storage.tables import Inbound, Owed, Respondent
from storage.tables.columns import table
from tests.bot.world import BATCH, World, make_more, make_world
from tests.conftest import FixedClock, settings_for
from tests.fakes.sheets import FakeSheets, auth
from tests.fakes.sheets.book import Book
from tests.fakes.sheets.faults import Refuse
from tests.people import BUDI, SARI

FORM = "kebekerjaan"
ANSWERS = ("ya", "kerja", "=PT Contoh", "agustus 2026", "kasir", "2", "Kendari", "1", "3 juta")


@pytest.fixture
def google(clock: FixedClock) -> Iterator[FakeSheets]:
    with FakeSheets(clock=clock) as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def world(
    database_url: str, google: FakeSheets, clock: FixedClock, tmp_path: Path, artefact: Artefact
) -> Iterator[World]:
    """A small office with a service account."""
    key = google.write_account(tmp_path / "kunci.json")
    settings = settings_for(
        database_url,
        GOOGLE_SERVICE_ACCOUNT_FILE=str(key),
        SHEETS_BASE_URL=google.base_url,
        COPY_FOLDER=str(tmp_path / "salinan"),
    )
    service = Service(settings, clock=clock)
    wait_by(clock, service.mirroring)
    yield make_world(service, artefact)
    if service.mirroring._api is not None:
        service.mirroring._api._session.session.close()
    service.close()


def wait_by(clock: FixedClock, mirroring: Mirroring) -> None:
    """Let waiting for a permit move the clock."""

    class Stopping:
        def wait(self, seconds: float) -> bool:
            clock.forward(seconds=seconds)
            return False

        def set(self) -> None:
            return

    mirroring._stopping = Stopping()  # type: ignore[assignment]


def link(world: World, google: FakeSheets, prodi: str = BATCH.prodi, **more: Any) -> Book:
    book = google.add(prodi)
    asked = Asked(prodi, f"https://docs.google.com/spreadsheets/d/{book.id}/edit#gid=0", **more)
    world.service.mirroring.links.link(asked, actor="rina")
    return book


def tick(world: World, clock: FixedClock) -> int:
    """Let a little more than a minute pass, and what is due be flushed."""
    clock.forward(seconds=75)
    return world.service.mirroring.loop.tick()


def table_of(book: Book) -> list[dict[Any, Any]]:
    """Return the first tab's responses by column code."""
    tab = book.tabs[0]
    codes = [cell.value for cell in tab.lines[0].cells]
    rows = [dict(zip(codes, (c.value for c in line.cells), strict=True)) for line in tab.lines[2:]]
    return [row for row in rows if row[ID]]


def who(book: Book) -> dict[str, str]:
    return {row["_nama"]: row["_keadaan"] for row in table_of(book)}


def audited(world: World, action: str) -> list[str]:
    with world.service.database.read() as db:
        query = text("SELECT detail FROM audit WHERE action = :action ORDER BY id")
        return list(db.execute(query, {"action": action}).scalars())


def test_a_linked_sheet_follows_the_answers(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    assert tick(world, clock) == 1
    assert who(book) == {SARI.name: "belum", BUDI.name: "belum"}
    assert tick(world, clock) == 0
    world.say(SARI, *ANSWERS)
    assert tick(world, clock) == 1
    (sari,) = (row for row in table_of(book) if row["_nama"] == SARI.name)
    assert (sari["_keadaan"], sari["status"], sari["tempat"]) == (
        "sebagian", "Bekerja", "=PT Contoh",
    )  # fmt: skip


def test_answers_of_a_minute_go_in_one_batch(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    link(world, google)
    tick(world, clock)
    writes = google.count(writes=True)
    for step in ("ya", "kerja", "PT Contoh"):
        world.say(SARI, step)
        clock.forward(seconds=5)
        world.service.mirroring.loop.tick()
    assert google.count(writes=True) == writes
    tick(world, clock)
    assert google.count(writes=True) == writes + 1


def test_nothing_is_asked_of_google_while_nothing_changes(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    link(world, google)
    tick(world, clock)
    google.calls.clear()
    for _ in range(20):
        tick(world, clock)
    assert google.calls == []


def test_law_10_income_is_copied_only_where_the_office_opts_in(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    world.say(SARI, *ANSWERS)
    shut, opened = link(world, google), link(world, google, "kantor", personal=True, codes=True)
    tick(world, clock)
    assert "penghasilan" not in {code for row in table_of(shut) for code in row}
    (sari,) = (row for row in table_of(opened) if row["_nama"] == SARI.name)
    assert (sari["penghasilan"], sari["status"]) == (3_000_000, "bekerja")
    assert SARI.nik not in str(opened.tabs[0].values())


def test_the_offices_own_sheet_has_everyone(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    other = cohorts.Batch(0, "Servis 2026", "pelatihan", "Otomotif", "Servis", ended_on=None)
    with world.service.database.write() as db:
        cohort_id = cohorts.ensure(db, other)
        person = world.people[BUDI.name]
        db.execute(
            text("UPDATE interview SET cohort_id = :c WHERE respondent_id = :p"),
            {"c": cohort_id, "p": person},
        )
    ours, all_of_them = link(world, google, "otomotif "), link(world, google, "Kantor")
    tick(world, clock)
    assert list(who(ours)) == [BUDI.name]
    assert set(who(all_of_them)) == {SARI.name, BUDI.name}


def test_an_erased_person_leaves_the_sheet_and_the_workbook(
    world: World, google: FakeSheets, clock: FixedClock, tmp_path: Path
) -> None:
    book, service = link(world, google), world.service
    world.say(SARI, "ya", "kerja", "PT Rahasia", "hapus data saya")
    assert tick(world, clock) == 1
    service.copier.copy(clock())
    assert len(who(book)) == 2
    RightsDesk(service).erase(1, actor="rina")
    assert tick(world, clock) == 1
    assert who(book) == {BUDI.name: "belum"}
    service.copier.copy(clock())
    (copied,) = (tmp_path / "salinan").rglob("*.xlsx")
    cells = [
        str(c.value)
        for row in openpyxl.load_workbook(copied).worksheets[0].iter_rows()
        for c in row
    ]
    assert BUDI.name in cells
    assert not [one for one in cells if SARI.name in one or "PT Rahasia" in one]
    assert tick(world, clock) == 0


def test_who_could_not_be_reached_is_told_apart_in_the_sheet(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    tick(world, clock)
    interview = world.standing(BUDI).id
    inbox, outbox = table(Inbound), table(Owed)
    event = {
        "channel": "whatsapp", "provider_id": "x", "event": b"", "outcome": "",
        "respondent_id": world.people[BUDI.name], "received_at": clock(), "done_at": clock(),
    }  # fmt: skip
    owed = {
        "interview_id": interview, "address_id": world.addresses[BUDI.name], "body": b"",
        "status": "failed", "reason": "", "attempt": "", "provider_id": "", "created_at": clock(),
    }  # fmt: skip
    with world.service.database.write() as db:
        db.execute(delete(outbox).where(outbox.c.interview_id == interview))
        cause = db.execute(insert(inbox).values(**event).returning(inbox.c.seq)).scalar_one()
        db.execute(insert(outbox).values(cause=cause, **owed))
    tick(world, clock)
    assert who(book) == {SARI.name: "belum", BUDI.name: "tidak terjangkau"}


def test_another_form_gets_a_tab_of_its_own(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    tick(world, clock)
    other = library.source(FORM).replace(b"form_id: kebekerjaan", b"form_id: salinan")
    with world.service.database.write() as db:
        forms.publish(db, publish(other), at=clock())
    tick(world, clock)
    tables = [one for one in book.metadata.values() if one.key == "lacak.tabel"]
    assert {one.value for one in tables} == {FORM, "salinan"}
    assert len(standing(world.service.mirroring.office)[0]["sheets"]) == 2


def test_many_spreadsheets_are_fresh_within_a_minute_each(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    with world.service.database.write() as db:
        for number in range(20):
            name = f"Angkatan {number}"
            cohorts.ensure(db, cohorts.Batch(0, name, "pelatihan", f"Prodi {number}", "x"))
    books = [link(world, google, f"Prodi {number}") for number in range(20)]
    clock.forward(minutes=2)
    world.service.mirroring.loop.tick()
    clock.forward(minutes=2)
    with world.service.database.write() as db:
        for number in range(20):
            db.execute(
                text(
                    "INSERT INTO interview (respondent_id, cohort_id, form_pk, status, state, "
                    "revision, created_at, updated_at) SELECT respondent_id, c.id, form_pk, "
                    "status, state, revision, i.created_at, i.updated_at FROM interview i, "
                    "cohort c WHERE c.name = :name AND i.id = 1"
                ),
                {"name": f"Angkatan {number}"},
            )
    began = clock()
    assert world.service.mirroring.loop.tick() == 20
    assert clock() - began < timedelta(seconds=60)
    assert [len(table_of(book)) for book in books] == [1] * 20


def test_a_row_a_coordinator_deleted_comes_back_with_an_audit_line(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    tick(world, clock)
    tab = book.tabs[0]
    del tab.lines[2]
    world.say(SARI, "ya")
    tick(world, clock)
    assert len(who(book)) == 2
    assert audited(world, "mirror restore") == ["sheet 1, 1 rows"]


def test_every_cell_is_compared_at_night(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    tick(world, clock)
    with world.service.database.write() as db:  # a corrected name changes no answer
        db.execute(
            update(table(Respondent))
            .where(table(Respondent).c.id == world.people[BUDI.name])
            .values(name="Budi S")
        )
    clock.forward(hours=10)  # 20.01 at the office
    assert tick(world, clock) == 0
    clock.forward(hours=6)
    assert tick(world, clock) == 0  # not a day since it was linked
    clock.forward(hours=24)
    assert tick(world, clock) == 1
    assert "Budi S" in who(book)
    assert tick(world, clock) == 0


def test_trouble_is_told_with_what_to_do_and_goes_when_mended(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    tick(world, clock)
    assert world.service.mirroring.alerts() == []
    google.shared[book.id] = ""
    world.say(SARI, "ya")
    tick(world, clock)
    (alert,) = world.service.mirroring.alerts()
    assert alert.sentence == (
        f"Salinan Garmen Apparel (kebekerjaan) tertahan. Bagikan lagi spreadsheet ini ke "
        f"{auth.EMAIL} sebagai Editor."
    )
    assert tick(world, clock) == 0
    google.shared[book.id] = "writer"
    clock.forward(hours=1)
    tick(world, clock)
    assert world.service.mirroring.alerts() == []
    assert who(book)[SARI.name] == "sebagian"


def test_a_bad_moment_of_googles_alerts_nobody(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    link(world, google)
    google.faults = iter([Refuse(503)])
    tick(world, clock)
    assert world.service.mirroring.alerts() == []
    (state,) = standing(world.service.mirroring.office)[0]["sheets"]
    assert (state["trouble"], state["state"], state["waiting"]) == ("later", "active", 2)


@pytest.mark.parametrize(
    ("role", "said"),
    [("", f"masukkan {auth.EMAIL}, pilih Editor"), ("reader", f"ubah {auth.EMAIL} menjadi Editor")],
)
def test_what_is_missing_is_said_when_linking(
    world: World, google: FakeSheets, role: str, said: str
) -> None:
    book = google.add("Garmen", role=role)
    with pytest.raises(CannotLink, match=said):
        world.service.mirroring.links.link(Asked("Garmen Apparel", book.id), actor="rina")
    assert standing(world.service.mirroring.office) == []


def test_a_spreadsheet_is_one_prodis_and_a_prodi_is_known(world: World, google: FakeSheets) -> None:
    links = world.service.mirroring.links
    book = link(world, google)
    with pytest.raises(CannotLink, match="sudah dipakai Garmen Apparel"):
        links.link(Asked("kantor", book.id), actor="rina")
    other = google.add("Lain")
    with pytest.raises(CannotLink, match="Lepas dulu"):
        links.link(Asked("garmen apparel", other.id), actor="rina")
    with pytest.raises(CannotLink, match="Maksudnya 'Garmen Apparel'"):
        links.link(Asked("Garmen Aparel", other.id), actor="rina")
    with pytest.raises(CannotLink, match="tidak ada, atau belum dibagikan"):
        links.link(Asked("kantor", "x" * 44), actor="rina")


def test_addresses_are_read_as_people_paste_them() -> None:
    id_ = "1abcDEF_-" + "x" * 35
    for address in (
        f"https://docs.google.com/spreadsheets/d/{id_}/edit?gid=0#gid=0",
        f"docs.google.com/spreadsheets/d/{id_}",
        f" {id_} ",
    ):
        assert read_id(address) == id_
    with pytest.raises(CannotLink, match="bilah alamat"):
        read_id("https://drive.google.com/drive/folders/abc")


def test_a_rebuilt_sheet_is_new_and_the_old_one_stays(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    tick(world, clock)
    old = book.tabs[0]
    old.delete_columns(0, 1)
    world.service.mirroring.links.rebuild("garmen apparel", actor="rina")
    tick(world, clock)
    assert len(who(book)) == 2
    titles = [tab.title for tab in book.tabs]
    assert f"{titles[0]} (lama)" == old.title
    assert old in book.tabs
    google.calls.clear()
    assert tick(world, clock) == 0


def test_what_was_let_go_is_written_no_more_and_goes_on_as_a_workbook(
    world: World, google: FakeSheets, clock: FixedClock, tmp_path: Path
) -> None:
    link(world, google)
    tick(world, clock)
    world.service.mirroring.links.unlink("GARMEN APPAREL", actor="rina")
    google.calls.clear()
    world.say(SARI, "ya")
    assert tick(world, clock) == 0
    assert google.calls == []
    (flush,) = world.service.copier.copy(clock())
    assert (flush.path, flush.inserted) == (tmp_path / "salinan" / "Garmen Apparel.xlsx", 2)
    with pytest.raises(CannotLink, match="tidak tertaut"):
        world.service.mirroring.links.find("Garmen Apparel")


def test_links_leave_audit_lines_with_whose_they_are(world: World, google: FakeSheets) -> None:
    link(world, google, personal=True)
    assert audited(world, "mirror link") == ["link 1, personal True, codes False"]


def test_the_clock_flushes_in_a_thread_of_its_own(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    clock.forward(seconds=75)
    asyncio.run(world.service.chores.mirror())
    assert len(who(book)) == 2


def test_without_an_account_nothing_is_asked_and_it_is_said(service: Service) -> None:
    assert not service.mirroring.is_set_up
    with pytest.raises(NotSetUp, match="GOOGLE_SERVICE_ACCOUNT_FILE kosong"):
        service.mirroring.api()
    asyncio.run(service.chores.mirror())
    assert service.mirroring.loop.tick() == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"type": "service_account"}'])
def test_a_key_file_that_cannot_be_used_is_named(
    sqlite_url: str, tmp_path: Path, content: str
) -> None:
    key = tmp_path / "kunci.json"
    key.write_text(content)
    service = Service(settings_for(sqlite_url, GOOGLE_SERVICE_ACCOUNT_FILE=str(key)))
    with pytest.raises(NotSetUp, match="tidak dapat dipakai"):
        service.mirroring.api()
    assert service.mirroring.email == ""
    service.close()


def test_a_thousand_more_responses_arrive(
    world: World, google: FakeSheets, clock: FixedClock
) -> None:
    book = link(world, google)
    make_more(world, 600)
    tick(world, clock)
    clock.forward(seconds=1)
    world.service.mirroring.loop.tick()
    assert len(table_of(book)) == 602
    assert json.dumps(standing(world.service.mirroring.office))
