"""What a form asks, item by item, in words: for whoever approves it, on a page or on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.model import Form, Giving, Item, Kind, Template
from flows.reading.conditions import all_in_words
from flows.reading.wording import Names, in_value, in_words
from flows.words import number as number_of

_KINDS: Mapping[Kind, str] = {
    Kind.TEXT: "teks",
    Kind.INTEGER: "angka bulat",
    Kind.DECIMAL: "angka",
    Kind.RANGE: "angka dalam rentang",
    Kind.DATE: "tanggal",
    Kind.TIME: "jam",
    Kind.DATETIME: "tanggal dan jam",
    Kind.SELECT_ONE: "satu pilihan",
    Kind.SELECT_MULTIPLE: "boleh lebih dari satu pilihan",
    Kind.RANK: "pilihan diurutkan",
    Kind.ACKNOWLEDGE: "dibaca lalu disetujui",
    Kind.GEOPOINT: "lokasi",
    Kind.IMAGE: "foto",
    Kind.AUDIO: "rekaman suara",
    Kind.VIDEO: "video",
    Kind.FILE: "berkas",
    Kind.NOTE: "pemberitahuan",
    Kind.CALCULATE: "dihitung",
    Kind.HIDDEN: "sudah diketahui",
    Kind.REPEAT: "bagian yang diulang",
}
_READS = {"money": "rupiah sebulan", "yesno": "ya atau tidak"}
_PRECISIONS = {"month": "bulan dan tahun", "year": "tahun"}
_MORE = "sampai responden menjawab tidak ada lagi"
_GIVING_UP = {
    Giving.SKIP: "dilewati bila jawabannya tidak dipahami",
    Giving.END: "wawancara berakhir bila jawabannya tidak dipahami",
    Giving.INBOX: "petugas membantu bila jawabannya tidak dipahami",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item in words.

    `number` counts questions; 0 is an item that is none. `options` are (code, label). `when`
    says under which condition it is asked, nothing: always; `rule` what an answer must be.
    `more` says what else is special about it, `depth` in how many repeats it stands,
    `is_shown` whether it reaches the respondent (a note does, a calculation does not).
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
    more: tuple[str, ...] = ()
    depth: int = 0
    is_shown: bool = True

    @property
    def name(self) -> str:
        """The last part of the path: what a column of answers is called."""
        return self.path.split("/")[-1]


def outline(form: Form) -> tuple[Entry, ...]:
    """Return every item of a form, in order; what is only noted (`start`, `today`) is not."""
    numbers, names = numbered(form), names_of(form)
    return tuple(
        _entry(form, item, numbers.get(item.path, 0), names) for item in form.items if not item.meta
    )


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
    asking = (item for item in form.items if item.is_answered)
    return {item.path: number for number, item in enumerate(asking, 1)}


def written(template: Template) -> str:
    """Return a text with what is filled in later in brackets: `Apa nama [tempat_apa]?`."""
    parts = enumerate(template.parts)
    return "".join(f"[{part.split('/')[-1]}]" if n % 2 else part for n, part in parts)


def _entry(form: Form, item: Item, number: int, names: Names) -> Entry:
    is_repeat = item.kind is Kind.REPEAT
    return Entry(
        number,
        item.path,
        _kind(item),
        written(item.label),
        written(item.hint),
        () if is_repeat else tuple((one.code, one.label) for one in item.choices),
        all_in_words(item.relevant, names),
        in_words(item.constraint, names) if item.constraint else "",
        item.calculation.source if item.calculation else "",
        item.required and not is_repeat,
        item.pii,
        tuple(_more(form, item, names)),
        len(item.repeats) - is_repeat,
        item.is_asked,
    )


def _more(form: Form, item: Item, names: Names) -> Iterator[str]:
    if item.kind is Kind.REPEAT:
        count = form.repeats[item.path].count
        times = f"sebanyak: {in_value(count, names)}" if count else _MORE
        yield f"diulang {times}"
    if item.bounds is not None:
        least, most, _step = item.bounds
        yield f"dari {number_of(least)} sampai {number_of(most)}"
    if item.filter is not None:
        yield f"pilihan yang tampak: {item.filter.source}"
    if item.required_when is not None:
        yield f"wajib bila {in_words(item.required_when, names)}"
    if item.default is not None:
        yield f"sudah terisi: {in_value(item.default, names)}"
    if item.guidance:
        yield f"bantuan: {written(item.guidance)}"
    if item.confirm:
        yield "jawabannya dipastikan lagi"
    if item.gives_up is not None:
        yield _GIVING_UP[item.gives_up]


def _subject(item: Item, numbers: Mapping[str, int]) -> str:
    number = numbers.get(item.path)
    return f"pertanyaan {number}" if number else f"[{item.path.split('/')[-1]}]"


def _kind(item: Item) -> str:
    if item.kind is Kind.DATE:
        return _PRECISIONS.get(item.precision, "tanggal")
    return (
        _KINDS[item.kind] if item.kind is Kind.REPEAT else _READS.get(item.reads, _KINDS[item.kind])
    )
