"""Whether a sentence that names a choice says it of the respondent, here and now.

"Sy skrg kerja di PT Maju sbg operator" does; "suami kerja", "mau kerja" and "dulu kerja" do
not. Before the choice only words that are known to leave it as it is may stand, so that whoever
and whatever comes first unheard of is asked about. After it people tell the rest, and only
what turns the meaning counts.
"""

import re
from typing import NamedTuple

from flows.answers.menu import Span
from flows.answers.normal import FILLERS
from flows.answers.spelling import vocabulary

LONGEST = 25  # words

# What stands by a choice and makes it a wish, a memory, a question or someone else's life.
UNSETTLING = vocabulary(
    "dulu dulunya dahulu pernah mantan eks bekas mau ingin akan bakal rencana rencananya niat"
    " calon kalau jika semoga berhenti resign keluar habis selesai phk cari mencari lamar"
    " melamar ngelamar lamaran butuh nunggu menunggu tunggu gagal hampir siap mungkin kayaknya"
    " sepertinya kayanya entah besok nanti kadang apa apakah gimana bagaimana maksudnya mana"
    " kenapa suami istri ortu ayah bapak teman keluarga anak adik kurang agak sangat lumayan"
    " cukup sedikit setengah semi terlalu paling antara atau bantu lowongan pelatihan alasan"
    " tergantung bingung tutup bangkrut dipecat pecat nganggur pengangguran lulusan biasa banget"
    " sekali saudara tetangga depan"
    " persiapan daftar mendaftar tes test seleksi coba mencoba tua orangtua sendiri stop off cuti"
    " pensiun putus diberhentikan dirumahkan lepas malas males susah sulit sempat tadinya awalnya"
    " sebelumnya terakhir lalu kemarin harap berharap doakan minta info loker panggilan interview"
    " wawancara lulus tamat wisuda kelar beres drop bukannya ditolak pindah libur bosan bosen capek"
)
_LEADING_IN = FILLERS | vocabulary(
    "saya sekarang sedang lagi masih sudah baru jadi menjadi sebagai status statusnya pekerjaan"
    " pekerjaanku pekerjaannya kerjaan kerjaanku kegiatan kegiatanku kesibukan kesibukanku"
    " aktivitas aktivitasku profesi profesiku posisi untuk ini pilih memilih milih jawab jawaban"
    " jawabanku jawabannya opsi nomor no adalah yaitu langsung akhirnya tetap syukur puji tuhan"
    " allah cuma hanya sehari hari harian kebetulan memang emang aktif full fulltime part time"
    " sibuk ikut punya buka ambil dapat pakai pake lewat melalui dengan dari karena di pada ke"
    " yang dan juga termasuk masuk bagian berupa saat selama bulan tahun minggu sejak mulai kami"
    " pagi siang sore malam selamat wr wb izin menjawab merintis rintis menjalankan jalankan"
    " menekuni melanjutkan lanjut dibiayai biaya mengambil satu umur usia"
    " kerja tempat w so wa urang awak nang"
)
_AT_PLACE = re.compile(r"\b(?:di|dari|pada|selama|per|ke)(?: \w+){1,2}")
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
    outside = heard.outside(spans)
    if not UNSETTLING.isdisjoint(outside):
        said = _SINCE.sub(" ", " ".join(outside)).split()
        if not UNSETTLING.isdisjoint(said):
            return False
    return _leads_in(heard.words[bulleted : spans[0].start] if spans else [])


def _leads_in(before: list[str]) -> bool:
    if _LEADING_IN.issuperset(before):
        return True
    said = _SINCE.sub(" ", " ".join(before))
    said = _AT_PLACE.sub(" ", said)
    return all(word in _LEADING_IN or word.isdecimal() for word in said.split())
