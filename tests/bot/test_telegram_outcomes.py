"""What becomes of a message to Telegram: slowed down, blocked, or nobody knows (laws 3 and 6)."""

from collections.abc import Iterator
from itertools import repeat

import pytest

from bot.blasts import Blasts
from bot.plans import CannotBlast
from flows.events import Replied
from flows.xlsform import Artefact
from scheduler.blast import REFUSALS
from scheduler.lost import ELSEWHERE
from storage.inbox import Arrival
from tests.bot.telegram_office import Road, open_road
from tests.bot.telegram_people import CONSENT
from tests.fakes.faults import Garble, HangUp
from tests.fakes.telegram import Person, Refuse
from tests.fakes.telegram.state import BLOCKED

SLOWLY = Refuse(429, retry_after=30)
LOST = [HangUp(accepted=False), Refuse(500), Refuse(502, accepted=False)]
ARRIVED = [HangUp(accepted=True), Refuse(500, accepted=True), Garble()]


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    with open_road(database_url, artefact) as road:
        yield road


@pytest.fixture
def sari(road: Road) -> Person:
    return road.person("Sari")


def asked(road: Road) -> int:
    """Return how often Telegram was asked to send something."""
    return [one.method for one in road.telegram.asked].count("sendMessage")


# Slow down.


def test_one_that_comes_too_soon_holds_all_back_and_loses_nothing(road: Road, sari: Person) -> None:
    budi, rina = road.person("Budi"), road.person("Rina")
    road.telegram.faults = iter([SLOWLY])
    sari.taps(sari.last, "Bersedia")
    road.wait(lambda: road.count("attempt", "outcome = 'queued'") == 1)
    before = asked(road)
    budi.taps(budi.last, "Bersedia")
    rina.says("ya")
    road.wait(lambda: road.statuses().get("queued") == 3)
    road.sweep(seconds=20)
    assert asked(road) == before
    road.sweep(seconds=11)
    road.quiet()
    assert asked(road) == before + 3
    for person in (sari, budi, rina):
        assert len(person.sees) == 2
        assert "Apa kesibukan Kakak sekarang?" in person.last.text


# Blocked.


def test_who_blocked_us_is_stopped_until_they_take_us_back(road: Road, sari: Person) -> None:
    sari.blocks()
    road.quiet()
    assert road.is_stopped("Sari")
    sari.unblocks()
    road.quiet()
    assert not road.is_stopped("Sari")
    assert "Apa kesibukan" in road.taps(sari, "Bersedia")[-1]


def test_a_block_that_sending_finds_out_ends_the_same_way(road: Road, sari: Person) -> None:
    sari.taps(sari.last, "Bersedia")
    sari.shut = BLOCKED  # before the reply goes, and the update is still to come
    road.quiet()
    assert road.is_stopped("Sari")
    assert road.statuses().get("failed") == 1
    sari.unblocks()
    road.quiet()
    assert not road.is_stopped("Sari")
    assert "Apa kesibukan" in road.says(sari, "lanjut")[-1]


def test_law_6_a_spoken_stop_outlives_a_block(road: Road, sari: Person) -> None:
    road.says(sari, "berhenti")
    sari.blocks()
    road.quiet()
    sari.unblocks()
    road.quiet()
    assert road.is_stopped("Sari")
    assert road.says(sari, "halo?") == []
    assert "Senang bertemu lagi" in road.says(sari, "mulai")[-1]


def test_law_1_an_old_block_that_comes_again_changes_nothing(road: Road, sari: Person) -> None:
    block = sari.blocks()
    sari.unblocks()
    road.quiet()
    road.telegram.redeliver(block)
    road.quiet()
    assert not road.is_stopped("Sari")


# Nobody knows (law 3).


@pytest.mark.parametrize("fault", LOST, ids=str)
def test_a_question_that_was_lost_is_asked_once_more(
    road: Road, sari: Person, fault: Refuse | HangUp
) -> None:
    road.telegram.faults = iter([fault, fault])
    road.taps(sari, "Bersedia")
    before = asked(road)
    assert road.statuses()["unknown"] == 1
    road.sweep(seconds=45)
    assert asked(road) == before
    road.sweep(seconds=16)
    road.quiet()
    assert asked(road) == before + 1
    for _ in range(3):  # the repetition is lost as well: it was the last
        road.sweep(minutes=10)
        road.quiet()
    assert asked(road) == before + 1
    assert "Apa kesibukan" in road.says(sari, "lanjut")[-1]


@pytest.mark.parametrize("fault", ARRIVED, ids=str)
def test_a_question_that_is_repeated_has_the_same_buttons_and_harms_nobody(
    road: Road, sari: Person, fault: Refuse | HangUp | Garble
) -> None:
    road.telegram.faults = iter([fault])
    road.taps(sari, "Bersedia")
    road.sweep(seconds=61)
    road.quiet()
    first, again = sari.sees[-2:]
    assert (first.text, first.buttons) == (again.text, again.buttons)
    road.taps(sari, "Wirausaha", first)
    before = len(sari.sees)
    road.taps(sari, "Bekerja", again)
    assert road.answers("Sari") == {"status": "wirausaha"}
    (offer,) = sari.sees[before:]
    assert "dari Wirausaha menjadi Bekerja" in offer.text


