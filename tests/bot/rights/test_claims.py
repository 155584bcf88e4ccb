"""Law 11: an unknown person says who they are; nothing can be learnt, and they may only answer."""

from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from bot.links import make_token
from bot.rights.claims import MOST_AN_HOUR, MOST_HERE, Offer, read_offer
from flows.xlsform import Artefact
from storage import addresses, consents, identity, respondents
from tests.bot.telegram_office import Road, open_road
from tests.bot.telegram_people import CONSENT
from tests.bot.world import World
from tests.people import BUDI, SARI

OPEN = "Terima kasih. Kalau keduanya cocok dengan catatan kami"
RIGHT, BORN = "7471990000000000", "1 januari 2000"


@pytest.fixture
def road(sqlite_url: str, artefact: Artefact) -> Iterator[Road]:
    """Sari was invited by web chat; her chat on Telegram is not known."""
    with open_road(sqlite_url, artefact) as road:
        road.respondent("Sari Wulandari", "6281200000101")
        with road.service.database.write() as db:
            sari = road.people["Sari Wulandari"]
            respondents.add_student_numbers(db, [(sari, "", "A20180123")])
        road.invite()
        yield road


def chats(road: Road, name: str = "Sari Wulandari") -> list[tuple[str, str]]:
    key = road.people[name]
    rows = road.rows("SELECT respondent_id, use, source FROM address WHERE channel = 'telegram'")
    return [(use, source) for person, use, source in rows if person == key]


@pytest.mark.parametrize(
    ("text", "number", "born"),
    [
        ("7471990000000000 1-1-2000", "7471990000000000", date(2000, 1, 1)),
        ("NIM A20180123, lahir 17 Agustus 1999", "A20180123", date(1999, 8, 17)),
        ("tanggal lahir 17/8/1999 nim 20.18.0123", "20180123", date(1999, 8, 17)),
        ("halo min, ini siapa?", "", None),
        ("nim saya 20180123", "", None),
        ("lahir 17 agustus 1999", "", None),
        ("20180123 agustus 1999", "", None),
    ],
)
def test_an_offer_is_a_number_and_a_whole_date(text: str, number: str, born: date | None) -> None:
    found = read_offer(text, today=date(2026, 11, 21))
    assert found == (Offer(number, born) if born else None)


def test_both_facts_find_one_person_on_each_database(world: World) -> None:
    service = world.service
    with service.database.write() as db:
        respondents.add_student_numbers(db, [(world.people[SARI.name], "", "A20180123")])
        assert identity.find(db, service.vault, SARI.nik, SARI.born) == world.people[SARI.name]
        assert identity.find(db, service.vault, "a20180123", SARI.born) == world.people[SARI.name]
        assert identity.find(db, service.vault, SARI.nik, BUDI.born) is None
        assert identity.find(db, service.vault, "B1", SARI.born) is None
        identity.count_try(db, service.vault, "telegram:1", at=service.now())
        hashes = service.vault.hashes("telegram:1")
        assert identity.tries(db, since=service.now(), hashes=hashes) == 1
        assert identity.tries(db, since=service.now()) == 1


def test_whatever_is_wrong_the_answer_is_the_same_and_nothing_is_connected(road: Road) -> None:
    thief = road.telegram.person("Penyusup")
    wrong = (f"{RIGHT} 2-1-2000", f"7471991111111111 {BORN}", f"B20180123 {BORN}")
    said = {tuple(road.says(thief, words)) for words in wrong}
    assert len(said) == 1
    assert next(iter(said))[0].startswith(OPEN)
    assert chats(road) == []
    assert road.count("identity_try") == 3
    assert road.count("enquiry") == 0


@pytest.mark.parametrize("number", [RIGHT, "NIM a20180123"])
def test_who_knows_both_goes_on_with_what_was_not_begun(road: Road, number: str) -> None:
    sari = road.telegram.person("Sari")
    assert CONSENT in road.says(sari, f"{number} {BORN}")[-1]
    assert chats(road) == [("main", "claimed")]
    assert "Apa kesibukan" in road.says(sari, "ya")[-1]
    assert "memastikan dulu" in road.says(sari, "data saya")[-1]


