"""What a row would change: empty facts are filled, different ones shown; nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.roster.cells import masked
from bot.roster.details import masked_email
from bot.roster.layouts import Field
from bot.roster.people import Held, People, Refused
from bot.roster.rows import Participant, RosterChange, RosterFault
from storage.cohorts import Batch
from storage.matching import Known
from storage.respondents import Use, name_key
from storage.secrets import Vault


class Plan:
    """What a file would do to what is known."""

    def __init__(
        self, vault: Vault, known: Iterable[Known], batches: dict[str, Batch], *, replace: bool
    ) -> None:
        self._vault = vault
        self._replace = replace
        self._people = People(vault, known)
        self._begun: dict[str, tuple[int, date | None]] = {}
        self._counts = {"new": 0, "updated": 0, "unchanged": 0}
        self.batches = batches
        self.moved: dict[str, Batch] = {}
        self.faults: list[RosterFault] = []
        self.changes: list[RosterChange] = []

    @property
    def held(self) -> list[Held]:
        """Everyone known or planned."""
        return self._people.held

    @property
    def doubts(self) -> list[RosterChange]:
        """New people who look like others."""
        return self._people.doubts

    def count(self, what: str) -> int:
        """Return how many rows were new, updated or unchanged."""
        return self._counts[what]

    def add(self, one: Participant) -> None:
        """Plan one row; a row with a fault plans nothing."""
        try:
            found = self._people.find(one)
            name = self._cohort(one)
            if found is not None:
                self._people.refuse_twice(found, one, name)
        except Refused as refused:
            title = one.title(refused.column)
            self.faults.append(RosterFault(one.row, title, refused.value, refused.message))
            return
        held = found or self._people.add(one)
        changed = self._identify(held, one)
        changed |= self._facts(held, one)
        changed |= self._phones(held, one)
        changed |= self._join(held, one, name)
        self._counts["new" if found is None else "updated" if changed else "unchanged"] += 1

    @staticmethod
    def names_of(batch: Batch) -> tuple[str, str]:
        """Return a cohort's name, and the one it gets when another programme's has that name."""
        return batch.name, f"{batch.name} ({batch.programme})"

    def _identify(self, held: Held, one: Participant) -> bool:
        """Note a NIK or NIM we did not know yet."""
        changed = False
        if one.person.nik and held.known.nik_hash is None:
            held.nik = held.values["nik"] = one.person.nik
            held.known.nik_hash = self._vault.hash(one.person.nik)
            changed = True
        number = (one.institution, one.nim)
        if one.nim and number not in held.known.numbers:
            held.known.numbers.append(number)
            held.numbers.append(number)
            changed = True
        if changed:
            self._people.index(held)
        return changed

    def _facts(self, held: Held, one: Participant) -> bool:
        """Fill what was empty; what differs is shown, and replaced only when told to."""
        changed = False
        for name, column in _FACTS.items():
            new = getattr(one.person, name)
            if not new or (name == "zone" and not one.gives_zone):
                continue
            old = getattr(held.known, name)
            first = held.rows.setdefault(name, one.row)
            if not old:
                self._set(held, name, new)
                changed = True
            elif _differs(name, old, new):
                value = f"{_veiled(name, old)} → {_veiled(name, new)}"
                if self._may_replace(one, column, value, first):
                    self._set(held, name, new)
                    changed = True
        return changed

    def _set(self, held: Held, name: str, value: Any) -> None:
        setattr(held.known, name, value)
        held.values[name] = value
        if name in ("name", "birth_date"):
            held.known.name_key = name_key(held.known.name)
            if held.known.birth_date:
                held.known.births.append((held.known.name_key, held.known.birth_date))
            self._people.index(held)

    def _phones(self, held: Held, one: Participant) -> bool:
        """The first number is used if none was, further ones are kept beside it."""
        numbers = [number for number in one.phones if not self._is_denied(held, one, number)]
        if not numbers:
            return False
        changed = False
        first, *further = numbers
        now = held.known.phone()
        row = held.rows.setdefault("phone", one.row)
        if not now:
            changed |= self._use_phone(held, first)
        elif now != first:
            value = f"{masked(now)} → {masked(first)}"
            if self._may_replace(one, Field.PHONE, value, row):
                held.known.phones[now] = Use.OLD
                held.keeps_phone = now in further
                changed |= self._use_phone(held, first)
                now = first
            else:
                further = [number for number in further if number != now]
        for number in further:
            if number not in held.known.phones and row == one.row:
                held.known.phones[number] = held.phones[number] = Use.SPARE
                changed = True
        return changed

    def _is_denied(self, held: Held, one: Participant, number: str) -> bool:
        """Say of a number that who has it told us it is not this person (law 11)."""
        if held.known.phones.get(number) != Use.DENIED:
            return False
        message = "pemilik nomor ini bilang bukan orangnya; tidak dipakai, cari nomor yang baru"
        self._show(one, Field.PHONE, masked(number), message)
        return True

    def _use_phone(self, held: Held, number: str) -> bool:
        if held.is_new or not held.known.phones:
            held.phones[number] = Use.MAIN
        else:
            held.replaced_phone = number
        held.known.phones[number] = Use.MAIN
        return True

    def _may_replace(self, one: Participant, column: Field, value: str, first: int) -> bool:
        """Show a difference, and say whether the file may overrule what we knew."""
        if first != one.row:
            self._show(
                one, column, value, f"berbeda dari baris {first}; baris {first} yang dipakai"
            )
            return False
        if self._replace:
            self._show(one, column, value, "diganti")
            return True
        self._show(
            one, column, value, "belum diganti; bila yang baru benar, ulangi dengan --replace"
        )
        return False

    def _show(self, one: Participant, column: Field, value: str, message: str) -> None:
        self.changes.append(RosterChange(one.row, one.title(column), value, message))

    def _cohort(self, one: Participant) -> str:
        """Return the name of the row's cohort, planned now if it is new."""
        for name in self.names_of(one.batch):
            batch = self.batches.get(name)
            if batch is None:
                self.batches[name] = replace(one.batch, name=name)
                self._begun[name] = (one.row, one.batch.ended_on)
                return name
            if batch.programme.casefold() == one.batch.programme.casefold():
                self._same_end(one, name, batch)
                return name
        message = "nama angkatan ini sudah dipakai program lain; bedakan namanya"
        raise Refused(Field.COHORT, one.batch.name, message)

    def _same_end(self, one: Participant, name: str, batch: Batch) -> None:
        """A cohort ends on one day: waves are counted from it."""
        new = one.batch.ended_on
        row, said = self._begun.setdefault(name, (one.row, new))
        if said != new:
            message = f"angkatan yang sama di baris {row} selesai {said:%d/%m/%Y}"
            raise Refused(
                Field.ENDED, f"{new:%d/%m/%Y}", f"{message}; samakan, atau bedakan nama angkatannya"
            )
        if row != one.row or new is None or new == batch.ended_on:
            return
        old = f"{batch.ended_on:%d/%m/%Y} → " if batch.ended_on else ""
        if self._may_replace(one, Field.ENDED, f"{old}{new:%d/%m/%Y}", one.row):
            self.batches[name] = replace(batch, ended_on=new)
            self.moved[name] = one.batch

    def _join(self, held: Held, one: Participant, name: str) -> bool:
        held.cohort_rows[name] = one.row
        key = self.batches[name].id
        if not key or key not in held.known.cohorts:
            held.joined[name] = one.outcome
            return True
        old = held.known.cohorts[key]
        if not one.outcome or one.outcome == old:
            return False
        held.outcomes[key] = one.outcome
        self._show(one, Field.OUTCOME, f"{old} → {one.outcome}" if old else one.outcome, "diganti")
        return True


_FACTS: Mapping[str, Field] = {
    "name": Field.NAME,
    "birth_date": Field.BORN,
    "gender": Field.GENDER,
    "email": Field.EMAIL,
    "zone": Field.ZONE,
    "given_by": Field.GIVEN_BY,
}


def _differs(name: str, old: Any, new: Any) -> bool:
    if name == "name":
        return name_key(old) != name_key(new)
    return bool(old.casefold() != new.casefold() if isinstance(old, str) else old != new)


def _veiled(name: str, value: Any) -> str:
    if name == "email":
        return masked_email(value)
    return f"{value:%d/%m/%Y}" if name == "birth_date" else str(value)
