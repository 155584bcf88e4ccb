"""What a whole message asks of the bot itself; a sentence that holds such a word asks nothing.

Stopping someone silently is bad, not stopping someone who clearly asked is worse: a wish to be
left alone counts in whatever words, but "saya berhenti kerja" is an answer.
"""

import re

from flows.answers import english
from flows.answers.normal import FILLERS, fold, split
from flows.answers.reading import Asked, Reading, sure
from flows.answers.spelling import vocabulary
from flows.answers.wishes import begs_to_be_left_alone, is_left_alone, may_hold_one, wish_of

_PHRASES = {
    "berhenti": """
        stop; dihentikan; oke stop; ok stop; setop; leave me alone; remove me;
        do not contact me; stop messaging me; stop semua; stopall; berhenti; brenti; berenti;
        hentikan; batal; batalkan;
        unsubscribe; unsub; unreg; cancel; quit; exit; end; berhenti berlangganan; keluar; mau
        berhenti; ingin berhenti; saya mau berhenti; saya ingin berhenti; stop dulu; berhenti
        dulu; tidak mau ikut lagi; tidak mau ikut; saya tidak mau ikut; opt out
    """,
    "mulai": """
        mulai; start; mulai lagi; lanjut; lanjutkan; lanjut lagi; mau mulai; ayo mulai; resume;
        mau lanjut; unstop; aktifkan lagi; continue; go on
    """,
    "lewati": """
        skip; lewat; lewati; lewatkan; lewatin; lompati; lompat; skip dulu; lewat dulu; next;
        pass; lewati pertanyaan; lewati pertanyaan ini; skip pertanyaan; skip pertanyaan ini;
        mau skip
    """,
    "kembali": """
        kembali; balik; mundur; back; sebelumnya; pertanyaan sebelumnya; balik lagi; undo;
        kembali ke pertanyaan sebelumnya; balik ke pertanyaan sebelumnya; kembali ke sebelumnya; mau
        kembali; mau balik
    """,
    "ulang": """
        ulang; ulangi; diulang; ulang lagi; ulangi lagi; ulangi pertanyaan; ulang pertanyaan;
        ulangi pertanyaannya; bisa diulang; ulang dari awal; mulai ulang; mulai dari awal;
        restart; ulangi dari awal; repeat; reset; mau ulang
    """,
    "bantuan": """
        help; help me; bantuan; bantu; minta bantuan; minta tolong; butuh bantuan; butuh bantu;
        tolong; menu; panduan; petunjuk; cara; caranya; gimana caranya; bagaimana caranya;
        caranya gimana; tidak paham; tidak ngerti; tidak mengerti; kurang paham; saya tidak
        paham; saya tidak mengerti; maksudnya; maksudnya apa; apa maksudnya; maksudnya gimana;
        saya butuh bantuan; bantu saya
    """,
    "nanti": """
        nanti; nanti dulu; nanti lagi; nanti lanjut; lain kali; lain waktu; later; sebentar;
        bentar; sebentar lagi; bentar lagi; tunggu; tunggu sebentar; tunggu bentar; sibuk; masih
        sibuk; lagi sibuk; saya sibuk; saya lagi sibuk; saya masih sibuk; lagi di jalan; besok
        saya isi; saya isi besok; besok lagi; nanti malam; nanti sore; nanti siang; saya isi
        nanti; nanti saya isi; nanti saya jawab; belum sempat; isi nanti; siap nanti; oke nanti;
        ok nanti; ya nanti; nanti diisi
    """,
    "data_saya": """
        data saya; lihat data saya; cek data saya; minta data saya; tampilkan data saya; data
        saya apa saja; mau lihat data saya; info data saya; data_saya; datasaya; ingin lihat
        data saya
    """,
    "hapus_data": """
        hapus data saya; hapus data; hapus semua data saya; hapuskan data saya; hapus akun;
        hapus akun saya; hapus nomor saya; delete data; delete data saya; delete my data; data
        saya dihapus; hapus datanya; hapus data data saya; saya mau data saya dihapus; saya
        minta data saya dihapus; hapus semua data; hapus nomor saya dari daftar; hapus data saya
        semua
    """,
    "salah_orang": """
        salah nomor; salah orang; salah sambung; nomor salah; bukan saya; ini bukan saya; itu
        bukan saya; saya bukan orangnya; bukan orangnya; bukan nomornya; wrong number; wrong
        person; anda salah orang; anda salah nomor; kamu salah orang; kamu salah nomor; salah
        kirim; salah alamat; ini salah nomor; sepertinya salah nomor; kayaknya salah nomor; ini
        salah orang; salahnomor
    """,
    "ubah": """
        change; change answer; change my answer;
        ubah; ubah jawaban; ubah jawaban saya; ganti; ganti jawaban; edit; edit jawaban;
        koreksi; ralat; ralat jawaban; koreksi jawaban; mau ubah jawaban; mau ganti jawaban;
        perbaiki jawaban; ingin ubah jawaban; ingin mengubah jawaban; mau mengubah jawaban; mau
        ralat; salah jawab; salah ketik; mau ubah; saya mau ubah jawaban; saya ingin ubah
        jawaban; saya mau ganti jawaban; mengubah jawaban; saya ingin mengubah jawaban; mau
        edit; ubah data; ganti jawaban saya; saya salah jawab
    """,
}
_TELEGRAM = re.compile(r"^\s*/([a-z_]+)(?:@\w+)?\s*$", re.IGNORECASE)
_POLITE = FILLERS - {"tolong", "lagi"} | vocabulary(
    "admin please pls plis plz harap silakan sekarang oke siap ayo ayok yuk gas cus"
)
_CLAUSE = re.compile(r"[.,;!?\n]+")

