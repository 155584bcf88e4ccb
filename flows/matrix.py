"""Questions that are put in one message and answered in one reply, as a table would have them.

A group marked as a table (XLSForm's `table-list`, or `chat::together: yes`) becomes a `Matrix`.
Its rows that are still open go together; who would rather answer one by one says so, and one row
left over is an ordinary question.
"""

from collections.abc import Sequence

from flows.effects import Ask, Option
from flows.model import Form, Item, Matrix, Template, key_of, parse_key
from flows.state import State
from flows.view import View

SKIP = Option(-1, "Lewati")


def matrix_of(form: Form, item: Item) -> Matrix | None:
    """Return the matrix an item is a row of, or None."""
    return form.matrices.get(item.matrix) if item.matrix else None


def rows(form: Form, state: State, view: View, item: Item) -> Sequence[Item]:
    """Return the questions that are put together with this one, itself among them.

    Coming back to a row that was answered brings back all of them.
    """
    matrix = matrix_of(form, item)
    if matrix is None or key(item) in state.told:
        return (item,)
    again = item.path in state.answers
    beside = (form.by_path[_beside(form, path, item)] for path in matrix.rows)
    return [
        one
        for one in beside
        if one.path == item.path
        or (view.is_relevant(one) and (again or one.path not in state.answers))
    ]


def first(form: Form, state: State, view: View, item: Item) -> Item:
    """Return the row whose turn it is when an answered row is come back to: the first."""
    return rows(form, state, view, item)[0]


def key(item: Item) -> str:
    """Return what `State.told` holds once the rows of this item are asked one by one."""
    _plain, places = parse_key(item.path)
    return key_of(item.matrix, item.repeats, places) if places else item.matrix


def wording(form: Form, item: Item, view: View) -> str:
    """Return a question in words; a row alone is said with the question of its matrix."""
    matrix, text = matrix_of(form, item), view.fill(item.wording, item)
    asks = _fill(view, matrix.asks, item) if matrix else ""
    return f"{asks}\n{text}" if asks else text


def ask(form: Form, view: View, together: Sequence[Item], asked: int) -> Ask:
    """Return the question of several rows."""
    item = together[0]
    matrix = form.matrices[item.matrix]
    needs = any(view.requires(one) for one in together)
    return Ask(
        asked,
        item.index,
        _fill(view, matrix.asks, item),
        hint=_fill(view, matrix.hint, item),
        options=() if needs else (SKIP,),
        rows=tuple(view.fill(one.wording, one) for one in together),
        scale=tuple(choice.label for choice in item.choices),
        remind=item.remind,
    )


def answered(together: Sequence[Item], state: State) -> str:
    """Return the rows' answers as they would be typed; "-" for a skipped one."""
    said = []
    for one in together:
        value = state.answers.get(one.path)
        codes = [choice.code for choice in one.choices]
        said.append("-" if value is None else str(codes.index(value) + 1 if codes else value))
    return " ".join(said)


def _beside(form: Form, path: str, item: Item) -> str:
    return key_of(path, form.by_path[path].repeats, item.places) if item.places else path


def _fill(view: View, text: Template, item: Item) -> str:
    return view.fill(text, item).strip()
