"""A year of an office: every campaign on, people who answer as they do, a printed calendar."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from flows.words import MONTHS
from scheduler.campaigns import library
from scheduler.campaigns.calendar import may_go
from scheduler.campaigns.model import Hours
from scheduler.campaigns.office_days import national
from storage import audiences, waves
from storage.audiences import State
from storage.tables import Address, Audience, Blast, Cohort, Membership, Owed, Respondent, Wave
from storage.tables.columns import table
from tests.bot.campaigns.office import WIB, WIT, WITA, CampaignOffice

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
HOURS_OF_A_DAY = (8.2, 10.2)
"""When the clock looks, in WITA: after nine in WIT, and after nine in both other zones."""

OPEN = (State.PLANNED, State.WAITING, State.OWED)
"""Who may still be due."""

FORMS = ("kebekerjaan", "tracer", "kebutuhan_ppg", "umpan_balik_kegiatan", "hasil_perekrutan")
_audience, _wave, _cohort = table(Audience), table(Wave), table(Cohort)
_membership, _outbox, _address = table(Membership), table(Owed), table(Address)
_respondent, _blast = table(Respondent), table(Blast)


@dataclass
class Year:
    """An office of so many alumni, and what the year does to them."""

    office: CampaignOffice
    alumni: int
    dice: random.Random = field(default_factory=lambda: random.Random(2026))

    def prepare(self) -> None:
        """Fill the office: trainings all year, yudisium, PPG batches, activities, partners."""
        office, dice = self.office, self.dice
        office.clock.moment = datetime(2026, 1, 1, 0, tzinfo=ZoneInfo(WITA))
        office.publish(*FORMS)
        people = [
            one
            for zone, share in ((WIB, 0.2), (WITA, 0.6), (WIT, 0.2))
            for one in office.people(int(self.alumni * share), zone)
        ]
        dice.shuffle(people)
        size = max(self.alumni // 20, 4)
        ends = [date(2025, 7, 31), *(date(2025, 9, 30) + timedelta(days=25 * n) for n in range(13))]
        for number, ended in enumerate(ends):
            some = people[number * size : number * size + size] or dice.sample(people, size)
            office.cohort(f"Pelatihan {number}", ended.isoformat(), some)
        for year in (2024, 2025):
            some = dice.sample(people, size * 2)
            office.cohort(f"Yudisium {year}", f"{year}-03-21", some, kind="yudisium")
        office.cohort("PPG 2025", "2025-12-20", dice.sample(people, size), kind="ppg")
        office.cohort("Temu alumni", "2026-08-16", dice.sample(people, size), kind="kegiatan")
        office.cohort("Lowongan 1", "2026-05-01", office.people(3), kind="mitra")
        for name in library.names():
            if name != "pengguna_lulusan":
                office.turn_on(name, since=FIRST)

    def live(self) -> None:
        """Let the year pass: who is written to may answer, stop half-way, refuse, or be silent."""
        office, day = self.office, FIRST
        while day <= LAST:
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(WITA))
            for hour in HOURS_OF_A_DAY:
                if hour > HOURS_OF_A_DAY[0] and not self._is_anyone_due(midnight):
                    break
                office.clock.moment = midnight + timedelta(hours=hour)
                before = len(office.provider.sent)
                office.tick()
                for address in {one.address_id for _at, one in office.provider.sent[before:]}:
                    self._answer(address)
            day += timedelta(days=1)

    def _is_anyone_due(self, midnight: datetime) -> bool:
        """Whether a later look that day could find any work; the first opened its waves."""
        with self.office.service.database.read() as db:
            return audiences.is_due(db, OPEN, now=midnight + timedelta(days=1))

    def _answer(self, address_id: int) -> None:
        with self.office.service.database.read() as db:
            query = select(_address.c.respondent_id).where(_address.c.id == address_id)
            person = int(db.execute(query).scalar_one())
        fate = self.dice.random()
        if fate < 0.30:
            self.office.finish(person)
        elif fate < 0.40:
            self.office.say(person, "ya", "ya")
        elif fate < 0.42:
            self.office.say(person, "BERHENTI")

    def check(self) -> None:
        """Everyone is accounted for, nobody over the cap, nothing outside its hours."""
        with self.office.service.database.read() as db:
            opened = [one for one in waves.listed(db) if one.campaign]
            for wave in opened:
                members = select(_membership.c.respondent_id).where(
                    _membership.c.cohort_id == wave.cohort_id
                )
                there = select(_audience.c.respondent_id).where(_audience.c.wave_id == wave.id)
                assert sorted(db.execute(members).scalars()) == sorted(db.execute(there).scalars())
            invited = db.execute(
                select(_audience.c.respondent_id, _audience.c.owed_at, _wave.c.form_id)
                .join(_wave, _wave.c.id == _audience.c.wave_id)
                .where(_audience.c.owed_at.is_not(None))
                .order_by(_audience.c.owed_at)
            ).all()
            zones = {r.id: r.zone for r in db.execute(select(_respondent))}
            owners = {r.id: r.respondent_id for r in db.execute(select(_address))}
        moments = defaultdict(list)
        for row in invited:
            moments[row.respondent_id].append((row.owed_at, row.form_id))
        longest = {"umpan_balik_kegiatan": 12, "hasil_perekrutan": 12}
        for times in moments.values():
            assert len(times) <= max(longest.get(form, 6) for _at, form in times)
            for (one, _form), (two, form) in pairwise(times):
                rest = 0 if form == "umpan_balik_kegiatan" else 7
                assert two - one >= timedelta(days=rest)
        self._nobody_reminded_beside()
        widest = Hours(until=time(20))
        for at, message in self.office.provider.sent:
            if message.blast_id is not None:
                zone = zones[owners[message.address_id]]
                assert may_go(widest, national(), zone, at), (at, zone)

    def _nobody_reminded_beside(self) -> None:
        """Who was just invited to one survey is reminded of no other for two days."""
        with self.office.service.database.read() as db:
            blasts = {
                row.id: row for row in db.execute(
                    select(_blast.c.id, _blast.c.wave_id, _blast.c.ordinal)
                )
            }  # fmt: skip
        invited = defaultdict(list)
        for at, message in self.office.provider.sent:
            blast = blasts.get(message.blast_id or 0)
            if blast is None:
                continue
            if not blast.ordinal:
                invited[message.address_id].append((at, blast.wave_id))
                continue
            beside = [
                then
                for then, wave in invited[message.address_id]
                if wave != blast.wave_id and at - then < timedelta(days=2)
            ]
            assert not beside, (at, beside, blast.wave_id)

    def calendar(self) -> list[str]:
        """Return the year, a line a month: waves, people asked, reminders, and who was not."""
        with self.office.service.database.read() as db:
            rows = db.execute(
                select(_wave.c.due_on, _audience.c.state, _audience.c.reason, _audience.c.reminded,
                       _audience.c.owed_at, _wave.c.id)
                .join(_audience, _audience.c.wave_id == _wave.c.id)
            ).all()  # fmt: skip
        lines = []
        for number, name in enumerate(MONTHS, 1):
            month = [row for row in rows if row.due_on and row.due_on.month == number]
            why = Counter(
                row.reason.split(" pada ")[0] for row in month if row.reason and not row.owed_at
            )
            said = "; ".join(f"{n} {reason}" for reason, n in why.most_common(4))
            asked = sum(row.owed_at is not None for row in month)
            lines.append(
                f"{name:<10}{len({row.id for row in month}):>3} gelombang{len(month):>7} orang"
                f"{asked:>7} diundang{sum(row.reminded for row in month):>7} pengingat"
                f"{f'  ({said})' if said else ''}"
            )
        return lines
