"""Blasts as staff know them: look before sending, send once, see how far it is, stop it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.webchat import KIND, SIMULATED
from bot.office import Office
from bot.service import Service
from flows.prompts import numbered
from scheduler.blast import MAY_BECOME, BlastStatus, NotAllowed
from scheduler.wave import NO_ADDRESS, Ledger, caturwulan, figures
from storage import blasts, cohorts, forms, waves
from storage.blasts import BlastRow
from storage.cohorts import Batch
from storage.waves import Member, WaveRow

CHANNELS: Mapping[str, tuple[str, ...]] = {"web": (KIND, SIMULATED), "whatsapp": ("whatsapp",)}
"""What staff call a channel, and the kinds of address it reaches."""

SAMPLES = 3


class CannotBlast(Exception):
    """A blast that cannot be; the message says what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a blast is of: a published form, a cohort, a period and a channel."""

    form_id: str
    form_pk: int
    batch: Batch
    period: str
    channel: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a blast would do: how many it reaches, why others not, and what some would read."""

    plan: Plan
    reached: int
    not_sent: Mapping[str, int]
    samples: Sequence[tuple[str, str]]
    hours: float
    sent_before: int | None


class Blasts:
    """Plans, sends and steers blasts of one office."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ledger = Ledger(service.vault, service.words, _facts(service.office))

    def plan(self, form_id: str, cohort: str, *, channel: str = "", period: str = "") -> Plan:
        """Return the plan; raises `CannotBlast` when a name is not known."""
        service = self._service
        with service.database.read() as db:
            form_pk, batch = forms.newest(db, form_id), cohorts.find(db, cohort)
            names = [one.name for one, _members in cohorts.listed(db)]
        if form_pk is None:
            raise CannotBlast(
                f"kuesioner '{form_id}' belum terbit; jalankan: lacak form publish {form_id}"
            )
        if batch is None:
            raise CannotBlast(f"angkatan '{cohort}' tidak ada; yang ada: {', '.join(names[:8])}")
        channel = channel or ("whatsapp" if service.settings.twilio_account_sid else "web")
        if channel not in CHANNELS:
            raise CannotBlast(f"saluran '{channel}' tidak dikenal; pakai: {', '.join(CHANNELS)}")
        today = service.now().astimezone(ZoneInfo(service.office.zone)).date()
        return Plan(form_id, form_pk, batch, period or caturwulan(today), channel)

    def preview(self, plan: Plan) -> Preview:
        """Return what sending the plan now would do; changes nothing."""
        reached, not_sent = 0, dict[str, int]()
        samples: list[tuple[str, str]] = []
        with self._service.database.read() as db:
            for one in self._members(plan):
                reason = self._ledger.why_not(db, one)
                if reason and not (
                    reason == NO_ADDRESS and plan.channel == KIND
                ):  # made on sending
                    not_sent[reason] = not_sent.get(reason, 0) + 1
                    continue
                reached += 1
                if len(samples) < SAMPLES:
                    words = numbered(self._ledger.invitation(one.name), self._service.words)
                    samples.append((one.name, words))
            wave_id = waves.find(
                db, form_id=plan.form_id, cohort_id=plan.batch.id, period=plan.period
            )
        hours = reached / self._rate(plan.channel) / 3600
        return Preview(plan, reached, not_sent, samples, hours, wave_id)

    def send(self, plan: Plan, *, actor: str) -> tuple[int, bool]:
        """Write the blast down and let it run; return (its key, whether it is new).

        The same send twice is one blast: people who joined the cohort since are added to it.
        """
        service, now = self._service, self._service.now()
        if plan.channel == KIND:
            self._make_pages(plan)
        with service.database.write() as db:
            wave_id = waves.ensure(
                db, form_id=plan.form_id, form_pk=plan.form_pk, cohort_id=plan.batch.id,
                period=plan.period, at=now,
            )  # fmt: skip
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
                raise NotAllowed(f"siaran {blast_id} sedang {blast.status}")
            if status is BlastStatus.STOPPED:
                blasts.cancel_queued(db, blast_id, "siaran dihentikan petugas")

    def figures(self, blast_id: int) -> Mapping[str, Any]:
        """Return how far a blast is (design §11); raises `CannotBlast` when there is none."""
        with self._service.database.read() as db:
            blast = blasts.get(db, blast_id)
            wave = waves.get(db, blast.wave_id) if blast else None
            if blast is None or wave is None:
                raise CannotBlast(f"siaran {blast_id} tidak ada; lihat: lacak blast list")
            return figures(db, blast, wave)

    def _make_pages(self, plan: Plan) -> None:
        """Give a web address to every member without one: we are the provider."""
        without = [one.respondent_id for one in self._members(plan) if one.address_id is None]
        with self._service.database.write() as db:
            for respondent_id in without:
                self._service.invitations.address(db, respondent_id, KIND, self._service.now())

    def _write_down(self, wave: WaveRow, blast: BlastRow) -> None:
        """Write everyone down, a chunk a transaction, so that replies are not held up."""
        after: int | None = 0
        while after is not None:
            with self._service.database.write() as db:
                after = self._ledger.expand(
                    db, wave, blast, self._service.turns.form(db, wave.form_pk),
                    now=self._service.now(), channels=CHANNELS[blast.channel], after=after,
                    quiet=blast.channel != "web",
                )  # fmt: skip

    def _members(self, plan: Plan) -> Sequence[Member]:
        found: list[Member] = []
        with self._service.database.read() as db:
            while True:
                chunk = waves.members(
                    db, cohort_id=plan.batch.id, form_id=plan.form_id, period=plan.period,
                    channels=CHANNELS[plan.channel],
                    after=found[-1].respondent_id if found else 0,
                )  # fmt: skip
                found += chunk
                if not chunk:
                    return found

    def _rate(self, channel: str) -> float:
        return float(self._service.settings.whatsapp_rate_per_second) if channel != "web" else 500.0


def _facts(office: Office) -> Any:
    return office.facts
