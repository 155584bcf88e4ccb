"""Whether a sentence that names a choice says it of the respondent, here and now.

"Sy skrg kerja di PT Maju sbg operator" does; "suami kerja", "mau kerja" and "dulu kerja" do
not. Before the choice only words that are known to leave it as it is may stand, so that whoever
and whatever comes first unheard of is asked about. After it people tell the rest, and only
what turns the meaning counts.
"""

import re
from typing import NamedTuple

from flows.answers.menu import Span
from flows.answers.normal import FILLERS, NEGATIONS, once, root, split
from flows.answers.spelling import vocabulary
from flows.answers.unsettling import UNSETTLING

LONGEST = 25  # words

_LEADING_IN = (FILLERS - {"bapak"}) | vocabulary(
    "saya sekarang sedang lagi masih sudah baru jadi menjadi sebagai status statusnya pekerjaan"
    " pekerjaanku pekerjaannya kerjaan kerjaanku kegiatan kegiatanku kesibukan kesibukanku"
    " aktivitas aktivitasku profesi profesiku posisi untuk ini pilih memilih milih jawab jawaban"
    " jawabanku jawabannya opsi adalah yaitu langsung akhirnya tetap syukur puji tuhan"
    " allah cuma hanya sehari hari harian kebetulan memang emang aktif full fulltime part time"
    " sibuk ikut punya buka ambil dapat pakai pake lewat melalui dengan dari karena di pada ke"
    " yang dan juga termasuk masuk bagian berupa saat selama bulan tahun minggu sejak mulai kami"
    " pagi siang sore malam selamat wr wb izin menjawab merintis rintis menjalankan jalankan"
    " menekuni melanjutkan lanjut dibiayai biaya mengambil satu umur usia"
    " kerja tempat w so wa urang awak nang"
    " sementara anu eee balas respon diterima keterima buruh pekerja tenaga pegawai karyawan staf"
)
_CLAUSE = re.compile(r"[,.;!\n]+")
_AT_PLACE = re.compile(r"\b(?:di|dari|pada|selama|ke)(?: \w+){1,2}")
_BY_NUMBER = re.compile(r"\b(?:nomor|no) \d+")
_NOT_NOW = re.compile(
    r"(?:19|20)\d\d\D{1,9}(?:19|20)\d\d|\bsampai (?!sekarang|saat ini)"
    r"|\bmulai (?:senin|selasa|rabu|kamis|jumat|sabtu|minggu|hari|tanggal|\d)"
)
_KIN = r"(?:kakak|abang|abg|mas|mbak|mba|teteh|akang|uni|om|dek)"
_RELATIVE = re.compile(
    rf"\b{_KIN} (?:saya|kami|ipar|sepupu|kandung)\b|\b(?:ikut|sama|dengan|bareng|bantu) {_KIN}\b"
)
_SINCE = re.compile(
    r"\b(?:sejak|semenjak|setelah|sesudah|begitu|pas|abis|selepas|usai)"
    r" (?:lulus|wisuda|tamat|kelar|selesai|pelatihan|sekolah)(?: (?:kuliah|sekolah|pelatihan|sma"
    r"|smk|s1|d3|kemarin|langsung))?\b"
)


class Heard(NamedTuple):
    """A reply taken apart once, for every way of matching it."""

    typed: str
    words: list[str]
    core: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.core)

    def clause_of(self, span: Span) -> int:
        """At which word the clause with the span begins."""
        begins = 0
        for clause in _CLAUSE.split(self.typed)[:-1]:
            ends = begins + len(once(split(clause)))
            if ends > span.start:
                break
            begins = ends
        return begins

    def beside(self, spans: list[Span]) -> list[str]:
        """The words outside the spans, save a "tapi" that joins two of them."""
        last = max((span.start for span in spans), default=0)
        return [
            word
            for at, word in enumerate(self.words)
            if not any(span.start <= at < span.end for span in spans)
            and not (word == "tapi" and at < last)
        ]

    def outside(self, spans: list[Span]) -> list[str]:
        return [
            word
            for at, word in enumerate(self.words)
            if not any(span.start <= at < span.end for span in spans)
        ]


def settled(heard: Heard, spans: list[Span], *, bulleted: bool = False) -> bool:
    """Whether nothing beside the match, or the bullet before it, makes it doubtful."""
    if "?" in heard.typed or len(heard.words) > LONGEST:
        return False
    if _NOT_NOW.search(heard.typed) or _unsettles(heard.beside(spans)):
        return False
    if not spans:
        return True
    clause = heard.clause_of(spans[0])
    if clause > bulleted and not _introduces(heard.words[bulleted:clause]):
        return False
    return _leads_in(heard.words[max(clause, bulleted) : spans[0].start])


def _unsettles(words: list[str]) -> bool:
    if not any(word in UNSETTLING or root(word) in UNSETTLING for word in words):
        return False
    said = _SINCE.sub(" ", " ".join(words)).split()
    return any(word in UNSETTLING or root(word) in UNSETTLING for word in said)


def _introduces(words: list[str]) -> bool:
    """ "Assalamualaikum kak, saya Dewi," and whatever else one says of oneself first."""
    return "saya" in words or _leads_in([word for word in words if word not in NEGATIONS])


def _leads_in(before: list[str]) -> bool:
    said = " ".join(before)
    if _RELATIVE.search(said):
        return False
    if _LEADING_IN.issuperset(before):
        return True
    said = _SINCE.sub(" ", said)
    said = _BY_NUMBER.sub(" ", _AT_PLACE.sub(" ", said))
    return all(word in _LEADING_IN or word.isdecimal() for word in said.split())
