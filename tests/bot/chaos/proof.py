"""What must be true of an office after all that, and what must have happened for it to count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sqlalchemy import Connection, text

from bot.service import Service
from flows.events import Event, Replied
from flows.state import Status
from flows.step import start, step
from storage import consents, inbox, interviews
from tests.bot.chaos.office import Office
from tests.bot.chaos.people import Someone

Deliveries = Sequence[tuple[str, int]]
"""Ids in the order they were delivered, with the status each was answered with."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it is in the inbox."""

    seq: int
    id: str
    event: Event
    outcome: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How often each thing happened."""

    stored: int
    twice: int
    shuffled: int
    receipts_back: int
    late: int
    early: int
    stops: int
    finished: int


def check(office: Office) -> Figures:
    """Check everything; return what it was proven by."""
    service = office.service()
    with service.database.read() as db:
        found = {one.name: _stored(db, service, office.keys[one.name]) for one in office.people}
        rows = db.execute(text("SELECT provider_id FROM stray")).scalars()
        strays = [one.rpartition(":")[2] for one in rows]
    told = _deliveries(office)
    for deliveries in told.values():
        _check_stored(found, strays, deliveries)
    listed = {one.sid for one in office.twilio.messages if one.direction == "inbound"}
    known = {one.id for ids in found.values() for one in ids} | set(strays)
    assert listed - known == set(), "what never arrived was fetched"
    _check_words(office.people, found)
    finished = sum(_check_interview(service, office, one, found[one.name]) for one in office.people)
    service.close()
    every = [one for ids in found.values() for one in ids]
    return Figures(
        stored=len(every),
        twice=sum(_repeated(deliveries) for deliveries in told.values()),
        shuffled=sum(_out_of_order(ids, told["telegram"]) for ids in found.values()),
        receipts_back=_receipts_back(office),
        late=sum(one.outcome == "late" for one in every),
        early=sum(isinstance(one.event, Replied) and one.event.early for one in every),
        stops=sum(one.has_stopped for one in office.people),
        finished=finished,
    )


def _stored(db: Connection, service: Service, key: int) -> list[Stored]:
    """Return what is stored of a person, in stored order, without what we did ourselves."""
    query = """
        SELECT seq, provider_id, event, outcome FROM inbox
        WHERE respondent_id = :key AND channel != 'office' ORDER BY seq
    """
    return [
        Stored(seq, name.rpartition(":")[2], inbox._event(service.vault, event), outcome)
        for seq, name, event, outcome in db.execute(text(query), {"key": key})
    ]


def _deliveries(office: Office) -> dict[str, Deliveries]:
    forms = [(dict(parse_qsl(one.body.decode())), did) for one, did in office.twilio.delivered]
    return {
        "whatsapp": [(f["MessageSid"], did) for f, did in forms if f["SmsStatus"] == "received"],
        "telegram": [(str(one["update_id"]), did) for one, did in office.telegram.delivered],
        "web": office.web,
    }


def _is_well(status: int) -> bool:
    return 200 <= status < 400


def _check_stored(
    found: Mapping[str, Sequence[Stored]], strays: Sequence[str], deliveries: Deliveries
) -> None:
    """Whatever got its 200 is stored once; what came first stands first, person by person."""
    every = Counter([one.id for ids in found.values() for one in ids] + list(strays))
    acknowledged = {one for one, status in deliveries if _is_well(status)}
    assert acknowledged
    assert acknowledged - every.keys() == set()
    assert [one for one, times in every.items() if times > 1] == []
    first = dict(reversed(deliveries))
    at_once = [one for one in dict.fromkeys(one for one, _ in deliveries) if _is_well(first[one])]
    place = {one: n for n, one in enumerate(at_once)}
    for name, ids in found.items():
        places = [place[one.id] for one in ids if one.id in place]
        assert places == sorted(places), name


def _check_words(people: Sequence[Someone], found: Mapping[str, Sequence[Stored]]) -> None:
    """What is stored is what was said."""
    for one in people:
        for kept in found[one.name]:
            if isinstance(kept.event, Replied) and kept.id in one.chat.said:
                assert kept.event.text == one.chat.said[kept.id]


def _check_interview(
    service: Service, office: Office, one: Someone, stored: Sequence[Stored]
) -> bool:
    """Replay somebody's interview, and their stop; return whether they finished."""
    key = office.keys[one.name]
    with service.database.read() as db:
        (standing,) = interviews.all_of(db, service.vault, key)
        form = service.turns.form(db, standing.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, service.vault, standing.id):
            state = step(form, state, event).state
        assert state == standing.state, one.name
        if one.has_stopped:
            assert consents.is_stopped(db, key), one.name
            assert _told_after_stop(db, key, stored) == 0, one.name
    return standing.state.status is Status.FINISHED


def _told_after_stop(db: Connection, key: int, stored: Sequence[Stored]) -> int:
    """Return how many messages answer what was heard after the wish to stop (law 6)."""
    stop = "SELECT message_id FROM stop WHERE respondent_id = :key ORDER BY id LIMIT 1"
    heard = db.execute(text(stop), {"key": key}).scalar_one().rpartition(":")[2]
    seq = next(one.seq for one in stored if one.id == heard)
    owed = """
        SELECT count(*) FROM outbox JOIN inbox ON inbox.seq = outbox.cause
        WHERE inbox.respondent_id = :key AND outbox.cause > :seq
    """
    return int(db.execute(text(owed), {"key": key, "seq": seq}).scalar_one())


def _repeated(deliveries: Deliveries) -> int:
    """Return how many came, and were answered well, more than once."""
    times = Counter(one for one, status in deliveries if _is_well(status))
    return sum(number > 1 for number in times.values())


def _out_of_order(ids: Sequence[Stored], deliveries: Deliveries) -> bool:
    """Whether a person's Telegram updates were stored in another order than they were made."""
    theirs = {one for one, _ in deliveries}
    numbers = [int(one.id) for one in ids if one.id in theirs]
    return numbers != sorted(numbers)


def _receipts_back(office: Office) -> int:
    """Return how many messages were told to be read before they were told to be delivered."""
    seen: set[tuple[str, str]] = set()
    back = 0
    for request, status in office.twilio.delivered:
        form = dict(parse_qsl(request.body.decode()))
        if _is_well(status) and form.get("MessageStatus") in ("read", "delivered"):
            seen.add((form["MessageSid"], form["MessageStatus"]))
            is_delivered = form["MessageStatus"] == "delivered"
            back += is_delivered and (form["MessageSid"], "read") in seen
    return back