def test_tries_are_counted_an_address_and_an_office(road: Road) -> None:
    thief = road.telegram.person("Penyusup")
    for day in range(1, MOST_HERE + 1):
        road.says(thief, f"{RIGHT} {day}-2-2000")
    assert road.says(thief, f"{RIGHT} {BORN}")[-1].startswith(OPEN)
    assert chats(road) == []
    other = road.telegram.person("Lain")
    with road.service.database.write() as db:
        for _ in range(MOST_AN_HOUR):
            db.exec_driver_sql("INSERT INTO identity_try (who, at) SELECT who, at FROM identity_try"
                               " WHERE id = 1")  # fmt: skip
    assert road.says(other, f"{RIGHT} {BORN}")[-1].startswith(OPEN)
    assert chats(road) == []
    road.clock.forward(days=1, hours=1)
    assert CONSENT in road.says(other, f"{RIGHT} {BORN}")[-1]


def begun(road: Road) -> None:
    """Let Sari answer on her own web page."""
    with road.service.database.read() as db:
        web = respondents.addresses(db, road.people["Sari Wulandari"])["web"]
    token = make_token(road.service.vault, web.id, now=road.clock())
    for number, words in enumerate(("ya", "kerja", "PT Rahasia")):
        httpx.post(f"{road.where}/c/{token}", data={"id": f"answer-{number}", "text": words})
        road.quiet()


def test_what_was_answered_elsewhere_is_not_shown_to_a_claim(road: Road) -> None:
    begun(road)
    assert "PT Rahasia" in road.answers("Sari Wulandari").values()
    claims = road.telegram.person("Mengaku Sari")
    said = road.says(claims, f"{RIGHT} {BORN}", "mulai", "ulang", "ubah")
    assert "PT Rahasia" not in str(said)
    assert "Petugas" in said[-1] or "petugas" in said[-1]


def test_a_claim_does_not_undo_a_stop(road: Road) -> None:
    begun(road)
    key = road.people["Sari Wulandari"]
    with road.service.database.write() as db:
        consents.stop(db, key, reason="stopped", at=road.clock(), channel="web", message_id="x")
    claims = road.telegram.person("Mengaku Sari")
    assert "sudah kami kenali" in road.says(claims, f"{RIGHT} {BORN}")[-1]
    assert road.is_stopped("Sari Wulandari")


# Salah orang


def test_salah_orang_frees_the_address_and_not_the_person(road: Road) -> None:
    stranger = road.telegram.person("Orang Lain")
    road.respondent("Budi Santoso")
    road.address("Budi Santoso", "telegram", str(stranger.id))
    said = road.says(stranger, "maaf salah orang")
    assert "Maaf sudah mengganggu" in said[-1]
    assert chats(road, "Budi Santoso") == [("denied", "office")]
    assert not road.is_stopped("Budi Santoso")
    assert "Akun ini belum kami kenal" in road.says(stranger, "halo, ini siapa ya?")[-1]
    assert "Budi" not in str([kept.text for kept in stranger.sees])
    with road.service.database.read() as db:
        assert addresses.holders(db, "telegram", str(stranger.id)) == []
    assert road.rows("SELECT reason FROM enquiry")[0] == ("wrong_person",)


def test_who_denied_an_address_may_take_it_back_to_answer_only(road: Road) -> None:
    budi = road.telegram.person("Budi")
    road.respondent("Budi Santoso")
    road.address("Budi Santoso", "telegram", str(budi.id))
    road.says(budi, "salah orang", "mulai")
    assert chats(road, "Budi Santoso") == [("spare", "claimed")]


def test_a_shared_number_proves_more_than_a_claim(road: Road) -> None:
    sari = road.telegram.person("Sari", "6281200000101")
    road.says(sari, f"{RIGHT} {BORN}")
    sari.shares_contact()
    road.quiet()
    assert chats(road) == [("main", "contact")]
