"""The Telegram road over real HTTP: an interview by polling and by webhook, and law 1 on it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from bot.gateways import webhook_secret
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact
from storage import inbox
from tests.bot.telegram_office import POLLING, WEBHOOK, Road, open_road
from tests.bot.telegram_people import CONSENT, Talker, all_done, expected
from tests.fakes.telegram import SECRET_HEADER, Manner

Open = Callable[..., Road]
BOTH = pytest.mark.parametrize("how", [POLLING, WEBHOOK])


@pytest.fixture
def make_road(database_url: str, artefact: Artefact) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(open_road(database_url, artefact, **more))


@pytest.fixture
def road(make_road: Open) -> Road:
    return make_road()


@pytest.fixture
def called(make_road: Open) -> Road:
    """A road that Telegram calls."""
    return make_road(how=WEBHOOK)


def talkers(road: Road, *names: str) -> list[Talker]:
    return [Talker(road.person(name), name) for name in names]


def check(road: Road, people: list[Talker]) -> None:
    """Everyone has finished, with each answer once and in order."""
    road.quiet()
    for one in people:
        assert road.status(one.name) is Status.FINISHED
        assert list(road.answers(one.name).items()) == list(expected(one.name).items())
        assert len(one.person.sees) == 11
    assert road.count("inbox", "channel = 'telegram'") == 10 * len(people)
    assert set(road.statuses()) == {"read", "sent"}


@BOTH
def test_a_link_leads_through_a_whole_interview(make_road: Open, how: str) -> None:
    road = make_road(how=how)
    (sari,) = talkers(road, "Sari")
    asked = sari.person.last
    assert CONSENT in asked.text
    road.wait(lambda: all_done([sari]))
    check(road, [sari])
    assert asked.buttons == []
    assert asked.text.endswith("➤ Bersedia")
    assert sari.person.toasts == [""] * 5
    assert road.statuses() == {"read": 5, "sent": 6}
    assert road.count("join_link", "used_at IS NULL") == 0


@BOTH
@pytest.mark.parametrize("manner", [Manner.TWICE, Manner.SHUFFLED])
def test_many_at_once_are_heard_in_order(make_road: Open, how: str, manner: Manner) -> None:
    road = make_road(how=how, manner=manner)
    people = talkers(road, *(f"Orang {n}" for n in "ABCD"))
    while not all(one.is_done for one in people):
        with road.telegram.held():
            for one in people:
                one.act()
        road.quiet()
    check(road, people)


@BOTH
def test_answers_to_questions_sent_earlier_are_heard_one_by_one(make_road: Open, how: str) -> None:
    """Who writes ahead of our messages by choice of the office (`BURST_SECONDS=0`)."""
    road = make_road(how=how, manner=Manner.TWICE)
    sari, *others = talkers(road, "Sari", "Budi", "Rina")
    road.taps(sari.person, "Bersedia")
    road.taps(sari.person, "Wirausaha")
    for words in ("Toko Sari", "agustus 2026", "kue Sari", "Kendari", "cukup sesuai"):
        sari.person.says(words)
        all_done(others)
    road.wait(lambda: "penghasilan" in sari.person.last.text)
    sari.person.says("2,5 juta")
    road.wait(lambda: "foto buktinya" in sari.person.last.text)
    sari.person.says("lewati")
    road.wait(lambda: "pesan atau saran" in sari.person.last.text)
    sari.person.says("lewati")
    road.wait(lambda: sari.is_done and all_done(others))
    check(road, [sari, *others])


@BOTH
def test_messages_before_the_next_question_are_one_answer(make_road: Open, how: str) -> None:
    road = make_road(how=how, manner=Manner.TWICE, settings={"BURST_SECONDS": "3"})
    (sari,) = talkers(road, "Sari")
    road.taps(sari.person, "Bersedia")
    road.taps(sari.person, "Wirausaha")
    road.clock.forward(seconds=10)
    with road.telegram.held():
        for words in ("Toko", "Sari", "Jaya"):
            sari.person.says(words)
    road.quiet()
    assert road.answers("Sari") == {"status": "wirausaha", "tempat": "Toko Sari Jaya"}
    assert "Sejak kapan" in sari.person.last.text
    before = len(sari.person.sees)
    road.says(sari.person, "Bahagia", "makasih kak")
    assert road.answers("Sari")["tempat"] == "Toko Sari Jaya Bahagia"
    assert len(sari.person.sees) == before
    road.clock.forward(seconds=10)
    road.says(sari.person, "agustus 2026")
    road.clock.forward(hours=30)
    assert "pertanyaan 4 dari 9" in road.says(sari.person, "jahit")[-1]
    road.clock.forward(seconds=10)
    road.says(sari.person, "ya")
    assert road.answers("Sari")["jenis_usaha"] == "jahit"
    standing = road.standing("Sari")
    with road.service.database.read() as db:
        form = road.service.turns.form(db, standing.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, road.service.vault, standing.id):
            state = step(form, state, event).state
    assert state == standing.state


def test_a_burst_that_is_polled_in_disorder_is_heard_in_order(make_road: Open) -> None:
    road = make_road(manner=Manner.SHUFFLED)
    (sari,) = talkers(road, "Sari")
    road.taps(sari.person, "Bersedia")
    with road.telegram.held():
        sari.person.taps(sari.person.last, "Wirausaha")
        for words in ("Toko Sari", "agustus 2026", "kue Sari", "Kendari", "cukup sesuai"):
            sari.person.says(words)
    road.quiet()
    assert list(road.answers("Sari").items()) == list(expected("Sari").items())[:6]


@BOTH
def test_law_1_the_same_update_again_is_one_event(make_road: Open, how: str) -> None:
    road = make_road(how=how)
    (sari,) = talkers(road, "Sari")
    road.wait(lambda: all_done([sari]))
    road.quiet()
    for update in road.telegram.updates:
        road.telegram.redeliver(update)
    road.quiet()
    check(road, [sari])


def test_law_1_what_could_not_be_stored_is_not_acknowledged(
    called: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sari,) = talkers(called, "Sari")
    real, failures = inbox.add, iter([True] * 3)

    def add(*args: Any, **more: Any) -> int | None:
        if next(failures, False):
            raise OperationalError("INSERT", {}, Exception("disk full"))
        return real(*args, **more)

    monkeypatch.setattr(inbox, "add", add)
    called.taps(sari.person, "Bersedia")
    statuses = [status for _update, status in called.telegram.delivered]
    assert statuses[-4:] == [500, 500, 500, 200]
    called.wait(lambda: all_done([sari]))
    check(called, [sari])


@pytest.mark.parametrize("secret", ["wrong", "", None])
def test_without_the_secret_nothing_is_stored(called: Road, secret: str | None) -> None:
    (sari,) = talkers(called, "Sari")
    with called.telegram.held():
        update = sari.person.says("rahasia")
        body = json.dumps(update).encode()
        headers = {} if secret is None else {SECRET_HEADER: secret}
        before = called.count("inbox"), called.count("stray")
        answer = httpx.post(f"{called.where}/hooks/telegram", content=body, headers=headers)
        assert answer.status_code == 403
        assert (called.count("inbox"), called.count("stray")) == before


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"{}", b'{"update_id": 7, "message": 1}', b"[" * 9000, b'"\\ud800"'],
    ids=["empty", "no text", "a list", "no id", "odd", "deep", "half a pair"],
)
def test_what_cannot_be_read_is_kept_and_acknowledged(called: Road, body: bytes) -> None:
    service = called.service
    headers = {SECRET_HEADER: webhook_secret(service.settings, service.vault)}
    for _ in range(2):
        answer = httpx.post(f"{called.where}/hooks/telegram", content=body, headers=headers)
        assert answer.status_code == 200
    assert called.count("stray") == 1


def test_the_longest_message_with_the_longest_quotation_is_taken(called: Road) -> None:
    """4096 emoji quoting 4096 emoji, escaped as Telegram may, are 98 kB."""
    (sari,) = talkers(called, "Sari")
    with called.telegram.held():
        update = sari.person.says("😀" * 4096)
        quoted = {**update["message"], "message_id": 1}
        body = json.dumps({**update, "message": {**update["message"], "reply_to_message": quoted}})
        service = called.service
        headers = {SECRET_HEADER: webhook_secret(service.settings, service.vault)}
        answer = httpx.post(f"{called.where}/hooks/telegram", content=body, headers=headers)
        assert answer.status_code == 200
    called.quiet()
    assert "belum paham" in sari.person.last.text


def test_quick_thumbs_get_through_with_at_most_a_question_back(make_road: Open) -> None:
    road = make_road(settings={"BURST_SECONDS": "3"})
    (sari,) = talkers(road, "Sari")
    road.wait(lambda: all_done([sari]))
    assert road.status("Sari") is Status.FINISHED
    assert list(road.answers("Sari").items()) == list(expected("Sari").items())
