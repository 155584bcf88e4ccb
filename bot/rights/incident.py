"""Who an incident affects: gathered from the register and from what people answered."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from exports.incident import SPECIFIC, Affected, gather
from storage import affected, interviews, registers

if TYPE_CHECKING:
    from bot.service import Service


def who(
    service: "Service",
    db: Connection,
    since: datetime,
    until: datetime,
    *,
    cohort: str = "",
    everyone: bool = False,
) -> list[Affected]:
    """Return everyone whose data moved then, or `everyone` known till then."""
    touched = affected.touched(db, since, until, everyone=everyone)
    files = affected.with_files(db)
    everybody = registers.people(db, service.vault, nik=True)
    return gather(everybody, touched, _answers(service, db, files), cohort=cohort)


def _answers(service: "Service", db: Connection, files: set[int]) -> Callable[[int], Sequence[str]]:
    def kinds(respondent_id: int) -> Sequence[str]:
        found = []
        for one in interviews.all_of(db, service.vault, respondent_id):
            form = service.turns.form(db, one.form_pk)
            given = [form.by_path[path] for path, value in one.state.answers.items() if value]
            found += ["jawaban survei"] if given else []
            found += [SPECIFIC] if any(item.reads == "money" for item in given) else []
        return [*found, *(["lampiran"] if respondent_id in files else [])]

    return kinds
