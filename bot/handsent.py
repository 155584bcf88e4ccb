"""Waves that staff send, made ready for their road: what they bring, where, and at what hours."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.channels.webchat import KIND
from bot.plans import kinds
from scheduler.campaigns.timing import SendHours
from scheduler.news import NewsLedger
from scheduler.survey import Survey
from scheduler.walk import Brought, Walk
from scheduler.wave import Ledger
from storage import news
from storage.audiences import Due
from storage.blasts import BlastRow
from storage.news import News
from storage.waves import WaveRow

if TYPE_CHECKING:
    from bot.service import Service


class HandSent:
    """Brings surveys and news to the people of waves without a campaign."""

    def __init__(self, service: "Service", ledger: Ledger) -> None:
        self._service = service
        self._ledger = ledger

    def survey(self, db: Connection, form_pk: int) -> Survey:
        """Return the questions of a form as something to bring."""
        return Survey(self._ledger, self._service.turns.form(db, form_pk))

    def news(self, said: News) -> NewsLedger:
        """Return news as something to bring."""
        settings = self._service.settings
        return NewsLedger(
            said, self._service.vault, self._service.office.facts,
            settings.interview_silent_hours, settings.news_cooling_days,
        )  # fmt: skip

    def brought(self, db: Connection, wave: WaveRow) -> Brought:
        """Return what a wave brings."""
        said = news.get(db, wave.id)
        return self.survey(db, wave.form_pk) if said is None else self.news(said)

    def hours(self) -> SendHours:
        """Return when the office sends what keeps its hours."""
        return self._service.campaigns.rules.office_hours()

    def walk(self, db: Connection, wave: WaveRow, blast: BlastRow) -> Walk:
        """Return the road of a wave."""
        next_moment = self.hours().next if wave.keeps_hours else _at_once
        return Walk(
            wave, blast, self.brought(db, wave), kinds(blast.channel.split(",")), next_moment
        )

    def ask(
        self, db: Connection, wave: WaveRow, blast: BlastRow, due: Sequence[Due], now: datetime
    ) -> int:
        """Bring a wave to people who are due; return to how many."""
        walk = self.walk(db, wave, blast)
        if KIND in blast.channel.split(","):
            self._make_pages(db, walk, due, now)
        return walk.ask(db, due, now=now)

    def _make_pages(self, db: Connection, walk: Walk, due: Sequence[Due], now: datetime) -> None:
        """Give a web address to everyone without one: we are the provider."""
        for one in walk.members(db, [one.respondent_id for one in due]).values():
            if one.address_id is None:
                self._service.invitations.address(db, one.respondent_id, KIND, now)


def _at_once(_zone: str, since: datetime) -> datetime:
    return since
