"""A channel of the contract as a sender of the scheduler."""

from collections.abc import Callable, Collection
from dataclasses import replace

from bot.channels.contract import (
    Accepted,
    Ambiguous,
    Channel,
    Disposition,
    File,
    Found,
    NotFound,
    NothingFits,
    Rejected,
    Sent,
    Template,
    Throttled,
    Window,
    Wire,
)
from scheduler.ports import Outcome, Verdict
from storage.outbox import Message

OUTCOMES = {
    Disposition.RETRY: Outcome.UNSENT,
    Disposition.THROTTLED: Outcome.THROTTLED,
    Disposition.NOT_NOW: Outcome.HELD_BACK,
    Disposition.RECIPIENT_STOPPED: Outcome.STOPPED,
    Disposition.BAD_ADDRESS: Outcome.NOT_REACHED,
    Disposition.OUTSIDE_WINDOW: Outcome.OUTSIDE_WINDOW,
    Disposition.BAD_MESSAGE: Outcome.REFUSED,
    Disposition.CHANNEL_DOWN: Outcome.CHANNEL_DOWN,
}

REASONS = {
    Disposition.RETRY: "penyedia sedang terganggu",
    Disposition.THROTTLED: "penyedia meminta pelan-pelan",
    Disposition.NOT_NOW: "ditahan Meta untuk orang ini; coba lagi paling cepat besok",
    Disposition.RECIPIENT_STOPPED: "orangnya memblokir atau berhenti lewat penyedia",
    Disposition.BAD_ADDRESS: "nomor tidak ada di saluran ini",
    Disposition.OUTSIDE_WINDOW: "lewat 24 jam sejak pesan terakhirnya; perlu templat",
    Disposition.BAD_MESSAGE: "pesan atau templat ditolak penyedia",
    Disposition.CHANNEL_DOWN: "akun atau nomor pengirim ditolak; periksa pengaturan penyedia",
}


class ChannelSender:
    """Fulfils `scheduler.ports.Sender`.

    `template_of` gives what may go outside the window; `known_at` the provider's ids of messages
    to an address that are accounted for, so that a lost one is not taken for another; `file_of`
    the file a message names, None when it may not be had any more.
    """

    def __init__(
        self,
        channel: Channel,
        *,
        rate_per_s: float,
        burst: int,
        day_tier: int | None = None,
        template_of: Callable[[Message], Template | None],
        known_at: Callable[[int], Collection[str]],
        file_of: Callable[[str], File | None] = lambda _name: None,
    ) -> None:
        self.channels: tuple[str, ...] = (channel.kind,)
        self.rate_per_s: float | None = rate_per_s
        self.burst = burst
        self.day_tier = day_tier
        self.can_find = channel.can_find
        self._channel = channel
        self._template_of = template_of
        self._known_at = known_at
        self._file_of = file_of

    async def send(self, message: Message) -> Verdict:
        """Render and send, once; a long message goes in parts, in order."""
        try:
            wires = self._wires(message)
        except NothingFits as error:
            return Verdict(Outcome.REFUSED, reason=str(error))
        first: Verdict | None = None
        for wire in wires:
            sent = await self._channel.send(
                wire, delivery_id=str(message.id), attempt_id=message.attempt
            )
            verdict = verdict_of(sent)
            if verdict.outcome is not Outcome.ACCEPTED:
                return verdict if first is None else Verdict(Outcome.AMBIGUOUS, reason="sebagian")
            first = first or verdict
        if first is None:
            return Verdict(Outcome.REFUSED, reason="pesannya kosong")
        return replace(first, parts=len(wires))

    async def find(self, message: Message) -> Verdict:
        """Ask the provider; what it cannot say stays unknown."""
        try:
            wires = self._wires(message)
        except NothingFits:
            return Verdict(Outcome.AMBIGUOUS)
        if message.started_at is None:
            return Verdict(Outcome.UNSENT)
        known = self._known_at(message.address_id)
        match await self._channel.find(wires[0], since=message.started_at, known=known):
            case Found(provider_id):
                return Verdict(Outcome.ACCEPTED, provider_id=provider_id)
            case NotFound():
                return Verdict(Outcome.UNSENT)
        return Verdict(Outcome.AMBIGUOUS)

    def _wires(self, message: Message) -> list[Wire]:
        name = message.prompt.file
        file = self._file_of(name) if name else None
        if name and file is None:
            raise NothingFits("Berkasnya sudah tidak boleh diambil; minta lagi bila perlu.")
        window = Window(message.window_open, self._template_of(message), message.facts, file)
        return list(self._channel.render(message.prompt, message.to, window))


def verdict_of(sent: Sent) -> Verdict:
    """Return what a channel's answer means for the ledger."""
    match sent:
        case Accepted(provider_id):
            return Verdict(Outcome.ACCEPTED, provider_id=provider_id)
        case Rejected(disposition, code):
            reason = f"{REASONS[disposition]} ({code})" if code else REASONS[disposition]
            return Verdict(OUTCOMES[disposition], code=code, reason=reason)
        case Throttled(retry_after_s):
            return Verdict(Outcome.THROTTLED, wait_s=retry_after_s)
        case Ambiguous(why):
            return Verdict(Outcome.AMBIGUOUS, reason=f"hasil kirim belum diketahui ({why})")
    return Verdict(Outcome.UNSENT)
