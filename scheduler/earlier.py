"""What a person's next interview may start from: their answers in the wave before (law 11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from flows.carrying import carried
from flows.model import Form
from storage import addresses, interviews
from storage.secrets import Vault
from storage.waves import Member


def earlier_answers(
    db: Connection, vault: Vault, form: Form, respondent_id: int, address_id: int | None
) -> Mapping[str, Any]:
    """Return what may be carried over; nothing at an address the office did not know before."""
    if not form.still or address_id is None or not addresses.is_verified(db, address_id):
        return {}
    state = interviews.last_finished_of(db, vault, respondent_id, form.form_id)
    return carried(form, state.answers) if state else {}


def earlier_of_all(
    db: Connection, vault: Vault, form: Form, people: Sequence[Member]
) -> Mapping[int, Mapping[str, Any]]:
    """Return respondent → what may be carried over; only who answered before is looked at."""
    if not form.still:
        return {}
    known = interviews.finishers(db, form.form_id, [one.respondent_id for one in people])
    return {
        one.respondent_id: earlier_answers(db, vault, form, one.respondent_id, one.address_id)
        for one in people
        if one.respondent_id in known
    }
