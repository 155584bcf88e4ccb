"""The doctor finds what is wrong, says what to do, and finds nothing where all is well."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.doctor import Finding, State, examine, is_well
from bot.service import Service
from scheduler.blast import BlastStatus
from storage import blasts, channels, cohorts, enquiries, forms, waves
from storage.cohorts import Batch
from storage.enquiries import Asker
from tests.conftest import FixedClock, settings_for
from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio


@pytest.fixture
def clock() -> FixedClock:
    """A clock that agrees with PostgreSQL's."""
    clock = FixedClock()
    clock.moment = datetime.now(UTC)
    return clock


def findings(service: Service) -> dict[str, Finding]:
    """Return findings by what they are of; of two, the worse."""
    found = asyncio.run(examine(service))
    rank = [State.WELL, State.LOOK, State.FAULT]
    return {one.what: one for one in sorted(found, key=lambda one: rank.index(one.state))}


def test_a_healthy_office_has_no_fault(service: Service) -> None:
    found = findings(service)
    assert is_well(found.values())
    assert found["database"].state is State.WELL
    assert found["kunci data"].state is State.WELL
    assert found["pengirim"].state is State.LOOK  # nothing runs in a test


def test_a_running_sender_is_seen(service: Service) -> None:
    lock = service.sender_lock()
    lock.take()
    try:
        assert findings(service)["pengirim"].state is State.WELL
    finally:
        lock.release()


def test_every_finding_that_is_not_well_says_what_to_do(service: Service) -> None:
    assert all(one.todo for one in findings(service).values() if one.state is not State.WELL)


def test_another_key_is_found_before_anything_is_read(
    database_url: str, clock: FixedClock, service: Service, artefact: object
) -> None:
    del artefact
    with service.database.write() as db:
        enquiries.add(
            db, service.vault, Asker("telegram", "1"), "halo", reason="stranger", at=clock()
        )
    settings = replace(settings_for(database_url), secret_key="another key, long enough for all")
    other = Service(settings, clock=clock)
    try:
        found = findings(other)
    finally:
        other.close()
    assert found["database"].state is State.WELL  # enquiries alone do not prove a key
    assert "halo" not in json.dumps([one.said for one in found.values()])


def test_a_database_that_does_not_answer_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "lacak.db"
    file.write_bytes(b"this is no database, it only has its name" * 100)
    service = Service(settings_for(f"sqlite:///{file}"))
    try:
        found = findings(service)
    finally:
        service.close()
    assert found["database"].state is State.FAULT
    assert "DATABASE_URL" in found["database"].todo


def test_a_clock_of_another_year_is_a_fault(service: Service, clock: FixedClock) -> None:
    clock.forward(days=-900)
    assert findings(service)["jam"].state is State.FAULT


def test_what_the_ledger_holds_back_is_told(service: Service, clock: FixedClock) -> None:
    with service.database.write() as db:
        channels.pause(db, "whatsapp", "akun ditolak (20003)")
        enquiries.add(
            db, service.vault, Asker("telegram", "1"), "halo", reason="stranger", at=clock()
        )
    found = findings(service)
    assert "whatsapp" in found["siaran dan saluran"].said
    assert found["pertanyaan"].said.startswith("1 ")


def test_a_blast_that_paused_itself_is_told(
    service: Service, clock: FixedClock, artefact: object
) -> None:
    with service.database.write() as db:
        form_pk = forms.publish(db, artefact, at=clock())  # type: ignore[arg-type]
        cohort = cohorts.ensure(db, Batch(0, "A", "pelatihan", "P", "P"))
        wave = waves.ensure(
            db, form_id="kebekerjaan", form_pk=form_pk, cohort_id=cohort, period="x", at=clock()
        )
        blast, _new = blasts.ensure(
            db, wave_id=wave, channel="telegram", created_by="uji", at=clock()
        )
        allowed = [BlastStatus.PREPARING]
        blasts.become(db, blast, BlastStatus.PAUSED, allowed=allowed, reason="20 ditolak")
    assert "20 ditolak" in findings(service)["siaran dan saluran"].said


@pytest.fixture
def with_telegram(
    sqlite_url: str, clock: FixedClock
) -> Callable[[FakeTelegram, str, str], Service]:
    def make(telegram: FakeTelegram, token: str, public_url: str) -> Service:
        more = {
            "TELEGRAM_TOKEN": token, "TELEGRAM_BASE_URL": telegram.base_url,
            "PUBLIC_URL": public_url,
        }  # fmt: skip
        return Service(settings_for(sqlite_url, **more), clock=clock)

    return make


def test_telegram_is_named_and_its_webhook_compared(
    with_telegram: Callable[[FakeTelegram, str, str], Service],
) -> None:
    with FakeTelegram() as telegram:
        service = with_telegram(telegram, telegram.token, "https://lacak.test")
        found = findings(service)
        service.close()
    assert found["Telegram"].said == "@lacak_uji_bot"
    assert found["webhook Telegram"].state is State.LOOK
    assert "https://lacak.test/hooks/telegram" in found["webhook Telegram"].said


def test_a_wrong_token_is_a_fault_that_does_not_repeat_it(
    with_telegram: Callable[[FakeTelegram, str, str], Service],
) -> None:
    with FakeTelegram() as telegram:
        service = with_telegram(telegram, "12345:salah-sekali", "")
        found = findings(service)
        service.close()
    assert found["Telegram"].state is State.FAULT
    assert "TELEGRAM_TOKEN" in found["Telegram"].todo
    assert "salah-sekali" not in str(found)


def test_twilio_is_asked_whether_it_knows_us(sqlite_url: str, clock: FixedClock) -> None:
    with FakeTwilio(clock=clock) as twilio:
        more = {
            "TWILIO_ACCOUNT_SID": twilio.account, "TWILIO_WHATSAPP_FROM": twilio.sender,
            "TWILIO_BASE_URL": twilio.base_url, "PUBLIC_URL": "https://lacak.test",
        }  # fmt: skip
        for token, state in ((twilio.token, State.WELL), ("salah", State.FAULT)):
            service = Service(
                settings_for(sqlite_url, **more, TWILIO_AUTH_TOKEN=token), clock=clock
            )
            found = findings(service)
            service.close()
            assert found["WhatsApp (Twilio)"].state is state
    assert twilio.violations == []


def test_clocks_that_differ_are_found_on_postgresql(service: Service, clock: FixedClock) -> None:
    clock.forward(days=30)
    found = findings(service)
    is_told = found["jam"].state is State.FAULT
    assert is_told is not service.database.is_sqlite
    clock.moment -= timedelta(days=30)
