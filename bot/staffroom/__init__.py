"""Staff in their own chat: what they may ask us to do, and what we tell them unasked.

Each message is done once (law 1): its answer is owed in the transaction that marks it done, and
every command may be repeated without harm, should we be killed in between.
"""

import logging
import threading
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.logs import log
from bot.staffroom import commands
from bot.staffroom.news import News
from bot.staffroom.saying import Answer
from flows.prompts import Prompt
from storage import audit, memos, staff, staff_messages
from storage.staff import StaffRow
from storage.staff_messages import StaffWords

if TYPE_CHECKING:
    from bot.service import Service

DAILY_HOUR = 16
"""From this hour, in the office's zone, the note of the day is owed."""

LAST_HOUR = 20
"""After this hour it is left for tomorrow."""


class Staffroom:
    """Answers staff, and tells them what began. Used in threads."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._news = News(service)
        self._told_of: date | None = None
        self._answering = threading.Lock()

    def is_waited_for(self) -> bool:
        """Whether something staff wrote has no answer yet (a crash, say)."""
        with self._service.database.read() as db:
            return bool(staff_messages.waiting(db, self._service.vault, limit=1))

    def answer(self, now: datetime) -> None:
        """Do what staff wrote, in order, and owe them the answers; each once."""
        service = self._service
        with self._answering:
            with service.database.read() as db:
                found = staff_messages.waiting(db, service.vault)
            for words in found:
                self._answer(words, now)

    def look(self, now: datetime) -> None:
        """Owe staff the news: trouble that began, new enquiries, the note of the day."""
        self._news.tell_troubles(now)
        self._news.tell_enquiries(now)
        self._news.tell_wishes(now)
        local = now.astimezone(ZoneInfo(self._service.office.zone))
        if DAILY_HOUR <= local.hour < LAST_HOUR and self._told_of != local.date():
            self._news.tell_day(now)
            self._told_of = local.date()

    def _answer(self, words: StaffWords, now: datetime) -> None:
        service = self._service
        with service.database.read() as db:
            member = next((one for one in staff.listed(db) if one.id == words.staff_id), None)
        answer = Answer("") if member is None else self._do(member, words)
        with service.database.write() as db:
            if not staff_messages.done(db, words.id, at=now):
                return
            staff_messages.forget(db, words.staff_id)
            if answer.waits:
                staff_messages.ask(
                    db, words.staff_id, answer.waits, expected=answer.expected, at=now
                )
            for action, detail in answer.notes:
                audit.note(db, actor=member.name if member else "", action=action, detail=detail,
                           at=now)  # fmt: skip
            if answer.text:
                memos.owe(
                    db, service.vault, Prompt(answer.text), key=f"staff:{words.id}",
                    channel=words.channel, to=words.to, at=now,
                )  # fmt: skip

    def _do(self, member: StaffRow, words: StaffWords) -> Answer:
        try:
            return commands.run(self._service, member, words)
        except Exception as error:  # noqa: BLE001 -- one command must not stop the next
            log("staff_command_failed", logging.ERROR, kind=type(error).__name__)
            return Answer("Maaf, perintah itu gagal di tempat kami. Coba lagi, atau lihat log.")
