"""The items of a form as one respondent meets them: in order, each repetition in its turn."""

from collections.abc import Iterator, Sequence

from flows.model import MOST_REPEATS, Form, Item, Kind, Repeat, key_of
from flows.state import State
from flows.view import View


def met(form: Form, view: View) -> Iterator[Item] | Sequence[Item]:
    """Return what is asked, in order; of a repeat, the repetitions there are so far.

    The order follows the answers as they stand when each item is reached.
    """
    return _unrolled(form, form.outline, view, ()) if form.repeats else form.asked


def ahead(form: Form, state: State, view: View) -> Iterator[Item] | Sequence[Item]:
    """Return what may still be asked: nothing before the open question can have changed."""
    if form.repeats:
        return met(form, view)
    return form.asked[form.place.get(state.at, 0) :]


def stands(view: View, item: Item) -> bool:
    """Whether the item is part of the interview now: its repetition exists, it is relevant."""
    places = item.places
    for depth, repeat in enumerate(item.repeats):
        is_gate = item.kind is Kind.REPEAT and depth == len(places) - 1
        # who is asked for another repetition is not in it yet
        if places[depth] > view.count(repeat, places[:depth]) + is_gate:
            return False
    return view.is_relevant(item)


def _unrolled(
    form: Form, parts: Sequence[Item | Repeat], view: View, places: tuple[int, ...]
) -> Iterator[Item]:
    for part in parts:
        if isinstance(part, Repeat):
            yield from _repeated(form, part, view, places)
        elif places:
            yield form.by_path[key_of(part.path, part.repeats, places)]
        else:
            yield part


def _repeated(form: Form, repeat: Repeat, view: View, around: tuple[int, ...]) -> Iterator[Item]:
    if repeat.count is not None:
        for place in range(1, view.count(repeat.path, around) + 1):
            yield from _unrolled(form, repeat.inner, view, (*around, place))
        return
    for place in range(1, MOST_REPEATS + 1):
        gate = form.by_path[key_of(repeat.path, repeat.repeats, (*around, place))]
        yield gate
        if view.answers.get(gate.path) != "ya" or not view.is_relevant(gate):
            return
        yield from _unrolled(form, repeat.inner, view, (*around, place))
