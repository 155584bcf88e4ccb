"""What staff are told, where, and that nothing else is ever raised."""

import pytest

from flows.expressions import (
    Ambiguous,
    ExpressionError,
    Standpoint,
    Table,
    compile,  # noqa: A004 — the public name
)
from flows.expressions.faults import SENTENCES
from tests.flows.expressions.scopes import compiled

NAMES = {
    "status": "g/status", "gaji": "g/gaji", "g": "g", "anak": "anak", "usia": "anak/usia",
    "toko": "toko",
}  # fmt: skip
KOTA = Table("kota", frozenset(("name", "label", "prov")), ({"name": "7471", "prov": "74"},))
HERE = Standpoint(
    chains={"anak": (), "anak/usia": ("anak",)},
    containers={"g": False, "anak": True, "toko": True},
    tables={"kota": KOTA, "desa": Table("desa", KOTA.columns, KOTA.rows * 501)},
)
INSIDE = Standpoint(("anak",), ("anak",), HERE.chains, HERE.containers, HERE.tables)


def resolve(name: str) -> str:
    if name == "dua":
        raise Ambiguous(name)
    return NAMES[name]


def refused(
    expression: str, *, condition: bool = False, here: Standpoint = HERE
) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile(expression, resolve=resolve, names=NAMES, condition=condition, here=here)
    return caught.value


FAULTS = [
    ("   ", "empty_expression", 0, "rumusnya masih kosong", None),
    ("1 +", "missing_operand", 3, "terputus", None),
    ("selected(${status},)", "missing_operand", 19, "isian yang kurang", None),
    ("(1 + 2", "unbalanced_parenthesis", 0, "'('", None),
    ("not(${gaji} = 1))", "unbalanced_parenthesis", 16, "')'", None),
    ("${gaji} = 'a", "unclosed_quote", 10, "tidak ditutup", None),
    ("${gaji} = ‘a’", "typographic_quote", 10, "kutip lurus", None),
    ("${gaji == 1", "bad_reference", 0, "'${gaji == 1'", None),
    ("${last-saved#gaji} = 1", "last_saved", 0, "chat::carry", None),
    ("${gaji} == 1", "unknown_operator", 8, "'=='", "="),
    ("1 = 1 && 2 = 2", "unknown_operator", 6, "'&&'", "and"),
    ("1 = 1 || 2 = 2", "unknown_operator", 6, "'||'", "or"),
    ("1 <> 2", "unknown_operator", 2, "'<>'", "!="),
    ("1 = 1 AND 2 = 2", "unexpected_token", 6, "'AND' tidak pada tempatnya", "and"),
    ("18tahun", "unexpected_token", 2, "'tahun'", None),
    ("${gaji} > 1 #", "unexpected_character", 12, "'#'", None),
    ("selectd(${status}, 'a')", "unknown_function", 0, "fungsi 'selectd' tidak", "selected"),
    ("selected(${status})", "wrong_arity", 0, "butuh 2 isian, di sini ada 1", None),
    ("round(1, 2, 3)", "wrong_arity", 0, "butuh 1 sampai 2 isian", None),
    ("concat()", "wrong_arity", 0, "butuh paling sedikit 1 isian", None),
    ("weighted-checklist(1, 2, 3)", "wrong_arity", 0, "4 (lalu kelipatan 2)", None),
    ("${staus} = '1'", "unknown_reference", 0, "${staus} tidak ada di kuesioner", "status"),
    ("status = '1'", "bare_name", 0, "tulis ${status}", None),
    ("${gaji} < today", "bare_name", 10, "'today'", "today()"),
    ("True", "bare_name", 0, "'True'", "true()"),
    ("/data/status = 1", "path_not_supported", 0, "jalur XPath", "${status}"),
    ("../status = 1", "path_not_supported", 0, "'../status'", "${status}"),
    ("g/status = 1", "path_not_supported", 0, "'g/status'", "${status}"),
    ("current()/../status", "path_not_supported", 0, "'current()/../status'", "${status}"),
    (".. = 1", "nothing_above", 0, "'..' hanya untuk position(..)", None),
    ("${dua} = 1", "ambiguous_reference", 0, "lebih dari satu pertanyaan", None),
    ("${g} = 1", "container_reference", 0, "${g} adalah kelompok", None),
    ("${usia} > 3", "repeated_reference", 0, "sum(), count()", None),
    ("round(${usia})", "repeated_reference", 6, "indexed-repeat()", None),
    ("position(..)", "not_in_repeat", 0, "'position' hanya berarti di dalam", None),
    ("index()", "not_in_repeat", 0, "'index'", None),
    ("count(2)", "not_a_reference", 0, "isian ke-1 harus rujukan", None),
    ("indexed-repeat('a', ${anak}, 1)", "not_a_reference", 0, "isian ke-1", None),
    ("indexed-repeat(${usia}, 'anak', 1)", "not_a_reference", 0, "isian ke-2", None),
    ("indexed-repeat(${usia}, ${toko}, 1)", "not_repeated", 24, "${toko} bukan kelompok", None),
    ("instance('kot')/root/item/name", "unknown_table", 0, "'kot' tidak ada", "kota"),
    ("instance('kota')/root/item/nama", "unknown_column", 0, "'nama' tidak ada", "name"),
    ("instance('kota')/root/item[prof = 1]/name", "unknown_column", 27, "daftar 'kota'", "prov"),
    ("instance('kota')/root", "bad_lookup", 0, "ditulis seperti", None),
    ("instance(${gaji})/root/item", "bad_lookup", 0, "ditulis seperti", None),
    ("count(instance('desa')/root/item[name != '1'])", "slow_lookup", 6, "dengan kuncinya", None),
    ("pulldata('kot', 'a', 'b', 1)", "unknown_table", 9, "'kot' tidak ada", "kota"),
    ("pulldata('kota', 'labl', 'name', 1)", "unknown_column", 17, "'labl'", "label"),
    ("pulldata('kota', ${gaji}, 'name', 1)", "bad_argument", 0, "isian ke-2", None),
    ("${gaji} / 12", "path_not_supported", 8, "pakai div", None),
    ("jr:itext('a')", "not_supported_yet", 0, "'jr:itext' belum didukung", None),
    ("regex(${gaji}, ${status})", "regex_not_literal", 0, "di dalam tanda kutip", None),
    ("regex(., '(?=a)b')", "bad_regex", 9, "invalid perl operator", None),
    ("date('1983-09-31')", "bad_date", 5, "'1983-09-31' bukan tanggal", None),
    ("date(true())", "bad_date", 5, "bukan tanggal", None),
    ("format-date(today(), '%Q')", "bad_date_format", 21, "'%Q'", None),
    ("digest('a', 'CRC32')", "bad_argument", 0, "isian ke-2", None),
    ("jr:choice-name(${gaji}, 'gaji')", "not_a_choice_name", 0, "isian kedua", None),
    ("concat('Halo ${gaji}')", "quoted_reference", 7, "Keluarkan dari kutip", None),
    ("(" * 51 + "1" + ")" * 51, "too_deep", 50, "50 tingkat", None),
    ("1" * 8_001, "too_long", 8_000, "8001 karakter", None),
]


