"""Erasing somebody: what of their answers an office may keep as figures (ADR 0031)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.turn import Turns
from flows.model import Form, Kind
from flows.phrases import Phrases
from flows.prompts import Prompt
from flows.state import State
from storage import channels, cohorts, erasing, interviews, memos, respondents
from storage.secrets import Vault

FEW = 5
"""In a cohort of fewer people a coded answer may point at one of them: none is kept."""

SHORT_LIST = 20
"""Choices of a longer list name places or institutions, which with a cohort may be a person."""

CODED = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE)


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases people."""

    vault: Vault
    turns: Turns
    words: Phrases

    def erase(
        self, db: Connection, respondent_id: int, *, by: str, at: datetime, buries: bool = True
    ) -> bool:
        """Erase a person and tell them where that may go; False when they were erased already."""
        if erasing.is_erased(db, respondent_id):
            return False
        kept = self.kept(db, respondent_id)
        if buries:
            farewell = self._reachable(db, respondent_id, at)
            done = erasing.erase(db, self.vault, respondent_id, kept, by=by, at=at)
            self._tell(db, respondent_id, farewell, at)
            return done
        return erasing.erase(db, self.vault, respondent_id, kept, by=by, at=at, buries=False)

    def kept(self, db: Connection, respondent_id: int) -> Mapping[int, State]:
        """Return interview → what stays of its state."""
        found: dict[int, State] = {}
        for person in erasing.bodies(db, respondent_id):
            few = {one.id for one, _ in cohorts.of_person(db, person)
                   if len(cohorts.members(db, one.id)) < FEW}  # fmt: skip
            for one in interviews.all_of(db, self.vault, person):
                is_few = interviews.cohort_of(db, one.id) in {*few, None}
                form = self.turns.form(db, one.form_pk)
                found[one.id] = bare(form, one.state, answers=not is_few)
        return found

    def _reachable(self, db: Connection, respondent_id: int, at: datetime) -> list[tuple[str, str]]:
        """Return (channel, address) where a last word may go: who chats with us, and lets us."""
        every = respondents.addresses(db, respondent_id).values()
        return [
            (one.channel, one.value)
            for one in every
            if one.channel == "telegram"
            or (one.channel == "whatsapp" and channels.is_window_open(db, one.id, now=at))
        ]

    def _tell(
        self, db: Connection, respondent_id: int, where: list[tuple[str, str]], at: datetime
    ) -> None:
        for channel, value in where:
            key = f"{memos.FAREWELL}:{respondent_id}:{channel}"
            words = Prompt(self.words.say("erased", {}))
            memos.owe(db, self.vault, words, key=key, channel=channel, to=value, at=at)


def bare(form: Form, state: State, *, answers: bool) -> State:
    """Return a state without anything a person said in words: how far they came, and codes.

    Kept are choices from short lists that the form's author did not mark personal; dates, places,
    amounts, texts, and what we knew before asking all go.
    """
    kept: dict[str, Any] = {}
    for path, value in state.answers.items() if answers else ():
        item = form.by_path[path]
        codes = {choice.code for choice in item.choices}
        if item.kind not in CODED or item.pii or len(codes) > SHORT_LIST:
            continue
        if isinstance(value, str) and value in codes:
            kept[path] = value
        elif isinstance(value, list):
            kept[path] = [one for one in value if one in codes]
    return State(
        form=state.form, status=state.status, answers=kept, trail=tuple(kept),
        consented=state.consented, before=state.before,
    )  # fmt: skip