@pytest.mark.parametrize("fault", ARRIVED, ids=str)
@pytest.mark.parametrize("how", ["taps", "says"])
def test_a_question_that_was_answered_is_not_repeated(
    road: Road, sari: Person, fault: Refuse | HangUp | Garble, how: str
) -> None:
    road.telegram.faults = iter([fault])
    road.taps(sari, "Bersedia")
    assert road.statuses()["unknown"] == 1
    if how == "taps":
        road.taps(sari, "Wirausaha")
    else:
        road.says(sari, "wirausaha")
    before = asked(road)
    road.sweep(seconds=61)
    road.quiet()
    assert asked(road) == before
    assert "unknown" not in road.statuses()


@pytest.mark.parametrize("words", ["terima kasih kak", "berhenti"])
def test_what_is_no_question_is_never_repeated(road: Road, sari: Person, words: str) -> None:
    road.telegram.faults = iter([HangUp(accepted=True)])
    if words != "berhenti":
        road.says(sari, "tidak bersedia")
    road.says(sari, words)
    before = asked(road)
    road.sweep(seconds=61)
    road.quiet()
    assert asked(road) == before


def test_a_question_answered_elsewhere_is_not_repeated(road: Road, sari: Person) -> None:
    road.telegram.faults = iter([HangUp(accepted=False)])
    road.taps(sari, "Bersedia")
    page = road.address("Sari", "web", "a-page")
    event = Replied(road.clock(), "wirausaha")
    road.run(road.service.accept(Arrival("web", "page:1", road.people["Sari"], page, event)))
    before = asked(road)
    road.sweep(seconds=61)
    road.quiet()
    assert asked(road) == before
    assert road.rows("SELECT reason FROM outbox WHERE status = 'failed'") == [(ELSEWHERE,)]


# Blasts: at most once.


@pytest.fixture
def three(road: Road) -> list[Person]:
    """Three people whose chats are known and who were never asked."""
    return [road.known(name) for name in ("Sari", "Budi", "Rina")]


def test_a_blast_asks_at_once_and_adds_up(road: Road, three: list[Person]) -> None:
    blast = road.send()
    road.quiet()
    assert all(CONSENT in person.last.text for person in three)
    road.taps(three[0], "Bersedia")
    road.taps(three[1], "Tidak")
    road.sweep()
    found = road.figures(blast)
    assert (found["owed"], found["sent"], found["read"], found["answered"]) == (3, 3, 2, 2)
    assert found["status"] == "finished"


@pytest.mark.parametrize("fault", LOST, ids=str)
def test_what_a_blast_lost_waits_for_a_person(
    road: Road, three: list[Person], fault: Refuse | HangUp
) -> None:
    road.telegram.faults = iter([fault, fault])
    blast = road.send()
    road.quiet()
    for _ in range(3):
        road.sweep(hours=1)
        road.quiet()
    assert (asked(road), road.statuses()) == (3, {"unknown": 2, "sent": 1})
    found = road.figures(blast)
    assert (found["unknown"], found["sent"], found["status"]) == (2, 1, "running")
    room = Blasts(road.service)
    assert room.retry(blast) == 0
    for number in (1, 3):
        with pytest.raises(CannotBlast, match="ada 2, bukan"):
            room.retry(blast, unknown=number)
    assert room.retry(blast, unknown=2) == 2
    road.sweep()
    road.quiet()
    assert (asked(road), road.statuses()) == (5, {"sent": 3})
    assert [len(person.sees) for person in three] == [1, 1, 1]


@pytest.mark.parametrize("how", ["taps", "quotes", "says"])
def test_what_a_blast_lost_is_proved_by_its_answer(
    road: Road, three: list[Person], how: str
) -> None:
    road.telegram.faults = iter([HangUp(accepted=True)] * 3)
    blast = road.send()
    road.quiet()
    assert road.statuses() == {"unknown": 3}
    sari = three[0]
    if how == "taps":
        road.taps(sari, "Bersedia")
    elif how == "quotes":
        sari.quotes(sari.last, "bersedia")
    else:
        sari.says("bersedia")
    road.quiet()
    road.sweep(seconds=61)
    road.quiet()
    assert (asked(road), "Apa kesibukan" in sari.last.text) == (4, True)
    found = road.figures(blast)
    assert (found["unknown"], found["sent"]) == (2, 1)
    assert found["read"] == (how == "taps")  # a lost message has no number to quote
    with pytest.raises(CannotBlast, match="ada 2, bukan 3"):
        Blasts(road.service).retry(blast, unknown=3)


def test_lost_invitations_by_the_hundred_hide_no_lost_question(road: Road, sari: Person) -> None:
    for number in range(101):
        road.known(f"Orang {number}")
    road.telegram.faults = repeat(HangUp(accepted=False))
    road.send()
    road.quiet()
    assert road.statuses()["unknown"] == 101
    sari.taps(sari.last, "Bersedia")
    road.quiet()
    road.telegram.faults = iter(())
    road.sweep(seconds=61)
    road.quiet()
    assert "Apa kesibukan" in sari.last.text


def test_a_blast_whose_people_left_pauses_itself(road: Road) -> None:
    for number in range(REFUSALS):
        road.known(f"Orang {number}")
    road.telegram.faults = repeat(Refuse(400, "Bad Request: chat not found"))
    blast = road.send()
    road.quiet()
    found = road.figures(blast)
    assert (found["failed"], found["status"]) == (REFUSALS, "paused")
