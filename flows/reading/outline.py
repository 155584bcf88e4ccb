"""What a form asks, item by item, in words: for whoever approves it, on a page or on paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.model import Form, Item, Kind, Template
from flows.reading.conditions import all_in_words
from flows.reading.wording import Names, in_words

_KINDS: Mapping[str, str] = {
    "text": "teks",
    "integer": "angka",
    "date": "tanggal",
    "select_one": "satu pilihan",
    "select_multiple": "boleh lebih dari satu pilihan",
    "note": "pemberitahuan",
    "calculate": "dihitung",
    "hidden": "sudah diketahui",
}
_READS = {"money": "rupiah sebulan", "yesno": "ya atau tidak"}
_PRECISIONS = {"month": "bulan dan tahun", "year": "tahun"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item in words.

    `number` counts questions; 0 is an item that is none. `options` are (code, label). `when`
    says under which condition it is asked, nothing: always; `rule` what an answer must be.
    """

    number: int
    path: str
    kind: str
    text: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    when: str = ""
    rule: str = ""
    calculation: str = ""
    required: bool = False
    private: bool = False

    @property
    def name(self) -> str:
        """The last part of the path: what a column of answers is called."""
        return self.path.split("/")[-1]


def outline(form: Form) -> tuple[Entry, ...]:
    """Return every item of a form, in order."""
    numbers, names = numbered(form), names_of(form)
    return tuple(_entry(item, numbers.get(item.path, 0), names) for item in form.items)


def names_of(form: Form) -> Names:
    """Return how the items of a form are called in sentences about it."""
    numbers = numbered(form)
    return Names(
        {item.path: _subject(item, numbers) for item in form.items},
        {item.path: {one.code: one.label for one in item.choices} for item in form.items},
        frozenset(item.path for item in form.items if item.kind is Kind.SELECT_ONE),
    )


def numbered(form: Form) -> Mapping[str, int]:
    """Return the number of each question, by path; what asks nothing has none."""
    asking = (item for item in form.items if item.is_asked and item.kind is not Kind.NOTE)
    return {item.path: number for number, item in enumerate(asking, 1)}


def written(template: Template) -> str:
    """Return a text with what is filled in later in brackets: `Apa nama [tempat_apa]?`."""
    parts = enumerate(template.parts)
    return "".join(f"[{part.split('/')[-1]}]" if n % 2 else part for n, part in parts)


def _entry(item: Item, number: int, names: Names) -> Entry:
    return Entry(
        number,
        item.path,
        _kind(item),
        written(item.label),
        written(item.hint),
        tuple((one.code, one.label) for one in item.choices),
        all_in_words(item.relevant, names),
        _rule(item, names),
        item.calculation.source if item.calculation else "",
        item.required,
        item.pii,
    )


def _subject(item: Item, numbers: Mapping[str, int]) -> str:
    number = numbers.get(item.path)
    return f"pertanyaan {number}" if number else f"[{item.path.split('/')[-1]}]"


def _kind(item: Item) -> str:
    if item.kind is Kind.DATE:
        return _PRECISIONS.get(item.precision, "tanggal")
    return _READS.get(item.reads) or _KINDS.get(item.kind, str(item.kind))


def _rule(item: Item, names: Names) -> str:
    return in_words(item.constraint, names) if item.constraint else ""
