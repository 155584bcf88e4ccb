"""A later wave starts from the one before, and only where its answers may be shown (law 11)."""

from dataclasses import replace

from sqlalchemy import text

from flows.state import Status
from storage import cohorts
from tests.bot.test_replay import replay as replayed
from tests.bot.world import BATCH, World
from tests.people import SARI

FIRST = ("ya", "kerja", "CV Maju Contoh", "agustus 2026", "operator", "2", "Kendari", "sesuai",
         "2,5 jt", "lewati", "lewati")  # fmt: skip


def invite_again(world: World) -> str:
    with world.service.database.write() as db:
        cohorts.join(
            db, cohorts.ensure(db, replace(BATCH, name="Menjahit lanjutan")),
            world.people[SARI.name], "Lulus",
        )  # fmt: skip
        batch = cohorts.find(db, "Menjahit lanjutan")
        assert batch is not None
        now = world.service.now()
        world.service.invitations.cohort(db, batch, world.form_pk, now=now)
    return world.told(SARI)[-1].prompt.text


def test_a_yes_leaves_only_what_was_not_carried(world: World) -> None:
    world.say(SARI, *FIRST)
    assert "Terakhir Kakak di CV Maju Contoh sebagai operator." in invite_again(world)
    state = world.standing(SARI).state
    assert state.answers == {}
    world.say(SARI, "iya masih", "3 juta", "lewati", "lewati")
    state = world.standing(SARI).state
    assert (state.status, dict(state.earlier)) == (Status.FINISHED, {})
    assert state.answers["penempatan/tempat"] == "CV Maju Contoh"
    assert state.answers["penempatan/penghasilan"] == 3_000_000
    assert replayed(world, SARI) == state


def test_law_11_nothing_is_carried_to_an_address_the_office_did_not_know(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.say(SARI, *FIRST)
    with world.service.database.write() as db:
        db.execute(text("UPDATE address SET source = 'link'"))
    assert "CV Maju Contoh" not in invite_again(world)
    assert "Apa kesibukan Kakak sekarang?" in world.told(SARI)[-1].prompt.text


def test_a_language_once_chosen_is_spoken_in_the_next_wave_too(sqlite_world: World) -> None:
    world = sqlite_world
    world.say(SARI, "english", *FIRST)
    assert "Last time you were at CV Maju Contoh as operator." in invite_again(world)
    assert world.told(SARI)[-1].prompt.buttons[0].label == "Yes, still"
    world.say(SARI, "bahasa")
    assert "Terakhir Kakak di CV Maju Contoh sebagai operator." in world.told(SARI)[-1].prompt.text
    world.say(SARI, "english", "It has changed")
    assert "What are you mainly doing now?" in world.told(SARI)[-1].prompt.text
    assert replayed(world, SARI) == world.standing(SARI).state
