"""Really kill a process in the middle of a turn, again and again, and look what is left.

Run as a process of its own, without threads: it forks a child for each kill point. The child
delivers one event as a webhook would (store, acknowledge, take the turn) and kills itself with
SIGKILL at the n-th line of Python executed in our packages or SQLAlchemy. The parent then does
what a restart does: the sweep, and the provider's redelivery when nothing was acknowledged.
Prints one JSON object.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from bot.service import Service
from flows import library
from flows.xlsform import publish
from storage import inbox
from tests.bot.world import World, make_more, make_world
from tests.conftest import FixedClock, settings_for
from tests.people import Invented

ROOT = Path(__file__).parents[2]
OURS = tuple(str(ROOT / name) for name in ("bot", "flows", "storage"))


def main(url: str, seed: int, kills: int) -> None:
    """Kill `kills` children at points drawn from all lines of a turn."""
    dice = random.Random(seed)
    service = Service(settings_for(url), clock=FixedClock())
    world = make_world(service, publish(library.source("kebekerjaan")))
    warm, *people = make_more(world, kills + 3)
    world.say(warm, "ya", "kerja")  # statements are compiled once, before anything is counted
    for who in people:
        world.say(who, "ya")
    counts = {near: count_lines(world, people.pop(), near=near) for near in (True, False)}
    results = []
    for number, who in enumerate(people):
        near = number % 2 == 0
        results.append(one_kill(world, who, near=near, point=dice.randint(1, counts[near])))
    sys.stdout.write(json.dumps({"kills": results}) + "\n")


def one_kill(world: World, who: Invented, *, near: bool, point: int) -> dict[str, Any]:
    """Kill a child at one point, recover, and return what is stored."""
    acknowledged, killed = in_child(world, who, near=near, stop_at=point)
    world.service.database.close()
    with world.service.database.read() as db:
        waiting = inbox.waiting_people(db)
    for person in waiting:
        world.take(person)
    if not acknowledged:
        world.receive(world.arrival(who, "kerja", "killed"))
    state = world.standing(who).state
    return {
        "point": point,
        "killed": killed,
        "acknowledged": acknowledged,
        "answers": dict(state.answers),
        "told": len(world.told(who)),
        "events": stored(world, who),
    }


def count_lines(world: World, who: Invented, *, near: bool) -> int:
    """Return how many lines a whole turn takes."""
    read, write = os.pipe()
    world.service.database.close()
    child = os.fork()
    if child == 0:
        seen = [0]
        trace(near, seen, stop_at=-1)
        deliver(world, who, lambda: None)
        sys.settrace(None)
        os.write(write, str(seen[0]).encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as pipe:
        return int(pipe.read())


def in_child(world: World, who: Invented, *, near: bool, stop_at: int) -> tuple[bool, bool]:
    """Deliver the event in a child; return (whether it acknowledged, whether it was killed)."""
    read, write = os.pipe()
    world.service.database.close()
    child = os.fork()
    if child == 0:
        trace(near, [0], stop_at)
        deliver(world, who, lambda: os.write(write, b"200"))
        os._exit(0)
    os.close(write)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(read) as pipe:
        acknowledged = pipe.read() == "200"
    return acknowledged, os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def deliver(world: World, who: Invented, acknowledge: Callable[[], object]) -> None:
    """Do what the webhook does: store, then acknowledge, then take the turn."""
    arrival = world.arrival(who, "kerja", "killed")
    with world.service.database.write() as db:
        inbox.add(db, world.service.vault, arrival)
    acknowledge()
    world.take(arrival.respondent_id)


def trace(near: bool, seen: list[int], stop_at: int) -> None:
    """Count lines from here on, ours only or SQLAlchemy's too; die at line `stop_at`."""

    def on_line(_frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line":
            seen[0] += 1
            if seen[0] == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    def on_call(frame: FrameType, _event: str, _arg: object) -> Any:
        file = frame.f_code.co_filename
        wanted = file.startswith(OURS) or (not near and "sqlalchemy" in file)
        return on_line if wanted else None

    sys.settrace(on_call)


def stored(world: World, who: Invented) -> int:
    """Return how often the event is in the inbox."""
    with world.service.database.read() as db:
        rows = inbox.at_address(db, world.service.vault, world.addresses[who.name])
    return sum(getattr(event, "text", "") == "kerja" for _seq, _at, event in rows)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
