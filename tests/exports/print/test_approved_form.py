"""An approved questionnaire on paper: all of it, readable, the same each time."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from exports.print.approved_form import Approved, Event, Signature, approved_form, moment
from flows.model import Form
from flows.reading.outline import Entry, outline
from tests.exports.print.pdf_reader import Pdf

WITA = ZoneInfo("Asia/Makassar")
AT = datetime(2026, 11, 21, 10, 41, tzinfo=WITA)
TODAY = date(2026, 11, 22)


@pytest.fixture
def approved(form: Form) -> Approved:
    return Approved(
        form.form_id,
        form.title,
        form.version,
        form.sha256,
        "pyxform 4.5.0, mesin Lacak 2",
        "Kami ingin tahu kabar pekerjaan Kakak.",
        outline(form),
        [
            Signature("Disusun oleh", "sari", "penyusun", AT, "Diajukan oleh sari"),
            Signature("Disetujui oleh", "Rina Permata, S.Pd.", "Kaprodi", AT, "Disetujui digital"),
        ],
        [Event("Diajukan", "sari", AT), Event("Disetujui", "rina", AT, "terlambat 2 hari kerja")],
        ["Bagus, terima kasih."],
    )


def printed(approved: Approved) -> str:
    text = Pdf(approved_form(approved, office="BPVP Kendari", printed_on=TODAY)).text
    return " ".join(text.split())


def test_everything_that_was_approved_is_on_it(approved: Approved, form: Form) -> None:
    text = printed(approved)
    for words in (
        "BPVP Kendari", form.title, form.version, "pyxform 4.5.0, mesin Lacak 2", "Tujuan",
        "Apa kesibukan Kakak sekarang?", "Belum bekerja, sedang mencari (mencari)",
        "Ditanyakan bila pertanyaan 1 dijawab “Bekerja” atau “Bekerja dan wirausaha”.",
        "data pribadi", "Rina Permata, S.Pd.", "Kaprodi", "21 November 2026 10.41 WITA",
        "terlambat 2 hari kerja", "Bagus, terima kasih.", "Dicetak 22 November 2026",
    ):  # fmt: skip
        assert words in text, words
    assert form.sha256 in text.replace(" ", "")


def test_the_same_form_prints_the_same_bytes(approved: Approved) -> None:
    first, second = (
        approved_form(approved, office="BPVP Kendari", printed_on=TODAY) for _ in range(2)
    )
    assert first == second


def test_two_signatures_stand_beside_each_other_on_one_page(approved: Approved) -> None:
    pdf = Pdf(approved_form(approved, office="BPVP Kendari", printed_on=TODAY))
    (page,) = [page for page in pdf.pages if "Pengesahan" in page.text]
    assert "Disusun oleh" in page.text
    assert "Disetujui oleh" in page.text


def test_text_from_anywhere_is_text_on_paper(approved: Approved) -> None:
    evil = '#set page(fill: red) $x$ *tebal* `kode` <label> @ref \\ // "kutip" 😀 漢'
    entries = [
        Entry(1, "a", "teks", evil, evil, (("x", evil),), evil, evil, evil, more=(evil,)),
        Entry(0, "b", "dihitung", ""),
    ]
    text = printed(replace(approved, entries=entries, title=evil, notes=[evil], purpose=evil))
    assert "#set page(fill: red) $x$ *tebal* `kode` <label> @ref" in text
    assert "[b]" in text


def test_a_form_without_items_notes_or_purpose_still_prints(approved: Approved) -> None:
    bare = replace(approved, entries=[], notes=[], purpose="", history=[], signatures=[])
    assert "KUESIONER YANG DISETUJUI" in printed(bare)


def test_moments_name_their_zone() -> None:
    assert moment(AT) == "21 November 2026 10.41 WITA"
    assert moment(AT.astimezone(ZoneInfo("Asia/Jayapura"))).endswith("11.41 WIT")
