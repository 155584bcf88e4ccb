"""Links handed out: to every member of a cohort, or to one of the staff."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.channels.contract import NotAnswered
from bot.links import LINK_DAYS, make_once, make_token
from storage import cohorts, consents, join_links, respondents
from storage.cohorts import Batch

if TYPE_CHECKING:
    from bot.service import Service

STAFF_HOURS = 24
"""How long a link for staff opens: it is handed over at once."""

CONNECTED = "sudah terhubung"
STOPPED = "berhenti menerima pesan"


class CannotHandOut(Exception):
    """Links that cannot be made; the message says what would work, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Handout:
    """One person's link, or in staff's words why there is none. `line` tells namesakes apart."""

    name: str
    line: str
    link: str
    note: str


class Handouts:
    """Makes links of one office."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def web(self, batch: Batch, form_pk: int) -> Sequence[Handout]:
        """Invite a cohort by web chat; return a personal page for each."""
        service, now = self._service, self._service.now()
        origin = service.settings.public_url.rstrip("/") or "http://127.0.0.1:8000"
        with service.database.write() as db:
            invited = service.invitations.cohort(db, batch, form_pk, now=now)
        return [
            Handout(
                one.name, batch.name,
                f"{origin}/c/{make_token(service.vault, one.address_id, now=now)}",
                one.reason or "diundang",
            )
            for one in invited
        ]  # fmt: skip

    def telegram(self, batch: Batch, form_pk: int) -> Sequence[Handout]:
        """Return a one-time link for each of a cohort; opening it begins the survey.

        Raises:
            CannotHandOut: Telegram is not set up, or did not say what the bot is called.
        """
        bot = self._username()
        return self._once(batch, form_pk, "telegram", lambda key: self._link(bot, key))

    def whatsapp(self, batch: Batch, form_pk: int) -> Sequence[Handout]:
        """Return a one-time link for each of a cohort; sending its message begins the survey.

        It opens the window from their side, so it costs no template. A number the office has is
        no reason to leave somebody out: the link may come from another.

        Raises:
            CannotHandOut: WhatsApp is not set up.
        """
        whatsapp = self._service.whatsapp
        if whatsapp is None:
            raise CannotHandOut("TWILIO_ACCOUNT_SID dan TWILIO_AUTH_TOKEN belum diisi di .env")
        vault = self._service.vault
        return self._once(
            batch, form_pk, "whatsapp", lambda key: whatsapp.link(make_once(vault, key))
        )

    def _once(
        self, batch: Batch, form_pk: int, channel: str, link: Callable[[int], str]
    ) -> Sequence[Handout]:
        """Return each member's link; the same until it is used: printed sheets stay right."""
        service, now = self._service, self._service.now()
        found: list[Handout] = []
        with service.database.write() as db:
            for key in cohorts.members(db, batch.id):
                name = respondents.get(db, key).name
                if consents.is_stopped(db, key):
                    found.append(Handout(name, batch.name, "", STOPPED))
                elif channel == "telegram" and channel in respondents.addresses(db, key):
                    found.append(Handout(name, batch.name, "", CONNECTED))
                else:
                    row = join_links.ensure(
                        db, channel=channel, at=now, expires_at=now + timedelta(days=LINK_DAYS),
                        respondent_id=key, form_pk=form_pk, cohort_id=batch.id,
                    )  # fmt: skip
                    found.append(Handout(name, batch.name, link(row.id), "tautan sekali pakai"))
        return found

    def for_staff(self, staff_id: int) -> tuple[str, datetime]:
        """Return a one-time link for one of the staff, and until when it opens (office's zone).

        Raises:
            CannotHandOut
        """
        service, now = self._service, self._service.now()
        bot = self._username()
        with service.database.write() as db:
            row = join_links.ensure(
                db, channel="telegram", at=now, staff_id=staff_id,
                expires_at=now + timedelta(hours=STAFF_HOURS),
            )  # fmt: skip
        return self._link(bot, row.id), row.expires_at.astimezone(ZoneInfo(service.office.zone))

    def _link(self, bot: str, link_id: int) -> str:
        telegram = self._service.gateways.telegram
        if telegram is None:
            raise CannotHandOut("TELEGRAM_TOKEN belum diisi; isi dulu di .env")
        return telegram.link(bot, make_once(self._service.vault, link_id))

    def _username(self) -> str:
        """Ask Telegram what the bot is called; a command does it in a loop of its own."""
        telegram = self._service.gateways.telegram
        if telegram is None:
            raise CannotHandOut("TELEGRAM_TOKEN belum diisi; isi dulu di .env")

        async def ask() -> str:
            try:
                return await telegram.username()
            finally:
                await telegram.aclose()

        try:
            return asyncio.run(ask())
        except NotAnswered as error:
            raise CannotHandOut(f"Telegram tidak menyebut nama botnya: {error}") from None
