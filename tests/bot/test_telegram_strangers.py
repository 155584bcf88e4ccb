"""Who is not known on Telegram: wrong links, shared numbers, strangers, groups, odd messages."""

import json
from collections.abc import Iterator

import httpx
import pytest

from bot.gateways import webhook_secret
from bot.links import make_once, make_token
from flows.xlsform import Artefact
from storage import enquiries
from storage.enquiries import EnquiryRow
from tests.bot.telegram_office import WEBHOOK, Road, assert_nothing_leaked, open_road
from tests.bot.telegram_people import CONSENT
from tests.fakes.telegram import SECRET_HEADER, Person

NOT_KNOWN = "Tautan itu tidak kami kenal, Kak."
EXPIRED = "Tautan itu sudah lewat masanya, Kak."
USED = "Tautan itu sudah pernah dipakai, Kak."
OTHER_CHAT = "Chat ini sudah terhubung dengan orang lain, Kak."
STRANGER = "Akun ini belum kami kenal."
NO_NUMBER = "Nomor itu belum ada di data kami."
PRIVATELY = "Halo! Kami hanya bisa menjawab di percakapan pribadi, bukan di grup."


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    with open_road(database_url, artefact) as road:
        yield road
        road.quiet()
        assert_nothing_leaked(road)


def opens(road: Road, person: Person, token: str) -> str:
    """Let somebody open a link; return what they are told."""
    before = len(person.sees)
    person.starts(token)
    road.quiet()
    (told,) = person.sees[before:]
    return told.text


def is_linked(road: Road, person: Person) -> bool:
    return road.count("address", f"channel = 'telegram' AND value = '{person.id}'") > 0


def waiting(road: Road) -> list[tuple[EnquiryRow, list[str]]]:
    """Return what waits for staff, with what was said."""
    with road.service.database.read() as db:
        vault = road.service.vault
        found = enquiries.listed(db, vault)
        return [(one, [line.text for line in enquiries.lines(db, vault, one.id)]) for one in found]


# One-time links.


def test_an_expired_link_connects_nobody(road: Road) -> None:
    token = road.link(road.respondent("Sari"), days=14)
    road.clock.forward(days=15)
    sari = road.telegram.person("Sari")
    assert opens(road, sari, token).startswith(EXPIRED)
    assert not is_linked(road, sari)


def test_a_link_is_used_up_by_the_first_chat(road: Road) -> None:
    token = road.link(road.respondent("Sari"))
    sari, thief = road.telegram.person("Sari"), road.telegram.person("Penyusup")
    assert CONSENT in opens(road, sari, token)
    assert opens(road, thief, token).startswith(USED)
    assert not is_linked(road, thief)
    assert CONSENT in opens(road, sari, token)  # her own chat is greeted
    road.clock.forward(days=100)
    assert CONSENT in opens(road, sari, token)
    road.taps(sari, "Bersedia")
    assert "Apa kesibukan" in opens(road, sari, token)
    road.says(sari, "berhenti")
    assert opens(road, thief, token).startswith(USED)
    assert road.is_stopped("Sari")


def test_a_link_opened_twice_at_once_is_one(road: Road) -> None:
    token = road.link(road.respondent("Sari"))
    people = [road.telegram.person(f"Orang {n}") for n in range(4)]
    with road.telegram.held():
        for person in people:
            person.starts(token)
    road.quiet()
    told = [CONSENT in person.last.text for person in people]
    assert (sum(told), road.count("address", "channel = 'telegram'")) == (1, 1)
    road.people["Orang"] = road.people.pop("Sari")


def test_who_is_somebody_elses_chat_cannot_take_a_link(road: Road) -> None:
    budi = road.person("Budi")
    token = road.link(road.respondent("Sari"))
    assert opens(road, budi, token).startswith(OTHER_CHAT)
    assert CONSENT in opens(road, road.telegram.person("Sari"), token)  # it is still hers


def test_a_new_chat_of_the_same_person_takes_over(road: Road) -> None:
    old = road.person("Sari")
    road.taps(old, "Bersedia")
    new = road.telegram.person("Sari")
    assert "Apa kesibukan" in opens(road, new, road.link(road.people["Sari"]))
    assert "Apa nama usaha" in road.taps(new, "Wirausaha")[-1]
    assert "Sejak kapan" in road.says(old, "Toko Sari")[-1]  # the old one is still hers


@pytest.mark.parametrize(
    "how", ["guessed", "short", "altered", "another's", "page", "empty", "of none"]
)
def test_a_token_that_is_no_link_connects_nobody(road: Road, how: str) -> None:
    token = road.link(road.respondent("Sari"))
    page = road.address("Sari", "web", "a-page")
    vault = road.service.vault
    tokens = {
        "guessed": "A" * 32,
        "short": token[:20],
        "altered": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "another's": make_once(vault, 99)[:11] + token[11:],
        "page": make_token(vault, page, now=road.clock()),
        "empty": "_",
        "of none": make_once(vault, 2**31 - 1),
    }
    stranger = road.telegram.person("Penyusup")
    assert opens(road, stranger, tokens[how]).startswith(NOT_KNOWN)
    assert not is_linked(road, stranger)
    assert road.count("join_link", "used_at IS NOT NULL") == 0


def test_a_one_time_link_opens_no_page(road: Road) -> None:
    token = road.link(road.respondent("Sari"))
    answer = httpx.get(f"{road.where}/c/{token}")
    assert answer.status_code == 404
    assert "Sari" not in answer.text


def test_guessing_finds_nothing_and_is_answered_each_time(road: Road) -> None:
    stranger = road.telegram.person("Penyusup")
    for number in range(5):
        assert opens(road, stranger, make_once(road.service.vault, number)[:31] + "A").startswith(
            NOT_KNOWN
        )


