"""Somebody unknown says who they are, by a NIK or NIM and a birth date (law 11).

Until both match the answer is the same, whatever was wrong and whoever is meant; tries are counted
an address and an office. Who matched may answer, and no more: their address is `claimed`.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.answers import Outcome, read
from storage import addresses, identity, respondents
from storage.respondents import Reach, Use
from storage.secrets import Vault

MOST_HERE = 5
"""Tries from one address a day."""

MOST_AN_HOUR = 60
"""Tries in the whole office an hour: who asks from many addresses gains nothing."""

_NUMBER = re.compile(r"[A-Za-z]{0,4}\d[\dA-Za-z./-]{4,24}")
_NOISE = re.compile(
    r"\b(?:nik|nim|npm|nis|no|nomor|induk|saya|dan|tgl|tanggal|lahir|lhr|adalah|halo|kak)\b[.:]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody says of themselves: a NIK or NIM, and when they were born."""

    number: str
    born: date


def read_offer(text: str, *, today: date) -> Offer | None:
    """Return the number and the birth date of a message, or None where it has not both."""
    if len(text) > 120:
        return None
    for found in _NUMBER.finditer(text):
        rest = text[: found.start()] + " " + text[found.end() :]
        said = " ".join(_NOISE.sub(" ", rest).replace(",", " ").split())
        born = read("date", said, today=today)
        if born.outcome is Outcome.REASK or born.value["precision"] != "day":
            continue
        number = re.sub(r"[.\-/]", "", found[0])
        if sum(letter.isdigit() for letter in number) >= 5:
            return Offer(number, date.fromisoformat(born.value["value"]))
    return None


@dataclass(frozen=True, slots=True)
class Claims:
    """Hears claims on one channel. `zone` is the office's."""

    vault: Vault
    channel: str
    zone: str

    def offer(self, text: str, *, at: datetime) -> Offer | None:
        """Return what a message offers, or None when it is no claim."""
        return read_offer(text, today=at.astimezone(ZoneInfo(self.zone)).date())

    def take(self, db: Connection, offer: Offer, address: str, *, at: datetime) -> Reach | None:
        """Connect an address to whom both facts mean, or return None; each call is one try."""
        where = f"{self.channel}:{address}"
        here = identity.tries(db, since=at - timedelta(days=1), hashes=self.vault.hashes(where))
        everywhere = identity.tries(db, since=at - timedelta(hours=1))
        identity.count_try(db, self.vault, where, at=at)
        person = identity.find(db, self.vault, offer.number, offer.born)
        if person is None or here >= MOST_HERE or everywhere >= MOST_AN_HOUR:
            return None
        return self._connect(db, person, address, at)

    def taken_back(self, db: Connection, text: str, address: str) -> Reach | None:
        """Return the address its owner denied and takes back with MULAI, else None."""
        if read("command", text).value != "mulai":
            return None
        reach = addresses.find_denied(db, self.channel, address)
        if reach is not None:
            addresses.claim(db, reach.id)
        return reach

    def _connect(self, db: Connection, person: int, address: str, at: datetime) -> Reach:
        """Note the address as a further one: what we begin goes where the office knows them."""
        use = Use.SPARE if self.channel in respondents.addresses(db, person) else Use.MAIN
        respondents.add_address(db, person, self.channel, address, at=at, use=use, source="claimed")
        every = respondents.all_addresses(db, person)
        reach = next(a for a in every if (a.channel, a.value) == (self.channel, address))
        if reach.use not in addresses.IN_USE:
            addresses.claim(db, reach.id)
        return reach
