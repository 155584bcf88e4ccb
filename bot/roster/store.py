"""Storing a roster: planned whole, then written, so that a fault leaves nothing behind.

Rows with a NIK are planned before rows with a NIM, and those before the rest: whoever stands
first in the file, the same people come out, and the same file again changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.roster.layouts import Field
from bot.roster.planning import Plan
from bot.roster.rows import Participant, RosterChange, RosterFault
from storage import cohorts, matching, respondents, tombstones
from storage.respondents import name_key
from storage.secrets import Vault
from storage.tombstones import Traits

CHANNEL = "whatsapp"


@dataclass(slots=True)
class Stored:
    """What storing a roster did, or would do; with faults it did nothing unless told to.

    `erased` counts rows of people who had their data erased, or refused to be a contact: they are
    left out, and `changes` says which they are.
    """

    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    erased: int = 0
    faults: list[RosterFault] = field(default_factory=list)
    changes: list[RosterChange] = field(default_factory=list)


def store_roster(
    db: Connection,
    vault: Vault,
    roster: Sequence[Participant],
    *,
    at: datetime,
    replace: bool = False,
    accept_good: bool = False,
    dry_run: bool = False,
    track: Callable[[Sequence[Participant]], Iterable[Participant]] = lambda rows: rows,
) -> Stored:
    """Store participants and their cohorts, all of them or, with any fault, none.

    Law 11 says who is whom. `replace` lets the file overrule what we knew, `accept_good`
    stores the rows that are right though others are not, `dry_run` writes nothing.
    """
    respondents.hold_all(db)
    roster, erased = _without_erased(db, vault, roster)
    plan = Plan(vault, _people(db, vault, roster), _batches(db, roster), replace=replace)
    for one in track(sorted(roster, key=_strength)):
        plan.add(one)
    stored = Stored(len(roster), faults=sorted(plan.faults, key=lambda fault: fault.row))
    stored.erased = len(erased)
    stored.changes = sorted([*plan.changes, *plan.doubts, *erased], key=lambda one: one.row)
    if stored.faults and not accept_good:
        return stored
    stored.new = plan.count("new")
    stored.updated = plan.count("updated")
    stored.unchanged = plan.count("unchanged")
    if not dry_run:
        _write(db, vault, plan, at)
    return stored


def _without_erased(
    db: Connection, vault: Vault, roster: Sequence[Participant]
) -> tuple[Sequence[Participant], list[RosterChange]]:
    """Return the rows that may be stored, and what is said of the others."""
    traits = [
        Traits(
            one.person.name, one.person.nik, [(one.institution, one.nim)] if one.nim else (),
            one.person.birth_date, [(CHANNEL, number) for number in one.phones],
            one.person.given_by,
        )
        for one in roster
    ]  # fmt: skip
    buried = tombstones.buried(db, vault, traits)
    said = [
        RosterChange(
            roster[place].row, roster[place].title(Field.NAME), roster[place].person.name,
            f"orang ini {_WHY[grave.is_refusal]} {grave.at:%d/%m/%Y}; tidak disimpan. Kalau ia "
            f"sendiri minta didaftarkan lagi: lacak privacy readmit {grave.respondent_id}",
        )
        for place, grave in buried.items()
    ]  # fmt: skip
    return [one for place, one in enumerate(roster) if place not in buried], said


_WHY = {False: "minta datanya dihapus", True: "menolak dihubungi"}


def _strength(one: Participant) -> int:
    return 0 if one.person.nik else 1 if one.nim else 2


def _people(db: Connection, vault: Vault, roster: Sequence[Participant]) -> list[matching.Known]:
    return matching.known(
        db,
        nik_hashes={vault.hash(one.person.nik) for one in roster if one.person.nik},
        nims={one.nim for one in roster if one.nim},
        name_keys={name_key(one.person.name) for one in roster if one.person.birth_date},
    )


def _batches(db: Connection, roster: Sequence[Participant]) -> dict[str, cohorts.Batch]:
    names = {name for one in roster for name in Plan.names_of(one.batch)}
    return dict(cohorts.named(db, names))


def _write(db: Connection, vault: Vault, plan: Plan, at: datetime) -> None:
    newcomers = [held for held in plan.held if held.is_new]
    keys = respondents.add_all(db, vault, [held.person() for held in newcomers], at=at)
    for held, key in zip(newcomers, keys, strict=True):
        held.known.id = key
    for held in plan.held:
        if held.values and not held.is_new:
            respondents.change(db, vault, held.known.id, held.values)
        if held.replaced_phone:
            write = respondents.add_address if held.keeps_phone else respondents.replace_address
            write(db, held.known.id, CHANNEL, held.replaced_phone, at=at)
    respondents.add_student_numbers(
        db, [(held.known.id, *number) for held in plan.held for number in held.numbers]
    )
    phones = [
        (held.known.id, CHANNEL, number, use)
        for held in plan.held
        for number, use in held.phones.items()
    ]
    respondents.add_addresses(db, phones, at)
    _write_cohorts(db, plan)


def _write_cohorts(db: Connection, plan: Plan) -> None:
    ids = {name: one.id or cohorts.ensure(db, one) for name, one in plan.batches.items()}
    for name, batch in plan.moved.items():
        cohorts.move_dates(db, ids[name], started_on=batch.started_on, ended_on=batch.ended_on)
    joined = [
        (ids[name], held.known.id, outcome)
        for held in plan.held
        for name, outcome in held.joined.items()
    ]
    cohorts.join_all(db, joined)
    for held in plan.held:
        for cohort_id, outcome in held.outcomes.items():
            cohorts.set_outcome(db, cohort_id, held.known.id, outcome)
