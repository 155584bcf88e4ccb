"""Differences between two questionnaires: nothing missed, nothing made up, readable."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from flows import library
from flows.reading.changes import said
from flows.reading.compare import Change, Kind, compare
from flows.xlsform import load, publish
from flows.xlsform.read import Cell, Row, Sheets, read_yaml

SOURCE = library.source("kebekerjaan")
WRITTEN = read_yaml(SOURCE)
EN = '"label::English (en)"'
PESAN = """\
  - type: text
    name: pesan
    label: Terakhir, ada pesan atau saran untuk kami?
    "label::English (en)": Lastly, is there anything you would like to tell us?
"""
KOTA = """\
  # kb05
  - type: text
    name: kota
    chat::carry: "yes"
    label: Di kota atau kabupaten mana?
    "label::English (en)": In which city or regency?
    chat::read: place
    required: "yes"
"""
NOT = "pertanyaan 1 tidak dijawab “Wirausaha”"
CHANGED = (
    SOURCE.decode()
    .replace('"2026112401"', '"2026120101"')
    .replace("{status} != 'wirausaha'\n", "{status} != 'wirausaha' and ${status} != 'magang'\n")
    .replace("{name: tidak, label: Tidak,", "{name: tidak, label: Belum,")
    .replace(
        "{name: ya, label: Ya,",
        f"{{name: mungkin, label: Mungkin, {EN}: Maybe}}\n    - {{name: ya, label: Ya,",
    )
    .replace(PESAN, f"  - {{type: note, name: salam, label: Salam dari kami, {EN}: Greetings}}\n")
    .replace(KOTA, "")
    .replace(
        "  # kb10",
        f"  - {{type: text, name: kota, label: Di kota mana?, {EN}: In which city or regency?, "
        "chat::read: place, chat::carry: 'yes'}",
    )
).encode()


def test_changes_are_said_so_that_a_supervisor_understands_them() -> None:
    forms = load(publish(SOURCE)), load(publish(CHANGED))
    assert list(said(compare(WRITTEN, read_yaml(CHANGED)), *forms)) == [
        "~ versi: “2026112401” → “2026120101”",
        "- pesan: “Terakhir, ada pesan atau saran untuk kami?”",
        f"~ 4. penempatan/jabatan: ditanyakan bila: {NOT} → {NOT} maupun “Magang/OJT”",
        "~ 11. kota (dulu penempatan/kota): dipindah, sesudah lembaga",
        "~ 11. kota: kata-katanya: “Di kota atau kabupaten mana?” → “Di kota mana?”",
        "~ 11. kota: wajib: ya → tidak",
        "+ salam: “Salam dari kami”, sesudah info_lowongan",
        "+ pilihan ya_tidak: mungkin “Mungkin”",
        "~ pilihan ya_tidak: tidak: kata-katanya: “Tidak” → “Belum”",
    ]


def test_a_questionnaire_differs_in_nothing_from_itself() -> None:
    assert compare(WRITTEN, read_yaml(SOURCE)) == ()


def test_where_conditions_cannot_be_put_in_words_they_are_shown() -> None:
    lines = list(said(compare(WRITTEN, read_yaml(CHANGED))))
    assert any("${status} != 'wirausaha' →" in line for line in lines)


@given(st.data())
def test_every_changed_cell_is_a_change(data: st.DataObject) -> None:
    asking = [n for n, row in enumerate(WRITTEN.survey) if row.text("name")]
    number = data.draw(st.sampled_from(asking))
    row = WRITTEN.survey[number]
    column = data.draw(st.sampled_from(["label", "hint", "relevant", "constraint", "chat::reask"]))
    text = data.draw(st.text(min_size=1).filter(lambda one: one != row.text(column)))
    mended = Row(row.line, {**row.cells, column: Cell(text, row.line)})
    survey = (*WRITTEN.survey[:number], mended, *WRITTEN.survey[number + 1 :])
    (one,) = compare(WRITTEN, replace(WRITTEN, survey=survey))
    assert (one.kind, one.column, one.before, one.after) == (
        Kind.CHANGED, column, row.text(column), text,
    )  # fmt: skip


NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True)


@given(NAMES, NAMES)
def test_added_removed_and_moved_items_lead_from_one_order_to_the_other(
    old: list[str], new: list[str]
) -> None:
    found = compare(_asking(old), _asking(new))
    order = [name for name in old if name not in _named(found, Kind.REMOVED)]
    moved = [one for one in found if one.kind in (Kind.ADDED, Kind.MOVED)]
    order = [name for name in order if name not in {one.name for one in moved}]
    for one in moved:
        at = order.index(one.place) + 1 if one.place else 0
        order.insert(at, one.name)
    assert order == new
    assert _named(found, Kind.ADDED) == set(new) - set(old)


def _asking(names: list[str]) -> Sheets:
    rows = ({"type": Cell("text", 1), "name": Cell(one, 1), "label": Cell(one, 1)} for one in names)
    return Sheets(Row(1, {}), tuple(Row(1, cells) for cells in rows), {})


def _named(found: tuple[Change, ...], kind: Kind) -> set[str]:
    return {one.name for one in found if one.kind is kind}
