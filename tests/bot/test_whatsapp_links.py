"""wa.me links: alumni open the window themselves, once, with a code nobody guesses."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from bot.handouts import STOPPED, Handouts
from bot.links import make_once
from flows.state import Status
from flows.xlsform import Artefact
from storage import cohorts, consents, forms, respondents
from tests.bot.test_blast import FIRST
from tests.bot.whatsapp_office import Chats, open_chats

STRANGER = "+6281255500001"


@pytest.fixture
def chats(database_url: str, artefact: Artefact) -> Iterator[Chats]:
    with open_chats(database_url, artefact, size=3) as chats:
        yield chats


def links(chats: Chats) -> dict[str, str]:
    """Return the message each person's link writes for them."""
    with chats.service.database.read() as db:
        form_pk, batch = forms.newest(db, "kebekerjaan"), cohorts.find(db, FIRST.name)
    assert form_pk is not None
    assert batch is not None
    found: dict[str, str] = {}
    for one in Handouts(chats.service).whatsapp(batch, form_pk):
        if one.link:
            parts = urlsplit(one.link)
            assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", "/6281100000001")
            (found[one.name],) = parse_qs(parts.query)["text"]
        else:
            found[one.name] = one.note
    return found


def heard_at(chats: Chats, number: str) -> list[str]:
    return [m.body for m in chats.twilio.outbound if m.to == f"whatsapp:{number}"]


def says(chats: Chats, number: str, words: str) -> str:
    before = len(heard_at(chats, number))
    chats.twilio.say(number, words)
    chats.wait(lambda: len(heard_at(chats, number)) > before)
    return heard_at(chats, number)[-1]


def test_a_link_begins_the_survey_from_their_own_number_or_another(chats: Chats) -> None:
    written = links(chats)
    assert links(chats) == written, "a printed sheet stays right"
    assert written["Orang 0"].startswith("Mulai ")
    assert "bersedia menjawab" in says(chats, chats.number(0), written["Orang 0"])
    assert "bersedia menjawab" in says(chats, STRANGER, f" mulai {written['Orang 1'][6:]}\n")
    assert "Apa kesibukan" in says(chats, STRANGER, "1")
    assert chats.state(1) is Status.ASKING
    assert chats.twilio.posts == len(chats.twilio.outbound) == 3, "no template was needed"
    with chats.service.database.read() as db:
        rows = db.execute(text("SELECT value, source FROM address ORDER BY id")).all()
    assert (STRANGER[1:], "link") in [tuple(row) for row in rows]
    assert (chats.number(0)[1:], "office") in [tuple(row) for row in rows]


def test_a_code_is_good_once_for_one_number_and_for_a_while(chats: Chats) -> None:
    written = links(chats)
    says(chats, STRANGER, written["Orang 0"])
    assert "sudah pernah dipakai" in says(chats, "+6281255500002", written["Orang 0"])
    assert "sudah terhubung dengan orang lain" in says(chats, STRANGER, written["Orang 1"])
    code = written["Orang 2"]
    forged = code[:-4] + ("AAAA" if not code.endswith("AAAA") else "BBBB")
    assert "tidak kami kenal" in says(chats, "+6281255500003", forged)
    telegram = make_once(chats.service.vault, 999)
    assert "tidak kami kenal" in says(chats, "+6281255500004", f"Mulai {telegram}")
    chats.clock.forward(days=61)
    assert "sudah lewat masanya" in says(chats, "+6281255500005", code)
    assert chats.office.people[2] not in [
        row[0] for row in _rows(chats, "SELECT respondent_id FROM interview")
    ]


def test_siblings_with_one_number_each_have_their_link_and_who_stopped_has_none(
    chats: Chats,
) -> None:
    service, (first, second, third) = chats.service, chats.office.people
    with service.database.write() as db:
        shared = chats.number(0)[1:]
        respondents.replace_address(db, second, "whatsapp", shared, at=service.now())
        consents.stop(
            db, third, reason="stopped", at=service.now(), channel="whatsapp", message_id="x"
        )
    written = links(chats)
    assert written["Orang 2"] == STOPPED
    assert "bersedia menjawab" in says(chats, chats.number(0), written["Orang 1"])
    assert _rows(chats, "SELECT respondent_id FROM interview") == [(second,)]
    assert first != second


def test_a_lost_webhook_is_fetched_with_its_code(chats: Chats) -> None:
    chats.twilio.say(STRANGER, links(chats)["Orang 0"], arrives=False)
    chats.clock.forward(seconds=timedelta(minutes=11).total_seconds())
    chats.run(chats.service.chores.fetch_missed())
    chats.wait(lambda: "bersedia menjawab" in (heard_at(chats, STRANGER) or [""])[-1])


def _rows(chats: Chats, query: str) -> list[tuple[int, ...]]:
    with chats.service.database.read() as db:
        return [tuple(row) for row in db.execute(text(query))]
