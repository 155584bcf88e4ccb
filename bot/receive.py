"""What providers tell us, stored before it is acknowledged (law 1).

A message is a respondent's, one of the staff's, or a stranger's; each is stored once, by the
provider's id, in the transaction that also stores what it leads to.
"""

import logging
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.channels.contract import Inbound, Lifecycle
from bot.joining import CannotJoin, Joining
from bot.logs import log
from bot.office import Office
from bot.rights.claims import Claims, Offer
from flows.effects import Say
from flows.events import Event, Replied, Tapped
from flows.phrases import Phrases
from flows.prompts import prompt, read_data
from storage import (
    addresses,
    channels,
    consents,
    enquiries,
    inbox,
    interviews,
    memos,
    outbox,
    staff,
    staff_messages,
)
from storage.enquiries import Asker
from storage.inbox import Arrival
from storage.respondents import Reach
from storage.secrets import Vault

GO_ON = "mulai"
"""What a chat says by opening its link while something is being asked: go on here."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What follows a stored message: `person` has a turn to take, `is_staffs` a command waits.

    `is_owed`: their next message is owed already. `note` is shown beside a tapped button that was
    refused.
    """

    person: int | None = None
    is_staffs: bool = False
    is_owed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    """Stores what came from one provider's channel. `can_share`: people can share their number."""

    vault: Vault
    channel: str
    office: Office
    words: Phrases
    joining: Joining
    claims: Claims
    can_share: bool = False

    def message(self, db: Connection, inbound: Inbound, payload: bytes) -> Taken:
        """Store a message once, with what it leads to; known before, it leads to nothing."""
        if not inbound.is_private:
            return self._elsewhere(db, inbound)
        if inbound.token or inbound.contact:
            return self._joins(db, inbound, payload)
        member = staff.at(db, self.channel, inbound.address)
        reach = self._whose(db, inbound)
        is_said = not inbound.tap  # a button is never one of a command
        if member and is_said and (reach is None or self._is_command(db, member.id, inbound)):
            return self._staffs(db, member.id, inbound)
        if reach is None and not inbound.tap:
            reach = self.claims.taken_back(db, inbound.text, inbound.address)
        if reach is None:
            return self._strangers(db, inbound, payload)
        tapped = read_data(inbound.data)
        if inbound.tap and tapped is None:
            self._keep(db, inbound, payload)
            return Taken(note=self._say("button_unknown"))
        event: Event = Replied(inbound.at, inbound.text, inbound.media)
        if tapped:
            event = Tapped(inbound.at, *tapped, text=inbound.text)
        return self._hears(db, reach, inbound, event, payload)

    def lifecycle(self, db: Connection, event: Lifecycle, payload: bytes) -> None:
        """Somebody blocked us, or took us back: nothing goes to them, or may again."""
        if not inbox.add_stray(
            db, self.vault, channel=self.channel, provider_id=event.provider_id, at=event.at,
            content=payload,
        ):  # fmt: skip
            return
        for one in addresses.holders(db, self.channel, event.address):
            if event.is_open:
                consents.unblock(db, one.respondent_id, self.channel, at=event.at)
            else:
                consents.stop(
                    db, one.respondent_id, reason="blocked", at=event.at, channel=self.channel,
                    message_id=event.provider_id,
                )  # fmt: skip

    def _hears(
        self, db: Connection, reach: Reach, inbound: Inbound, event: Event, payload: bytes
    ) -> Taken:
        about = outbox.find_at(db, reach.id, delivery_id=inbound.about, provider_id=inbound.quoted)
        tapped_in = about if isinstance(event, Tapped) else None
        arrival = Arrival(
            self.channel, inbound.provider_id, reach.respondent_id, reach.id, event, payload,
            interview_id=tapped_in and outbox.interview_of(db, tapped_in),
        )  # fmt: skip
        if inbound.about and about is None:  # the button of a message we sent to somebody else
            self._keep(db, inbound, payload)
            return Taken(note=self._say("button_not_yours"))
        if inbox.add(db, self.vault, arrival) is None:
            return Taken(reach.respondent_id)
        channels.open_window(db, reach.id, at=inbound.at)
        if about is not None:  # a tap or a quoted message proves that it arrived
            outbox.advance(
                db, about, status="read", at=inbound.at, provider_id=inbound.quoted, reason=""
            )
        return Taken(reach.respondent_id)

    def _joins(self, db: Connection, inbound: Inbound, payload: bytes) -> Taken:
        """Connect the chat, then go on with what is asked of its person, or begin."""
        if inbox.known(db, self.channel, [inbound.provider_id]):
            return Taken()
        try:
            if inbound.token:
                joined = self.joining.open(db, inbound.token, inbound.address, now=inbound.at)
            else:
                joined = self.joining.share(db, inbound.contact, inbound.address, now=inbound.at)
        except CannotJoin as refused:
            return self._refuses(db, inbound, payload, refused.phrase)
        log("chat_joined", channel=self.channel, by="link" if inbound.token else "contact")
        if joined.reach is None:
            return self._greets(db, inbound, joined.staff)
        if joined.is_asked:
            self._keep(db, inbound, payload)
            channels.open_window(db, joined.reach.id, at=inbound.at)
            return Taken(joined.reach.respondent_id, is_owed=True)
        return self._hears(db, joined.reach, inbound, Replied(inbound.at, GO_ON), payload)

    def _refuses(self, db: Connection, inbound: Inbound, payload: bytes, phrase: str) -> Taken:
        if self._keep(db, inbound, payload):
            log("chat_not_joined", logging.WARNING, channel=self.channel, why=phrase)
            self._tell(db, inbound, Say(phrase, self.office.facts("")), inbound.provider_id)
            if phrase == "contact_unknown":
                asker = Asker(self.channel, inbound.address)
                enquiries.add(
                    db, self.vault, asker, f"+{inbound.contact}", reason="stranger", at=inbound.at
                )
        return Taken()

    def _greets(self, db: Connection, inbound: Inbound, name: str) -> Taken:
        """Answer a newly linked chat of the staff as if they had asked for help."""
        member = staff.find(db, name)
        if member is None:
            return Taken()
        staff_messages.add(
            db, self.vault, member.id, channel=self.channel, provider_id=inbound.provider_id,
            value=inbound.address, text="/bantuan", at=inbound.at,
        )  # fmt: skip
        return Taken(is_staffs=True)

    def _is_command(self, db: Connection, staff_id: int, inbound: Inbound) -> bool:
        """Whether one of the staff, who is a respondent too, speaks as staff."""
        waited = staff_messages.pending(db, staff_id)
        is_waited_for = waited is not None and waited.holds(inbound.at)
        return inbound.text.startswith("/") or is_waited_for

    def _staffs(self, db: Connection, staff_id: int, inbound: Inbound) -> Taken:
        is_new = staff_messages.add(
            db, self.vault, staff_id, channel=self.channel, provider_id=inbound.provider_id,
            value=inbound.address, text=inbound.text, at=inbound.at,
        )  # fmt: skip
        return Taken(is_staffs=is_new)

    def _strangers(self, db: Connection, inbound: Inbound, payload: bytes) -> Taken:
        """Keep it for staff, and say kindly, once a day, that we do not know them."""
        if not self._keep(db, inbound, payload):
            return Taken()
        log("message_of_nobody", logging.WARNING, channel=self.channel)
        if inbound.tap:
            return Taken(note=self._say("button_not_yours"))
        offer = self.claims.offer(inbound.text, at=inbound.at)
        if offer is not None:
            return self._claims(db, inbound, offer)
        phrase = "stranger_contact" if self.can_share else "stranger"
        day = inbound.at.date().isoformat()
        self._tell(db, inbound, Say(phrase, self.office.facts("")), f"stranger:{day}")
        if inbound.text and not inbound.text.startswith("/"):
            asker = Asker(self.channel, inbound.address)
            enquiries.add(db, self.vault, asker, inbound.text, reason="stranger", at=inbound.at)
        return Taken()

    def _claims(self, db: Connection, inbound: Inbound, offer: Offer) -> Taken:
        """Hear who somebody says they are; until both facts match, one answer for all (law 11)."""
        reach = self.claims.take(db, offer, inbound.address, at=inbound.at)
        if reach is None:
            self._tell(db, inbound, Say("claim_open", self.office.facts("")), inbound.provider_id)
            return Taken()
        log("chat_joined", channel=self.channel, by="claim")
        is_asked = interviews.is_open(db, reach.respondent_id)
        if consents.is_stopped(db, reach.respondent_id) or not is_asked:
            self._tell(db, inbound, Say("claim_known", self.office.facts("")), inbound.provider_id)
            return Taken()
        return self._hears(db, reach, self._as_said(inbound), Replied(inbound.at, GO_ON), b"")

    @staticmethod
    def _as_said(inbound: Inbound) -> Inbound:
        """A message that was kept as a stranger's comes to its person under a name of its own."""
        return replace(inbound, provider_id=f"{inbound.provider_id}:claim")

    def _elsewhere(self, db: Connection, inbound: Inbound) -> Taken:
        """Say once in a group that we talk in private; nothing of the group is kept."""
        if inbound.tap:
            return Taken(note=self._say("button_not_yours"))
        self._tell(db, inbound, Say("only_private", {}), "group")
        return Taken()

    def _tell(self, db: Connection, inbound: Inbound, say: Say, occasion: str) -> None:
        message = prompt([say], self.words, contact=say.phrase == "stranger_contact")
        if message is None:
            return
        who = self.vault.hash(f"{self.channel}:{inbound.address}").hex()[:24]
        memos.owe(
            db, self.vault, message, key=f"{self.channel}:{who}:{occasion}",
            channel=self.channel, to=inbound.address, at=inbound.at,
        )  # fmt: skip

    def _say(self, phrase: str) -> str:
        return self.words.say(phrase, {})

    def _keep(self, db: Connection, inbound: Inbound, payload: bytes) -> bool:
        """Keep a message that no interview takes, for a week; False when it was kept before."""
        return inbox.add_stray(
            db, self.vault, channel=self.channel, provider_id=inbound.provider_id,
            at=inbound.at, content=payload or inbound.text.encode(),
        )  # fmt: skip

    def _whose(self, db: Connection, inbound: Inbound) -> Reach | None:
        """Return whose message this is: who is being interviewed there, else who was written to.

        A tap is theirs whom the buttons were sent to, where several share a number.
        """
        held = addresses.holders(db, self.channel, inbound.address)
        for one in held if inbound.about and len(held) > 1 else ():
            if outbox.find_at(db, one.id, delivery_id=inbound.about, provider_id="") is not None:
                return one
        talking = (one for one in held if interviews.is_open(db, one.respondent_id))
        return next(talking, held[0] if held else None)
