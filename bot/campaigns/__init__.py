"""Waves at work: what is due is a query, so a restart or two clocks change nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.campaigns import naming
from bot.campaigns.rules import Rules
from bot.channels.webchat import KIND
from bot.handsent import HandSent
from bot.logs import log
from bot.plans import CHANNELS
from scheduler.campaigns import asking, opening
from scheduler.campaigns.asking import Asking
from scheduler.campaigns.following import Following
from scheduler.campaigns.timing import SendHours, Timing
from scheduler.wave import Ledger
from storage import audiences, blasts, campaigns, respondents, waves
from storage.audiences import Due, State
from storage.waves import WaveRow

if TYPE_CHECKING:
    from bot.service import Service

LOOK_S = 30
"""How late a wave may open: nobody is waiting for that second."""

Work = Callable[[Connection, int, Sequence[Due], datetime], int]
UNASKED, ASKED = (State.PLANNED, State.WAITING), (State.OWED,)

KEPT = timedelta(days=400)
"""So long after a wave was due people who join its cohort are still written down for it."""


@dataclass(slots=True)
class Tally:
    """What one look at the campaigns did."""

    opened: int = 0
    invited: int = 0
    reminded: int = 0
    closed: int = 0


class Campaigns:
    """Opens waves, invites, reminds and closes, a chunk a transaction; safe to kill anywhere."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._ledger = Ledger(
            service.vault, service.words, service.office.facts,
            silent_h=service.settings.interview_silent_hours,
        )  # fmt: skip
        settings = service.settings
        self.rules = Rules(settings.office_calendar, service.office.zone, settings.send_hours)
        self.hand = HandSent(service, self._ledger)
        self._looked_at: datetime | None = None

    def tick(self, now: datetime) -> Tally:
        """Do all that is due by now."""
        tally = Tally()
        self._hold(now)
        if self._looked_at is None or abs(now - self._looked_at) >= timedelta(seconds=LOOK_S):
            tally.opened = self.open_due(now)
            tally.closed = self._close(now)
            self._looked_at = now
        tally.invited = self._all(UNASKED, self.ask, now)
        tally.reminded = self._all(ASKED, self._follow, now)
        return tally

    def open_due(self, now: datetime) -> int:
        """Open the waves that are due and write everyone down; return how many were opened."""
        opened = self._open(now)
        self._fill(now)
        return opened

    def ask_some(self, now: datetime) -> int:
        """Invite a chunk of those who are due, or say why not; return how many were invited."""
        return self._some(UNASKED, self.ask, now)[1]

    def channels(self, timing: Timing) -> tuple[str, ...]:
        """Return a campaign's channels that are set up, by preference."""
        settings = self._service.settings
        set_up = {
            "whatsapp": settings.twilio_account_sid,
            "telegram": settings.telegram_token,
            "web": "yes",
        }
        return tuple(name for name in timing.campaign.channels if set_up[name])

    def _open(self, now: datetime) -> int:
        opened = 0
        with self._service.database.read() as db:
            running = campaigns.running(db)
        for loaded in running:
            timing = self.rules.of(loaded.version_id, loaded.content)
            naming.take_up(self._service, loaded, timing, now)
            with self._service.database.read() as db:
                due = opening.due(db, loaded, timing, now=now)
            for batch, slot in due:
                with self._service.database.write() as db:
                    wave_id = opening.open_wave(
                        db, loaded, timing, batch, slot, now=now,
                        channel=",".join(self.channels(timing) or timing.campaign.channels),
                    )  # fmt: skip
                if wave_id is None:
                    log("wave_not_opened", campaign=loaded.name, cohort=batch.id)
                    continue
                log("wave_opened", campaign=loaded.name, wave=wave_id)
                opened += 1
        return opened

    def _fill(self, now: datetime) -> None:
        """Write down everyone of the waves: of the new ones, and who joined a cohort since."""
        with self._service.database.read() as db:
            lacking = audiences.lacking(db, since=self._today(now) - KEPT)
        for wave_id in lacking:
            after: int | None = 0
            while after is not None:
                with self._service.database.write() as db:
                    wave = waves.get(db, wave_id)
                    if wave is None:
                        break
                    timing = self._timing(db, wave.version_id)
                    after = opening.fill(db, wave, timing, now=now, after=after)

    def _close(self, now: datetime) -> int:
        with self._service.database.write() as db:
            return waves.close_done(db, due_before=self._today(now), at=now)

    def _all(self, states: Sequence[State], work: Work, now: datetime) -> int:
        """Do some work for everyone who is due, a chunk a transaction; return how much was done.

        A chunk that is not full is the last: another clock has the rest.
        """
        done, found = 0, asking.CHUNK
        while found == asking.CHUNK and self._is_anyone_due(states, now):
            found, some = self._some(states, work, now)
            done += some
        return done

    def _some(self, states: Sequence[State], work: Work, now: datetime) -> tuple[int, int]:
        """Do some work for a chunk of those who are due; return (how many, how much was done)."""
        done = 0
        with self._service.database.write() as db:
            due = sorted(
                audiences.due(db, states, now=now, limit=asking.CHUNK),
                key=lambda one: (one.wave_id, one.id),
            )
            for wave_id, some in groupby(due, key=lambda one: one.wave_id):
                done += work(db, wave_id, list(some), now)
        return len(due), done

    def _is_anyone_due(self, states: Sequence[State], now: datetime) -> bool:
        """Whether there is work: a look that finds none takes no lock from anybody."""
        with self._service.database.read() as db:
            return audiences.is_due(db, states, now=now)

    def ask(self, db: Connection, wave_id: int, due: Sequence[Due], now: datetime) -> int:
        """Ask people of a wave who are due, by its campaign's rules or as staff sent it."""
        wave, sent = waves.get(db, wave_id), blasts.of_wave(db, wave_id)
        if wave is None or not sent:
            return 0
        if not wave.campaign:
            return self.hand.ask(db, wave, sent[0], due, now)
        timing = self._timing(db, wave.version_id)
        names = self.channels(timing)
        if names == (KIND,):
            self._make_pages(db, due, now)
        kinds = [kind for name in names for kind in CHANNELS[name]]
        form = self._service.turns.form(db, wave.form_pk)
        asking_of = Asking(
            self._ledger, timing, wave, sent[0], form, kinds,
            asks_names=self._asks_names(db, wave.form_id),
        )  # fmt: skip
        return asking_of.ask(db, due, now=now)

    def _asks_names(self, db: Connection, form_id: str) -> bool:
        """Whether a campaign that is on asks whom the answers to a form name."""
        return any(
            rule.naming is not None and rule.naming.form == form_id
            for loaded in campaigns.running(db)
            for rule in self.rules.of(loaded.version_id, loaded.content).campaign.waves
        )

    def _follow(self, db: Connection, wave_id: int, due: Sequence[Due], now: datetime) -> int:
        wave, sent = waves.get(db, wave_id), blasts.of_wave(db, wave_id)
        if wave is None or not sent:
            return 0
        timing = self._timing(db, wave.version_id)
        form = self._service.turns.form(db, wave.form_pk)
        return Following(self._ledger, timing, wave, form, sent[0].channel).follow(db, due, now=now)

    def _make_pages(self, db: Connection, due: Sequence[Due], now: datetime) -> None:
        """Give a web address to everyone without one: we are the provider."""
        for one in due:
            self._service.invitations.address(db, one.respondent_id, KIND, now)

    def _hold(self, now: datetime) -> None:
        """Let what is still queued when the hours end wait for the next ones."""
        with self._service.database.read() as db:
            running = blasts.in_hours(db)
            zones = respondents.zones(db) if running else ()
            timings = {
                blast_id: self._hours(db, wave)
                for blast_id, wave_id in running
                if (wave := waves.get(db, wave_id)) is not None
            }
        shut = [
            (blast_id, zone, timing.next(zone, now))
            for blast_id, timing in timings.items()
            for zone in zones
            if not timing.may_go(zone, now)
        ]
        for blast_id, zone, until in shut:
            held = 1
            while held:
                with self._service.database.write() as db:
                    held = blasts.hold(db, blast_id, zone=zone, now=now, until=until)

    def _hours(self, db: Connection, wave: WaveRow) -> Timing | SendHours:
        return self._timing(db, wave.version_id) if wave.campaign else self.rules.office_hours()

    def _timing(self, db: Connection, version_id: int) -> Timing:
        return self.rules.of(version_id, lambda: campaigns.content(db, version_id))

    def _today(self, now: datetime) -> date:
        return self.rules.today(now)
