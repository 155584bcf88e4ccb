"""What a form's language promises of single questions (issue 6; facts: xlsform, §3.4)."""

from datetime import timedelta

import pytest

from flows.effects import Finish, Handover
from flows.events import Replied, Started
from flows.model import Form
from flows.phrases import phrases
from flows.prompts import numbered
from flows.state import Status
from flows.view import View
from tests.flows.talks import NOW, Talk, made


def one(row: str, more: str = "") -> Form:
    return made(f"""
        survey:
          - {{{row}}}
          - {{type: text, name: akhir, label: Pesan?}}
        {more}
    """)


CHOICES = (
    "choices: {s: [{name: a, label: Apel}, {name: b, label: Belimbing}, {name: c, label: Ceri}]}"
)


@pytest.mark.parametrize(
    ("row", "text", "value"),
    [
        ("type: decimal, name: x, label: X", "3,5", 3.5),
        ("type: decimal, name: x, label: X", "2.25", 2.25),
        ("type: decimal, name: x, label: X", "6.2", 6.2),
        ("type: decimal, name: x, label: X", "12", 12),
        ("type: time, name: x, label: X", "7.30", "07:30"),
        ("type: time, name: x, label: X", "jam 8 malam", "20:00"),
        ("type: dateTime, name: x, label: X", "21 agustus 2026 jam 07.30", "2026-08-21T07:30"),
        ("type: dateTime, name: x, label: X", "2026-08-21 07:30", "2026-08-21T07:30"),
        ("type: range, name: x, label: X, parameters: start=0 end=10 step=2", "4", 4),
        ("type: rank s, name: x, label: X", "2,1,3", ["b", "a", "c"]),
        ("type: rank s, name: x, label: X", "ceri, apel, belimbing", ["c", "a", "b"]),
        ("type: acknowledge, name: x, label: X", "ok", "OK"),
        ("type: geopoint, name: x, label: X", "-3.98, 122.51", "-3.98 122.51 0 0"),
        ("type: geopoint, name: x, label: X", "https://maps.google.com/?q=-3.98,122.51",
         "-3.98 122.51 0 0"),
        ("type: barcode, name: x, label: X", "8991234567890", "8991234567890"),
        ("type: select_multiple s, name: x, label: X", "1 dan 3", ["a", "c"]),
    ],
)  # fmt: skip
def test_each_kind_reads_what_people_type(row: str, text: str, value: object) -> None:
    assert Talk(one(row, CHOICES)).say(text).saved == {"x": value}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("type: decimal, name: x, label: X", "1.500"),
        ("type: decimal, name: x, label: X", "tiga atau empat"),
        ("type: time, name: x, label: X", "7"),
        ("type: time, name: x, label: X", "setengah delapan"),
        ("type: dateTime, name: x, label: X", "agustus 2026 jam 7 pagi"),
        ("type: range, name: x, label: X, parameters: start=0 end=10 step=2", "5"),
        ("type: range, name: x, label: X, parameters: start=0 end=10 step=2", "12"),
        ("type: rank s, name: x, label: X", "2,1"),
        ("type: rank s, name: x, label: X", "1,1,2"),
        ("type: geopoint, name: x, label: X", "Kendari"),
        ("type: geopoint, name: x, label: X", "-91, 10"),
        ("type: image, name: x, label: X", "nanti saya kirim fotonya"),
    ],
)
def test_law_7_what_is_unclear_is_asked_back(row: str, text: str) -> None:
    talk = Talk(one(row, CHOICES)).say(text)
    assert (talk.saved, talk.at) == ({}, "x")


def test_an_order_and_a_place_say_how_to_answer() -> None:
    order = Talk(one("type: rank s, name: x, label: Urutkan", CHOICES)).message
    assert (order.several, order.shows) == (True, "order")
    text = numbered(order, phrases())
    assert "misalnya 2,1,3" in text
    assert text.count("misalnya") == 1
    place = Talk(one("type: geopoint, name: x, label: Di mana?")).message
    assert place.text.endswith("\n\nDi mana?")
    assert "(Tombol lampiran, lalu Lokasi)" in numbered(place, phrases())


def test_half_past_seven_is_half_an_hour_before_eight() -> None:
    talk = Talk(one("type: time, name: x, label: X")).say("setengah delapan", "ya")
    assert talk.saved == {"x": "07:30"}


