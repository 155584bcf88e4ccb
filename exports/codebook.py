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
    """Return what the columns of these versions' export mean, the newest wording of each."""
    return Table(HEADER, _rows(forms, long.HEADER if is_long else FIXED), "Kamus")


def _rows(forms: Sequence[Form], fixed: Sequence[str]) -> Iterator[Sequence[Cell]]:
    for name in fixed:
        yield (name, MEANT[name], "", None, None, None, None, None)
    newest, versions = _asked(forms)
    for name, item in newest.items():
        for code, label in _codes(item):
            yield (
                name, question(item), _kind(item), "ya" if item.required else "tidak",
                "ya" if item.pii else "tidak", code, label, ", ".join(versions[name]),
            )  # fmt: skip


def _asked(forms: Iterable[Form]) -> tuple[dict[str, Item], dict[str, list[str]]]:
    """Return each question as last worded, and the versions that ask it, as first met."""
    newest: dict[str, Item] = {}
    versions: dict[str, list[str]] = {}
    for form in forms:
        for item in form.asked:
            if item.is_answered:
                newest[item.name] = item
                asked_in = versions.setdefault(item.name, [])
                if form.version not in asked_in:
                    asked_in.append(form.version)
    return newest, versions


def _codes(item: Item) -> Iterable[tuple[str | None, str | None]]:
    if not item.choices:
        return [(None, None)]
    return [(choice.code, choice.label) for choice in item.choices]


def _kind(item: Item) -> str:
    return READS.get(item.reads) or KINDS[item.kind]