# Shared numbers.


def test_ones_own_number_connects_who_has_it(road: Road) -> None:
    road.respondent("Sari", "6281200000101")
    road.invite()
    sari = road.telegram.person("Sari", "+62 812-0000-0101")
    assert STRANGER in road.says(sari, "halo")[-1]
    assert sari.keyboard == ["Bagikan nomor saya"]
    sari.shares_contact()
    road.quiet()
    assert CONSENT in sari.last.text
    assert is_linked(road, sari)


@pytest.mark.parametrize("how", ["another's", "typed", "two people's", "nobody's"])
def test_a_number_that_proves_nothing_connects_nobody(road: Road, how: str) -> None:
    road.respondent("Sari", "6281200000101")
    if how == "two people's":
        road.respondent("Budi", "6281200000101")
    sari = road.telegram.person("Sari", "6281200000101")
    stranger = road.telegram.person("Penyusup", "6281200000999")
    one = sari if how == "two people's" else stranger
    others: dict[str, Person | str] = {"another's": sari, "typed": sari.phone}
    one.shares_contact(others.get(how))
    road.quiet()
    is_own = how in ("two people's", "nobody's")
    assert (NO_NUMBER if is_own else STRANGER) in one.last.text
    assert not is_linked(road, one)
    assert len(waiting(road)) == is_own
    road.people.pop("Sari")


def test_a_number_from_somebody_elses_chat_moves_nothing(road: Road) -> None:
    budi = road.person("Budi", "6281200000102")
    road.respondent("Sari", "6281200000101")
    budi.phone = "6281200000101"
    budi.shares_contact()
    road.quiet()
    assert budi.last.text.startswith(OTHER_CHAT)
    assert road.count("address", "channel = 'telegram'") == 1


# Strangers.


def test_a_stranger_is_answered_once_a_day_and_kept_for_staff(road: Road) -> None:
    stranger = road.telegram.person("Seseorang")
    stranger.starts()
    road.quiet()
    assert STRANGER in stranger.last.text
    for words in ("halo?", "ini siapa?", "halo"):
        assert road.says(stranger, words) == []
    road.clock.forward(days=1)
    assert STRANGER in road.says(stranger, "halo lagi")[-1]
    ((enquiry, said),) = waiting(road)
    assert (enquiry.name, enquiry.reason) == ("", "stranger")
    assert said == ["halo?", "ini siapa?", "halo", "halo lagi"]
    assert road.count("stray") == 5
    assert road.count("inbox") == 0


def test_a_bot_is_never_answered(road: Road) -> None:
    bot = road.telegram.person("Robot")
    bot.user["is_bot"] = True
    assert road.says(bot, "halo", "halo") == []
    assert road.count("stray") == 0


# Groups.


def test_a_group_is_told_once_that_we_talk_in_private(road: Road) -> None:
    sari = road.person("Sari")
    token = road.link(road.respondent("Budi"))
    before, strays = road.count("inbox"), road.count("stray")
    group = road.telegram.group("Alumni Menjahit", [sari, road.telegram.person("Budi")])
    for words in ("halo semua", f"/start {token}", "berhenti", "ya", "/blast kebekerjaan"):
        group.says(sari, words)
    road.quiet()
    sari.taps(sari.last, 0)
    road.quiet()
    assert [kept.text for kept in group.sees] == [PRIVATELY]
    assert road.count("inbox") == before + 1  # her tap in private
    assert road.count("join_link", "used_at IS NULL") == 1
    assert not road.is_stopped("Sari")
    assert road.count("stray") == strays


def test_a_button_tapped_in_a_group_is_nobodys(road: Road) -> None:
    sari = road.person("Sari")
    group = road.telegram.group("Alumni", [sari])
    road.quiet()
    kept = group.last
    before = road.count("inbox")
    sari.taps(kept, data=sari.last.button("Bersedia").data)
    road.quiet()
    assert sari.toasts == ["Tombol ini bukan untuk Kakak."]
    assert road.count("inbox") == before


# Odd messages of somebody we know.


def test_an_edited_message_is_not_heard_again(road: Road) -> None:
    sari = road.person("Sari")
    road.taps(sari, "Bersedia")
    said = sari.says("wirausaha")
    road.quiet()
    before = len(sari.sees)
    sari.edits(said, "bekerja")
    road.quiet()
    assert (road.answers("Sari"), len(sari.sees)) == ({"status": "wirausaha"}, before)


def test_a_photo_is_answered_with_what_would_work(road: Road) -> None:
    sari = road.person("Sari")
    road.taps(sari, "Bersedia")
    road.taps(sari, "Wirausaha")
    sari.sends_photo()
    road.quiet()
    assert "Untuk yang ini, tulis dengan kata-kata ya, Kak." in sari.last.text
    sari.sends_photo("Toko Sari")
    road.quiet()
    assert road.answers("Sari")["tempat"] == "Toko Sari"


def test_kinds_of_updates_we_never_asked_for_are_acknowledged(
    database_url: str, artefact: Artefact
) -> None:
    with open_road(database_url, artefact, how=WEBHOOK) as road:
        sari = road.person("Sari")
        said = sari.says("halo")["message"]
        road.quiet()
        before = road.count("inbox"), len(sari.sees)
        headers = {SECRET_HEADER: webhook_secret(road.service.settings, road.service.vault)}
        for number, kind in enumerate(("edited_message", "channel_post", "poll", "soon_invented")):
            body = json.dumps({"update_id": 900 + number, kind: said})
            answer = httpx.post(f"{road.where}/hooks/telegram", content=body, headers=headers)
            assert answer.status_code == 200
        road.quiet()
        assert (road.count("inbox"), len(sari.sees)) == before
