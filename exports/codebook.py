"""What each column of an export means, and what its codes stand for: a row a code."""

from collections.abc import Iterable, Iterator, Sequence

from exports import long
from exports.responses import FIXED, question
from exports.table import Cell, Table
from flows.model import Form, Item, Kind

HEADER = ("kolom", "pertanyaan", "jenis", "wajib", "pribadi", "kode", "label", "versi")
KINDS = {
    Kind.TEXT: "teks",
    Kind.INTEGER: "bilangan bulat",
    Kind.DECIMAL: "bilangan",
    Kind.RANGE: "bilangan dalam rentang",
    Kind.DATE: "tanggal",
    Kind.TIME: "jam",
    Kind.DATETIME: "tanggal dan jam",
    Kind.SELECT_ONE: "satu pilihan",
    Kind.SELECT_MULTIPLE: "beberapa pilihan",
    Kind.RANK: "urutan pilihan",
    Kind.ACKNOWLEDGE: "setuju",
    Kind.GEOPOINT: "titik peta",
    Kind.IMAGE: "foto",
    Kind.AUDIO: "rekaman suara",
    Kind.VIDEO: "video",
    Kind.FILE: "berkas",
}
READS = {
    "money": "rupiah sebulan",
    "place": "kabupaten atau kota",
    "phone": "nomor telepon",
    "email": "surel",
    "nik": "NIK",
    "npwp": "NPWP",
    "yesno": "ya atau tidak",
}
"""What is said of a question by how its answers are read, where that says more."""

MEANT = {
    "id": "Nomor tanggapan",
    "nama": "Nama responden",
    "angkatan": "Angkatan",
    "kejuruan": "Kejuruan atau prodi",
    "pelatihan": "Pelatihan atau program",
    "keadaan": "Sampai di mana: belum, sebagian, selesai, menolak, berhenti, tidak terjangkau",
    "terakhir": "Kapan terakhir berubah, waktu kantor",
    "versi": "Versi kuesioner yang dijawab",
    "butir": "Nama butir; kosong kalau belum menjawab apa pun",
    "pertanyaan": "Bunyi pertanyaan",
    "ke": "Giliran ke berapa, untuk pertanyaan yang ditanyakan berulang",
    "kode": "Kode pilihan",
    "jawaban": "Jawaban; satu baris untuk tiap pilihan",
}


def codebook(forms: Sequence[Form], *, is_long: bool = False) -> Table:
    """Return what the columns of these versions' export mean, the newest wording of each.

    What they are called in the forms' other languages stands behind; exports themselves are in
    the forms' own, whatever the respondents spoke.
    """
    others = tuple(dict.fromkeys(one for form in forms for one in form.languages[1:]))
    said = (f"{column} ({language})" for language in others for column in ("pertanyaan", "label"))
    rows = _rows(forms, long.HEADER if is_long else FIXED, others)
    return Table((*HEADER, *said), rows, "Kamus")


def _rows(
    forms: Sequence[Form], fixed: Sequence[str], others: Sequence[str]
) -> Iterator[Sequence[Cell]]:
    nothing = (None, None) * len(others)
    for name in fixed:
        yield (name, MEANT[name], "", None, None, None, None, None, *nothing)
    newest, versions = _asked(forms)
    for name, (form, item) in newest.items():
        translated = [_translated(form, item, language) for language in others]
        for at, (code, label) in enumerate(_codes(item)):
            yield (
                name, question(item), _kind(item), "ya" if item.required else "tidak",
                "ya" if item.pii else "tidak", code, label, ", ".join(versions[name]),
                *(cell for words, labels in translated for cell in (words, labels[at])),
            )  # fmt: skip


def _translated(form: Form, item: Item, language: str) -> tuple[str | None, list[str | None]]:
    """Return a question and the labels of its choices; none in a language the form has not."""
    if language not in form.translations:
        return None, [None for _code in _codes(item)]
    other = form.spoken(language).by_path[item.path]
    return question(other), [label for _code, label in _codes(other)]


def _asked(forms: Iterable[Form]) -> tuple[dict[str, tuple[Form, Item]], dict[str, list[str]]]:
    """Return each question as last worded, and the versions that ask it, as first met."""
    newest: dict[str, tuple[Form, Item]] = {}
    versions: dict[str, list[str]] = {}
    for form in forms:
        for item in form.asked:
            if item.is_answered:
                newest[item.name] = (form, item)
                asked_in = versions.setdefault(item.name, [])
                if form.version not in asked_in:
                    asked_in.append(form.version)
    return newest, versions


def _codes(item: Item) -> Sequence[tuple[str | None, str | None]]:
    if not item.choices:
        return [(None, None)]
    return [(choice.code, choice.label) for choice in item.choices]


def _kind(item: Item) -> str:
    return READS.get(item.reads) or KINDS[item.kind]
