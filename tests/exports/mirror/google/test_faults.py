"""Google says no, or nothing: no row twice, none lost, and staff know what to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from exports.mirror.google import trouble
from exports.mirror.google.desk import LEASE, TOKENS_KEPT
from exports.mirror.google.trouble import ADVICE, STATE, State, Trouble
from storage import mirrors
from tests.exports.mirror.google.office import FORM, Office
from tests.fakes.sheets import book as fake_book
from tests.fakes.sheets import people
from tests.fakes.sheets.errors import Refused
from tests.fakes.sheets.faults import TOO_FAST, Fault, HangUp, Refuse, Slow, Zombie


@pytest.fixture
def full(office: Office) -> Office:
    """A sheet with three people; requests are counted from here."""
    for number in (1, 2, 3):
        office.answers.add(number, tempat=f"PT {number}")
    office.flush_all()
    office.google.calls.clear()
    return office


def ids(office: Office) -> list[str]:
    at = office.place("_id")
    values = [line.cells[at].value for line in office.tab.lines[2:]]
    return [str(value) for value in values if value]


@pytest.mark.parametrize(
    "fault",
    [
        Refuse(503), Refuse(503, applied=True), Refuse(500, applied=True), HangUp(applied=False),
        HangUp(applied=True), Refuse(502, is_html=True), Slow(60),
    ],
    ids=str,
)  # fmt: skip
def test_a_write_of_unknown_outcome_is_found_out_about(full: Office, fault: Fault) -> None:
    full.session.set_timeout((2, 0.3))
    full.answers.add(4)
    full.google.faults = iter([None, fault])
    assert full.flush().trouble is Trouble.LATER
    assert full.sheet().pending is not None
    full.clock.forward(minutes=1)
    full.flush_all()
    assert ids(full).count(f"{FORM}-4") == 1
    assert full.faults() == []
    assert full.sheet().pending is None


def test_a_batch_that_was_carried_out_is_not_sent_again(full: Office) -> None:
    full.answers.add(4)
    full.google.faults = iter([None, HangUp(applied=True)])
    full.flush()
    assert full.google.count(writes=True) == 1
    full.flush()
    assert full.google.count(writes=True) == 1
    assert full.noted()[4].revision == 0


def test_a_batch_that_comes_late_is_refused_whole(full: Office) -> None:
    full.answers.add(4, tempat="lama")
    full.google.faults = iter([None, Zombie()])
    full.flush()
    full.answers.add(4, tempat="baru")
    full.flush_all()
    full.google.raise_zombies()
    assert ids(full).count(f"{FORM}-4") == 1
    assert full.cell(4, "tempat") == "baru"


def test_a_batch_that_comes_late_cannot_undo_what_needed_nothing_more(full: Office) -> None:
    """The erased one is not there; the lost batch that would put them there must be stopped."""
    full.answers.add(4)
    full.google.faults = iter([None, Zombie()])
    full.flush()
    del full.answers.rows[4]
    full.flush()
    full.google.raise_zombies()
    assert f"{FORM}-4" not in ids(full)


def test_a_late_batch_may_win_and_the_next_one_sees_it(full: Office) -> None:
    full.answers.add(4, tempat="lama")
    full.google.faults = iter([None, Zombie()])
    full.flush()
    full.answers.add(4, tempat="baru")
    with full.meanwhile("batchUpdate", full.google.raise_zombies):
        full.flush_all()
    assert ids(full).count(f"{FORM}-4") == 1
    assert full.cell(4, "tempat") == "baru"


def test_tokens_are_kept_as_long_as_a_batch_can_be_late_and_then_removed(full: Office) -> None:
    for number in range(30):
        full.answers.add(100 + number)
        full.flush()
        full.clock.forward(minutes=1)
    kept = [one for one in full.book.metadata.values() if one.sheet is None]
    assert TOKENS_KEPT / timedelta(minutes=1) <= len(kept) <= TOKENS_KEPT / timedelta(minutes=1) + 2
    assert {one.id for one in kept} == set(full.sheet().tokens)


def test_a_lock_left_by_a_dead_process_is_taken_away(full: Office) -> None:
    del full.answers.rows[2]
    full.google.faults = iter([None, None, HangUp(applied=True)])
    full.flush()
    with pytest.raises(people.Locked):
        people.must_be_open(full.tab)
    full.answers.add(2, tempat="PT 2")  # what was to be deleted is wanted after all
    full.clock.forward(minutes=1)
    full.flush_all()
    people.must_be_open(full.tab)
    assert full.faults() == []


def test_throttling_waits_for_the_next_minute_and_loses_nothing(full: Office) -> None:
    full.answers.add(4)
    before = full.clock()
    full.google.faults = iter([None, TOO_FAST])
    done = full.flush()
    assert (done.trouble, done.done.inserted) == ("", 1)
    waited = full.clock() - before
    assert timedelta(seconds=59) < waited < timedelta(seconds=67)


def test_the_quota_is_never_overrun(full: Office) -> None:
    began = full.clock()
    for number in range(80):
        full.answers.add(number, tempat="PT")
        assert not full.flush().trouble
    minutes = (full.clock() - began) / timedelta(minutes=1)
    assert 1.3 < minutes < 1.6  # 80 writes: 10 saved up, then 50 a minute
    assert len(full.google.calls) == 160


SILENT = [Refuse(503)] * 60


def test_silence_is_waited_out_longer_and_longer_and_then_told(full: Office) -> None:
    full.answers.add(4)
    full.google.faults = iter(SILENT)
    waits, said = [], []
    for _ in range(9):
        said.append(full.flush().trouble)
        next_try = full.sheet().next_try
        assert next_try is not None
        waits.append((next_try - full.clock()).total_seconds())
        full.clock.forward(seconds=waits[-1])
    assert waits == [5, 10, 20, 40, 80, 160, 320, 3600, 3600]
    assert said == [Trouble.LATER] * 7 + [Trouble.UNREACHABLE] * 2
    assert full.sheet().state == State.ACTIVE
    full.google.faults = iter(())
    full.flush_all()
    assert (full.sheet().trouble, full.sheet().failures) == ("", 0)


def unshare(office: Office) -> None:
    office.google.shared[office.book.id] = ""


def only_look(office: Office) -> None:
    office.google.shared[office.book.id] = "reader"


def switch_off(office: Office) -> None:
    office.google.is_enabled = False


def delete(office: Office) -> None:
    del office.google.books[office.book.id]


def damage(office: Office) -> None:
    office.tab.delete_columns(office.place("_id"), 1)


def no_room(office: Office) -> None:
    office.tab.insert_rows(len(office.tab.lines), 3_000)


@pytest.mark.parametrize(
    ("act", "why", "state"),
    [
        (unshare, Trouble.UNSHARED, State.BLOCKED),
        (only_look, Trouble.READ_ONLY, State.BLOCKED),
        (switch_off, Trouble.API_OFF, State.BLOCKED),
        (delete, Trouble.GONE, State.GONE),
        (damage, Trouble.BROKEN_LAYOUT, State.BROKEN_LAYOUT),
        (no_room, Trouble.FULL, State.FULL),
    ],
)
def test_what_people_must_mend_has_a_state_and_is_tried_hourly(
    full: Office,
    act: Callable[[Office], None],
    why: Trouble,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fake_book, "MOST_CELLS", 20_000)
    book, role = full.book.copy(), full.google.shared[full.book.id]
    act(full)
    full.answers.add(4)
    assert full.flush().trouble is why
    sheet = full.sheet()
    assert (sheet.state, sheet.trouble) == (state, why)
    assert sheet.next_try == full.clock() + timedelta(hours=1)
    assert ADVICE[why]
    full.google.books[full.book.id] = full.book
    full.book.restore(book)
    full.google.shared[full.book.id] = role
    full.google.is_enabled = True
    full.flush_all()
    assert full.faults() == []
    assert full.sheet().state == State.ACTIVE


def test_every_trouble_has_advice_and_every_state_a_trouble() -> None:
    assert set(ADVICE) == set(Trouble)
    assert set(STATE.values()) | {State.ACTIVE} == set(State)


def test_a_key_that_google_refuses_is_told_apart_from_a_bad_moment(full: Office) -> None:
    full.google._tokens.clear()
    full.google.token_faults = iter([Refuse(502, is_html=True)] * 9)
    assert full.flush().trouble is Trouble.LATER
    full.google.token_faults = iter(())
    credentials: Any = full.session.auth
    credentials._service_account_email = "lain@contoh.invalid"
    credentials.token = None
    assert full.flush().trouble is Trouble.KEY


def test_a_refusal_for_no_reason_is_tried_a_few_times_and_told(full: Office) -> None:
    full.answers.add(4)
    full.google.before = lambda call: refuse(call.is_write)
    assert full.flush().trouble is Trouble.REFUSED
    assert full.google.count(writes=True) <= 6


def refuse(is_write: bool) -> None:
    if is_write:
        raise Refused(400, "Invalid requests[0].updateCells: we do not like it")


def test_one_flusher_has_a_sheet_at_a_time(full: Office) -> None:
    full.answers.add(4)
    other = full.new_flusher("dua")
    busy: list[bool] = []

    def act() -> None:
        busy.append(full.flush(flusher=other).is_busy)

    with full.meanwhile("batchUpdate", act):
        full.flush()
    assert busy == [True]
    assert full.faults() == []


def test_a_flusher_that_was_away_too_long_writes_nothing(full: Office) -> None:
    full.answers.add(4)
    other = full.new_flusher("dua")

    def act() -> None:
        full.clock.forward(seconds=LEASE.total_seconds() + 1)
        assert full.flush(flusher=other).done.inserted == 1

    look = full.flusher.api.look

    def slow_look(*asked: Any) -> Any:
        answer = look(*asked)
        act()
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(full.flusher.api, "look", slow_look)
        assert full.flush().is_busy
    assert ids(full).count(f"{FORM}-4") == 1


def test_a_dead_flushers_sheet_is_taken_over_when_its_lease_lapses(full: Office) -> None:
    with full.database.write() as db:
        mirrors.claim(db, full.sheet_id, "mati", now=full.clock(), lease=LEASE)
    full.answers.add(4)
    assert full.flush().is_busy
    full.clock.forward(seconds=LEASE.total_seconds())
    full.flush_all()
    assert full.faults() == []


def test_waiting_grows_to_ten_minutes_at_most() -> None:
    assert trouble.wait(Trouble.LATER, 30) == timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth sleeps between tries at its token address."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
