"""Random respondents for property tests (`flows.rehearsal`), with seeds instead of dice."""

import random
from datetime import datetime

from flows.events import Event
from flows.model import Form
from flows.rehearsal import converse, reply
from flows.step import Turn

__all__ = ["interview", "reply"]


def interview(form: Form, seed: int, at: datetime) -> tuple[list[Event], list[Turn]]:
    """Return a whole random conversation: its events and the turns they led to."""
    turns = list(converse(form, random.Random(seed), at=at))
    return [event for event, _turn in turns], [turn for _event, turn in turns]
