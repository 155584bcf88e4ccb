"""Taps that are refused on Telegram: kindly, with nothing stored and nothing told."""

from collections.abc import Iterator

import pytest

from flows.xlsform import Artefact
from tests.bot.telegram_office import Road, assert_nothing_leaked, open_road
from tests.fakes.telegram import Person

NOT_YOURS = "Tombol ini bukan untuk Kakak."
UNKNOWN_BUTTON = "Tombol itu tidak kami kenal. Jawab dengan kata-kata saja ya, Kak."
LATE = "Pertanyaan itu sudah lewat, Kak."
UNCHANGED = f"{LATE} Jawaban Kakak yang tadi tidak berubah."


@pytest.fixture
def road(database_url: str, artefact: Artefact) -> Iterator[Road]:
    with open_road(database_url, artefact) as road:
        yield road
        road.quiet()
        assert_nothing_leaked(road)


@pytest.fixture
def sari(road: Road) -> Person:
    """Somebody who agreed, and is asked what she does."""
    sari = road.person("Sari Wulandari")
    road.taps(sari, "Bersedia")
    return sari


@pytest.fixture
def budi(road: Road) -> Person:
    """Somebody who is asked the same."""
    budi = road.person("Budi Santoso")
    road.taps(budi, "Bersedia")
    return budi


def test_a_tap_on_a_question_answered_in_words_offers_a_change(road: Road, sari: Person) -> None:
    asked = sari.last
    words = asked.text
    road.says(sari, "bekerja")
    (offer,) = road.taps(sari, "Wirausaha", asked)
    assert "dari Bekerja menjadi Wirausaha" in offer
    assert road.answers("Sari Wulandari") == {"status": "bekerja"}
    assert (asked.text, asked.buttons) == (words, [])


def test_only_the_first_of_two_taps_counts_and_shows(road: Road, sari: Person) -> None:
    asked = sari.last
    with road.telegram.held():
        sari.taps(asked, "Wirausaha")
        sari.taps(asked, "Bekerja")
        sari.taps(asked, "Wirausaha")
    road.quiet()
    assert sari.toasts[1:] == ["", UNCHANGED, ""]
    assert road.answers("Sari Wulandari") == {"status": "wirausaha"}
    assert asked.text.endswith("➤ Wirausaha")
    (offer,) = sari.sees[3:]
    assert "dari Wirausaha menjadi Bekerja" in offer.text


def test_a_tap_on_the_notice_answered_long_ago_is_late(road: Road, sari: Person) -> None:
    notice = sari.sees[0]
    road.says(sari, "bekerja", "PT Contoh")
    (told,) = road.taps(sari, "Tidak", notice)
    assert told.startswith(LATE)
    assert notice.text.endswith("➤ Bersedia")
    assert road.count("consent") == 1


def test_a_tap_after_a_stop_is_not_shown_as_an_answer(road: Road, sari: Person) -> None:
    asked = sari.last
    road.says(sari, "berhenti")
    assert road.taps(sari, "Wirausaha", asked) == []
    assert road.answers("Sari Wulandari") == {}
    assert "➤" not in asked.text


def test_a_tap_of_somebody_else_is_not_theirs(road: Road, sari: Person, budi: Person) -> None:
    asked = sari.last
    before = asked.text, asked.buttons, road.count("inbox")
    assert road.taps(budi, "Wirausaha", asked) == []
    assert budi.toasts[-1] == NOT_YOURS
    assert (asked.text, asked.buttons, road.count("inbox")) == before
    assert road.answers("Sari Wulandari") == road.answers("Budi Santoso") == {}


def test_a_payload_copied_from_anothers_message_is_not_theirs(
    road: Road, sari: Person, budi: Person
) -> None:
    before = road.count("inbox"), road.statuses()
    budi.taps(budi.last, data=sari.last.button("Wirausaha").data)
    road.quiet()
    assert budi.toasts[-1] == NOT_YOURS
    assert budi.last.buttons
    assert (road.count("inbox"), road.statuses()) == before
    assert road.answers("Sari Wulandari") == road.answers("Budi Santoso") == {}


FORGED = (
    "x", "~", "1.0.2~", "2.0.1~abc", "2.0.1~0", "2.0.1~-1", "2.0.1~2147483648",
    "2.0.1~" + "9" * 18, "2.0.1~" + "9" * 40, "1.0", "1.0.2.3", "a.b.c", "１.０.２",
    "' OR 1=1 --", "😀" * 16, "9" * 64, "ya", "berhenti",
)  # fmt: skip


def test_a_forged_payload_is_refused(road: Road, sari: Person) -> None:
    before = road.count("inbox"), len(sari.sees)
    for data in FORGED:
        sari.taps(sari.last, data=data)
        road.quiet()
        assert sari.toasts[-1] in (NOT_YOURS, UNKNOWN_BUTTON), data
    assert len(sari.toasts) == 1 + len(FORGED)
    assert (road.count("inbox"), len(sari.sees)) == before
    assert road.answers("Sari Wulandari") == {}
    assert not road.is_stopped("Sari Wulandari")


def test_a_payload_that_answers_nothing_gets_the_open_question(road: Road, sari: Person) -> None:
    for data in ("2.0.7", "2.0.99", "2.99.0", "2.0.-1", "-2.-2.-2", "99.0.-5"):
        sari.taps(sari.last, data=data)
        road.quiet()
        assert "Apa kesibukan Kakak sekarang?" in sari.last.text, data
        assert sari.last.buttons
        assert "➤" not in sari.sees[-2].text
    assert road.answers("Sari Wulandari") == {}


def test_a_tap_on_a_message_that_is_gone_counts(road: Road, sari: Person) -> None:
    sari.taps(sari.last, "Wirausaha", accessible=False)
    road.quiet()
    assert road.answers("Sari Wulandari") == {"status": "wirausaha"}


def test_a_strangers_tap_is_not_theirs(road: Road, sari: Person) -> None:
    stranger = road.telegram.person("Penyusup")
    assert road.taps(stranger, "Wirausaha", sari.last) == []
    assert stranger.toasts == [NOT_YOURS]
    assert road.answers("Sari Wulandari") == {}
