"""Wishes about one's own data, heard in chat before any interview hears them.

Who asks may have stopped, declined or be in the middle of a question: the wish is answered in any
case, and leaves every interview as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.office import Office
from flows.answers import Outcome, read
from flows.effects import Effect, Handover, Say, StopAll
from flows.events import Replied
from flows.words import long_date
from storage import addresses, audit, inbox, interviews, privacy, respondents
from storage.inbox import Waiting
from storage.privacy import Kind, Request
from storage.privacy import Outcome as End
from storage.secrets import Vault

PATIENCE = timedelta(minutes=30)
"""How long a date that comes is taken for the birth date we asked for."""

TRIES = 3
"""Birth dates that may be given for one request; after that staff make sure who asks."""

ERASE_ASKED = "erase_asked"
"""Why who asks to be erased is written to no more, until they say MULAI."""

PAGES = ("web", "simulasi")
"""Channels that are pages of ours: a link there, a number elsewhere."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a wish leads to. `file` names what goes with the answer."""

    effects: tuple[Effect, ...]
    outcome: str = "rights"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Hears wishes. `public_url` is empty where no provider can fetch a file of ours."""

    vault: Vault
    office: Office
    public_url: str = ""

    def hear(self, db: Connection, event: Waiting, *, now: datetime) -> Heard | None:
        """Return what a message leads to when it is about one's own data, else None."""
        if not isinstance(event.event, Replied) or event.address_id is None:
            return None
        typed = event.event.text
        if any(letter.isdigit() for letter in typed):
            given = self._birth_date(db, event, typed, now)
            if given is not None:
                return given
        match read("command", typed).value:
            case "data_saya":
                return self._show(db, event, typed, now)
            case "hapus_data":
                return self._erase(db, event, typed)
            case "ubah" if "data" in typed.casefold() or not self._has_answered(db, event):
                return self._change(db, event, typed)
            case "salah_orang":
                return self._wrong_person(db, event)
            case "mulai":
                self._take_back(db, event)
        return None

    def _show(self, db: Connection, event: Waiting, typed: str, now: datetime) -> Heard:
        wish = self._open(db, event, Kind.SHOW, typed)
        person = respondents.get(db, event.respondent_id)
        is_known = event.address_id is not None and addresses.is_verified(db, event.address_id)
        if not (is_known and person.birth_date and wish.tries < TRIES and self._can_send(event)):
            return Heard((Handover("question"), Say("data_requested", self._facts(db, wish))))
        privacy.ask(db, wish.id, at=now)
        return Heard((Say("data_birth_date"),))

    def _birth_date(
        self, db: Connection, event: Waiting, typed: str, now: datetime
    ) -> Heard | None:
        """Take a date for the birth date we asked for here a moment ago."""
        wish = privacy.find_open(db, self.vault, event.respondent_id, Kind.SHOW)
        if wish is None or wish.asked_at is None or wish.asked_at + PATIENCE < now:
            return None
        given = read("date", typed, today=now.astimezone(ZoneInfo(self.office.zone)).date())
        is_here = wish.address_id == event.address_id and wish.tries < TRIES
        if not is_here or given.outcome is Outcome.REASK or given.value["precision"] != "day":
            return None
        person = respondents.get(db, event.respondent_id)
        if person.birth_date is None or given.value["value"] != person.birth_date.isoformat():
            privacy.count_try(db, wish.id)
            if wish.tries + 1 < TRIES:
                return Heard((Say("data_birth_wrong"),))
            return Heard((Handover("question"), Say("data_requested", self._facts(db, wish))))
        privacy.grant(db, wish.id, at=now)
        privacy.close(db, wish.id, by="otomatis", at=now, outcome=End.DONE)
        audit.note(db, actor="responden", action="privacy file", detail=str(wish.id), at=now)
        return Heard((Say("data_file"),), file=file_name(wish.id))

    def _erase(self, db: Connection, event: Waiting, typed: str) -> Heard:
        wish = self._open(db, event, Kind.ERASE, typed)
        return Heard((StopAll(ERASE_ASKED), Say("erase_requested", self._facts(db, wish))))

    def _change(self, db: Connection, event: Waiting, typed: str) -> Heard:
        wish = self._open(db, event, Kind.CHANGE, typed)
        return Heard((Handover("question"), Say("change_requested", self._facts(db, wish))))

    def _wrong_person(self, db: Connection, event: Waiting) -> Heard:
        """Free the address: it is not this person's, whoever has it."""
        assert event.address_id is not None  # noqa: S101 -- `hear` looked
        addresses.deny(db, event.address_id)
        phrase = "wrong_link" if event.channel in PAGES else "wrong_person"
        return Heard((Handover("wrong_person"), Say(phrase)), outcome="wrong_person")

    def _take_back(self, db: Connection, event: Waiting) -> None:
        """Who asks to start again does not want to be erased any more."""
        wish = privacy.find_open(db, self.vault, event.respondent_id, Kind.ERASE)
        if wish is not None and not wish.opened_by:
            at = event.event.at
            privacy.close(db, wish.id, by="orangnya", at=at, outcome=End.WITHDRAWN)

    def _open(self, db: Connection, event: Waiting, kind: Kind, typed: str) -> Request:
        return privacy.open_one(
            db, self.vault, event.respondent_id, kind, text=typed, at=event.event.at,
            address_id=event.address_id,
        )[0]  # fmt: skip

    def _has_answered(self, db: Connection, event: Waiting) -> bool:
        """Whether there are answers that UBAH without more words is about, to be shown here."""
        if interviews.is_open(db, event.respondent_id):
            return True
        over = interviews.last_finished(db, self.vault, event.respondent_id)
        return over is not None and inbox.may_show(db, over.id, event.address_id)

    def _can_send(self, event: Waiting) -> bool:
        return event.channel != "whatsapp" or self.public_url.startswith("https://")

    def _facts(self, db: Connection, wish: Request) -> Mapping[str, str]:
        due = wish.due_at.astimezone(ZoneInfo(self.office.zone))
        name = respondents.get(db, wish.respondent_id).name
        until = f"{long_date(due.date().isoformat())} pukul {due:%H.%M}"
        return {**self.office.facts(name), "batas": until}


def file_name(request_id: int) -> str:
    """Return how a message names the file of a request."""
    return f"dossier:{request_id}"
