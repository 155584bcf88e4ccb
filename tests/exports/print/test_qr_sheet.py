"""Cards on paper: each opens its own link, whatever the name on it, and fits its place."""

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.print.qr_sheet import (
    MODULES,
    NO_NAME,
    SCAN,
    Card,
    NoCards,
    TooLongToScan,
    qr_sheet,
)
from tests.exports.print.pdf_reader import Page, Pdf
from tests.exports.print.qr_reader import read
from tests.people import BUDI, SARI

LINK = "https://t.me/LacakContohBot?start=AAAAAAAAAC0{:04}GjXyzabcdefghijklmnopq"
LINE = "Menjahit Pakaian Dasar 2026 angkatan 1 · NIM …017"
HOSTILE = {
    "code": '#panic("x")',
    "markup": "]#[ $ \\ \" ' ` <b> */ // #let x = 1 @ref ~ _a_ *b*",
    "lines": "Sari\nWulandari\r\n\tContoh\u2028x\x00\x07",
    "right to left override": "\u202eirad\u202c \u2067x\u2069",
    "300 letters": "W" * 300,
    "a very long word": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft",
    "titles": "Prof. Dr. Ir. Hj. Ni Luh Putu Ayu Sri Wahyuningsih Kusuma, S.T., M.Eng., Ph.D.",
    "emoji": "Sari 🌸👩🏽\u200d🎓 Wulandari",
    "disguised": "𝓢𝓪𝓻𝓲 Ｗｕｌａｎ",
    "arabic": "محمد عبد الله",
    "chinese": "张伟",
    "marks": "Z̸̡̛a̸̧l̴̢g̷o" * 10,
    "surrogate": "Sari\ud800",
    "empty": "",
}


def sheet(
    cards: list[Card],
    *,
    office: str = "BPVP Kendari",
    title: str = "Survei",
    instruction: str = SCAN["telegram"],
) -> bytes:
    return qr_sheet(
        cards, office=office, title=title, valid_until=date(2027, 1, 20),
        printed_on=date(2026, 11, 21), instruction=instruction,
    )  # fmt: skip


def named(*names: str) -> list[Card]:
    return [Card(name, LINE, LINK.format(i)) for i, name in enumerate(names)]


def in_one(page: Page) -> str:
    return "".join(line.words for line in page.lines).replace("\u200b", "")


def stays_in_its_card(page: Page) -> bool:
    """Whether all words but header and footer are inside a card, and no line is on another."""
    for right_column in (False, True):
        lines = [
            one for one in page.lines if 16 < one.top < 283 and (one.left > 105) == right_column
        ]
        left, right = (147, 199) if right_column else (52, 104)
        for line in lines:
            if line.left < left - 0.01 or line.right > right or not 3 < (line.top - 16) % 53.4 < 52:
                return False
        for above, below in pairwise(sorted(lines, key=lambda one: one.top)):
            if 0.1 < below.top - above.top < below.size * 0.25:
                return False
    return True


def test_every_code_says_exactly_its_link() -> None:
    pages = Pdf(sheet(named(*[f"Orang Contoh {i}" for i in range(23)]))).pages
    drawings = [one for page in pages for one in page.drawings]
    assert [len(page.drawings) for page in pages] == [10, 10, 3]
    assert [read(one.dark)[0] for one in drawings] == [LINK.format(i) for i in range(23)]


@pytest.mark.parametrize("length", [1, 30, 120, 200, 300, 412])
def test_a_code_is_large_has_its_quiet_zone_and_corrects_errors(length: int) -> None:
    link = ("https://lacak.example.ac.id/c/" + "aB3_" * 120)[:length]
    (drawing,) = Pdf(sheet([Card("Sari", LINE, link)])).pages[0].drawings
    said, level = read(drawing.dark)
    columns = [x for x, _ in drawing.dark]
    rows = [y for _, y in drawing.dark]
    assert said == link
    assert level in "MQH"
    assert (max(columns) - min(columns) + 1) * drawing.module >= 30
    assert drawing.module > 0.48
    assert (min(columns), min(rows)) == (4, 4)
    assert (max(columns) + 5) * drawing.module == pytest.approx(42, abs=0.01)


