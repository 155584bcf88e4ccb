"""Where staff answer what no interview can: see who asks, reply in their own chat, close.

A reply to a respondent is owed like any message; one to a stranger is a memo.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.events import Wrote
from flows.prompts import Prompt
from storage import audit, channels, consents, enquiries, inbox, memos, outbox
from storage.enquiries import Asker, EnquiryRow, Line
from storage.inbox import Arrival

if TYPE_CHECKING:
    from bot.service import Service

REASONS = {
    "question": "bertanya",
    "gave_up": "kesulitan menjawab",
    "stranger": "belum dikenal",
    "wrong_person": "bilang salah orang; nomornya dilepas",
}

MAX_REPLY = 1_500
"""Characters of one reply: it fits every channel in one message."""


class CannotReply(Exception):
    """A reply that cannot go; the message says why and what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Talk:
    """An enquiry with what was said in it."""

    enquiry: EnquiryRow
    lines: Sequence[Line]


class Desk:
    """Enquiries of one office, for staff."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._zone = ZoneInfo(service.office.zone)

    def listed(self, *, closed: bool = False) -> Sequence[Talk]:
        """Return what waits for staff, the longest waiting first, or what was closed."""
        service = self._service
        with service.database.read() as db:
            found = enquiries.listed(db, service.vault, closed=closed)
            return [Talk(one, enquiries.lines(db, service.vault, one.id)) for one in found]

    def show(self, enquiry_id: int, *, actor: str) -> Talk:
        """Return one enquiry; that it was read is audited. Raises `CannotReply`."""
        service = self._service
        with service.database.write() as db:
            found = self._find(db, enquiry_id)
            audit.note(
                db, actor=actor, action="inbox show", detail=str(enquiry_id), at=service.now()
            )
            return Talk(found, enquiries.lines(db, service.vault, enquiry_id))

    def reply(self, enquiry_id: int, text: str, *, actor: str, once: str = "") -> EnquiryRow:
        """Owe the person this reply. Raises `CannotReply`; nothing is stored then.

        `once` names the reply: the same name again is the same reply.
        """
        service, text, now = self._service, text.strip(), self._service.now()
        if not text:
            raise CannotReply("balasannya kosong")
        if len(text) > MAX_REPLY:
            raise CannotReply(f"balasannya {len(text)} huruf; paling banyak {MAX_REPLY}")
        with service.database.write() as db:
            found = self._find(db, enquiry_id)
            key = f"reply:{enquiry_id}:{once or uuid.uuid4().hex}"
            if self._owe(db, found, Prompt(text), key, Wrote(now, actor)):
                enquiries.say(db, service.vault, enquiry_id, text, by=actor, at=now)
                audit.note(db, actor=actor, action="inbox reply", detail=str(enquiry_id), at=now)
        return found

    def close(self, enquiry_id: int, *, actor: str) -> EnquiryRow:
        """Close an enquiry. Raises `CannotReply` when there is none that is open."""
        service, now = self._service, self._service.now()
        with service.database.write() as db:
            found = self._find(db, enquiry_id)
            if not enquiries.close(db, enquiry_id, by=actor, at=now):
                raise CannotReply(f"pertanyaan {enquiry_id} sudah ditutup")
            audit.note(db, actor=actor, action="inbox close", detail=str(enquiry_id), at=now)
        return found

    def line(self, line: Line, name: str) -> str:
        """Return one thing said as staff read it."""
        when = line.at.astimezone(self._zone)
        return f"{when:%d/%m %H.%M} {line.by or name}: {line.text}"

    def _owe(
        self, db: Connection, one: EnquiryRow, message: Prompt, key: str, wrote: Wrote
    ) -> bool:
        """Owe a message; False when it was owed before. Raises `CannotReply`."""
        vault, asker, now = self._service.vault, one.asker, wrote.at
        if asker.respondent_id is None or asker.address_id is None:
            self._must_be_open(self._heard_at(db, one) + channels.WINDOW > now, asker)
            return memos.owe(
                db, vault, message, key=key, channel=asker.channel, to=asker.value, at=now
            )
        if consents.is_stopped(db, asker.respondent_id):
            raise CannotReply("orangnya minta tidak dikirimi pesan lagi; hubungi dengan cara lain")
        self._must_be_open(channels.is_window_open(db, asker.address_id, now=now), asker)
        arrival = Arrival("office", key, asker.respondent_id, asker.address_id, wrote)
        cause = inbox.add_done(db, vault, arrival, at=now, outcome="staff")
        if cause is None:
            return False
        outbox.owe(
            db, vault, message, cause=cause, address_id=asker.address_id, interview_id=None, at=now
        )
        return True

    def _must_be_open(self, is_open: bool, asker: Asker) -> None:
        """Raise `CannotReply` where free text may not go any more."""
        if asker.channel == "whatsapp" and not is_open:
            raise CannotReply(
                "sudah lewat 24 jam sejak pesan terakhirnya, jadi WhatsApp menolak; telepon saja, "
                "atau tunggu orangnya menulis lagi"
            )

    def _heard_at(self, db: Connection, one: EnquiryRow) -> datetime:
        """Return when the person last wrote."""
        said = enquiries.lines(db, self._service.vault, one.id)
        return max((line.at for line in said if not line.by), default=one.opened_at)

    def _find(self, db: Connection, enquiry_id: int) -> EnquiryRow:
        found = enquiries.get(db, self._service.vault, enquiry_id)
        if found is None:
            raise CannotReply(f"pertanyaan {enquiry_id} tidak ada; lihat: lacak inbox list")
        return found


def who(one: EnquiryRow) -> str:
    """Return whom staff talk to: a name, or the channel of somebody unknown."""
    return one.name or f"orang tak dikenal di {one.asker.channel}"
