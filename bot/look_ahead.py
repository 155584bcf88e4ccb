"""What a blast would do, looked at before anything is sent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.channels.webchat import KIND
from bot.costs import Estimate, estimate, estimate_news
from bot.plans import CannotBlast, Plan, kinds, staffs_name
from bot.previews import Preview
from bot.prices import WrongPrices
from flows.prompts import numbered
from scheduler.blast import BlastStatus
from scheduler.forecast import Load, last_goes_at
from scheduler.news import NewsLedger
from scheduler.progress import TIERED
from scheduler.survey import Survey
from scheduler.walk import PREPARING, Look
from storage import (
    audiences,
    blasts,
    tiers,
    waves,
)
from storage.audiences import AT_ITS_HOUR
from storage.reasons import NO_ADDRESS
from storage.waves import Member

if TYPE_CHECKING:
    from bot.service import Service

WEB_RATE = 500.0
"""Web messages a second, for the estimate only."""

SAMPLES = 3


class LookAhead:
    """Says whom a plan would reach, when and for how much; changes nothing."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._hand = service.campaigns.hand

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
            wave = waves.get(db, wave_id) if wave_id else None
            sent = blasts.of_wave(db, wave_id) if wave_id else ()
            brought = (
                self._hand.news(plan.news) if plan.news else self._hand.survey(db, plan.form_pk)
            )
            look = Look(wave_id or 0, plan.form_id, plan.period, plan.basis, now)
            is_hurried = wave is not None and wave.keeps_hours and not plan.keeps_hours
            for one, reason, has_agreed in self._sorted(
                db, plan, brought, look, is_hurried=is_hurried
            ):
                if reason and not (reason == NO_ADDRESS and KIND in plan.channels):
                    not_sent[reason] += 1
                    continue
                by_channel[staffs_name(one.channel or KIND)] += 1  # a page is made on sending
                by_zone[one.zone] += 1
                strangers += one.channel == TIERED and one.address_id not in known
                if len(samples) < SAMPLES:
                    samples.append(
                        (one.name, self._sample(brought, plan, one, now, has_agreed=has_agreed))
                    )
            ahead = sum(blasts.queued_before(db, name) for name in by_channel)
            first, last = self._times(db, plan, by_channel, by_zone, strangers)
            cost = self._cost(db, plan, by_channel)
        return Preview(
            plan, dict(by_channel), dict(by_zone), dict(not_sent), samples, first, last,
            wave_id, cost, strangers, ahead,
            service.settings.whatsapp_daily_tier if TIERED in by_channel else None,
            is_off_hours=not all(self._hand.hours().may_go(zone, now) for zone in by_zone),
            campaign=wave.campaign if wave else "",
            is_stopped=any(one.status == BlastStatus.STOPPED for one in sent[:1]),
        )  # fmt: skip

    def _times(
        self, db: Connection, plan: Plan, by_channel: Mapping[str, int], by_zone: Iterable[str],
        strangers: int,
    ) -> tuple[datetime, datetime]:  # fmt: skip
        """Return when the first message of a plan would go, and the last."""
        settings, now = self._service.settings, self._service.now()
        hours = self._hand.hours() if plan.keeps_hours else None
        begins = [hours.next(zone, now) for zone in by_zone] if hours else []
        first = min(begins, default=now)
        counted, ends = tiers.moments(db, now=now), [first]
        for name, number in by_channel.items():
            tier = settings.whatsapp_daily_tier if name == TIERED else None
            new = strangers if tier is not None else 0
            load = Load(new, number - new, ahead=blasts.queued_before(db, name))
            rate = self._rate(name)
            ends.append(last_goes_at(load, now=first, rate_per_s=rate, tier=tier, counted=counted))
        last = max(ends)
        return first, max(
            (hours.next(zone, last) for zone in by_zone), default=last
        ) if hours else last

    def _sample(
        self,
        brought: Survey | NewsLedger,
        plan: Plan,
        one: Member,
        now: datetime,
        *,
        has_agreed: bool,
    ) -> str:
        programme = plan.batch.programme
        if isinstance(brought, Survey):
            ledger, form = brought.ledger, brought.form
            *_, message = ledger.opening(one, form, programme, now, has_agreed=has_agreed)
            return numbered(message, self._service.words)
        return brought.message(one, programme)[0].text

    def _cost(self, db: Connection, plan: Plan, by_channel: Mapping[str, int]) -> Estimate:
        try:
            if plan.news is not None:
                return estimate_news(self._service, db, plan.template, by_channel)
            return estimate(self._service, db, plan.form_id, plan.form_pk, by_channel)
        except WrongPrices as error:
            raise CannotBlast(str(error)) from None

    def _members(self, db: Connection, plan: Plan) -> Iterator[Sequence[Member]]:
        """Yield the members of a plan's cohort, so many at a time."""
        after = 0
        while chunk := waves.members(
            db, cohort_id=plan.batch.id, form_id=plan.form_id, period=plan.period,
            channels=kinds(plan.channels), after=after,
        ):  # fmt: skip
            yield chunk
            after = chunk[-1].respondent_id

    def _sorted(
        self, db: Connection, plan: Plan, brought: Survey | NewsLedger, look: Look, *,
        is_hurried: bool,
    ) -> Iterator[tuple[Member, str, bool]]:  # fmt: skip
        """Yield everyone as `Brought.sort` does; who is to be asked already is so still."""
        for chunk in self._members(db, plan):
            ids = [] if is_hurried else [one.respondent_id for one in chunk]
            planned = audiences.planned(db, look.wave_id, ids)
            why = AT_ITS_HOUR if plan.keeps_hours else PREPARING
            yield from ((one, why, False) for one in chunk if one.respondent_id in planned)
            fresh = [one for one in chunk if one.respondent_id not in planned]
            yield from brought.sort(db, fresh, look)

    def _rate(self, channel: str) -> float:
        settings = self._service.settings
        rates = {
            "whatsapp": settings.whatsapp_rate_per_second,
            "telegram": settings.telegram_rate_per_second,
        }
        return float(rates.get(channel, WEB_RATE))