@pytest.mark.parametrize(
    ("expression", "code", "position", "sentence", "suggestion"),
    FAULTS,
    ids=[f"{code}-{expression[:20]}" for expression, code, *_ in FAULTS],
)
def test_a_fault_says_what_where_and_what_would_work(
    expression: str, code: str, position: int, sentence: str, suggestion: str | None
) -> None:
    error = refused(expression)
    assert (error.code, error.position, error.suggestion) == (code, position, suggestion)
    assert sentence in error.message
    assert (suggestion is None) or error.message.endswith(f" Maksudnya '{suggestion}'?")


def test_every_sentence_is_shown_by_a_case() -> None:
    assert {code for _, code, *_ in FAULTS} | {"bare_condition"} == SENTENCES.keys()


@pytest.mark.parametrize("expression", ["position()", "position(..) > ${g}"])
def test_inside_a_repeat_too_a_place_must_be_of_something(expression: str) -> None:
    assert refused(expression, here=INSIDE).code in ("nothing_above", "container_reference")


@pytest.mark.parametrize(
    ("condition", "position"),
    [
        ("${gaji}", 0),
        ("(${gaji})", 1),
        ("not(${gaji})", 4),
        ("1 = 1 and ${gaji}", 10),
        ("1 = 1 or not(1 = 2 and ${gaji})", 23),
        (".", 0),
    ],
)
def test_an_answer_alone_is_no_condition(condition: str, position: int) -> None:
    error = refused(condition, condition=True)
    assert (error.code, error.position) == ("bare_condition", position)
    assert "!= ''" in error.message


def test_an_answer_alone_is_a_calculation() -> None:
    assert compiled("${gaji}").references == {"gaji"}
    assert compiled("${gaji} != ''", condition=True).references == {"gaji"}


def test_all_faults_of_a_readable_expression_come_at_once_in_order() -> None:
    error = refused("selectd(${staus}, 'a') and round(1, 2, 3) = x", condition=True)
    codes = [fault.code for fault in error.faults]
    assert codes == ["unknown_function", "unknown_reference", "wrong_arity", "bare_name"]
    assert all(fault.message in str(error) for fault in error.faults)


def test_a_long_text_is_shortened_in_the_message() -> None:
    assert len(refused("x" * 5_000).message) < 400


def test_fifty_levels_and_hundreds_of_terms_are_taken() -> None:
    assert compiled("(" * 50 + "1" + ")" * 50)
    assert compiled(" + ".join(f"${{q{n}}}" for n in range(500)))
    assert compiled(" or ".join(f"${{q{n}}} = 'a'" for n in range(400)))
