"""Properties that hold for any text somebody may type, and any answer given."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.expressions import Compiled, ExpressionError, Value
from flows.expressions.functions import FUNCTIONS
from tests.flows.expressions.scopes import Sari, compiled

SIGNS = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]
PIECES = [*SIGNS, *FUNCTIONS, "(", ")", "()", ",", ".", "'", "'a'", "${a}", "${", "1", "..", "/"]

text_of_pieces = st.lists(st.sampled_from(PIECES)).map(" ".join)
leaves = st.one_of(
    st.sampled_from(["${a}", "${b}", ".", "''", "'2026-02-29T23:59Z'", "'9999-12-31'"]),
    st.floats(allow_nan=False, allow_infinity=False, min_value=0).map(lambda n: format(n, "f")),
)
answers = st.one_of(st.text(st.characters()), st.integers(), st.floats(), st.booleans())


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    called = st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=4))
    joined = st.tuples(inner, st.sampled_from(SIGNS), inner)
    return st.one_of(
        called.map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        joined.map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"-{text}"),
    )


expressions = st.recursive(leaves, _grown, max_leaves=12)


def _compiled_or_refused(expression: str) -> Compiled | ExpressionError:
    try:
        return compiled(expression)
    except ExpressionError as error:
        return error


def _ask_everything(expression: str, scope: Sari) -> None:
    built = _compiled_or_refused(expression)
    if isinstance(built, ExpressionError):
        assert all(0 <= fault.position <= len(expression) for fault in built.faults)
        return
    assert isinstance(built.text(scope), str)
    assert isinstance(built.number(scope), float)
    assert isinstance(built.truth(scope), bool)
    assert isinstance(built.value(scope), str | float | int)


@given(st.one_of(st.text(), text_of_pieces))
def test_any_text_is_compiled_or_refused_and_nothing_else(text: str) -> None:
    _ask_everything(text, Sari())


@given(expressions, answers, answers, answers)
def test_what_compiles_never_raises_whatever_was_answered(
    expression: str, first: Value, second: Value, dot: Value
) -> None:
    _ask_everything(expression, Sari({"a": first, "b": second}, dot=dot))


@given(expressions, answers, st.datetimes(min_value=datetime(1971, 1, 1)))  # noqa: DTZ001
def test_the_same_expression_answers_the_same_each_time(
    expression: str, answer: Value, moment: datetime
) -> None:
    first, again = _compiled_or_refused(expression), _compiled_or_refused(expression)
    if isinstance(first, ExpressionError) or isinstance(again, ExpressionError):
        assert str(first) == str(again)
        return
    scope = Sari({"a": answer}, now=moment.replace(tzinfo=Sari().zone))
    assert first == again
    assert first.text(scope) == again.text(scope)
