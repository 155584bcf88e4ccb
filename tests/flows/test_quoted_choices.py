"""Choices whose labels quote an answer are shown, read and told with it."""

from tests.flows.talks import Talk, made

FORM = made("""
    survey:
      - {type: text, name: kakak, label: Siapa kakaknya?, required: "yes"}
      - {type: text, name: adik, label: Siapa adiknya?}
      - {type: select_one anak, name: sekolah, label: Siapa yang sekolah?, required: "yes"}
      - {type: calculate, name: siapa, calculation: "jr:choice-name(${sekolah}, '${sekolah}')"}
      - {type: text, name: di, label: "Di mana ${siapa} (${sekolah}) sekolah?"}
    choices:
      anak:
        - {name: pertama, label: "Si sulung, ${kakak}"}
        - {name: kedua, label: "${adik}"}
        - {name: lain, label: Orang lain}
""")


def test_a_choice_is_shown_read_and_told_with_the_answer_it_quotes() -> None:
    talk = Talk(FORM).say("Sari", "Budi")
    assert [one.label for one in talk.asks.options] == ["Si sulung, Sari", "Budi", "Orang lain"]
    talk.say("budi")
    assert talk.saved == {"sekolah": "kedua"}
    assert "Di mana Budi (Budi) sekolah?" in talk.shown
    talk.say("SD 1")
    assert "Siapa yang sekolah: Budi" in talk.shown


def test_an_answer_that_was_skipped_leaves_the_code() -> None:
    talk = Talk(FORM).say("Sari", "lewati")
    assert [one.label for one in talk.asks.options] == ["Si sulung, Sari", "kedua", "Orang lain"]
    assert talk.tap(1).saved == {"sekolah": "kedua"}
