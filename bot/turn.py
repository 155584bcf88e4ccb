"""One inbound event becomes one turn: load, step, store, owe the reply — one transaction (law 2).

Nothing here sends. What is owed is a row; sending reads it. A crash anywhere leaves the event
waiting, and the next turn takes it as if for the first time.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import stopping
from bot.early import AT_ONCE, how_early
from bot.logs import log
from bot.office import Office
from bot.rights.hearing import Hearing
from flows import reviewing
from flows.amending import PASSES_BY
from flows.answers import read
from flows.answers.courtesy import is_courtesy
from flows.attached import is_kept
from flows.closing import is_told
from flows.effects import Consented, Declined, Effect, Handover, Instead, Resume, Say, StopAll
from flows.events import Event, Replied, Tapped, silence
from flows.language import words_for
from flows.model import MEDIA, Form
from flows.phrases import Phrases
from flows.prompts import prompt
from flows.state import OPEN, TURNED_AWAY, State, Status
from flows.step import EventNotAllowed, Turn, step
from flows.xlsform import load
from storage import (
    addresses,
    audiences,
    consents,
    enquiries,
    forms,
    inbox,
    interviews,
    media,
    outbox,
    respondents,
    tombstones,
)
from storage.consents import Agreement
from storage.enquiries import Asker
from storage.inbox import Waiting
from storage.interviews import Standing
from storage.secrets import Vault

LONGEST_COMMAND = 80
"""Characters; a longer message is no command of a word or two."""

_SHOWN = "summary"
"""The phrase that repeats somebody's answers."""

_FOR_STAFF = ("bantuan",)
"""Wishes that staff fulfil when no interview is open; those about data are heard before."""


class TurnFailed(Exception):
    """A turn broke on the event `seq`; nothing of it was stored."""

    def __init__(self, seq: int) -> None:
        super().__init__(seq)
        self.seq = seq


