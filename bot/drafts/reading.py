"""A submission as its supervisor reads it: items in words, conversations, what changed."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection

from bot.office import Office
from flows.model import Form
from flows.phrases import Phrases
from flows.reading.branches import GIVEN, Branches, branches
from flows.reading.changes import said
from flows.reading.compare import compare
from flows.reading.outline import Entry, outline, written
from flows.xlsform import Artefact, load
from flows.xlsform.source import sheets_of
from storage import drafts
from storage.drafts import Round

KEPT = 8
"""Forms kept ready: a supervisor opens a page several times, and one takes up to two seconds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A form in words. `purpose` is what the respondent is told it is for."""

    form: Form
    purpose: str
    entries: tuple[Entry, ...]
    branches: Branches


@dataclass(frozen=True, slots=True)
class Before:
    """The submission before this one: its number, what changed since, what was said of it."""

    number: int
    changes: tuple[str, ...]
    note: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)


class Readings:
    """Reads artefacts, and keeps the last few that were read."""

    def __init__(self, office: Office, words: Phrases) -> None:
        self._office = office
        self._words = words
        self._kept: OrderedDict[str, Reading] = OrderedDict()
        self._lock = Lock()

    def of(self, artefact: Artefact) -> Reading:
        """Return an artefact in words; safe in threads."""
        with self._lock:
            found = self._kept.get(artefact.sha256)
            if found is None:
                found = self._kept[artefact.sha256] = self._read(artefact)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return found

    def _read(self, artefact: Artefact) -> Reading:
        form = load(artefact)
        facts = self._office.facts(GIVEN["nama"])
        talks = branches(form, self._words, facts=facts)
        return Reading(form, written(form.purpose), outline(form), talks)


def before(db: Connection, found: Round) -> Before | None:
    """Return the submission before this one of the same draft, or None."""
    earlier = [one for one in drafts.rounds(db, found.draft_id) if one.number < found.number]
    if not earlier:
        return None
    last = earlier[-1]
    old, new = sheets_of(last.artefact), sheets_of(found.artefact)
    changes: tuple[str, ...] = ()
    if old is not None and new is not None:
        changes = tuple(said(compare(old, new), load(last.artefact), load(found.artefact)))
    if last.verdict is None:
        return Before(last.number, changes)
    return Before(last.number, changes, last.verdict.note, last.verdict.comments)
