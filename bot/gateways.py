"""The providers this office has set up: each with what it hears, what it is told, who sends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.contract import Channel, File, Template
from bot.contents import StoredContents
from bot.invite import Invitations
from bot.joining import Joining
from bot.office import Office
from bot.receipts import Receipts
from bot.receive import Reception
from bot.rights.claims import Claims
from bot.senders import ChannelSender
from bot.settings import Settings
from flows.phrases import Phrases
from storage.outbox import Message
from storage.secrets import Vault

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.channels.whatsapp import WhatsApp

BURST = 4
"""Messages that may go at once: the worst sliding second stays at rate + burst."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One provider's channel with the parts that serve it."""

    channel: Channel
    reception: Reception
    receipts: Receipts
    sender: ChannelSender


@dataclass(frozen=True, slots=True)
class Gateways:
    """What is set up; None is what is not."""

    whatsapp: "WhatsApp | None"
    telegram: "Telegram | None"
    by_kind: Mapping[str, Gateway]

    async def close(self) -> None:
        """Wait for requests under way, then close connections."""
        if self.whatsapp is not None:
            self.whatsapp.close()
        if self.telegram is not None:
            await self.telegram.aclose()


@dataclass(frozen=True, slots=True)
class Makings:
    """What gateways are made from. The last three: see `ChannelSender`."""

    settings: Settings
    vault: Vault
    office: Office
    words: Phrases
    invitations: Invitations
    contents: StoredContents
    template_of: Callable[[Message], Template | None]
    known_at: Callable[[int], Sequence[str]]
    file_of: Callable[[str], File | None]


def open_gateways(makings: Makings) -> Gateways:
    """Return the channels whose settings are there; nothing is sent yet.

    Raises:
        WrongSettings: a channel is half set up.
    """
    settings, words = makings.settings, makings.words
    by_kind: dict[str, Gateway] = {}
    whatsapp: WhatsApp | None = None
    telegram: Telegram | None = None
    if settings.twilio_account_sid and settings.twilio_auth_token:
        from bot.channels import whatsapp as twilio  # noqa: PLC0415 -- loads where it is used

        whatsapp = twilio.WhatsApp(settings, words, kept=makings.contents)
        rate = settings.whatsapp_rate_per_second
        tier = settings.whatsapp_daily_tier
        by_kind[whatsapp.kind] = _gateway(makings, whatsapp, rate, day_tier=tier)
    if settings.telegram_token:
        from bot.channels import telegram as bot_api  # noqa: PLC0415 -- half a second to load

        telegram = bot_api.Telegram(settings, words, secret=webhook_secret(settings, makings.vault))
        rate = settings.telegram_rate_per_second
        by_kind[telegram.kind] = _gateway(makings, telegram, rate, shares=True)
    return Gateways(whatsapp, telegram, by_kind)


def webhook_secret(settings: Settings, vault: Vault) -> str:
    """Return what Telegram must say with each webhook: the office's, else one made of its key."""
    return settings.telegram_webhook_secret or vault.hash("telegram webhook").hex()


def _gateway(
    makings: Makings, channel: Channel, rate: int, *, shares: bool = False,
    day_tier: int | None = None,
) -> Gateway:  # fmt: skip
    joining = Joining(makings.vault, channel.kind, makings.invitations)
    claims = Claims(makings.vault, channel.kind, makings.office.zone)
    reception = Reception(
        makings.vault, channel.kind, makings.office, makings.words, joining, claims,
        can_share=shares,
    )  # fmt: skip
    sender = ChannelSender(
        channel,
        rate_per_s=float(rate),
        burst=BURST,
        day_tier=day_tier,
        template_of=makings.template_of,
        known_at=makings.known_at,
        file_of=makings.file_of,
    )
    return Gateway(channel, reception, Receipts(channel.kind, channel.explain), sender)
