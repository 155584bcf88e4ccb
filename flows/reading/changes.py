"""Differences between two questionnaires in sentences for the people who review them."""

from collections.abc import Iterable, Iterator, Mapping

from flows import expressions
from flows.expressions import ExpressionError
from flows.model import Form
from flows.reading.compare import Change, Kind
from flows.reading.outline import names_of, numbered
from flows.reading.wording import in_words

_COLUMNS: Mapping[str, str] = {
    "type": "jenis",
    "label": "kata-katanya",
    "hint": "keterangannya",
    "guidance_hint": "bantuannya",
    "relevant": "ditanyakan bila",
    "required": "wajib",
    "constraint": "jawaban harus",
    "constraint_message": "kata-kata bila jawaban tidak diterima",
    "calculation": "hitungannya",
    "appearance": "tampilannya",
    "default": "isian awalnya",
    "choice_filter": "saringan pilihannya",
    "repeat_count": "banyak ulangannya",
    "form_id": "nama kuesioner",
    "version": "versi",
    "form_title": "judul",
    "chat::purpose": "tujuan",
    "chat::closing": "penutup",
    "chat::aliases": "kata lain",
    "chat::short": "label pendek",
    "chat::pii": "data pribadi",
}
_CONDITIONS = ("relevant", "constraint")
_ALWAYS = {"relevant": "(selalu)", "constraint": "(apa saja)"}
_SWITCHES = ("required", "chat::pii")
LONGEST = 160


def said(
    changes: Iterable[Change], before: Form | None = None, after: Form | None = None
) -> Iterator[str]:
    """Yield a line for each change.

    With the forms, skip logic is told in words, and questions have the numbers they have now.
    """
    for change in changes:
        yield _SENTENCES[change.sheet](change, before, after)


def _of_settings(change: Change, _before: Form | None, _after: Form | None) -> str:
    return f"~ {_column(change.column)}: {_cut(change.before)} → {_cut(change.after)}"


def _of_item(change: Change, before: Form | None, after: Form | None) -> str:
    number = numbered(after).get(change.name) if after else None
    name = f"{number}. {change.name}" if number else change.name
    match change.kind:
        case Kind.ADDED:
            return f"+ {name}: {_cut(change.after)}{_standing(change)}"
        case Kind.REMOVED:
            return f"- {name}: {_cut(change.before)}"
        case Kind.MOVED:
            former = f" (dulu {change.before})" if change.before != change.name else ""
            return f"~ {name}{former}: dipindah{_standing(change) or ' ke awal'}"
    was, now = _cut(change.before), _cut(change.after)
    if change.column in _CONDITIONS:
        was = _condition(change.before, before) or _ALWAYS[change.column]
        now = _condition(change.after, after) or _ALWAYS[change.column]
    elif change.column in _SWITCHES:
        was, now = (_switch(one) for one in (change.before, change.after))
    return f"~ {name}: {_column(change.column)}: {was} → {now}"


def _of_choices(change: Change, _before: Form | None, _after: Form | None) -> str:
    where = f"pilihan {change.name}"
    match change.kind, change.code:
        case Kind.ADDED, "":
            return f"+ daftar {where}: {_cut(change.after)}"
        case Kind.REMOVED, "":
            return f"- daftar {where}"
        case Kind.MOVED, _:
            return f"~ {where}: urutannya menjadi {change.after}"
        case Kind.ADDED, code:
            return f"+ {where}: {code} {_cut(change.after)}"
        case Kind.REMOVED, code:
            return f"- {where}: {code} {_cut(change.before)}"
    was, now = _cut(change.before), _cut(change.after)
    return f"~ {where}: {change.code}: {_column(change.column)}: {was} → {now}"


_SENTENCES = {"settings": _of_settings, "survey": _of_item, "choices": _of_choices}


def _standing(change: Change) -> str:
    return f", sesudah {change.place}" if change.place else ""


def _column(column: str) -> str:
    base, _, language = column.partition("::")
    if column in _COLUMNS or base not in _COLUMNS:
        return _COLUMNS.get(column, column)
    return f"{_COLUMNS[base]} ({language})"


def _switch(value: str) -> str:
    return {"yes": "ya", "": "tidak"}.get(value, value)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return "(kosong)"
    return f"“{text}”" if len(text) <= LONGEST else f"“{text[: LONGEST - 1]}…”"


def _condition(source: str, form: Form | None) -> str:
    """Return a condition in words; as written where the form it belongs to is not known."""
    if form is None or not source:
        return source
    paths = {item.path.split("/")[-1]: item.path for item in form.items}
    try:
        compiled = expressions.compile(source, resolve=paths.__getitem__, names=paths)
    except ExpressionError:
        return source
    return in_words(compiled, names_of(form))
