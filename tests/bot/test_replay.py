"""Law 9: an interview's state equals replaying its stored events, in stored order."""

import random
from datetime import timedelta

import pytest

from bot.turn import Turns
from flows.events import Replied
from flows.state import OPEN, State, Status
from flows.step import start, step
from storage import inbox
from storage.inbox import Arrival
from tests import talking
from tests.bot.world import World, make_more
from tests.conftest import FixedClock
from tests.people import SARI, Invented


def live(world: World, who: Invented, seed: int, clock: FixedClock) -> None:
    """Let somebody talk at random until the interview is over or they grow tired."""
    dice = random.Random(seed)
    service = world.service
    service.turns = Turns(service.vault, service.office, service.words, burst_s=3)
    with world.service.database.read() as db:
        form = world.service.turns.form(db, world.form_pk)
    for number in range(25):
        clock.forward(seconds=dice.choice((dice.randint(1, 5000), 2, 2, 200_000)))
        state = world.standing(who).state
        if state.status is Status.FINISHED:
            return
        at = clock() - timedelta(seconds=dice.choice((0, 0, 0, 5)))  # seen before our last words
        event = talking.reply(form, state, dice, at)
        if state.status not in OPEN or state.status is Status.CONSENTING:
            event = Replied(clock(), dice.choice(("ya", "ya", "mulai", "mulai", "halo")))
        address = world.addresses[who.name]
        world.receive(
            Arrival("web", f"{seed}:{number}", world.people[who.name], address, event, b"raw")
        )


def replay(world: World, who: Invented) -> State:
    with world.service.database.read() as db:
        standing = world.standing(who)
        form = world.service.turns.form(db, standing.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, world.service.vault, standing.id):
            state = step(form, state, event).state
    return state


@pytest.mark.parametrize("interviews", [50, pytest.param(400, marks=pytest.mark.soak)])
def test_law_9_stored_interviews_equal_their_replay(
    sqlite_world: World, clock: FixedClock, interviews: int
) -> None:
    people = make_more(sqlite_world, interviews)
    finished = 0
    for seed, who in enumerate(people):
        live(sqlite_world, who, seed, clock)
        standing = sqlite_world.standing(who)
        assert replay(sqlite_world, who) == standing.state
        finished += standing.state.status is Status.FINISHED
    assert finished > interviews / 4


@pytest.mark.parametrize("seed", range(3))
def test_law_9_a_stored_interview_equals_its_replay_on_both_databases(
    world: World, clock: FixedClock, seed: int
) -> None:
    live(world, SARI, seed, clock)
    assert replay(world, SARI) == world.standing(SARI).state
