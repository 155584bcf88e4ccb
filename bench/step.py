"""How many interview steps one core takes in a second, beside the same form on lxml XPath.

    python -m bench.step

Five respondents with different answers go through a form made by `bench.forms`. Their replies
are recorded first; then the same replies are played to each engine in turn, which must ask the
same questions and hold the same answers. A step of ours is `State.from_json`, `flows.step.step`,
`State.to_json`: it hears commands, reads the reply as people type it, judges it, stores it and
makes the next question. What a step of the two peers does is said in `bench.xpath`; the
budget's ratio is against the one that promises as much. Rates count the CPU time of this
process, so other work on the machine takes nothing from them but caches and clock speed; the
median of the rounds is shown.
"""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.forms import Row, Written, reply, sixty_questions, verbal_autopsy_size
from bench.table import Line, middle, show, spread
from bench.xpath import XPathForm
from flows.events import Event, Replied, Started, Tapped
from flows.model import Form
from flows.state import State, Status
from flows.step import start, step
from flows.xlsform import load, publish

ROUNDS = 3
ROUND_S = 2.0
RESPONDENTS = 5
GIVEN = {"nama": "Sari", "pelatihan": "Menjahit Pakaian Dasar"}
FACTS = {"kantor": "BPVP Kendari", "simpan": "5"}
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interview:
    """One respondent's way through the form, as each engine is told it."""

    events: tuple[Event, ...]
    replies: tuple[str, ...]


def main() -> None:
    """Measure both sizes of form and print the table."""
    lines = [
        *measure(sixty_questions(), "60 questions", least=20_000, least_ratio=4),
        *measure(verbal_autopsy_size(), "561 nodes", least=3_000),
    ]
    title = f"interview steps a second, state in and out as text, median of {ROUNDS} rounds"
    show(f"{title} (Python {sys.version.split()[0]}; peer: lxml XPath)", lines)


def measure(
    written: Written, name: str, *, least: int, least_ratio: float | None = None
) -> tuple[Line, ...]:
    """Return the lines of one form."""
    form = load(publish(written.yaml))
    whole, touched = XPathForm(written, whole=True), XPathForm(written, whole=False)
    talks = [record(form, written, seed) for seed in range(RESPONDENTS)]
    for talk in talks:
        agree(form, whole, talk)
        agree(form, touched, talk)
    rates: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _ in range(ROUNDS):
        rates[0].append(rate(lambda: sum(play(form, talk) for talk in talks)))
        rates[1].append(rate(lambda: sum(play_peer(whole, talk) for talk in talks)))
        rates[2].append(rate(lambda: sum(play_peer(touched, talk) for talk in talks)))
    ours, settling, touching = (middle(one) for one in rates)
    steps = sum(len(talk.events) for talk in talks) / len(talks)
    what = f"{name}, {steps:.0f} steps a person"
    budget = "" if least_ratio is None else f"≥ {least_ratio:g}× peer"
    meets = None if least_ratio is None else ours >= least_ratio * settling
    return (
        Line(what, f"{ours:,.0f}/s", budget=f"≥ {least:,}/s", meets=ours >= least),
        Line(
            "  peer settling the whole form", "", f"{settling:,.0f}/s",
            f"{ours / settling:.1f}×", budget, meets,
        ),
        Line(
            "  peer doing what the reply touches", "", f"{touching:,.0f}/s",
            f"{ours / touching:.1f}×",
        ),
        Line("  lowest and highest round", spread(rates[0]), spread(rates[1])),
    )  # fmt: skip


def record(form: Form, written: Written, seed: int) -> Interview:
    """Interview one invented respondent and return what happened, to be played again."""
    dice = random.Random(seed)
    rows: dict[str, Row] = {row["name"]: row for row in written.rows if "name" in row}
    events: list[Event] = [Started(AT, given=GIVEN, facts=FACTS, consented=True)]
    replies: list[str] = []
    state = step(form, start(form), events[0]).state
    while state.status is Status.ASKING:
        item = form.by_path[state.at]
        text, option = reply(rows[item.path.rpartition("/")[2]], dice)
        replies.append(text)
        is_tap = option is not None
        events.append(
            Tapped(AT, state.asked, item.index, option or 0, text) if is_tap else Replied(AT, text)
        )
        state = step(form, state, events[-1]).state
    return Interview(tuple(events), tuple(replies))


def agree(form: Form, peer: XPathForm, talk: Interview) -> None:
    """Make sure both engines ask the same questions and hold the same answers."""
    state = step(form, start(form), talk.events[0]).state
    document, asked = peer.start(GIVEN)
    for event, text in zip(talk.events[1:], talk.replies, strict=True):
        assert state.at.rpartition("/")[2] == asked.name
        state = step(form, state, event).state
        document, asked = peer.step(document, text, tapped=isinstance(event, Tapped))
    assert state.status is Status.FINISHED
    assert not asked.name
    held = {path.rpartition("/")[2]: _flat(value) for path, value in state.answers.items()}
    assert held == {name: text for name, text in peer.answers(document).items() if text}


def play(form: Form, talk: Interview) -> int:
    """Take every step of an interview of ours; return how many."""
    held = start(form).to_json()
    for event in talk.events:
        held = step(form, State.from_json(held), event).state.to_json()
    return len(talk.events)


def play_peer(peer: XPathForm, talk: Interview) -> int:
    """Take every step of the peer's interview; return how many."""
    document, _asked = peer.start(GIVEN)
    for event, text in zip(talk.events[1:], talk.replies, strict=True):
        document, _asked = peer.step(document, text, tapped=isinstance(event, Tapped))
    return len(talk.replies) + 1


def rate(run: Callable[[], int]) -> float:
    """Return how many steps `run` takes in a second of CPU time."""
    run()
    steps, began = 0, time.process_time()
    while (spent := time.process_time() - began) < ROUND_S:
        steps += run()
    return steps / spent


def _flat(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    main()