@pytest.mark.parametrize("kind", ["image", "audio", "video", "file"])
def test_an_attachment_is_kept_by_reference(kind: str) -> None:
    talk = Talk(one(f"type: {kind}, name: x, label: X, required: 'yes'"))
    assert talk.say("sudah").said[0] == f"{kind}_wanted"
    assert talk.send("media/1", "media/2").saved == {"x": ["media/1", "media/2"]}


def test_an_attachment_where_words_are_asked_is_not_an_answer() -> None:
    talk = Talk(one("type: text, name: x, label: X")).send("media/1")
    assert (talk.saved, talk.said[0]) == ({}, "words_wanted")
    assert talk.send("media/1", text="PT Contoh").saved == {"x": "PT Contoh"}


def test_what_is_not_on_the_list_is_asked_for_by_name() -> None:
    talk = Talk(one("type: select_one s or_other, name: x, label: X", CHOICES))
    assert talk.options == ["Apel", "Belimbing", "Ceri", "Lainnya"]
    talk.say("lainnya")
    assert (talk.at, talk.asks.text) == ("x_other", "Sebutkan yang lainnya.")
    assert (
        Talk(one("type: select_one s or_other, name: x, label: X", CHOICES)).say("1").at
        != "x_other"
    )


CASCADE = made("""
    survey:
      - {type: select_one prov, name: prov, label: Provinsi?, required: "yes"}
      - {type: select_one kota, name: kota, label: Kota?, choice_filter: "prov = ${prov}"}
      - {type: text, name: akhir, label: "Di ${kota}?"}
    choices:
      prov: [{name: "74", label: Sulawesi Tenggara}, {name: "31", label: Jakarta},
             {name: "99", label: Lain}]
      kota:
        - {name: "7471", label: Kendari, prov: "74"}
        - {name: "7472", label: Baubau, prov: "74"}
        - {name: "3171", label: Jakarta Selatan, prov: "31"}
""")


def test_a_choice_opens_its_own_choices() -> None:
    talk = Talk(CASCADE).say("1")
    assert talk.options == ["Kendari", "Baubau"]
    assert talk.say("2").saved == {"kota": "7472"}
    assert Talk(CASCADE).say("Jakarta").options == ["Jakarta Selatan"]


def test_a_tap_on_what_is_not_offered_answers_nothing() -> None:
    talk = Talk(CASCADE).say("Jakarta")
    assert talk.tap(0).saved == {}
    assert talk.tap(2).saved == {"kota": "3171"}


def test_a_question_without_choices_is_not_asked() -> None:
    assert Talk(CASCADE).say("3").at == "akhir"


def test_a_choice_that_is_no_longer_offered_is_asked_for_again() -> None:
    talk = Talk(CASCADE).say("1", "Kendari", "kembali", "kembali", "Jakarta")
    assert (talk.at, talk.options) == ("kota", ["Jakarta Selatan"])


def test_an_answer_that_no_longer_fits_is_asked_for_again() -> None:
    form = made("""
        survey:
          - {type: integer, name: lama, label: Lama?, required: "yes"}
          - type: integer
            name: libur
            label: Libur?
            required: "yes"
            constraint: . <= ${lama}
          - {type: text, name: akhir, label: Pesan?}
    """)
    talk = Talk(form).say("12", "6", "kembali", "kembali", "3")
    assert talk.at == "libur"
    assert Talk(form).say("12", "6", "kembali", "kembali", "8").at == "akhir"


LANGUAGES = made("""
    settings:
      form_id: uji
      version: "1"
      form_title: Uji
      chat::purpose: Uji.
      default_language: Indonesia (id)
    survey:
      - type: select_one s
        name: a
        label::Indonesia (id): Suka apa?
        label::English (en): What do you like?
        required: "yes"
      - type: integer
        name: b
        label::Indonesia (id): Berapa ${a}?
        label::English (en): How many ${a}?
        constraint: . < 10
        constraint_message::Indonesia (id): Terlalu banyak.
        constraint_message::English (en): Too many.
    choices:
      s:
        - {name: x, "label::Indonesia (id)": Apel, "label::English (en)": Apple}
        - {name: y, "label::Indonesia (id)": Jeruk, "label::English (en)": Orange}
""", settings="")  # fmt: skip


def test_a_form_is_asked_in_its_default_language() -> None:
    talk = Talk(LANGUAGES)
    assert LANGUAGES.languages == ("Indonesia (id)", "English (en)")
    assert (talk.asks.text, talk.options) == ("Suka apa?", ["Apel", "Jeruk"])
    assert "language" not in talk.state.to_json()


