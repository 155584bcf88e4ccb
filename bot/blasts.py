"""Blasts as staff know them: look before sending, send once, see how far it is, stop it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import templates
from bot.channels.contract import Disposition
from bot.channels.webchat import KIND
from bot.costs import Estimate, estimate, estimate_news, spent
from bot.news import WrongNews, compose, period_of
from bot.office import Office
from bot.plans import CHANNELS, CannotBlast, Plan, kinds, staffs_name
from bot.previews import Preview
from bot.prices import WrongPrices
from flows.prompts import numbered
from scheduler.blast import MAY_BECOME, BlastStatus, NotAllowed
from scheduler.campaigns.calendar import caturwulan
from scheduler.chances import SPARED_H
from scheduler.forecast import Load, last_goes_at
from scheduler.news import NewsLedger
from scheduler.progress import TIERED
from scheduler.wave import NO_ADDRESS, Ledger, figures
from storage import (
    blasts,
    channels,
    cohorts,
    forms,
    invitations,
    news,
    resends,
    tiers,
    unsettled,
    waves,
)
from storage.blasts import BlastRow
from storage.cohorts import Batch
from storage.news import NEWS
from storage.unsettled import Unsent
from storage.waves import Member, WaveRow

if TYPE_CHECKING:
    from bot.service import Service

WEB_RATE = 500.0
"""Web messages a second, for the estimate only."""

SAMPLES = 3

CANCELED = "siaran dihentikan petugas"
"""Why a message was not sent whose blast staff stopped."""

PASSING = (
    Disposition.RETRY, Disposition.THROTTLED, Disposition.NOT_NOW, Disposition.OUTSIDE_WINDOW,
    Disposition.CHANNEL_DOWN,
)  # fmt: skip
"""What may be over by now: `retry` sends those again."""


STATUS_WORDS: Mapping[str, str] = {
    BlastStatus.PREPARING: "disiapkan",
    BlastStatus.RUNNING: "berjalan",
    BlastStatus.PAUSED: "dijeda",
    BlastStatus.STOPPED: "dihentikan",
    BlastStatus.FINISHED: "selesai",
}
"""What staff call where a blast stands."""


class Blasts:
    """Plans, sends and steers blasts of one office."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._ledger = Ledger(
            service.vault, service.words, _facts(service.office),
            silent_h=service.settings.interview_silent_hours,
        )  # fmt: skip
        self._news = NewsLedger(
            service.vault, _facts(service.office), service.settings.interview_silent_hours,
            service.settings.news_cooling_days,
        )  # fmt: skip

    def plan(self, form_id: str, cohort: str, *, channel: str = "", period: str = "") -> Plan:
        """Return the plan; raises `CannotBlast` when a name is not known.

        `channel` names channels in order of preference, comma between; nothing: those set up.
        """
        with self._service.database.read() as db:
            form_pk = forms.newest(db, form_id)
            if form_pk is None:
                raise CannotBlast(
                    f"kuesioner '{form_id}' belum terbit; jalankan: lacak form publish {form_id}"
                )
            batch = _batch(db, cohort)
        period = period or caturwulan(self._today())
        return Plan(form_id, form_pk, batch, period, self._channels(channel))

    def plan_news(
        self, template: str, cohort: str, *, text: str, basis: str, channel: str = ""
    ) -> Plan:
        """Return the plan of news by a template's name; raises `CannotBlast` as `plan` does."""
        names = self._channels(channel)
        with self._service.database.read() as db:
            try:
                said = compose(db, template, text, basis, channels=names)
            except WrongNews as error:
                raise CannotBlast(str(error)) from None
            batch = _batch(db, cohort)
        return Plan(NEWS + template, 0, batch, period_of(said, self._today()), names, said)

    def preview(self, plan: Plan) -> Preview:
        """Return what sending the plan now would do; changes nothing."""
        service, now = self._service, self._service.now()
        by_channel, by_zone, not_sent = Counter[str](), Counter[str](), Counter[str]()
        samples: list[tuple[str, str]] = []
        with service.database.read() as db:
            known, strangers = tiers.known(db, now=now), 0
            wave_id = waves.find(
                db, form_id=plan.form_id, cohort_id=plan.batch.id, period=plan.period
            )
            for one, reason, has_agreed in self._sorted(db, plan, wave_id or 0, now):
                if reason and not (reason == NO_ADDRESS and KIND in plan.channels):
                    not_sent[reason] += 1
                    continue
                by_channel[staffs_name(one.channel or KIND)] += 1  # a page is made on sending
                by_zone[one.zone] += 1
                strangers += one.channel == TIERED and one.address_id not in known
                if len(samples) < SAMPLES:
                    samples.append((one.name, self._sample(db, plan, one, has_agreed)))
            counted, ahead = tiers.moments(db, now=now), 0
            ends = [now]
            for name, number in by_channel.items():
                tier = service.settings.whatsapp_daily_tier if name == TIERED else None
                before = blasts.queued_before(db, name)
                new = strangers if tier is not None else 0
                load = Load(strangers=new, known=number - new, ahead=before)
                ends.append(
                    last_goes_at(
                        load, now=now, rate_per_s=self._rate(name), tier=tier, counted=counted
                    )
                )
                ahead += before
            cost = self._cost(db, plan, by_channel)
        return Preview(
            plan, dict(by_channel), dict(by_zone), dict(not_sent), samples, now, max(ends),
            wave_id, cost, strangers, ahead,
            service.settings.whatsapp_daily_tier if TIERED in by_channel else None,
        )  # fmt: skip

    def _sample(self, db: Connection, plan: Plan, one: Member, has_agreed: bool) -> str:
        programme = plan.batch.programme
        if plan.news is not None:
            return self._news.message(one, plan.news, programme)[0].text
        form = self._service.turns.form(db, plan.form_pk)
        *_, message = self._ledger.opening(
            one, form, programme, self._service.now(), has_agreed=has_agreed
        )
        return numbered(message, self._service.words)

    def _cost(self, db: Connection, plan: Plan, by_channel: Mapping[str, int]) -> Estimate:
        try:
            if plan.news is not None:
                return estimate_news(self._service, db, plan.template, by_channel)
            return estimate(self._service, db, plan.form_id, plan.form_pk, by_channel)
        except WrongPrices as error:
            raise CannotBlast(str(error)) from None

    def send(self, plan: Plan, *, actor: str) -> tuple[int, bool]:
        """Write the blast down and let it run; return (its key, whether it is new).

        The same send twice is one blast: people who joined the cohort since are added to it.
        """
        service, now = self._service, self._service.now()
        if KIND in plan.channels:
            self._make_pages(plan)
        with service.database.write() as db:
            wave_id = waves.ensure(
                db, form_id=plan.form_id, form_pk=plan.form_pk, cohort_id=plan.batch.id,
                period=plan.period, at=now,
            )  # fmt: skip
            if plan.news is not None:
                news.put(db, wave_id, plan.news)
            blast_id, is_new = blasts.ensure(
                db, wave_id=wave_id, channel=plan.channel, created_by=actor, at=now
            )
            wave, blast = waves.get(db, wave_id), blasts.get(db, blast_id)
        if wave is None or blast is None:
            raise CannotBlast("gelombang ini baru saja dihapus; ulangi perintahnya")
        self._write_down(wave, blast)
        before = [BlastStatus.PREPARING, BlastStatus.FINISHED]
        with service.database.write() as db:
            blasts.become(db, blast_id, BlastStatus.RUNNING, allowed=before)
            if "whatsapp" in plan.channels:
                templates.hold(db, plan.template)
        return blast_id, is_new

    def change(self, blast_id: int, status: BlastStatus, *, reason: str = "") -> None:
        """Change a blast's status.

        Raises:
            CannotBlast: there is no such blast.
            NotAllowed: its status cannot become that.
        """
        allowed = [before for before, after in MAY_BECOME.items() if status in after]
        with self._service.database.write() as db:
            blast = blasts.get(db, blast_id)
            if blast is None:
                raise CannotBlast(f"siaran {blast_id} tidak ada; lihat: lacak blast list")
            if not blasts.become(db, blast_id, status, allowed=allowed, reason=reason):
                raise NotAllowed(f"siaran {blast_id} sudah {STATUS_WORDS[blast.status]}")
            if status is BlastStatus.STOPPED:
                blasts.cancel_queued(db, blast_id, CANCELED)
                invitations.give_up_waiting(db, blast.wave_id, CANCELED)
            if status is BlastStatus.RUNNING:
                for name, why in channels.states(db):
                    if why and name in blast.channel.split(","):
                        channels.resume(db, name)

    def retry(self, blast_id: int, *, unknown: int = 0) -> int:
        """Queue again what a provider held back, and `unknown` ones by their exact number.

        An unknown message may have arrived: only a person may decide to send it twice, and says
        how many they decide about. Whom Meta spares (63049) is tried no sooner than a day after
        the last time. Returns how many were queued.

        Raises:
            CannotBlast: no such blast, it was stopped, or the number of unknown ones is another.
        """
        with self._service.database.write() as db:
            blast = blasts.get(db, blast_id)
            if blast is None or blast.status == BlastStatus.STOPPED:
                raise CannotBlast(f"siaran {blast_id} tidak ada atau sudah dihentikan")
            standing = blasts.messages(db, blast_id).get("unknown", 0)
            if unknown and unknown != standing:
                raise CannotBlast(
                    f"yang belum diketahui ada {standing}, bukan {unknown}; lihat dulu: "
                    f"lacak blast status {blast_id}"
                )
            failed = unsettled.unsent_of(db, blast_id, "failed")
            again = {one.id: _soonest(what, one) for one in failed
                     if (what := self._meaning(one)) in PASSING}  # fmt: skip
            number = resends.resend(db, again, was="failed")
            if unknown:
                doubtful = {one.id: None for one in unsettled.unsent_of(db, blast_id, "unknown")}
                number += resends.resend(db, doubtful, was="unknown")
            finished = [BlastStatus.FINISHED]
            if number:
                blasts.become(db, blast_id, BlastStatus.RUNNING, allowed=finished)
            return number

    def look_again(self) -> int:
        """Invite who waited until another interview was over; return how many waves that changed.

        A chunk of people a transaction; a wave whose blast is paused waits with its people.
        """
        service = self._service
        with service.database.read() as db:
            found = invitations.waiting_waves(db)
        for wave_id, blast_id in found:
            after: int | None = 0
            while after is not None:
                with service.database.write() as db:
                    wave, blast = waves.get(db, wave_id), blasts.get(db, blast_id)
                    if wave is None or blast is None or blast.status == BlastStatus.PAUSED:
                        break
                    after = self._expand(db, wave, blast, after, are_waiting=True)
                    if blasts.messages(db, blast_id).get("queued"):
                        blasts.become(
                            db, blast_id, BlastStatus.RUNNING, allowed=[BlastStatus.FINISHED]
                        )
        return len(found)

    def figures(self, blast_id: int) -> Mapping[str, Any]:
        """Return how far a blast is (design §11); raises `CannotBlast` when there is none."""
        with self._service.database.read() as db:
            blast = blasts.get(db, blast_id)
            wave = waves.get(db, blast.wave_id) if blast else None
            if blast is None or wave is None:
                raise CannotBlast(f"siaran {blast_id} tidak ada; lihat: lacak blast list")
            tier = self._service.settings.whatsapp_daily_tier
            found = figures(db, blast, wave, now=self._service.now(), day_tier=tier)
            said = news.get(db, wave.id)
            found |= {"basis": said.basis} if said else {}
            try:
                currency, amount = spent(self._service, db, blast_id, blast.form_id)
            except WrongPrices as error:
                raise CannotBlast(str(error)) from None
            return {**found, "cost": {"currency": currency, "amount": amount}}

    def _meaning(self, one: Unsent) -> Disposition | None:
        gateway = self._service.gateways.by_kind.get(one.channel)
        return None if gateway is None else gateway.channel.explain(one.code).disposition

    def _make_pages(self, plan: Plan) -> None:
        """Give a web address to every member without one: we are the provider."""
        for chunk in list(self._members(plan)):
            without = [one.respondent_id for one in chunk if one.address_id is None]
            with self._service.database.write() as db:
                for respondent_id in without:
                    self._service.invitations.address(db, respondent_id, KIND, self._service.now())

    def _write_down(self, wave: WaveRow, blast: BlastRow) -> None:
        """Write everyone down, a chunk a transaction, so that replies are not held up."""
        after: int | None = 0
        while after is not None:
            with self._service.database.write() as db:
                after = self._expand(db, wave, blast, after)

    def _expand(
        self, db: Connection, wave: WaveRow, blast: BlastRow, after: int, *,
        are_waiting: bool = False,
    ) -> int | None:  # fmt: skip
        """Write the next people of a wave down, or look again at the next who wait."""
        now, reached = self._service.now(), kinds(blast.channel.split(","))
        said = news.get(db, wave.id)
        if said is not None:
            told = self._news.look_again if are_waiting else self._news.expand
            return told(db, wave, blast, said, now=now, channels=reached, after=after)
        form = self._service.turns.form(db, wave.form_pk)
        asked = self._ledger.look_again if are_waiting else self._ledger.expand
        return asked(db, wave, blast, form, now=now, channels=reached, after=after)

    def _members(self, plan: Plan) -> Iterator[Sequence[Member]]:
        """Yield the members of a plan's cohort, so many at a time."""
        after = 0
        with self._service.database.read() as db:
            while chunk := waves.members(
                db, cohort_id=plan.batch.id, form_id=plan.form_id, period=plan.period,
                channels=kinds(plan.channels), after=after,
            ):  # fmt: skip
                yield chunk
                after = chunk[-1].respondent_id

    def _sorted(
        self, db: Connection, plan: Plan, wave_id: int, now: datetime
    ) -> Iterator[tuple[Member, str, bool]]:
        sort = self._ledger.sort if plan.news is None else self._news.sort
        for chunk in self._members(plan):
            yield from sort(
                db, chunk, wave_id=wave_id, form_id=plan.form_id, period=plan.period, now=now
            )

    def _channels(self, given: str) -> tuple[str, ...]:
        """Return the channels staff named, else those that are set up, else the web chat."""
        settings = self._service.settings
        set_up = {"whatsapp": settings.twilio_account_sid, "telegram": settings.telegram_token}
        names = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
        for name in names:
            if name not in CHANNELS:
                raise CannotBlast(f"saluran '{name}' tidak dikenal; pakai: {', '.join(CHANNELS)}")
        return names or tuple(name for name in CHANNELS if set_up.get(name)) or (KIND,)

    def _today(self) -> date:
        return self._service.now().astimezone(ZoneInfo(self._service.office.zone)).date()

    def _rate(self, channel: str) -> float:
        settings = self._service.settings
        rates = {
            "whatsapp": settings.whatsapp_rate_per_second,
            "telegram": settings.telegram_rate_per_second,
        }
        return float(rates.get(channel, WEB_RATE))


def _soonest(what: Disposition | None, one: Unsent) -> datetime | None:
    """Return when a message may go again: whom a provider spares, not before a day is over."""
    if what is not Disposition.NOT_NOW or one.tried_at is None:
        return None
    return one.tried_at + timedelta(hours=SPARED_H)


def _batch(db: Connection, name: str) -> Batch:
    batch = cohorts.find(db, name)
    if batch is None:
        names = ", ".join(one.name for one, _members in cohorts.listed(db)[:8])
        raise CannotBlast(f"angkatan '{name}' tidak ada; yang ada: {names}")
    return batch


def _facts(office: Office) -> Any:
    return office.facts
