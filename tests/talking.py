"""Random respondents for property tests: replies a person might give to any question."""

import random
from datetime import datetime, timedelta

from flows.events import Event, Replied, Started, Tapped
from flows.model import Form, Kind
from flows.state import OPEN, State, Status
from flows.step import EventNotAllowed, Turn, start, step

ODD = (
    "berhenti", "STOP", "mulai", "lanjut", "kembali", "lewati", "nanti ya", "bantuan", "ulang",
    "data saya", "", "🙏", "2", "99", "ya", "tidak", "kerja atau usaha", "2jt500", "2025",
    "gak tau", "rahasia", "awal 2024", "x" * 300,
)  # fmt: skip
FITTING = {
    Kind.TEXT: ("PT Contoh", "operator", "Kendari", "kue basah"),
    Kind.DATE: ("agustus 2026", "bulan lalu", "1/7/2026"),
    Kind.INTEGER: ("2,5 jt", "3 juta", "1.500.000"),
}


def reply(form: Form, state: State, dice: random.Random, at: datetime) -> Event:
    """Return what somebody might do now: mostly fitting, sometimes odd."""
    if state.at not in form.by_path or dice.random() < 0.2:
        return Replied(at, dice.choice(ODD))
    item = form.by_path[state.at]
    if dice.random() < 0.15:
        return Tapped(at, dice.randint(0, state.asked), dice.randint(-1, 12), dice.randint(-1, 8))
    if item.choices:
        option = dice.randrange(len(item.choices))
        if dice.random() < 0.5:
            return Tapped(at, state.asked, item.index, option)
        return Replied(at, item.choices[option].label)
    return Replied(at, dice.choice(FITTING[item.kind]))


def interview(form: Form, seed: int, at: datetime) -> tuple[list[Event], list[Turn]]:
    """Return a whole random conversation: its events and the turns they led to."""
    dice = random.Random(seed)
    events: list[Event] = [
        Started(at, given={"nama": "Sari", "pelatihan": "Menjahit"}, facts={"kantor": "BPVP"})
    ]
    turns = [step(form, start(form), events[0])]
    for _ in range(60):
        state = turns[-1].state
        if state.status is Status.FINISHED:
            break
        at += timedelta(seconds=dice.randint(1, 90_000))
        event: Event = (
            Replied(at, "1") if state.status is Status.CONSENTING else reply(form, state, dice, at)
        )
        if state.status not in OPEN and dice.random() < 0.5:
            event = Replied(at, "mulai")
        try:
            turn = step(form, state, event)
        except EventNotAllowed:
            continue
        events.append(event)
        turns.append(turn)
    return events, turns
