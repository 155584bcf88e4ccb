"""Which language people chose in their last interview."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from flows.state import State
from storage.bulk import chunks
from storage.interviews import PLACE
from storage.secrets import Vault
from storage.tables import Interview
from storage.tables.columns import table

_interview = table(Interview)


def last_spoken(db: Connection, vault: Vault, people: Sequence[int]) -> Mapping[int, str]:
    """Return respondent → language, as a state keeps it; who speaks the forms' own is left out."""
    found: dict[int, str] = {}
    for some in chunks(people):
        newest = (
            select(func.max(_interview.c.id))
            .where(_interview.c.respondent_id.in_(some))
            .group_by(_interview.c.respondent_id)
        )
        query = select(_interview.c.respondent_id, _interview.c.state)
        for person, sealed in db.execute(query.where(_interview.c.id.in_(newest))):
            if language := State.from_json(vault.open(sealed, PLACE)).language:
                found[person] = language
    return found
