"""Blasts as staff know them: look before sending, send once, see how far it is, stop it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.channels.contract import Disposition
from bot.channels.webchat import KIND, SIMULATED
from bot.office import Office
from flows.prompts import numbered
from scheduler.blast import MAY_BECOME, BlastStatus, NotAllowed
from scheduler.campaigns.calendar import caturwulan
from scheduler.wave import NO_ADDRESS, Ledger, figures
from storage import blasts, channels, cohorts, forms, outbox, waves
from storage.blasts import BlastRow
from storage.cohorts import Batch
from storage.waves import Member, WaveRow

if TYPE_CHECKING:
    from bot.service import Service

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "telegram": ("telegram",),
    "whatsapp": ("whatsapp",),
    "web": (KIND, SIMULATED),
}
"""What staff call a channel, and the kinds of address it reaches; in the order we prefer them:
Telegram costs nothing, web chat needs links that somebody hands out."""

WEB_RATE = 500.0
"""Web messages a second, for the estimate only."""

SAMPLES = 3

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


class CannotBlast(Exception):
    """A blast that cannot be; the message says what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a blast is of: a published form, a cohort, a period, and channels by preference."""

    form_id: str
    form_pk: int
    batch: Batch
    period: str
    channels: tuple[str, ...]

    @property
    def channel(self) -> str:
        """The channels as the blast stores them."""
        return ",".join(self.channels)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a blast would do: whom it reaches where, why others not, and what some would read."""

    plan: Plan
    by_channel: Mapping[str, int]
    not_sent: Mapping[str, int]
    samples: Sequence[tuple[str, str]]
    hours: float
    sent_before: int | None

    @property
    def reached(self) -> int:
        """How many people it reaches."""
        return sum(self.by_channel.values())

    @property
    def lasts(self) -> str:
        """About how long sending takes, in Indonesian."""
        minutes = round(self.hours * 60)
        if minutes < 1:
            return "kurang dari semenit"
        return f"{minutes} menit" if minutes < 120 else f"{minutes / 60:.0f} jam"


class Blasts:
    """Plans, sends and steers blasts of one office."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._ledger = Ledger(service.vault, service.words, _facts(service.office))

    def plan(self, form_id: str, cohort: str, *, channel: str = "", period: str = "") -> Plan:
        """Return the plan; raises `CannotBlast` when a name is not known.

        `channel` names channels in order of preference, comma between; nothing: those set up.
        """
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
        today = service.now().astimezone(ZoneInfo(service.office.zone)).date()
        return Plan(form_id, form_pk, batch, period or caturwulan(today), self._channels(channel))

    def preview(self, plan: Plan) -> Preview:
        """Return what sending the plan now would do; changes nothing."""
        by_channel, not_sent = dict[str, int](), dict[str, int]()
        samples: list[tuple[str, str]] = []
        with self._service.database.read() as db:
            form = self._service.turns.form(db, plan.form_pk)
            for one in self._members(plan):
                reason = self._ledger.why_not(db, one)
                if reason and not (reason == NO_ADDRESS and KIND in plan.channels):
                    not_sent[reason] = not_sent.get(reason, 0) + 1
                    continue
                name = _staffs_name(one.channel or KIND)  # a page is made on sending
                by_channel[name] = by_channel.get(name, 0) + 1
                if len(samples) < SAMPLES:
                    *_, message = self._ledger.opening(
                        db, one, form, plan.batch.programme, self._service.now()
                    )
                    samples.append((one.name, numbered(message, self._service.words)))
            wave_id = waves.find(
                db, form_id=plan.form_id, cohort_id=plan.batch.id, period=plan.period
            )
        seconds = (number / self._rate(name) for name, number in by_channel.items())
        return Preview(
            plan, by_channel, not_sent, samples, max(seconds, default=0.0) / 3600, wave_id
        )

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
                raise NotAllowed(f"siaran {blast_id} sudah {STATUS_WORDS[blast.status]}")
            if status is BlastStatus.STOPPED:
                blasts.cancel_queued(db, blast_id, "siaran dihentikan petugas")
            if status is BlastStatus.RUNNING:
                for name, why in channels.states(db):
                    if why and name in blast.channel.split(","):
                        channels.resume(db, name)

    def retry(self, blast_id: int, *, unknown: int = 0) -> int:
        """Queue again what a provider held back, and `unknown` ones by their exact number.

        An unknown message may have arrived: only a person may decide to send it twice, and says
        how many they decide about. Returns how many were queued.

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
            failed = outbox.unsent_of(db, blast_id, "failed")
            keys = [key for key, kind, code in failed if self._may_be_over(kind, code)]
            number = outbox.resend(db, keys, was="failed")
            if unknown:
                doubtful = [key for key, *_ in outbox.unsent_of(db, blast_id, "unknown")]
                number += outbox.resend(db, doubtful, was="unknown")
            finished = [BlastStatus.FINISHED]
            if number:
                blasts.become(db, blast_id, BlastStatus.RUNNING, allowed=finished)
            return number

    def figures(self, blast_id: int) -> Mapping[str, Any]:
        """Return how far a blast is (design §11); raises `CannotBlast` when there is none."""
        with self._service.database.read() as db:
            blast = blasts.get(db, blast_id)
            wave = waves.get(db, blast.wave_id) if blast else None
            if blast is None or wave is None:
                raise CannotBlast(f"siaran {blast_id} tidak ada; lihat: lacak blast list")
            return figures(db, blast, wave)

    def _may_be_over(self, kind: str, code: int) -> bool:
        gateway = self._service.gateways.by_kind.get(kind)
        return gateway is not None and gateway.channel.explain(code).disposition in PASSING

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
                    now=self._service.now(), channels=_kinds(blast.channel.split(",")),
                    after=after,
                )  # fmt: skip

    def _members(self, plan: Plan) -> Sequence[Member]:
        found: list[Member] = []
        with self._service.database.read() as db:
            while True:
                chunk = waves.members(
                    db, cohort_id=plan.batch.id, form_id=plan.form_id, period=plan.period,
                    channels=_kinds(plan.channels),
                    after=found[-1].respondent_id if found else 0,
                )  # fmt: skip
                found += chunk
                if not chunk:
                    return found

    def _channels(self, given: str) -> tuple[str, ...]:
        """Return the channels staff named, else those that are set up, else the web chat."""
        settings = self._service.settings
        set_up = {"whatsapp": settings.twilio_account_sid, "telegram": settings.telegram_token}
        names = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
        for name in names:
            if name not in CHANNELS:
                raise CannotBlast(f"saluran '{name}' tidak dikenal; pakai: {', '.join(CHANNELS)}")
        return names or tuple(name for name in CHANNELS if set_up.get(name)) or (KIND,)

    def _rate(self, channel: str) -> float:
        settings = self._service.settings
        rates = {
            "whatsapp": settings.whatsapp_rate_per_second,
            "telegram": settings.telegram_rate_per_second,
        }
        return float(rates.get(channel, WEB_RATE))


def _kinds(names: Sequence[str]) -> list[str]:
    """Return the kinds of address that channels reach, in the order of preference."""
    return [kind for name in names for kind in CHANNELS[name]]


def _staffs_name(kind: str) -> str:
    """Return what staff call the channel of a kind of address."""
    return next(name for name, kinds in CHANNELS.items() if kind in kinds)


def _facts(office: Office) -> Any:
    return office.facts