def test_a_code_stands_beside_its_own_name() -> None:
    page = Pdf(sheet(named(SARI.name, BUDI.name, "Rina Permata"))).pages[0]
    said = {
        read(drawing.dark)[0]: next(
            line.words
            for line in page.lines
            if drawing.top < line.top < drawing.top + 42
            and drawing.left < line.left < drawing.left + 50
        )
        for drawing in page.drawings
    }
    assert said == {
        LINK.format(0): SARI.name,
        LINK.format(1): BUDI.name,
        LINK.format(2): "Rina Permata",
    }


def test_a_card_says_who_what_to_do_from_whom_and_until_when() -> None:
    page = Pdf(sheet(named(SARI.name), title="Survei kebekerjaan")).pages[0]
    words = in_one(page)
    for said in (SARI.name, LINE, SCAN["telegram"], "Survei kebekerjaan"):
        assert said in words
    assert words.count("BPVP Kendari") == 2
    assert words.count("Berlaku sampai 20 Januari 2027") == 2
    assert "Dicetak 21 November 2026" in words
    assert "Halaman 1 dari 1" in words


@pytest.mark.parametrize("channel", SCAN)
def test_other_channels_have_their_own_words(channel: str) -> None:
    assert SCAN[channel] in in_one(Pdf(sheet(named("Sari"), instruction=SCAN[channel])).pages[0])


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_is_only_ever_a_name(name: str) -> None:
    page = Pdf(sheet(named(SARI.name, name, BUDI.name))).pages[0]
    assert [read(one.dark)[0] for one in page.drawings] == [LINK.format(i) for i in range(3)]
    assert SARI.name in in_one(page)
    assert BUDI.name in in_one(page)
    assert stays_in_its_card(page)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ('#panic("x")', '#panic("x")'),
        (" Sari \n Wulandari\t", "Sari Wulandari"),
        ("Sari 🌸👩🏽\u200d🎓 W", "Sari W"),
        ("𝓢𝓪𝓻𝓲 Ｗ", "Sari W"),
        ("\u202eSari", "Sari"),
        ("Sari 张", "Sari □"),
        ("张伟", NO_NAME),
        ("🌸", NO_NAME),
        ("", NO_NAME),
        ("Nur ʿAin Ṣāliḥah Đặng", "Nur ʿAin Ṣāliḥah Đặng"),
    ],
)
def test_what_fonts_lack_is_left_out_or_seen_to_be_missing(name: str, printed: str) -> None:
    assert printed + LINE in in_one(Pdf(sheet(named(name))).pages[0])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=400), st.text(max_size=200)), min_size=1, max_size=10))
def test_no_text_breaks_a_sheet_or_leaves_its_card(texts: list[tuple[str, str]]) -> None:
    cards = [Card(name, line, LINK.format(i)) for i, (name, line) in enumerate(texts)]
    office, title = texts[0]
    pages = Pdf(sheet(cards, office=office, title=title, instruction=title)).pages
    drawings = [one for page in pages for one in page.drawings]
    assert [read(one.dark)[0] for one in drawings] == [card.link for card in cards]
    assert all(stays_in_its_card(page) for page in pages)


def test_the_same_sheet_is_the_same_bytes() -> None:
    cards = named(SARI.name, BUDI.name)
    assert sheet(cards) == sheet(cards)
    assert sheet(cards) != sheet(cards[:1])


def test_nobody_to_print_for_is_said() -> None:
    with pytest.raises(NoCards, match="nobody"):
        sheet([])


@pytest.mark.parametrize("length", [413, 3000])
def test_a_link_too_long_for_paper_is_refused_by_number_not_by_name(length: int) -> None:
    cards = [*named(SARI.name), Card(BUDI.name, LINE, "x" * length)]
    with pytest.raises(TooLongToScan, match=f"card 2: .* {length} characters") as error:
        sheet(cards)
    assert BUDI.name not in str(error.value)
    assert MODULES == 17 + 4 * 15


def test_two_hundred_people_take_a_few_seconds_of_work() -> None:
    cards = named(*[f"Orang Contoh {i}" for i in range(200)])
    begun = time.process_time()
    pdf = sheet(cards)
    assert time.process_time() - begun < 10
    pages = Pdf(pdf).pages
    assert len(pages) == 20
    assert "Halaman 20 dari 20" in in_one(pages[-1])
