"""What expressions are worth, one a line: `tests/workbooks/expressions.txt`."""

import math
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.expressions import ExpressionError, Value, evaluate

CORPUS = Path(__file__).parents[2] / "workbooks" / "expressions.txt"
ZONE = ZoneInfo("Asia/Makassar")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZONE)
ANSWERS: dict[str, Value | list[Value]] = {
    "a": "x", "n": 5, "neg": -3, "dec": 2.5, "s7": "7", "e": "", "m": "a b c", "t": "07:30",
    "d": "2026-08-21", "dt": "2026-08-21T07:30:00.000+08:00",
    "list": ["1", "2", ""], "nums": [1, 2, 3],
}  # fmt: skip
SPECIAL: dict[str, Value] = {"true": True, "false": False, "NaN": math.nan, "Infinity": math.inf}


def worth(expression: str) -> Value:
    return evaluate(expression, ANSWERS, now=NOW, zone=ZONE, seed=1)


def is_as_said(expression: str, said: str) -> bool:
    if said.startswith("refused "):
        with pytest.raises(ExpressionError) as refused:
            worth(expression)
        return refused.value.position == int(said.removeprefix("refused "))
    value, wanted = worth(expression), expected(said)
    if isinstance(wanted, float) and math.isnan(wanted):
        return isinstance(value, float) and math.isnan(value)
    if isinstance(wanted, bool) or isinstance(value, bool | str):
        return type(value) is type(wanted) and value == wanted
    return isinstance(wanted, int | float) and math.isclose(value, wanted, abs_tol=1e-9)


def expected(said: str) -> Value:
    if said.startswith('"'):
        return said[1:-1]
    if said == "-Infinity":
        return -math.inf
    return SPECIAL[said] if said in SPECIAL else float(said)


def test_each_expression_is_worth_what_is_written_beside_it() -> None:
    lines = [line for line in CORPUS.read_text("utf-8").splitlines() if " => " in line]
    pairs = [line.replace("\\n", "\n").rsplit(" => ", 1) for line in lines]
    assert len(pairs) > 200
    assert [one for one in pairs if not is_as_said(*one)] == []


ENDLESS = {
    "brackets": "(" * 1_000 + "1" + ")" * 1_000,
    "signs": "-" * 7_999 + "1",
    "calls": "not(" * 900 + "1" + ")" * 900,
    "choices": "if(1," * 900 + "1" + ",2)" * 900,
    "terms": "1+" * 5_000 + "1",
    "letters": "x" * 1_000_000,
    "quotes": "'" * 7_999,
    "references": "${" * 3_999,
    "look-ups": "instance('x')/root/item[" * 300,
    "a pattern": "regex('a','((a{1,100}){1,100}){1,100}')",
}


@pytest.mark.parametrize("expression", ENDLESS.values(), ids=ENDLESS)
def test_what_goes_on_for_ever_is_refused_at_once(expression: str) -> None:
    began = time.process_time()
    with pytest.raises(ExpressionError) as refused:
        worth(expression)
    assert time.process_time() - began < 1.0
    assert refused.value.message
    assert refused.value.position <= 8_000
