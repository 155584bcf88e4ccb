"""Connecting a chat to a person: one-time links, and numbers their owners share.

A link is used up by one chat. A chat that is somebody's does not become another's: siblings on
one phone are for staff to sort out, because nothing may be shown to the wrong one (law 11).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.invite import Invitations
from bot.links import WrongLink, read_once
from storage import addresses, cohorts, forms, interviews, join_links, respondents, staff
from storage.join_links import LinkRow
from storage.respondents import Reach
from storage.secrets import Vault


class CannotJoin(Exception):
    """A link or number that connects nobody; `phrase` is what the chat is told."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True, slots=True)
class Joined:
    """A connected chat: a respondent's `reach`, or the `staff` it belongs to.

    `is_asked` is true when joining itself owed the person their first question.
    """

    reach: Reach | None = None
    staff: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Joining:
    """Connects chats of one channel."""

    vault: Vault
    channel: str
    invitations: Invitations

    def open(self, db: Connection, token: str, address: str, *, now: datetime) -> Joined:
        """Use a one-time link; raises `CannotJoin`."""
        link = self._link(db, token, address, now)
        if link.staff_id is not None:
            return self._staff(db, link, address, now)
        if link.respondent_id is None:
            raise CannotJoin("link_unknown")
        person = respondents.merged_into(db, link.respondent_id) or link.respondent_id
        reach = self._connect(db, person, address, "link", now)
        join_links.use(db, link.id, by=self._hash(address), at=now)
        return Joined(reach, is_asked=self._invite(db, link, person, now))

    def share(self, db: Connection, number: str, address: str, *, now: datetime) -> Joined:
        """Connect the chat to who has this number at the office; raises `CannotJoin`.

        The number is the chat owner's own (their channel vouches for it); two people with one
        number are for staff.
        """
        found = {one.respondent_id for one in addresses.holders(db, "whatsapp", number)}
        if len(found) != 1:
            raise CannotJoin("contact_unknown")
        reach = self._connect(db, found.pop(), address, "contact", now)
        addresses.prove(db, reach.id)
        return Joined(reach)

    def _link(self, db: Connection, token: str, address: str, now: datetime) -> LinkRow:
        try:
            link = join_links.take(db, read_once(self.vault, token))
        except WrongLink:
            raise CannotJoin("link_unknown") from None
        if link is None or link.channel != self.channel:
            raise CannotJoin("link_unknown")
        if link.used_by is not None and link.used_by not in self._hashes(address):
            raise CannotJoin("link_used")
        if link.used_by is None and link.expires_at < now:
            raise CannotJoin("link_expired")
        return link

    def _connect(
        self, db: Connection, person: int, address: str, source: str, now: datetime
    ) -> Reach:
        held = [one.respondent_id for one in addresses.holders(db, self.channel, address)]
        if held and person not in held:  # one number may be several people's at the office
            raise CannotJoin("link_other_chat")
        respondents.add_address(db, person, self.channel, address, at=now, source=source)
        return respondents.addresses(db, person)[self.channel]

    def _staff(self, db: Connection, link: LinkRow, address: str, now: datetime) -> Joined:
        found = next((one for one in staff.listed(db) if one.id == link.staff_id), None)
        if found is None:
            raise CannotJoin("link_expired")
        here = staff.at(db, self.channel, address)
        if here is not None and here.id != found.id:
            raise CannotJoin("link_other_chat")
        staff.link(db, found.id, self.channel, address)
        join_links.use(db, link.id, by=self._hash(address), at=now)
        return Joined(staff=found.name)

    def _invite(self, db: Connection, link: LinkRow, person: int, now: datetime) -> bool:
        """Ask what the link is for, unless something is being asked already."""
        batch = cohorts.get(db, link.cohort_id) if link.cohort_id else None
        if link.form_pk is None or batch is None or interviews.is_open(db, person):
            return False
        newest = forms.newest(db, forms.get(db, link.form_pk).form_id) or link.form_pk
        invited = self.invitations.person(db, person, batch, newest, now=now, channel=self.channel)
        return not invited.reason

    def _hash(self, address: str) -> bytes:
        return self.vault.hash(f"{self.channel}:{address}")

    def _hashes(self, address: str) -> tuple[bytes, ...]:
        return self.vault.hashes(f"{self.channel}:{address}")
