"""A state survives being written and read, whatever is in it."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from flows.state import Doubt, State, Status, replace

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(st.text("abc/[1]"), _VALUES, max_size=4),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_state_comes_back_as_it_was(answers: dict[str, object], words: str) -> None:
    doubt = Doubt("value", value=list(answers.values()), text=words, options=(0, 2))
    state = State(
        "f@1", Status.ASKING, at="a", answers=answers, trail=tuple(answers), doubt=doubt,
        facts={"kantor": words}, heard=("a", words), told=("n",),
    )  # fmt: skip
    assert State.from_json(state.to_json()) == state
    assert State.from_json(state.to_json().encode()) == state


def test_a_calculation_kept_that_is_no_number_stays_none() -> None:
    kept = {"a": math.nan, "b": math.inf, "c": 1e300}
    read = State.from_json(State("f@1", kept=kept).to_json())
    assert math.isnan(read.kept["a"])
    assert (read.kept["b"], read.kept["c"]) == (math.inf, 1e300)


def test_half_a_character_is_kept() -> None:
    state = State("f@1", answers={"a": "rusak \ud83d"}, trail=("a",))
    assert State.from_json(state.to_json()) == state


def test_states_written_before_read_the_same() -> None:
    state = State("f@1", Status.ASKING, answers={"a": "é", "b": [1, 2.5]}, trail=("a", "b"))
    assert json.loads(state.to_json()) == {
        "f": "f@1", "s": "asking", "a": {"a": "é", "b": [1, 2.5]}, "z": "Asia/Jakarta",
    }  # fmt: skip
    assert replace(state, at="c").to_json() != state.to_json()
