"""What expressions mean where XPath, ODK and its engines leave room."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.expressions import Value, compile, evaluate  # noqa: A004 — the public name
from tests.flows.expressions.scopes import KENDARI, MORNING, Sari, asked, compiled


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("round(-1.5)", -1),
        ("round(2.5)", 3),
        ("round(2.15, 1)", 2.2),
        ("round(12345.12345, -1)", 12350),
        ("-5 mod 3", -2),
        ("7 mod 2.5", 2),
        ("2 + 3 * 4 - 6 div 3", 12),
        ("--3", 3),
        ("10 - 4 - 3", 3),
        ("int('1.1e6') = 0", False),
        ("string(1 div 0)", "Infinity"),
        ("string(10000000000000000000000)", "10000000000000000000000"),
        ("string(0.0000001)", "0.0000001"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substr('hello', -2)", "lo"),
        ("translate('hello', 'lo', 'L')", "heLL"),
        ("normalize-space('  a \n b ')", "a b"),
        ("substring-before('a-b', '-')", "a"),
        ("join(', ', 'a', 'b')", "a, b"),
        ("checklist(1, 2, true(), false(), true())", True),
        ("weighted-checklist(5, -1, true(), 3, true(), 2)", True),
        ("boolean-from-string('1')", True),
        ("base64-decode('bukan base64')", ""),
        ("exp(1000) > 1", True),
        ("string(sqrt(-1))", "NaN"),
        ("log(0) < -1000", True),
        ("concat('1', 2, true())", "12true"),
    ],
)
def test_a_constant_expression_has_its_xpath_value(expression: str, expected: Value) -> None:
    assert asked(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${a} = '1'", True),
        ("${a} = 1", True),
        ("'1' = ${a}", True),
        ("${a} != '2'", True),
        ("1 < ${n}", True),
        ("${n} >= 5", True),
        ("${n} = '5'", True),
        ("${n} = '05'", True),
        ("${a} = '01'", False),
        ("${n} != ''", True),
        ("${blank} = ''", True),
        ("${blank} = 0", False),
        ("${blank} < 1", False),
        ("${blank} != 0", True),
        ("${zero} != ''", True),
        ("${a} + ${n} = 6", True),
        ("${a} = true()", True),
        ("1 < 2 < 3", True),
        ("${n} > 3 and ${a} = '1' and ${blank} = ''", True),
        ("${n} > 9 or ${a} = '2' or ${blank} = ''", True),
    ],
)
def test_a_comparison_follows_the_types_of_its_two_sides(expression: str, expected: bool) -> None:
    assert asked(expression, a="1", n=5, zero=0) is expected


def test_a_regex_matches_the_whole_text() -> None:
    assert asked("regex(${nik}, '[0-9]{4}')", nik="1234") is True
    assert asked("regex(${nik}, '[0-9]{4}')", nik="12345") is False


def test_a_regex_meets_half_a_character_without_raising() -> None:
    assert asked("regex(., '[a-z]')", dot="\ud800") is False


@pytest.mark.parametrize(("name", "expected"), [("sum", 7), ("min", 3), ("max", 4)])
def test_a_blank_is_skipped_by(name: str, expected: float) -> None:
    assert asked(f"{name}(${{a}}, ${{b}}, ${{blank}})", a=3, b="4") == expected


def test_the_sum_of_blanks_is_zero_and_their_maximum_blank() -> None:
    assert asked("sum(${a}, ${b})") == 0
    assert math.isnan(compiled("max(${a}, ${b})").number(Sari()))


def test_coalesce_passes_over_blank_and_over_what_is_not_a_number() -> None:
    assert asked("coalesce(${gaji}, 0) * 12") == 0
    assert asked("coalesce(${gaji} * 1, 'tidak ada')") == "tidak ada"
    assert asked("coalesce(${gaji}, 0)", gaji=0) == 0


def test_a_blank_number_is_nan_and_a_blank_text_is_empty() -> None:
    blank = compiled("${gaji}")
    assert math.isnan(blank.number(Sari()))
    assert (blank.text(Sari()), blank.truth(Sari()), blank.value(Sari())) == ("", False, "")


def test_a_calculation_without_an_answer_is_stored_blank_and_evaluated_as_nan() -> None:
    assert asked("${a} + 1") == ""
    assert math.isnan(float(evaluate("${a} + 1", {"a": ""}, now=MORNING, zone=KENDARI)))


def test_a_whole_result_is_an_int() -> None:
    result = asked("${gaji} div 2", gaji=7_000_000)
    assert (result, type(result)) == (3_500_000, int)


def test_an_int_too_long_for_a_float_is_infinite() -> None:
    assert asked("string(${n} * 1)", n=10**400) == "Infinity"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'2020-01-01' < today()", True),
        ("${lahir} > '1999-12-31'", True),
        ("${lahir} = '2000-02-29'", True),
        ("today() - ${lahir}", 9670),
        ("number('1970-01-02')", 1),
        ("date(today() + 7)", "2026-08-28"),
        ("date('')", ""),
        ("date(${blank})", ""),
        ("date(10000000000)", ""),
        ("today()", "2026-08-21"),
        ("now()", "2026-08-21T07:30:00.000+08:00"),
        ("date-time('2026-08-20T23:30:00Z')", "2026-08-21T07:30:00.000+08:00"),
        ("date('2026-08-20T23:30:00Z') = today()", True),
        ("'2026-08-21' = '2026-08-20T16:00:00Z'", True),
        ("number(now()) - number(today())", 0.3125),
        ("decimal-time('06:00')", 0.25),
        ("decimal-date-time('1970-01-02T00:00:00Z')", 1),
        ("format-date('2026-08-01', '%e %b %Y, %a')", "1 Agu 2026, Sab"),
        ("format-date-time(now(), '%H.%M %% %3')", "07.30 % 000"),
        ("format-date(${blank}, '%Y')", ""),
        ("format-date(today() + 1, '%d/%m/%y')", "22/08/26"),
    ],
)
def test_a_date_counts_whole_days_in_the_forms_own_zone(expression: str, expected: Value) -> None:
    assert asked(expression, lahir="2000-02-29") == expected


def test_today_is_the_zones_day_not_utcs() -> None:
    late = replace(Sari(), now=datetime(2026, 8, 20, 22, 0, tzinfo=UTC))
    assert compiled("today()").value(late) == "2026-08-21"


def test_several_choices_are_codes_with_spaces() -> None:
    answers: dict[str, Value] = {"alat": "wa sms web"}
    assert asked("selected(${alat}, 'sms')", **answers) is True
    assert asked("selected(${alat}, 'sm')", **answers) is False
    assert asked("selected(${alat}, ${pilih})", pilih="web", **answers) is True
    assert asked("count-selected(${alat})", **answers) == 3
    assert asked("selected-at(${alat}, 1)", **answers) == "sms"
    assert asked("selected-at(${alat}, 9)", **answers) == ""


def test_a_choice_name_is_what_the_respondent_reads() -> None:
    paths = {"kota": "g/kota"}
    named = compile("jr:choice-name(${kota}, '${kota}')", resolve=paths.__getitem__)
    assert named.references == {"g/kota"}
    assert named.text(Sari({"g/kota": "7471"})) == "Kota Kendari"
    assert named.text(Sari()) == ""


def test_once_keeps_what_the_field_already_holds() -> None:
    assert asked("once('baru')", dot="lama") == "lama"
    assert asked("once('baru')") == "baru"


@pytest.mark.parametrize("expression", ["random()", "uuid()", "uuid(8)"])
def test_luck_comes_from_the_seed_alone(expression: str) -> None:
    first, again = compiled(expression), compiled(expression)
    assert first.value(Sari(seed=1)) == again.value(Sari(seed=1))
    assert first.value(Sari(seed=1)) != first.value(Sari(seed=2))


def test_two_dice_in_one_expression_fall_differently() -> None:
    assert asked("random() = random()") is False


def test_and_or_stop_at_the_first_part_that_decides() -> None:
    class OnlyStatus(Sari):
        def value(self, path: str) -> Value:
            assert path == "status"
            return "2"

    assert compiled("${status} = '1' and ${gaji} > 0").truth(OnlyStatus()) is False
    assert compiled("${status} = '2' or ${gaji} > 0").truth(OnlyStatus()) is True


def test_evaluate_reads_names_and_the_dot_from_the_mapping() -> None:
    values = {"umur": 17, ".": 20, "gaji": None}
    assert evaluate(". > ${umur}", values, now=MORNING, zone="Asia/Makassar") is True
    assert evaluate("${gaji} = ''", values, now=MORNING, zone=KENDARI) is True


def test_what_an_expression_reads_is_known_before_it_is_asked() -> None:
    built = compiled("${a} = 'x' or 'y' != ${b} or selected(${c}, ' z ') or ${d} = '' or . = 1")
    assert built.references == {"a", "b", "c", "d"}
    assert built.comparisons == (("a", "x"), ("b", "y"), ("c", "z"))
    assert compiled("selected('a b', ${c})").comparisons == ()
    assert built.uses_dot
    assert not compiled("${a} + 1").uses_dot
    assert compiled("once(random())").uses_dot
