"""Who was asked and what came of it: everyone in one place, both rates, nothing divided by none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.recap import Turnout, render_text
from flows import library
from flows.model import Form
from flows.state import Status
from flows.xlsform import load, publish
from tests.exports.recap.answering import person, recapped

FORM = load(publish(library.source("kebekerjaan")))
PLACES = ("finished", "partly", "declined", "stopped", "silent")


def places(found: Turnout) -> dict[str, int]:
    counted = {name: getattr(found, name) for name in PLACES} | {
        "unreached": sum(found.unreached.values())
    }
    return {name: number for name, number in counted.items() if number}


@pytest.mark.parametrize(
    ("status", "said", "arrived", "place"),
    [
        (Status.FINISHED, {"status": "bekerja"}, True, "finished"),
        (Status.ASKING, {"status": "bekerja"}, True, "partly"),
        (Status.STOPPED, {"status": "bekerja"}, True, "partly"),
        (Status.STOPPED, {}, True, "stopped"),
        (Status.DECLINED, {}, True, "declined"),
        (Status.ASKING, {}, True, "silent"),
        (Status.ASKING, {"pesan": None}, True, "silent"),
        (Status.CONSENTING, {}, True, "silent"),
        (Status.INVITED, {}, True, "silent"),
        (Status.INVITED, {}, False, "unreached"),
        (Status.CONSENTING, {}, False, "unreached"),
        (None, {}, False, "unreached"),
        (Status.ASKING, {"status": "bekerja"}, False, "partly"),
        (Status.DECLINED, {}, False, "declined"),
        (Status.STOPPED, {}, False, "stopped"),
        (Status.ASKING, {}, False, "silent"),
    ],
)
def test_everyone_has_one_place_and_a_reply_proves_they_were_reached(
    form: Form, status: Status | None, said: dict[str, str | None], arrived: bool, place: str
) -> None:
    found = recapped(form, [person(form, status, said, arrived=arrived)]).turnout
    assert places(found) == {place: 1}
    assert found.reached == (0 if place == "unreached" else 1)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([None, *Status]), st.booleans(), st.booleans())))
def test_law_4_places_add_up_to_the_target(
    people: list[tuple[Status | None, bool, bool]],
) -> None:
    made = [
        person(FORM, status, {"status": "bekerja"} if answered else {}, arrived=arrived)
        for status, arrived, answered in people
        if status is not None or not answered
    ]
    found = recapped(FORM, made).turnout
    assert sum(places(found).values()) == found.target == len(made)
    assert found.answered <= found.reached <= found.invited <= found.target


def test_gross_is_of_everyone_and_net_of_those_reached(form: Form) -> None:
    """Belmawa's own example: 1000 people, 400 not reached, 200 answers: 20 % and 33 %."""
    made = [person(form, Status.FINISHED) for _ in range(200)]
    made += [person(form, Status.INVITED) for _ in range(400)]
    made += [person(form, Status.INVITED, arrived=False, reason="nomor salah") for _ in range(400)]
    found = recapped(form, made)
    assert (found.turnout.gross, found.turnout.net) == (0.2, 200 / 600)
    text = render_text(found)
    assert "gross: 20,0 % (200 dari 1000 sasaran)" in text
    assert "net: 33,3 % (200 dari 600 terjangkau)" in text
    assert "• 400 nomor salah" in text


def test_nobody_at_all_is_said_and_nothing_divided(form: Form) -> None:
    found = recapped(form, [])
    assert (found.turnout.gross, found.turnout.net) == (None, None)
    text = render_text(found)
    assert "Belum ada orang di sini." in text
    assert "%" not in text


def test_when_nobody_was_reached_net_is_not_a_number(form: Form) -> None:
    made = [person(form, None, reason="berhenti menerima pesan")] * 2
    made += [person(form, Status.INVITED, arrived=False, reason="menunggu dikirim")]
    text = render_text(recapped(form, made))
    assert "gross: 0,0 % (0 dari 3 sasaran)" in text
    assert "net: belum dapat dihitung (0 dari 0 terjangkau)" in text
    assert text.index("• 2 berhenti menerima pesan") < text.index("• 1 menunggu dikirim")
