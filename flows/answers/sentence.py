"""Whether a sentence that names a choice says it of the respondent, here and now.

"Sy skrg kerja di PT Maju sbg operator" does; "suami kerja", "mau kerja" and "dulu kerja" do
not. Before the choice only words that are known to leave it as it is may stand, so that whoever
and whatever comes first unheard of is asked about. After it people tell the rest, and only
what turns the meaning counts.
"""

import re
from typing import NamedTuple

from flows.answers import english
from flows.answers.menu import Menu, Span, near_words
from flows.answers.normal import FILLERS, NEGATIONS, once, root, shortened, split
from flows.answers.spelling import vocabulary
from flows.answers.unsettling import SOUGHT, UNSETTLING

LONGEST = 25  # words

_LEADING_IN = (FILLERS - {"bapak"}) | vocabulary(
    "saya sekarang sedang lagi masih sudah baru jadi menjadi sebagai status statusnya pekerjaan"
    " pekerjaanku pekerjaannya kerjaan kerjaanku kegiatan kegiatanku kesibukan kesibukanku"
    " aktivitas aktivitasku profesi profesiku posisi untuk ini pilih memilih milih jawab jawaban"
    " jawabanku jawabannya opsi adalah yaitu langsung akhirnya tetap syukur puji tuhan"
    " allah cuma hanya sehari hari harian kebetulan memang emang aktif full fulltime part time"
    " sibuk ikut punya buka ambil dapat pakai pake lewat melalui dengan dari karena di pada ke"
    " yang dan juga termasuk masuk bagian berupa saat selama sejak mulai kami"
    " pagi siang sore malam selamat wr wb izin menjawab merintis rintis menjalankan jalankan"
    " menekuni melanjutkan lanjut dibiayai biaya mengambil satu umur usia"
    " urus ngurus mengurus jaga menjaga"
    " kerja tempat w so wa urang awak nang"
    " seorang sampai detik sementara anu eee balas respon diterima keterima buruh pekerja tenaga"
    " pegawai karyawan staf"
)
_LEADING_IN |= english.LEADING_IN
_CLAUSE = re.compile(r"[,.;!\n]+")
_JOINING = _LEADING_IN | vocabulary("sama serta plus tambah maupun")
_AT_PLACE = re.compile(r"\b(?:di|dari|pada|selama|ke)(?: \w+){1,2}")
_COUNTED = re.compile(
    r"\b(?:nomor|no) \d+|\b(?:\d+ |se)(?:bulan|tahun|minggu|hari)\b"
    r"|\b(?:bulan|tahun|minggu|hari) ini\b"
)
_NOT_NOW = re.compile(
    r"(?:19|20)\d\d\D{1,9}(?:19|20)\d\d|\bsampai (?!sekarang|saat ini)"
    r"|\bmulai (?:senin|selasa|rabu|kamis|jumat|sabtu|minggu|hari|tanggal|\d)"
    r"|^\W*(?:tempat|hari) kerja\W*$|\bsudah tidak\b|\btidak \w+ lagi\b"
)
_THERE = vocabulary("ada punya cukup banyak")
_KIN = r"(?:kakak|abang|abg|mas|mbak|mba|teteh|akang|uni|om|dek)"
_RELATIVE = re.compile(
    rf"\b{_KIN} (?:saya|kami|ipar|sepupu|kandung)\b|\b(?:ikut|sama|dengan|bareng|bantu) {_KIN}\b"
)
_SINCE = re.compile(
    r"\b(?:sejak|semenjak|setelah|sesudah|begitu|pas|abis|selepas|usai)"
    r" (?:lulus|wisuda|tamat|kelar|selesai|pelatihan|sekolah)(?: (?:kuliah|sekolah|pelatihan|sma"
    r"|smk|s1|d3|kemarin|langsung))?\b"
)

_NEAR = near_words({word: frozenset() for word in UNSETTLING})
_PLAIN = vocabulary(
    "kapal taman salon bekasi ganti panti design desain kamar atasan bisa pasar padang ambil"
    " maret kosan"
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


def settled(menu: Menu, heard: Heard, spans: list[Span], *, bulleted: bool = False) -> bool:
    """Whether nothing beside the match, or the bullet before it, makes it doubtful."""
    if "?" in heard.typed or len(heard.words) > LONGEST:
        return False
    beside = heard.beside(spans)
    if spans and all(heard.words[span.start] in NEGATIONS for span in spans):
        beside = [word for word in beside if word not in SOUGHT]
    if _NOT_NOW.search(heard.typed) or _unsettles(beside):
        return False
    if not spans:
        return True
    if _is_there_after_all(menu, heard, spans):
        return False
    if _may_be_misspelt(menu, heard, spans):
        return False
    clause = heard.clause_of(spans[0])
    if clause > bulleted and not _introduces(heard.words[bulleted:clause]):
        return False
    return _leads_in(heard.words[max(clause, bulleted) : spans[0].start])


def _is_there_after_all(menu: Menu, heard: Heard, spans: list[Span]) -> bool:
    """ "Modal ada" where the choice is that there is none."""
    said = {word for span in spans for word in heard.words[span.start : span.end]}
    if not NEGATIONS.isdisjoint(said) or _THERE.isdisjoint(heard.outside(spans)):
        return False
    labels = [split(menu.labels[code].casefold()) for span in spans for code in span.codes]
    return any(not NEGATIONS.isdisjoint(label) for label in labels)


def are_joined(heard: Heard, spans: list[Span]) -> bool:
    """Whether nothing but "dan" and the like stands between the first match and the last."""
    inside = {at for span in spans for at in range(span.start, span.end)}
    between = range(spans[0].end, spans[-1].start)
    return all(at in inside or heard.words[at] in _JOINING for at in between)


def _may_be_misspelt(menu: Menu, heard: Heard, spans: list[Span]) -> bool:
    """Whether a word beside the match is a slip away from another choice, or from a doubt."""
    rest = [word for word in heard.outside(spans) if word not in _LEADING_IN]
    if menu.is_scale:
        return not all(map(str.isdecimal, rest))
    said = frozenset().union(*(span.codes for span in spans))
    return any(
        _is_slip_of(slip, word)
        for word in rest
        if len(word) > 3 and word not in _PLAIN
        for letters in shortened(word)
        for slip, codes in (*_NEAR.get(letters, ()), *menu.slips.get(letters, ()))
        if not codes or not codes <= said
    )


def _is_slip_of(meant: str, typed: str) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - few words come this near to another

    return 0 < OSA.distance(meant, typed) <= (1 if len(meant) < 8 else 2)


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
    said = _COUNTED.sub(" ", _AT_PLACE.sub(" ", said))
    return all(word in _LEADING_IN or word.isdecimal() for word in said.split())
