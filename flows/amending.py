"""A burst: words that came before the next question could be read are about the one before.

People write "kerja", then "di PT X", then "eh, wirausaha"; none of it answers a question they had
not seen. What such words add is read together with what was said, or by itself where it corrects
that; two sure readings that differ are asked about (law 7). The open question is not repeated
when nothing about it changed: it is on its way.
"""

import re
from typing import Any

from flows import doubts, matrix, together
from flows.answering import reading_of, understood
from flows.answers import Outcome, read
from flows.answers.command import command_of
from flows.answers.courtesy import is_courtesy
from flows.answers.reading import Reading
from flows.asking import Next, ask_again, keep
from flows.attached import fits
from flows.effects import Effect, Instead, Save, Say
from flows.events import Replied
from flows.model import MEDIA, Form, Item
from flows.state import Doubt, State, Status, replace
from flows.view import View
from flows.walking import met, stands
from flows.words import spoken

PASSES_BY = frozenset({"none", "lewati", "mulai", "ulang"})
"""Commands that would act on a question nobody had seen yet."""

NOTHING = ("", "")
"""What is remembered where further words can be about no answer: they are left alone."""

_CORRECTS = re.compile(
    r"\W*(eh+|maksud\w*|ralat|koreksi|salah|sori|sorry|maaf|bukan)\b", re.IGNORECASE
)
_LONGEST = 200


def said(item: Item, text: str) -> tuple[str, str]:
    """Return what a state remembers of words said to an item, for those that may follow."""
    return item.path, text if len(text) <= _LONGEST else ""


def answers_open(form: Form, state: State, view: View, event: Replied) -> bool:
    """Whether early words can only be about the open question, which may have been seen.

    They are when it can read them and the answer before cannot: "agustus 2026" behind the name of
    a workplace, a yes to what we asked to be sure, a name behind a number or a tap.
    """
    path, words = state.heard
    text = event.text.strip()
    if state.doubt is not None:
        return read("yesno", text).outcome is Outcome.SURE
    if not state.at or state.at == path or _CORRECTS.match(text):
        return False
    item, before = form.by_path[state.at], form.by_path.get(path)
    if command_of(text) != "none" or item.kind in MEDIA:
        return command_of(text) != "none" or bool(event.media)
    is_free = before is None or before.reads == "text" or before.kind in MEDIA
    if not text or (item.reads == "text" and (is_free or not (words.isdigit() or words == ""))):
        return False
    if before and not is_free and reading_of(view, before, text).outcome is not Outcome.REASK:
        return False
    if item.reads == "text":
        return not is_courtesy(text)
    if len(matrix.rows(form, state, view, item)) > 1:
        return text[:1].isdigit()
    return reading_of(view, item, text).outcome is not Outcome.REASK


def amend(form: Form, state: State, view: View, event: Replied) -> Next:
    """Return the interview with words taken as part of the answer before; mostly silently.

    Where the next question had not left yet and is another one now, it need not be sent.
    """
    if event.shown:
        return _amend(form, state, view, event)
    after, effects = _amend(form, _untold(form, state, view), view, event)
    if not effects:
        return replace(after, told=state.told), ()
    is_said = any(not isinstance(one, Save) for one in effects)
    return after, (*effects, Instead()) if is_said else effects


def _untold(form: Form, state: State, view: View) -> State:
    """Return the state without the notes that came with a question that had not left yet."""
    paths = [one.path for one in met(form, view)]
    if not state.told or state.heard[0] not in paths:
        return state
    after = paths[paths.index(state.heard[0]) :]
    until = after.index(state.at) if state.at in after else len(after)
    return replace(state, told=tuple(one for one in state.told if one not in after[:until]))