class Turns:
    """Takes turns. Holds compiled forms, nothing about any respondent."""

    def __init__(
        self,
        vault: Vault,
        office: Office,
        words: Phrases,
        *,
        public_url: str = "",
        burst_s: int = 0,
    ) -> None:
        self._vault = vault
        self._office = office
        self._words = words
        self._burst_s = burst_s
        self._hearing = Hearing(vault, office, public_url)
        self._forms: dict[int, Form] = {}

    def form(self, db: Connection, form_pk: int) -> Form:
        """Return a published form version, compiled once."""
        found = self._forms.get(form_pk)
        if found is None:
            found = self._forms[form_pk] = load(forms.get(db, form_pk))
        return found

    def take(self, db: Connection, respondent_id: int, *, now: datetime) -> Sequence[int]:
        """Take every waiting event of a person, in order; return addresses that are owed.

        Raises:
            TurnFailed: an event cannot be taken; the caller sets it aside and calls again.
        """
        respondents.lock(db, respondent_id)
        owed: list[int] = []
        waiting = inbox.waiting(db, self._vault, respondent_id)
        stop = stopping.heard(db, respondent_id, waiting)
        for place, one in enumerate(waiting):
            is_silent = one.seq <= stop
            event = replace(one, is_silent=is_silent, is_unseen=is_silent and place > 0)
            try:
                if self._waits_for_media(db, event, now):
                    owed += () if stop else self._stop_now(db, waiting[place + 1 :], now)
                    break  # what was said later is heard later
                owed += self._take_one(db, event, now)
            except Exception as error:
                log("turn_failed", logging.ERROR, seq=event.seq, kind=type(error).__name__)
                raise TurnFailed(event.seq) from error
        return owed

    def _stop_now(self, db: Connection, later: Sequence[Waiting], now: datetime) -> Sequence[int]:
        """Hear a stop that waits behind an attachment (law 6); its turn comes in its order."""
        stop = stopping.find(later)
        if stop is None:
            return ()
        talk = interviews.talking(db, self._vault, stop.respondent_id)
        effects, spoken = (StopAll("stopped"), Say("stopped")), talk.state.language if talk else ""
        self._heed(db, stop, None, effects, None)
        return self._owe(db, stop, effects, None, now, language=spoken)

    def set_aside(self, db: Connection, seq: int, *, now: datetime) -> None:
        """Mark an event that no turn can take, so that the person's next ones are heard."""
        inbox.done(db, seq, at=now, outcome="failed", interview_id=None)

    def _take_one(self, db: Connection, event: Waiting, now: datetime) -> Sequence[int]:
        vault = self._vault
        if (heard := self._hearing.hear(db, event, now=now)) is not None:
            self._heed(db, event, None, heard.effects, None)
            inbox.done(db, event.seq, at=now, outcome=heard.outcome, interview_id=None)
            newest = interviews.newest(db, vault, event.respondent_id)
            spoken = newest.state.language if newest else ""
            return self._owe(db, event, heard.effects, None, now, file=heard.file, language=spoken)
        standing = self._standing(db, event)
        if standing is None:
            effects = self._without_interview(db, event)
            inbox.done(db, event.seq, at=now, outcome="no_interview", interview_id=None)
            return self._owe(db, event, effects, None, now)
        is_woken = self._must_rest(db, event, standing) and self._wakes(db, event)
        if not is_woken and self._must_rest(db, event, standing):
            inbox.done(db, event.seq, at=now, outcome="not_allowed", interview_id=None)
            return ()
        form = self.form(db, standing.form_pk)
        if self._would_show(db, event, standing):
            return self._send_to_office(db, event, standing.id, now)
        happened = self._as_it_came(db, event, standing)
        if _asks_to_change(event.event) and not self._is_known_here(db, event, standing.id):
            return self._send_to_office(db, event, standing.id, now)
        try:
            turn = step(form, standing.state, happened)
        except EventNotAllowed:
            inbox.done(db, event.seq, at=now, outcome="not_allowed", interview_id=None)
            return ()
        if turn.state != standing.state:
            interviews.save(db, vault, standing, turn.state, at=now)
            if turn.state.status in OPEN and standing.state.status in TURNED_AWAY:
                audiences.reopen(db, standing.id, at=now)
        spoken = turn.state.language
        self._heed(db, event, form, turn.effects, standing.id, spoken)
        outcome = "late" if _is_late(form, standing.state, happened, turn) else "applied"
        inbox.done(db, event.seq, at=now, outcome=outcome, interview_id=standing.id)
        effects = (Say("welcome_back"), *turn.effects) if is_woken else turn.effects
        if _SHOWN in map(_phrase, effects) and not self._is_known_here(db, event, standing.id):
            effects = tuple(one for one in effects if _phrase(one) != _SHOWN)
        if Instead() in effects and event.channel not in AT_ONCE:
            outbox.withdraw(db, standing.id, reason="diganti karena jawabannya disusul")
        return self._owe(db, event, effects, standing.id, now, language=spoken)

    def _standing(self, db: Connection, event: Waiting) -> Standing | None:
        """Return the interview an event is for: a tap's own, else the one that hears the person.

        With none open, a tap is told that it is over, and "ubah" opens what was finished last.
        """
        if event.interview_id is not None:
            return interviews.get(db, self._vault, event.interview_id)
        person = event.respondent_id
        found = interviews.talking(db, self._vault, person)
        if found is not None:
            return found
        if _asks_to_change(event.event):
            over = interviews.last_finished(db, self._vault, person)
            return over if over and self._is_known_here(db, event, over.id) else None
        over = interviews.last_finished(db, self._vault, person)
        closed = interviews.last_closed(db, self._vault, person)
        is_latest = closed is not None and (over is None or closed.id > over.id)
        if closed is not None and is_latest and not is_told(closed.state):
            return closed
        if over is None or isinstance(event.event, Tapped):
            return over
        goes_on = read("command", getattr(event.event, "text", "")).value in PASSES_BY
        return over if goes_on and self._how_early(db, event, over.id)[0] else None

    def _as_it_came(self, db: Connection, event: Waiting, standing: Standing) -> Event:
        """Return the event with when it came: before our message, or after a long silence.

        What is found out is stored with the event, so that a replay sees the same (law 9).
        """
        came = event.event
        if not isinstance(came, Replied):
            return came
        early, shown = self._how_early(db, event, standing.id)
        silent_h = silence(standing.moved_at, came.at)
        came = replace(came, early=early, shown=shown, silent_h=silent_h)
        if came != event.event:
            inbox.put_event(db, self._vault, event.seq, came)
        return came

    def _how_early(self, db: Connection, event: Waiting, interview_id: int) -> tuple[bool, bool]:
        return (
            (True, False) if event.is_unseen else how_early(db, event, interview_id, self._burst_s)
        )

    def _would_show(self, db: Connection, event: Waiting, standing: Standing) -> bool:
        """Whether going on would show what was answered elsewhere to whom we know by their word."""
        if not standing.state.answers or not addresses.is_claimed(db, event.address_id):
            return False
        return not self._is_known_here(db, event, standing.id)

    def _is_known_here(self, db: Connection, event: Waiting, interview_id: int) -> bool:
        return inbox.may_show(db, interview_id, event.address_id)

    def _send_to_office(
        self, db: Connection, event: Waiting, interview_id: int, now: datetime
    ) -> Sequence[int]:
        name = respondents.get(db, event.respondent_id).name
        effects = (Handover("question"), Say("ask_office", self._office.facts(name)))
        self._heed(db, event, None, effects, interview_id)
        inbox.done(db, event.seq, at=now, outcome="not_allowed", interview_id=None)
        return self._owe(db, event, effects, interview_id, now)

    def _waits_for_media(self, db: Connection, event: Waiting, now: datetime) -> bool:
        """Whether the open question wants what a provider still has; it is fetched then."""
        if not isinstance(event.event, Replied) or not event.event.media:
            return False
        sources = [one for one in event.event.media if not is_kept(one)]
        if not sources or not self._wants_media(db, event):
            return False
        media.want(
            db, self._vault, seq=event.seq, respondent_id=event.respondent_id,
            channel=event.channel, sources=sources, at=now,
        )  # fmt: skip
        return True

    def _wants_media(self, db: Connection, event: Waiting) -> bool:
        standing = interviews.talking(db, self._vault, event.respondent_id)
        if standing is None or standing.state.status is not Status.ASKING:
            return False
        item = self.form(db, standing.form_pk).by_path.get(standing.state.at)
        return item is not None and item.kind in MEDIA

    def _must_rest(self, db: Connection, event: Waiting, standing: Standing) -> bool:
        """Whether the person stopped, yet this interview would go on asking (law 6)."""
        if event.is_silent or standing.state.status is Status.STOPPED:
            return False
        return consents.is_stopped(db, event.respondent_id)

    def _wakes(self, db: Connection, event: Waiting) -> bool:
        """Lift the stop of somebody who asks to start again in an interview that never stopped."""
        typed = event.event.text if isinstance(event.event, Replied) else ""
        if read("command", typed).value != "mulai":
            return False
        self._heed(db, event, None, (Resume(),), None)
        return True

    def _without_interview(self, db: Connection, event: Waiting) -> Sequence[Effect]:
        """Nothing is being asked: hear a wish to stop or to start again, else it is for staff."""
        typed = event.event.text if isinstance(event.event, Replied) else ""
        command = read("command", typed).value
        stopped = consents.is_stopped(db, event.respondent_id)
        effects = self._in_passing(db, event, typed, command)
        if command == "berhenti":
            effects = (StopAll("stopped"), Say("stopped"))
        elif stopped and command == "mulai":
            effects = (Resume(), Say("welcome_back"), Say("nothing_open"))
        elif stopped:
            effects = ()
        self._heed(db, event, None, effects, None)
        return effects

    def _in_passing(
        self, db: Connection, event: Waiting, typed: str, command: str
    ) -> tuple[Effect, ...]:
        """Answer what is no wish to stop or start: thanks are returned, a question goes to staff.

        A tapped button of a survey that is over asks nothing.
        """
        if command in _FOR_STAFF or (command == "none" and not is_courtesy(typed)):
            name = respondents.get(db, event.respondent_id).name
            return (Handover("question"), Say("handed_over", self._office.facts(name)))
        thanks = isinstance(event.event, Replied) and command == "none" and typed.strip()
        return (Say("you_are_welcome"),) if thanks else (Say("nothing_open"),)

    def _heed(
        self,
        db: Connection,
        event: Waiting,
        form: Form | None,
        effects: Iterable[Effect],
        interview_id: int | None,
        language: str = "",
    ) -> None:
        """Store what a turn decided about the person."""
        at, person = event.event.at, event.respondent_id
        for effect in effects:
            match effect:
                case Consented(notice) | Declined(notice) if form is not None:
                    agreed = isinstance(effect, Consented)
                    shown = words_for(language, self._words).say(notice.phrase, notice.facts)
                    consents.add(db, self._agreement(event, form, shown, agreed=agreed))
                    if not agreed:
                        stopping.refuse_contact(db, self._vault, event)
                case StopAll(reason) if not event.is_silent:
                    consents.stop(
                        db, person, reason=reason, at=at, channel=event.channel,
                        message_id=event.provider_id,
                    )  # fmt: skip
                    stopping.refuse_contact(db, self._vault, event)
                case Resume():
                    consents.resume(db, person, at=at, message_id=event.provider_id)
                    tombstones.lift(db, person, at=at)
                case Handover(reason):
                    self._hand_over(db, event, reason, interview_id)

    def _hand_over(
        self, db: Connection, event: Waiting, reason: str, interview_id: int | None
    ) -> None:
        """Store what staff should answer, where the person wrote it."""
        if event.address_id is None:
            return
        reach = respondents.get_address(db, event.address_id)
        if reach is None:
            return
        typed = getattr(event.event, "text", "")
        asker = Asker(reach.channel, reach.value, event.respondent_id, reach.id, interview_id)
        enquiries.add(db, self._vault, asker, typed, reason=reason, at=event.event.at)

    def _agreement(self, event: Waiting, form: Form, shown: str, *, agreed: bool) -> Agreement:
        return Agreement(
            respondent_id=event.respondent_id,
            form_id=form.form_id,
            agreed=agreed,
            text_version=self._words.consent_version,
            text_sha256=hashlib.sha256(shown.encode()).hexdigest(),
            at=event.event.at,
            channel=event.channel,
            message_id=event.provider_id,
        )

    def _owe(
        self,
        db: Connection,
        event: Waiting,
        effects: Iterable[Effect],
        interview_id: int | None,
        now: datetime,
        file: str = "",
        language: str = "",
    ) -> Sequence[int]:
        message = prompt(effects, words_for(language, self._words))
        if message is None or event.address_id is None or event.is_silent:
            return ()
        message = replace(message, file=file)
        outbox.owe(
            db, self._vault, message, cause=event.seq, address_id=event.address_id,
            interview_id=interview_id, at=now,
        )  # fmt: skip
        return (event.address_id,)


def _asks_to_change(event: Event) -> bool:
    if not isinstance(event, Replied) or len(event.text) > LONGEST_COMMAND:
        return False
    return bool(read("command", event.text).value == "ubah")


def _phrase(effect: Effect) -> str:
    return effect.phrase if isinstance(effect, Say) else ""


def _is_late(form: Form, state: State, event: Event, turn: Turn) -> bool:
    """Whether a tap answered what is not asked any more, and not as it was answered then."""
    if not isinstance(event, Tapped):
        return False
    if turn.state == state:
        return not reviewing.repeats(form, state, event)
    return any(_phrase(one) in ("late_tap", "change_meant") for one in turn.effects)
