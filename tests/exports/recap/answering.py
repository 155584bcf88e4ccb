"""Interviews made by hand: who was asked, how far they came, what they said."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from exports.recap import Recap, recap
from flows.model import Form
from flows.state import State, Status
from storage.interviews import Row
from storage.reach import Reached

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def person(
    form: Form,
    came: Status | None = Status.FINISHED,
    said: Mapping[str, Any] = MappingProxyType({}),
    *,
    arrived: bool = True,
    reason: str = "",
    pk: int = 1,
) -> tuple[Reached, Row | None]:
    """Return somebody who said this, by item name; `came` None: never invited."""
    key = next(_numbers)
    if came is None:
        return Reached(key, reason=reason), None
    paths = {path.split("/")[-1]: path for path in form.by_path}
    answers = {paths[name]: value for name, value in said.items()}
    row = Row(
        id=key,
        respondent_id=key,
        revision=0,
        status=came,
        form_pk=pk,
        name=f"Orang {key}",
        cohort="Angkatan 1",
        prodi="Garmen",
        programme="Menjahit",
        changed_at=NOW,
        finished_at=None,
        state=State(form.key, came, answers=answers),
    )
    return Reached(key, key, arrived, reason), row


def recapped(form: Form, people: Sequence[tuple[Reached, Row | None]], **forms: Form) -> Recap:
    """Return the recap; `v2=…` is the form of rows with that pk."""
    by_pk = {1: form, **{int(name[1:]): one for name, one in forms.items()}}
    return recap(
        [one for one, _ in people],
        [row for _, row in people if row is not None],
        by_pk.__getitem__,
        newest=by_pk[max(by_pk)],
        scope="Angkatan 1",
        period="2026-C3",
        as_of=date(2026, 11, 21),
    )
