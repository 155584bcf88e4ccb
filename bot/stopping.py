"""Stops: of who was named by others, and those said behind an attachment still being fetched.

The latter are heard at once (law 6). What was said before such a stop keeps its place: once the
attachment is here or given up, all is taken in the order it was said, stored, and not answered.
So a replay comes to the same (law 9).
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from flows.answers.command import command_of
from flows.events import Replied
from storage import consents, respondents, tombstones
from storage.inbox import Waiting
from storage.secrets import Vault
from storage.tombstones import Traits


def find(waiting: Sequence[Waiting]) -> Waiting | None:
    """Return the first that asks for no more messages; nobody has seen what it could answer."""
    return next((one for one in waiting if _asks_to_stop(one)), None)


def heard(db: Connection, respondent_id: int, waiting: Sequence[Waiting]) -> int:
    """Return the place in the inbox of the waiting stop that was heard already; 0: none."""
    if len(waiting) < 2:
        return 0
    heeded = consents.stopped_by(db, respondent_id)
    return next((one.seq for one in waiting if one.provider_id in heeded), 0)


def refuse_contact(db: Connection, vault: Vault, event: Waiting) -> None:
    """Who was given to us by somebody else, and says no, is not asked again for anybody."""
    person, at = respondents.get(db, event.respondent_id), event.event.at
    if not person.given_by:
        return
    where = [(one.channel, one.value) for one in respondents.all_addresses(db, person.id)]
    traits = Traits(person.name, addresses=where)
    tombstones.refuse(db, vault, person.id, traits, at=at)
    consents.stop(
        db, person.id, reason="refused_contact", at=at, channel=event.channel,
        message_id=event.provider_id,
    )  # fmt: skip


def _asks_to_stop(one: Waiting) -> bool:
    is_said = isinstance(one.event, Replied) and not one.event.media
    return is_said and command_of(getattr(one.event, "text", "")) == "berhenti"
