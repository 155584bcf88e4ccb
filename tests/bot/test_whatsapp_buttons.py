"""WhatsApp's buttons and lists over real HTTP: made once, tapped, late, and when they fail."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.telegram_buttons import layout
from bot.channels.whatsapp_buttons import LIST_PICKER, QUICK_REPLY, content_of
from flows.phrases import phrases
from flows.prompts import Button, Prompt
from flows.state import Status
from flows.xlsform import Artefact
from tests.bot.whatsapp_office import Chats, open_chats
from tests.fakes.twilio import Kept, Refuse


@pytest.fixture
def chats(sqlite_url: str, artefact: Artefact) -> Iterator[Chats]:
    with open_chats(sqlite_url, artefact, size=2, WHATSAPP_BUTTONS="on") as chats:
        yield chats


def last(chats: Chats, number: int) -> Kept:
    to = f"whatsapp:{chats.number(number)}"
    return [m for m in chats.twilio.outbound if m.to == to][-1]


def tap(chats: Chats, number: int, title: str, message: Kept | None = None) -> Kept:
    """Let somebody tap, and wait for the reply."""
    before = last(chats, number)
    chats.twilio.tap(message or before, title)
    chats.wait(lambda: last(chats, number) is not before)
    return last(chats, number)


def titles(message: Kept) -> list[str]:
    return [title for title, _payload in message.buttons]


def test_an_order_has_no_buttons_that_would_answer_with_one_of_them() -> None:
    options = tuple(Button(name, f"4.2.{n}") for n, name in enumerate(("Apel", "Belimbing")))
    order = Prompt("Urutkan ya, Kak.", options, several=True, shows="order", asks=True)
    assert content_of(order, phrases()) is None
    text, keyboard = layout(order, phrases())
    assert text == "Urutkan ya, Kak.\n1. Apel\n2. Belimbing"
    assert keyboard == {}


def begin(chats: Chats) -> None:
    chats.send()
    chats.wait(lambda: chats.statuses().get("sent", 0) == 2)
    for number in range(2):
        chats.say(number, "ya")


def test_an_interview_by_buttons_and_lists(chats: Chats) -> None:
    begin(chats)
    consent = last(chats, 0)
    assert (titles(consent), consent.is_list) == (["Bersedia", "Tidak"], False)
    assert "1. Bersedia" not in consent.body
    status = tap(chats, 0, "Bersedia")
    assert status.is_list
    assert "Wirausaha" in titles(status)
    assert status.body.endswith("Apa kesibukan Kakak sekarang?")
    tap(chats, 0, "Wirausaha")
    for words in ("Toko Contoh", "bulan lalu", "kue", "Kendari"):
        chats.say(0, words)
    tap(chats, 0, titles(last(chats, 0))[0])
    for words in ("2,5 jt", "lewati", "lewati"):
        chats.say(0, words)
    assert chats.state(0) is Status.FINISHED
    assert chats.answers(0)["status"] == "wirausaha"


def test_a_question_version_is_made_once_for_everybody(chats: Chats) -> None:
    begin(chats)
    for number in range(2):
        tap(chats, number, "Bersedia")
    asked = [last(chats, number) for number in range(2)]
    assert asked[0].content_sid == asked[1].content_sid
    assert len(chats.twilio.contents.made) == 2
    made = " ".join(str(one.types) for one in chats.twilio.contents.made.values())
    assert "Orang" not in made, "no name lies in a resource"
    assert asked[0].buttons != asked[1].buttons, "each tap names its own delivery"


def test_a_late_tap_does_not_answer_the_open_question_and_two_count_once(chats: Chats) -> None:
    begin(chats)
    consent = last(chats, 0)
    tap(chats, 0, "Bersedia")
    tap(chats, 0, "Wirausaha")
    assert chats.answers(0) == {"status": "wirausaha"}
    before = len(chats.heard(0))
    message = chats.twilio.tap(consent, "Tidak")
    chats.twilio.redeliver(message)
    chats.wait(lambda: len(chats.heard(0)) == before + 1)
    assert chats.answers(0) == {"status": "wirausaha"}
    assert chats.state(0) is Status.ASKING


def test_a_number_typed_instead_of_a_tap_is_understood(chats: Chats) -> None:
    begin(chats)
    tap(chats, 0, "Bersedia")
    chats.say(0, "2")
    assert chats.answers(0) == {"status": "wirausaha"}


def test_without_a_resource_the_question_goes_numbered(chats: Chats) -> None:
    chats.twilio.contents.is_down = True
    begin(chats)
    assert "1. Bersedia\n2. Tidak" in last(chats, 0).body
    assert last(chats, 0).buttons == ()
    chats.say(0, "1")
    assert "1. Bekerja\n2. Wirausaha" in last(chats, 0).body


def test_refused_buttons_fall_back_to_text_in_the_same_breath(chats: Chats) -> None:
    begin(chats)
    chats.twilio.faults = iter([Refuse(400, 63013), None])
    chats.say(0, "1")
    assert "1. Bekerja\n2. Wirausaha" in last(chats, 0).body
    chats.wait(lambda: chats.statuses().keys() <= {"sent", "read"})


WORDS = phrases()


def prompt(*labels: str, text: str = "Halo Kak\n\nApa kabar?", **more: object) -> Prompt:
    buttons = tuple(Button(label, f"3.17.{n}") for n, label in enumerate(labels))
    return Prompt(text, buttons, asks=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (prompt("Ya", "Tidak"), QUICK_REPLY),
        (prompt("Ya", "Tidak", "Belum tahu", skip=Button("Lewati", "3.17.-1")), LIST_PICKER),
        (prompt("Ya", "Tidak", shows="list"), LIST_PICKER),
        (prompt("Sudah bekerja di tempat"), LIST_PICKER),
        (prompt("Ya", "Tidak", shows="numbers"), None),
        (prompt("Ya", "Tidak", several=True), None),
        (prompt(*"abcdefghijk"), None),
        (prompt("Melanjutkan pendidikan ke jenjang berikutnya", "Bekerja"), LIST_PICKER),
        (prompt("Sudah bekerja di tempat lain", "Sudah bekerja di tempat sama"), None),
        (prompt("x" * 73), None),
        (prompt("Ya", "Ya"), None),
        (prompt("Ya", text="x" * 1025), None),
        (prompt(), None),
    ],
    ids=["two", "four", "as a list", "20 to 24", "as numbers", "several", "eleven", "long label",
         "alike", "too long", "same label", "long text", "none"],
)  # fmt: skip
def test_what_fits_has_buttons_and_the_rest_is_numbered(one: Prompt, kind: str | None) -> None:
    found = content_of(one, WORDS)
    assert (found and next(iter(found.types))) == kind


def test_a_list_is_opened_in_the_language_of_its_question() -> None:
    found = content_of(replace(prompt(*"abcd"), language="en"), WORDS)
    assert found is not None
    assert found.types[LIST_PICKER]["button"] == "See choices"


def test_values_are_short_one_line_and_say_the_text_again() -> None:
    text = "Halo Kak O'Neil,  apa kabar?\n\n" + "kata " * 110 + "\n" + "y" * 300
    found = content_of(prompt("Ya", text=text.strip()), WORDS)
    assert found is not None
    assert all(len(one) <= 255 and "\n" not in one for one in found.values.values())
    assert found.text == text.strip().replace("'", "’")
    same = content_of(prompt("Ya", text="Halo Kak Budi\n\nApa kabar?"), WORDS)
    other = content_of(prompt("Ya", text="Halo Kak Sari\n\nApa kabar?"), WORDS)
    assert same is not None
    assert other is not None
    assert same.key == other.key