def _amend(form: Form, state: State, view: View, event: Replied) -> Next:
    path, before = state.heard
    item = form.by_path[path] if path else None
    if item is None or not stands(view, item):
        return state, ()
    if item.kind in MEDIA:
        return _add_media(form, state, view, item, event)
    text = event.text.strip()
    if not text or is_courtesy(text):
        return state, ()
    if state.doubt is not None and read("yesno", text).outcome is Outcome.SURE:
        return state, ()  # a yes to what they have not been asked yet
    joined = f"{before} {text}".strip()
    is_open = state.at == path and path not in state.answers
    rows = matrix.rows(form, state, view, item)
    if len(rows) > 1:
        state = replace(state, heard=said(item, joined), doubt=None)
        return together.answer(form, state, view, rows, joined) if is_open else (state, ())
    if item.reads == "text":
        kept = state.answers.get(path)
        joined = f"{kept} {text}" if isinstance(kept, str) else joined
        ways = [reading_of(view, item, joined)]
    elif _CORRECTS.match(text):
        ways = [reading_of(view, item, one) for one in (_CORRECTS.sub("", text, 1), text)]
    else:
        ways = [reading_of(view, item, one) for one in dict.fromkeys((joined, text))]
    state = replace(state, heard=said(item, joined))
    certain = item.reads == "text" or _CORRECTS.match(text) is not None
    state, effects = _take(form, state, view, item, ways, certain=certain)
    adds_nothing = ways[-1].outcome is Outcome.REASK and not ways[-1].options
    return (
        _left_over(form, state, view, event) if adds_nothing and not effects else (state, effects)
    )


def _take(
    form: Form, state: State, view: View, item: Item, ways: list[Reading], *, certain: bool
) -> Next:
    """Return what the readings lead to; a clear answer is replaced unasked only if `certain`."""
    sure = [doubts.stored(item, one.value) for one in ways if one.outcome is Outcome.SURE]
    was_clear = item.path in state.answers
    is_sure = certain or state.answers.get(item.path) == (sure or [None])[0]
    if sure and (not was_clear or (is_sure and all(value == sure[0] for value in sure))):
        return _settle(form, state, view, item, sure[0])
    if sure:
        doubt = Doubt("value", value=sure[0])
        say = Say("value_meant", {"value": spoken(view.worded(item), sure[0])})
        return _ask(form, state, view, item, doubt, say)
    for one in ways:
        if one.outcome is Outcome.CONFIRM:
            doubt = Doubt("value", value=doubts.stored(item, one.value))
            if doubt.value == state.answers.get(item.path):
                return state, ()
            return _ask(form, state, view, item, doubt, Say(one.reason, {**one.facts}))
    codes = next((one.options for one in ways if one.options and item.choices), ())
    if codes:
        indexes = tuple(i for i, c in enumerate(item.choices) if c.code in codes)
        return _ask(form, state, view, item, Doubt("which", options=indexes))
    return state, ()


def _left_over(form: Form, state: State, view: View, event: Replied) -> Next:
    """Words that add nothing to the answer before: asked about where the open one takes any."""
    item = form.by_path[state.at] if state.at else None
    if not event.shown or item is None or item.reads != "text" or item.kind in MEDIA:
        return state, ()
    text = event.text.strip()
    say = Say("value_meant", {"value": text})
    return _ask(form, state, view, item, Doubt("value", value=text), say)


def _settle(form: Form, state: State, view: View, item: Item, value: Any) -> Next:
    if item.path not in state.answers and state.at == item.path:
        return understood(form, replace(state, doubt=None), view, item, value)
    if state.answers.get(item.path) == value or not view.accepts(item, value):
        return state, ()
    return _quietly(form, view, state, keep(form, state, view, item, value))


def _add_media(form: Form, state: State, view: View, item: Item, event: Replied) -> Next:
    """A further picture belongs to those just sent; words under or after them are not asked for."""
    kept = state.answers.get(item.path)
    more = [one for one in event.media if fits(item.kind, one)]
    if not more or not isinstance(kept, list):
        return state, ()
    return _quietly(form, view, state, keep(form, state, view, item, [*kept, *more]))


def _ask(form: Form, state: State, view: View, item: Item, doubt: Doubt, *first: Effect) -> Next:
    return ask_again(form, replace(state, at=item.path, misses=0, doubt=doubt), view, *first)


def _quietly(form: Form, view: View, before: State, after: Next) -> Next:
    """Return the turn without its message where what is asked, or that all is over, stays."""
    state, effects = after
    saved = tuple(one for one in effects if isinstance(one, Save))
    if before.status is Status.FINISHED and state.status is Status.FINISHED:
        return state, saved
    if not state.at or state.at != before.at:
        return after
    item, now = form.by_path[state.at], View(form, state, view.now)
    if matrix.wording(form, item, view) != matrix.wording(form, item, now):
        return after
    if item.filter is not None and list(view.offered(item)) != list(now.offered(item)):
        return after
    return replace(state, asked=before.asked), saved