def test_a_form_is_asked_in_the_language_somebody_has() -> None:
    talk = Talk(LANGUAGES, language="English (en)")
    assert (talk.asks.text, talk.options) == ("What do you like?", ["Apple", "Orange"])
    talk.say("orange")
    assert (talk.saved, talk.asks.text) == ({"a": "y"}, "How many Orange?")
    assert "Too many." in talk.say("12").shown


def test_a_language_a_form_has_not_is_its_default() -> None:
    talk = Talk(LANGUAGES, language="Jawa")
    assert (talk.asks.text, talk.state.language) == ("Suka apa?", "")


def test_what_is_filled_in_may_stand_or_be_changed() -> None:
    form = made("""
        survey:
          - {type: hidden, name: kota_lama}
          - {type: text, name: kota, label: Kota?, default: "${kota_lama}", required: "yes"}
          - {type: integer, name: n, label: Berapa?, default: "3"}
          - {type: date, name: t, label: Kapan?, default: today()}
    """)
    talk = Talk(form, given={"kota_lama": "Kendari"})
    assert talk.said == ["hello", "prefilled"]
    assert "Kendari" in talk.shown
    assert talk.say("lanjut").saved == {"kota": "Kendari"}
    assert talk.say("lanjut").saved == {"n": 3}
    assert talk.say("lanjut").saved == {"t": {"value": "2026-11-21", "precision": "day"}}
    assert Talk(form, given={"kota_lama": "Kendari"}).say("Baubau").saved == {"kota": "Baubau"}


def test_what_is_worked_out_once_stays() -> None:
    form = made("""
        survey:
          - {type: calculate, name: mulai, calculation: once(now())}
          - {type: text, name: a, label: A?}
          - {type: calculate, name: jam, calculation: now(), trigger: "${a}"}
          - {type: text, name: b, label: "${mulai} ${jam}"}
    """)
    talk = Talk(form)
    talk.happen(Replied(NOW + timedelta(hours=1), "x"))
    first, second = talk.asks.text.split()
    assert (first[:16], second[:16]) == ("2026-11-21T09:00", "2026-11-21T10:00")
    talk.happen(Replied(NOW + timedelta(days=3), "ulang"))
    assert talk.asks.text == f"{first} {second}"
    assert set(talk.state.kept) == {"mulai", "jam"}


def test_metadata_is_what_the_office_and_the_clock_know() -> None:
    form = made("""
        survey:
          - {type: start, name: mulai}
          - {type: end, name: selesai}
          - {type: today, name: hari}
          - {type: phonenumber, name: hp}
          - {type: deviceid, name: alat}
          - {type: text, name: a, label: "${hari} ${hp} ${alat}"}
    """)
    talk = Talk(form, facts={"phonenumber": "+62811"})
    assert talk.asks.text == "2026-11-21 +62811 "
    talk.happen(Replied(NOW + timedelta(hours=2), "x"))
    view = View(form, talk.state, NOW)
    assert (view.value("mulai"), view.value("selesai")) == (
        "2026-11-21T09:00:00+07:00", "2026-11-21T04:00:00+00:00",
    )  # fmt: skip


def test_what_must_be_answered_may_hang_on_another_answer() -> None:
    form = made("""
        survey:
          - {type: select_one yt, name: a, label: Bekerja?, required: "yes"}
          - type: text
            name: b
            label: Di mana?
            required: ${a} = 'ya'
            required_message: Kami perlu nama tempatnya.
          - {type: text, name: akhir, label: Pesan?}
        choices: {yt: [{name: ya, label: Ya}, {name: tidak, label: Tidak}]}
    """)
    talk = Talk(form).say("ya", "lewati")
    assert (talk.at, talk.shown.split("\n")[0]) == ("b", "Kami perlu nama tempatnya.")
    assert Talk(form).say("tidak", "lewati").at == "akhir"
    assert Talk(form).say("tidak", "lewati", "kembali", "kembali", "ya").at == "b"


@pytest.mark.parametrize(
    ("on_fail", "required"), [("skip", "yes"), ("skip", "no"), ("end", "yes"), ("inbox", "yes")]
)
def test_who_is_not_understood_is_dealt_with_as_the_author_chose(
    on_fail: str, required: str
) -> None:
    row = (
        f"type: integer, name: x, label: X, required: '{required}', "
        f"chat::on_fail: {on_fail}, chat::reask: '2'"
    )
    talk = Talk(one(row)).say("pokoknya begitu", "entah ya pak guru")
    match on_fail:
        case "skip":
            assert (talk.saved, talk.at) == ({"x": None}, "akhir")
        case "end":
            assert talk.state.status is Status.FINISHED
            assert isinstance(talk.effects[-1], Finish)
        case "inbox":
            assert Handover("gave_up") in talk.effects
            assert (talk.at, talk.state.misses) == ("x", 0)


