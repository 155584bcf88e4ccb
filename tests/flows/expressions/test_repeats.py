"""What is asked several times, and rows of lists and files (facts: xlsform, §3.3 and §3.4)."""

import pytest

from flows.expressions import Standpoint, Table, Value, compile, evaluate  # noqa: A004
from flows.expressions.compile import compile_filter
from tests.flows.expressions.scopes import CHAINS, KENDARI, MORNING, Sari

NAMES = {
    "anak": "anak", "usia": "anak/usia", "main": "anak/main", "jenis": "anak/main/jenis",
    "kota": "kota", "prov": "prov", "nomor": "nomor",
}  # fmt: skip
ROWS = (
    {"name": "7471", "label": "Kendari", "prov": "74", "jarak": "0"},
    {"name": "7472", "label": "Baubau", "prov": "74", "jarak": "250"},
    {"name": "3171", "label": "Jakarta", "prov": "31", "jarak": "1800"},
)
KOTA = Table("kota", frozenset(("name", "label", "prov", "jarak")), ROWS)
OUTSIDE = Standpoint(
    chains={"anak/main": ("anak",), **CHAINS},
    containers={"anak": True, "anak/main": True},
    tables={"kota": KOTA},
)
IN_ANAK = Standpoint(("anak",), ("anak",), OUTSIDE.chains, OUTSIDE.containers, OUTSIDE.tables)
IN_MAIN = Standpoint(
    ("anak", "anak/main"), ("anak/main", "anak"),
    OUTSIDE.chains, OUTSIDE.containers, OUTSIDE.tables,
)  # fmt: skip
ANSWERS: dict[str, Value] = {
    "anak[1]/usia": 4, "anak[2]/usia": "", "anak[3]/usia": 9,
    "anak[1]/main[1]/jenis": "bola", "anak[1]/main[2]/jenis": "boneka",
    "anak[3]/main[1]/jenis": "bola", "kota": "7472", "prov": "74", "nomor": 3,
}  # fmt: skip


def asked(
    expression: str, here: Standpoint = OUTSIDE, places: tuple[int, ...] = (), **more: Value
) -> Value:
    made = compile(expression, resolve=NAMES.__getitem__, here=here)
    return made.value(Sari({**ANSWERS, **more}, places=places))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum(${usia})", 13),
        ("min(${usia})", 4),
        ("max(${usia}, 20)", 20),
        ("count(${usia})", 3),
        ("count-non-empty(${usia})", 2),
        ("join(', ', ${jenis})", "bola, boneka, bola"),
        ("concat(${jenis}, '!')", "bolabonekabola!"),
        ("indexed-repeat(${usia}, ${anak}, 3)", 9),
        ("indexed-repeat(${usia}, ${anak}, ${nomor})", 9),
        ("indexed-repeat(${usia}, ${anak}, 4)", ""),
        ("indexed-repeat(${usia}, ${anak}, 0 div 0)", ""),
        ("indexed-repeat(${jenis}, ${anak}, 1, ${main}, 2)", "boneka"),
        ("indexed-repeat(${jenis}, ${anak}, 3)", "bola"),
    ],
)
def test_from_outside_repeated_answers_are_gathered(expression: str, value: Value) -> None:
    assert asked(expression) == value


@pytest.mark.parametrize(
    ("expression", "here", "places", "value"),
    [
        ("position(..)", IN_ANAK, (2,), 2),
        ("index()", IN_ANAK, (2,), 2),
        ("position(${anak})", IN_ANAK, (2,), 2),
        ("position(..)", IN_MAIN, (3, 1), 1),
        ("position(../..)", IN_MAIN, (3, 1), 3),
        ("position(../../..)", IN_MAIN, (3, 1), 1),
        ("indexed-repeat(${usia}, ${anak}, position(..) - 1)", IN_ANAK, (2,), 4),
    ],
)
def test_inside_a_repeat_it_is_known_which_one(
    expression: str, here: Standpoint, places: tuple[int, ...], value: Value
) -> None:
    assert asked(expression, here, places) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("instance('kota')/root/item[name = ${kota}]/label", "Baubau"),
        ("instance('kota')/root/item[name = '9999']/label", ""),
        ("instance('kota')/root/item[prov = ${prov} and jarak > 100]/name", "7472"),
        ("instance('kota')/root/item[jarak > 100 or prov = '74']/name", "7471"),
        ("count(instance('kota')/root/item[prov = ${prov}])", 2),
        ("count(instance('kota')/root/item)", 3),
        ("sum(instance('kota')/root/item/jarak)", 2050),
        ("join('/', instance('kota')/root/item[prov = ${prov}]/label)", "Kendari/Baubau"),
        ("pulldata('kota', 'label', 'name', ${kota})", "Baubau"),
        ("pulldata('kota.csv', 'jarak', 'name', '3171') + 1", 1801),
        ("pulldata('kota', 'label', 'name', 'x')", ""),
    ],
)
def test_rows_are_looked_up_by_key(expression: str, value: Value) -> None:
    assert asked(expression) == value


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("prov = ${prov}", [0, 1]),
        ("${prov} = prov and jarak < 100", [0]),
        ("prov = '31' or name = ${kota}", [1, 2]),
        ("prov != ${prov}", [2]),
        ("true()", [0, 1, 2]),
        ("jarak >= 250", [1, 2]),
    ],
)
def test_a_filter_picks_rows_of_its_list(condition: str, rows: list[int]) -> None:
    here = Standpoint(tables=OUTSIDE.tables, table=KOTA)
    made = compile_filter(condition, resolve=NAMES.__getitem__, here=here)
    assert list(made.rows(Sari(ANSWERS))) == rows


def test_what_an_expression_reads_is_known_apart_for_one_value_and_for_many() -> None:
    made = compile(
        "sum(${usia}) + ${nomor} + count(${anak})", resolve=NAMES.__getitem__, here=OUTSIDE
    )
    assert made.references == {"nomor"}
    assert made.gathered == {"anak/usia", "anak"}


def test_a_plain_mapping_may_hold_lists() -> None:
    values: dict[str, Value | list[Value]] = {"x": [1, 2, ""], "y": 2}
    for expression, value in (
        ("sum(${x})", 3), ("count(${x})", 3), ("join('-', ${x})", "1-2-"), ("max(${x}, ${y})", 2),
    ):  # fmt: skip
        assert evaluate(expression, values, now=MORNING, zone=KENDARI) == value
