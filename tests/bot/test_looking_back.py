"""A late tap, "ubah", and what is over, on both databases and over real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from flows.state import Status
from flows.xlsform import Artefact
from tests.bot.telegram_office import POLLING, WEBHOOK, Road, open_road
from tests.bot.telegram_people import Talker, all_done
from tests.bot.test_replay import replay
from tests.bot.world import World
from tests.people import SARI

WHOLE = ("ya", "kerja", "CV Maju Contoh", "agustus 2026", "operator", "2", "Kendari", "sesuai",
         "2,5 jt", "lewati", "lewati")  # fmt: skip


def last(world: World) -> str:
    return world.told(SARI)[-1].prompt.text


def test_ubah_after_the_end_changes_one_answer_and_ends_again(world: World) -> None:
    world.say(SARI, *WHOLE)
    assert "• Kira-kira berapa penghasilan Kakak sebulan: Rp2.500.000" in last(world)
    world.say(SARI, "ubah", "penghasilan", "3 juta")
    state = world.standing(SARI).state
    assert (state.status, state.answers["penempatan/penghasilan"]) == (Status.FINISHED, 3_000_000)
    assert replay(world, SARI) == state


def test_a_tap_on_what_is_over_is_answered_kindly_and_twice_not_at_all(world: World) -> None:
    world.say(SARI, *WHOLE)
    with world.service.database.read() as db:
        item = world.service.turns.form(db, world.form_pk).by_path["status"].index
    before = world.standing(SARI).state
    world.tap(SARI, 1, item, 0)
    assert last(world).startswith("Selesai!")
    world.tap(SARI, 1, item, 1)
    assert last(world).startswith("Survei itu sudah selesai")
    assert world.standing(SARI).state == before
    assert replay(world, SARI) == before


def test_law_11_answers_are_not_shown_where_they_were_not_given(sqlite_world: World) -> None:
    world = sqlite_world
    world.say(SARI, *WHOLE)
    with world.service.database.write() as db:
        db.execute(text("UPDATE address SET source = 'link'"))
        db.execute(text("UPDATE inbox SET address_id = NULL WHERE seq = 3"))
    world.say(SARI, "ubah")
    assert world.standing(SARI).state.status is Status.FINISHED
    assert "Petugas BPVP Kendari membantu memperbaikinya" in last(world)


@pytest.fixture(params=[POLLING, WEBHOOK])
def road(database_url: str, artefact: Artefact, request: pytest.FixtureRequest) -> Iterator[Road]:
    with ExitStack() as stack:
        yield stack.enter_context(open_road(database_url, artefact, how=request.param))


def test_a_late_tap_in_telegram_offers_to_change_that_answer(road: Road) -> None:
    sari = Talker(road.person("Sari"), "Sari")
    road.taps(sari.person, "Bersedia")
    asked = sari.person.last
    road.taps(sari.person, "Wirausaha")
    road.says(sari.person, "Toko Sari")
    (offered,) = road.taps(sari.person, "Bekerja", asked)
    assert "dari Wirausaha menjadi Bekerja" in offered
    assert road.answers("Sari") == {"status": "wirausaha", "tempat": "Toko Sari"}
    road.taps(sari.person, "Tidak")
    road.wait(lambda: all_done([sari]))
    (over,) = road.taps(sari.person, "Bekerja", asked)
    assert "sudah selesai" in over
    assert road.answers("Sari")["status"] == "wirausaha"
