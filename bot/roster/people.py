"""Who a row means (law 11): by NIK, else by NIM and institution, else by name and birth date.

A weaker match never stands against a stronger identity, and a phone number says nothing at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.roster.cells import masked
from bot.roster.layouts import Field
from bot.roster.rows import Participant, RosterChange
from storage.matching import Known
from storage.respondents import Person, Use, name_key
from storage.secrets import Vault

UNLIKE = 50
"""Similarity of two names, of 100, under which one identity is not believed to be both."""


class Refused(Exception):
    """A row that cannot be stored: which column, what it says, why."""

    def __init__(self, column: Field, value: str, message: str) -> None:
        super().__init__(message)
        self.column, self.value, self.message = column, value, message


@dataclass(slots=True, eq=False)
class Held:
    """A person during one import: what was known, and what is to be written.

    `rows` and `cohort_rows` say which row of the file spoke first of a fact or a cohort.
    """

    known: Known
    is_new: bool
    nik: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    phones: dict[str, Use] = field(default_factory=dict)
    replaced_phone: str = ""
    keeps_phone: bool = False
    joined: dict[str, str] = field(default_factory=dict)
    outcomes: dict[int, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    cohort_rows: dict[str, int] = field(default_factory=dict)

    def person(self) -> Person:
        """Return who is to be stored."""
        one = self.known
        return Person(
            0, one.name, one.zone, one.birth_date, one.gender, one.email, self.nik, one.given_by
        )


class People:
    """Everyone a file may mean, those it adds among them."""

    def __init__(self, vault: Vault, known: Iterable[Known]) -> None:
        self._vault = vault
        self._by_nik: dict[bytes, Held] = {}
        self._by_nim: dict[tuple[str, str], Held] = {}
        self._by_birth: dict[tuple[str, Any], list[Held]] = {}
        self.held: list[Held] = []
        self.doubts: list[RosterChange] = []
        for one in known:
            self.held.append(Held(one, is_new=False))
            self.index(self.held[-1])

    def find(self, one: Participant) -> Held | None:
        """Return whom a row means, or None for somebody new.

        Raises:
            Refused: its identities contradict each other, or what is known.
        """
        person = one.person
        nik_hash = self._vault.hash(person.nik) if person.nik else None
        by_nik = self._by_nik.get(nik_hash) if nik_hash else None
        by_nim = self._by_nim.get((one.institution, one.nim)) if one.nim else None
        found = by_nik or by_nim
        if found is None:
            return self._by_name(one, nik_hash)
        if by_nik and by_nim and by_nik is not by_nim:
            message = (
                f"NIM ini tercatat untuk orang lain{_ids(by_nim)}, NIK-nya untuk{_ids(by_nik)}"
            )
            raise Refused(Field.NIM, one.nim, f"{message}; periksa{_merging(by_nim, by_nik)}")
        if by_nik is None and nik_hash and found.known.nik_hash not in (None, nik_hash):
            message = f"NIM ini tercatat dengan NIK lain{_ids(found)}; periksa NIK dan NIM-nya"
            raise Refused(Field.NIK, masked(person.nik), message)
        self._refuse_stranger(found, one, Field.NIK if by_nik else Field.NIM)
        return found

    def _by_name(self, one: Participant, nik_hash: bytes | None) -> Held | None:
        """Return who has this name and birth date, unless a stronger identity says otherwise."""
        person = one.person
        if person.birth_date is None:
            return None
        same = self._by_birth.get((name_key(person.name), person.birth_date), [])
        fitting = [held for held in same if _fits(held, one, nik_hash)]
        if len(fitting) > 1:
            who = " dan".join(_ids(held) or " satu di berkas ini" for held in fitting)
            message = f"ada lebih dari satu orang dengan nama dan tanggal lahir ini:{who}"
            raise Refused(Field.NAME, person.name, f"{message}; lengkapi NIK atau NIM-nya")
        if same and not fitting:
            others = ",".join(_ids(held) for held in same if not held.is_new)
            message = "nama dan tanggal lahir sama dengan orang lain, tetapi NIK atau NIM berbeda"
            message += f"{others}; disimpan sebagai orang baru"
            self.doubts.append(RosterChange(one.row, one.title(Field.NAME), person.name, message))
        return fitting[0] if fitting else None

    def _refuse_stranger(self, held: Held, one: Participant, by: Field) -> None:
        """One identity with two names that are nothing alike is a typing error."""
        born = one.person.birth_date
        if born and born == held.known.birth_date:
            return
        if _likeness(held.known.name_key, name_key(one.person.name)) >= UNLIKE:
            return
        value = masked(one.person.nik) if by is Field.NIK else one.nim
        earlier = held.rows.get("name")
        where = f"di baris {earlier}" if earlier else f"pada orang{_ids(held)}"
        message = f"{by.value.upper()} ini dipakai {where} dengan nama lain; periksa salah satunya"
        raise Refused(by, value, message)

    def refuse_twice(self, held: Held, one: Participant, cohort: str) -> None:
        """A person stands in a cohort once."""
        first = held.cohort_rows.get(cohort)
        if first is None:
            return
        by = Field.NIK if one.person.nik else Field.NIM if one.nim else Field.NAME
        value = masked(one.person.nik) or one.nim or one.person.name
        message = f"orang dan angkatan ini sudah ada di baris {first}; hapus salah satu"
        raise Refused(by, value, message)

    def add(self, one: Participant) -> Held:
        """Plan a person nobody knew."""
        person = one.person
        key = name_key(person.name)
        births = [(key, person.birth_date)] if person.birth_date else []
        known = Known(0, person.name, key, person.zone, person.birth_date, births=births)
        held = Held(known, is_new=True)
        self.held.append(held)
        self.index(held)
        return held

    def index(self, held: Held) -> None:
        """Let a person be found by all that identifies them."""
        if held.known.nik_hash:
            self._by_nik[held.known.nik_hash] = held
        for number in held.known.numbers:
            self._by_nim[number] = held
        for birth in held.known.births:
            same = self._by_birth.setdefault(birth, [])
            if held not in same:
                same.append(held)


def _fits(held: Held, one: Participant, nik_hash: bytes | None) -> bool:
    if nik_hash and held.known.nik_hash not in (None, nik_hash):
        return False
    here = [nim for institution, nim in held.known.numbers if institution == one.institution]
    return not one.nim or not here or one.nim in here


def _likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz  # noqa: PLC0415 -- only when two names differ

    return 100.0 if one == other else fuzz.token_set_ratio(one, other)


def _ids(held: Held) -> str:
    return f" #{held.known.id}" if held.known.id else ""


def _merging(one: Held, other: Held) -> str:
    if not (one.known.id and other.known.id):
        return " kedua nomornya"
    return f", atau gabungkan: lacak people merge {one.known.id} {other.known.id}"