def test_an_answer_may_be_confirmed_and_skipped_in_words_of_ones_own() -> None:
    row = "type: text, name: x, label: X, chat::confirm: 'yes', chat::skip_word: tidak punya; nihil"
    talk = Talk(one(row)).say("PT Contoh")
    assert (talk.saved, talk.said) == ({}, ["value_meant"])
    assert talk.say("ya").saved == {"x": "PT Contoh"}
    assert Talk(one(row)).say("Tidak punya").saved == {"x": None}


def test_help_gives_the_authors_guidance() -> None:
    form = one("type: text, name: x, label: X, guidance_hint: Lihat di kartu pelajar.")
    assert "Lihat di kartu pelajar." in Talk(form).say("bantuan").shown


MANY = made(
    "survey: [{type: select_one kota, name: x, label: Kota?, required: 'yes'}]\nchoices:\n  kota:\n"
    + "".join(f"    - {{name: k{n}, label: Kota Nomor {n}}}\n" for n in range(40))
    + "    - {name: kdi, label: Kota Kendari}\n    - {name: knw, label: Kabupaten Konawe}\n"
)


def test_many_choices_are_searched_and_never_counted() -> None:
    talk = Talk(MANY)
    assert (talk.said[-1], talk.options) == ("search", [])
    assert talk.say("3").saved == {}
    assert talk.say("kendari", "ya").saved == {"x": "kdi"}
    assert Talk(MANY).say("kota").said[0] == "search_too_many"
    assert Talk(MANY).say("kendary", "ya").saved == {"x": "kdi"}
    assert Talk(MANY).say("zzzz").said[0] == "search_not_found"


@pytest.mark.parametrize("shows", ["buttons", "list", "numbers"])
def test_how_choices_are_put_is_passed_on(shows: str) -> None:
    row = f"type: select_one s, name: x, label: X, chat::as: {shows}"
    assert Talk(one(row, CHOICES)).asks.shows == shows


def test_reminders_are_passed_on() -> None:
    assert Talk(one("type: text, name: x, label: X, chat::remind: '6h,1d'")).asks.remind == (6, 24)


def test_what_is_calculated_and_shown_is_told() -> None:
    form = made("""
        survey:
          - {type: integer, name: a, label: A?, required: "yes"}
          - {type: text, name: b, label: "Setahun:", calculation: "${a} * 12", read_only: "yes"}
          - {type: text, name: akhir, label: Pesan?}
    """)
    talk = Talk(form).say("2")
    assert talk.shown.startswith("Setahun: 24")
    assert talk.at == "akhir"


def test_a_constraint_may_name_its_own_field() -> None:
    form = one("type: integer, name: x, label: X, constraint: '${x} > 0 and ${x} < 120'")
    assert Talk(form).say("130").saved == {}
    assert Talk(form).say("30").saved == {"x": 30}


def test_two_lists_come_from_files_beside_the_form() -> None:
    from flows.xlsform import load, publish  # noqa: PLC0415

    files = {"kota.csv": "name,label,prov\n7471,Kendari,74\n3171,Jakarta,31\n".encode("utf-8-sig")}
    source = b"""
settings: {form_id: uji, version: "1", form_title: Uji, chat::purpose: Uji.}
survey:
  - {type: select_one_from_file kota.csv, name: a, label: Kota?, choice_filter: prov = '74'}
  - {type: calculate, name: b, calculation: "pulldata('kota', 'label', 'name', ${a})"}
  - {type: calculate, name: c, calculation: "instance('kota')/root/item[name = ${a}]/prov"}
  - {type: text, name: d, label: "${b} ${c}"}
"""
    talk = Talk(load(publish(source, attached=files.get)))
    assert talk.options == ["Kendari"]
    assert talk.say("kendari").asks.text == "Kendari 74"


def test_an_interview_of_repeats_begins_quietly_too() -> None:
    form = one("type: text, name: x, label: X")
    talk = Talk(form)
    assert talk.happen(Replied(NOW, "x")).at == "akhir"
    assert Started(NOW).language == ""
