"""What is asked several times: counted, or for as long as there is another."""

import pytest

from flows.asking import answered, progress
from flows.model import MOST_REPEATS, Items, key_of, parse_key
from flows.state import State, Status
from flows.view import View
from tests.flows.talks import NOW, Talk, made

OPEN = made("""
    survey:
      - {type: text, name: kepala, label: Nama kepala keluarga?, required: "yes"}
      - {type: begin repeat, name: anak, label: Anak}
      - {type: text, name: nama, label: "Nama anak ke-${ke}?", required: "yes"}
      - {type: calculate, name: ke, calculation: position(..)}
      - {type: integer, name: usia, label: "Usia ${nama}?"}
      - {type: text, name: sekolah, label: Sekolahnya?, relevant: "${usia} > 6"}
      - {type: end repeat}
      - {type: calculate, name: banyak, calculation: "count(${anak})"}
      - {type: calculate, name: semua, calculation: "join(', ', ${nama})"}
      - {type: note, name: n, label: "${banyak} anak: ${semua}, tertua ${tertua}"}
      - {type: calculate, name: tertua, calculation: "max(${usia})"}
      - {type: text, name: akhir, label: Ada pesan?}
""")
COUNTED = made("""
    survey:
      - {type: integer, name: n, label: Berapa kali?, constraint: ". <= 60", required: "yes"}
      - {type: begin repeat, name: kali, label: Kali, repeat_count: "${n}"}
      - {type: integer, name: nilai, label: "Nilai ke-${ke}?", required: "yes"}
      - {type: calculate, name: ke, calculation: index()}
      - {type: begin repeat, name: sub, repeat_count: "${ke}"}
      - {type: text, name: alasan, label: "Alasan ${pos} dari ${ke}?", required: "yes"}
      - {type: calculate, name: pos, calculation: position(..)}
      - {type: end repeat}
      - {type: end repeat}
      - {type: calculate, name: jumlah, calculation: "sum(${nilai})"}
      - {type: text, name: akhir, label: "Jumlahnya ${jumlah}. Pesan?"}
""")


def test_who_has_another_is_asked_again_until_there_is_none() -> None:
    talk = Talk(OPEN).say("Budi")
    assert (talk.at, talk.said, talk.options) == ("anak[1]", ["repeat_first"], ["Ya", "Tidak"])
    talk.tap(0)
    assert (talk.at, talk.asks.text) == ("anak[1]/nama", "Nama anak ke-1?")
    talk.say("Sari", "9")
    assert talk.at == "anak[1]/sekolah"
    talk.say("SD 1")
    assert (talk.at, talk.said) == ("anak[2]", ["repeat_more"])
    talk.say("ya", "Dewi", "3")
    assert talk.at == "anak[3]"
    talk.say("mungkin kapan-kapan")
    assert talk.at == "anak[3]"  # what is unclear is asked again
    talk.say("tidak")
    assert talk.shown.startswith("2 anak: Sari, Dewi, tertua 9")
    assert talk.at == "akhir"


def test_only_answers_are_exported_by_path_and_place() -> None:
    talk = Talk(OPEN).say("Budi", "ya", "Sari", "9", "SD 1", "tidak", "-", "lewati")
    stands = answered(OPEN, talk.state, View(OPEN, talk.state, NOW))
    assert stands == {
        "kepala": "Budi", "anak[1]/nama": "Sari", "anak[1]/usia": 9, "anak[1]/sekolah": "SD 1",
        "akhir": None,
    }  # fmt: skip


def test_a_repetition_taken_back_is_hidden_and_kept() -> None:
    talk = Talk(OPEN).say("Budi", "ya", "Sari", "3", "ya", "Dewi", "4", "tidak")
    while talk.at != "anak[2]":
        talk.say("kembali")
    talk.say("tidak")
    assert talk.at == "akhir"
    assert talk.answers["anak[2]/nama"] == "Dewi"
    stands = answered(OPEN, talk.state, View(OPEN, talk.state, NOW))
    assert "anak[2]/nama" not in stands
    talk.say("kembali")
    assert talk.at == "anak[2]"  # not into what is hidden
    talk.say("ya")
    assert "anak[2]/nama" in answered(OPEN, talk.state, View(OPEN, talk.state, NOW))
    assert talk.at == "akhir"  # who said there is no third is not asked again


def test_a_question_of_one_repetition_takes_no_tap_of_another() -> None:
    talk = Talk(OPEN).say("Budi")
    first = OPEN.by_path["anak[1]"].index
    talk.tap(0).say("Sari", "3")
    assert talk.at == "anak[2]"
    assert OPEN.by_path["anak[2]"].index != first


def test_what_is_counted_is_asked_that_often_and_counts_anew() -> None:
    talk = Talk(COUNTED).say("2", "5")
    assert (talk.at, talk.asks.text) == ("kali[1]/sub[1]/alasan", "Alasan 1 dari 1?")
    talk.say("a", "7", "b", "c")
    assert talk.asks.text == "Jumlahnya 12. Pesan?"
    while talk.at != "n":
        talk.say("kembali")
    talk.say("3")
    assert talk.at == "kali[3]/nilai"
    talk.say("1", "d", "e", "f")
    assert talk.asks.text == "Jumlahnya 13. Pesan?"


@pytest.mark.parametrize(("often", "times"), [("0", 0), ("60", MOST_REPEATS)])
def test_nothing_is_asked_more_than_fifty_times(often: str, times: int) -> None:
    talk = Talk(COUNTED).say(often)
    assert View(COUNTED, talk.state, NOW).count("kali", ()) == times


def test_progress_counts_what_is_begun() -> None:
    talk = Talk(COUNTED).say("2")
    assert progress(COUNTED, talk.state, View(COUNTED, talk.state, NOW)) == (2, 7)


def test_a_state_of_repeats_survives_json_and_an_old_state_still_loads() -> None:
    talk = Talk(OPEN).say("Budi", "ya", "Sari", "9")
    assert State.from_json(talk.state.to_json()) == talk.state
    old = State.from_json('{"f":"x@1#y","s":"asking","at":"a","n":1,"a":{"b":"1"}}')
    assert (old.kept, old.language, old.trail) == ({}, "", ("b",))


def test_a_key_names_the_repetition_of_each_repeat_and_no_group() -> None:
    repeats = ("g/anak", "g/anak/h/main")
    key = key_of("g/anak/h/main/jenis", repeats, (3, 1))
    assert key == "g/anak[3]/h/main[1]/jenis"
    assert parse_key(key) == ("g/anak/h/main/jenis", (3, 1))
    assert key_of("anak/persen%d", ("anak",), (2,)) == "anak[2]/persen%d"


def test_a_path_of_no_item_is_none() -> None:
    items = Items(OPEN.items)
    for path in ("", "tidak/ada", "anak[1]/tidak", "kepala[1]", "anak[1]/nama[2]"):
        with pytest.raises(KeyError):
            items[path]


def test_finished_is_finished() -> None:
    assert Talk(OPEN).say("Budi", "tidak", "sudah").state.status is Status.FINISHED
