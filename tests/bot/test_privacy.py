"""Law 10: what people told us is nowhere in clear: not in the database file, not in a log."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.logs import log, set_up
from bot.service import Service
from storage import inbox, interviews, respondents
from storage.secrets import WrongKey
from tests.bot.world import World
from tests.conftest import settings_for
from tests.people import BUDI, SARI

SECRETS = {
    "NIK": SARI.nik,
    "income typed": "4.321.000",
    "income stored": "4321000",
    "place": "Pabrik Rahasia Contoh",
    "position": "juru masak istimewa",
    "town": "Pangandaran",
    "message": "atasan saya galak sekali",
    "raw request": "rahasia mentah",
}
ANSWERS = (
    "ya", "kerja", SECRETS["place"], "agustus 2026", SECRETS["position"], "2", SECRETS["town"],
    "sesuai", SECRETS["income typed"], "lewati", SECRETS["message"],
)  # fmt: skip


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def told(sqlite_world: World) -> World:
    for answer in ANSWERS:
        arrival = sqlite_world.arrival(SARI, answer)
        raw = f"text={answer}&rahasia mentah".encode()
        sqlite_world.receive(replace(arrival, payload=raw))
    return sqlite_world


def test_law_10_the_database_file_holds_no_answer_in_clear(told: World, tmp_path: Path) -> None:
    assert told.standing(SARI).state.answers["penempatan/penghasilan"] == 4_321_000
    held = every_byte(tmp_path)
    assert len(held) > 100_000
    assert SARI.name.encode() in held, "the scan must be able to find what is there"
    found = {what for what, word in SECRETS.items() if word.encode() in held}
    assert found == set()


def test_law_10_no_log_line_holds_anything_people_said(
    told: World, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(logging.DEBUG)

    def broken(*_: object, **__: object) -> int:
        raise RuntimeError(f"could not store {SECRETS['message']} of {SARI.name}")

    monkeypatch.setattr("storage.outbox.owe", broken)
    arrival = told.arrival(BUDI, SECRETS["message"])
    vault = told.service.vault
    told.service.writer.submit(lambda db: inbox.add(db, vault, arrival)).result(timeout=60)
    told.service.take_turns(arrival.respondent_id).result(timeout=60)
    log("anything", text=f"call {BUDI.phone}", count=7)
    said = capfd.readouterr().err
    assert "turn_failed" in said
    words = (*SECRETS.values(), SARI.name, BUDI.name, BUDI.phone, BUDI.nik)
    assert [word for word in words if word in said] == []
    assert json.loads(said.splitlines()[-1])["count"] == 7


def test_law_10_another_key_opens_nothing(told: World, sqlite_url: str) -> None:
    thief = Service(settings_for(sqlite_url, SECRET_KEY="another key altogether"))
    with pytest.raises(WrongKey), thief.database.read() as db:
        interviews.check_key(db, thief.vault)
    thief.close()
    with told.service.database.read() as db:
        interviews.check_key(db, told.service.vault)


def test_a_person_is_found_by_nik_though_it_is_encrypted(told: World) -> None:
    with told.service.database.read() as db:
        found = respondents.find_by_nik(db, told.service.vault, SARI.nik)
        assert found == told.people[SARI.name]
        assert respondents.nik(db, told.service.vault, found) == SARI.nik