_WANTING = re.compile(r"(?:saya )?(?:mau|ingin|minta|boleh|bisa)(?: saya)? (?=\w)")
_WANTED = frozenset({"berhenti", "lewati", "ulang", "data_saya", "hapus_data"})
_NOT_WANTED = frozenset({"keluar", "lewat", "lompat", "lompati", "exit", "end", "batal", "pass"})

_EVEN_IN_PASSING = frozenset({"hapus_data", "salah_orang"})


def _key(text: str) -> str:
    words = split(fold(text))
    return " ".join(word for word in words if word not in _POLITE and word != "tolong")


_COMMANDS = {
    _key(phrase) or phrase.strip(): command
    for command, phrases in (*_PHRASES.items(), *english.COMMANDS.items())
    for phrase in phrases.split(";")
}


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    return sure(command_of(text))


def command_of(text: str) -> str:
    """Return the command that a whole message is, `none` mostly."""
    if "/" in text:
        text = _TELEGRAM.sub(r"\1", text)
    if text.strip() == "?":
        return "bantuan"
    key = _key(text)
    if whole := _COMMANDS.get(key):
        return whole
    if not key:
        return "bantuan" if "tolong" in fold(text) else "none"
    return _wanted(key) or _in_passing(text, key)


def _wanted(key: str) -> str:
    """ "Mau stop" is "stop"; "mau keluar" may be of a job."""
    wish = _WANTING.sub("", key, count=1)
    meant = _COMMANDS.get(wish, "") if wish != key and wish not in _NOT_WANTED else ""
    return meant if meant in _WANTED else ""


def _in_passing(text: str, key: str) -> str:
    """The wishes heeded even where the message says more."""
    if begs_to_be_left_alone(text, key):
        return "berhenti"
    parts = _CLAUSE.split(text)
    if len(parts) == 1 and not may_hold_one(key):
        return "none"
    for clause in map(_key, parts) if len(parts) > 1 else (key,):
        if is_left_alone(clause):
            return "berhenti"
        if (meant := _COMMANDS.get(clause)) in _EVEN_IN_PASSING and " " in clause:
            return meant
    return wish_of(key)
