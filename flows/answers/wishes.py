"""Wishes to the bot said in a sentence: to be left alone, to skip, to change an answer.

Every pattern is matched against the whole of a folded text or clause, so an answer that holds
the same words is left alone: "tidak usah chat lagi" is a wish, "stop kirim lamaran" is not.
"""

import re

# A wish to be left alone: "jangan"-like first, then writing or calling, nothing unrelated.
_ENOUGH = r"(?:jangan|stop|berhenti|hentikan|tidak usah|tidak perlu|tidak mau|tidak ingin)"
_CONTACT = (
    r"(?:(?:di ?|nge|me|meng)?(?:kirim|hubung|ganggu|kontak|chat|wa|sms|tele(?:po|pho)n|telp?on)"
    r"(?:in|i|kan)?2?|mengirim(?:i|kan)?|ngirimin?|menghubungi|menerima pesan|terima pesan|whatsapp"
    r"|spam\w*|pesan|ngontak|japri|broadcast|blast|dm|teror|langganan|survei|survey|kuesioner"
    r"|kuisioner)"
)
_OBJECT = (
    r"(?:saya|lagi|terus|trs|pesan|pesannya|chat|wa|ini|ke|kirim|nomor|nomorku|sini|apa|apapun"
    r"|survei|survey|kuesioner|kuisioner|via|lewat|sms|telegram|terusan|mulu|hubungi|ganggu|dan"
    r"|atau|seperti|begini|untuk|kepada|semua|dengan|selamanya|melalui|spam|dari|sama|kalian|anda"
    r"|promosi|iklan|info|2)"
)
_SPEAKER = r"(?:(?:saya|minta|mau|ingin|sudah|bisa|ok|oke|stop|berhenti) )*"
_TAKING_PART = r"(?: (?:lagi|ikut|dari|isi|mengisi|ikutan|dapat))*"
_LEFT_ALONE = re.compile(rf"{_SPEAKER}{_ENOUGH}{_TAKING_PART} {_CONTACT}(?: {_OBJECT})*")
_LEFT_ALONE_BECAUSE = re.compile(
    rf"{_SPEAKER}{_ENOUGH} {_CONTACT}(?: {_OBJECT})*? lagi (?:karena|soalnya|saya)\b.*"
)
_BEGGED = re.compile(r"\b(?:mohon|tolong|harap|minta)\b", re.IGNORECASE)
_BEGGED_NOT = re.compile(r"^(?:untuk )?tidak (?:lagi )?")
_NOT_MINE = re.compile(
    r"(?:ini |nomor ini |wa ini )?bukan (?:nomor|nomornya|milik|punya|hp)(?: \w+){1,3}"
)
_SOMEONE_ELSES = re.compile(
    r"(?:ini |sekarang |saya )*(?:nomor|hp|wa) (?:ini )?(?:(?:milik|punya) )?(?:orang (?:tua|lain)"
    r"|ortu|suami|istri|ibu|mama|ayah|bapak|anak|adik|kakak|teman|tetangga|saudara)(?:nya)?"
    r"(?: \w+){0,2}"
)
_BUSY = re.compile(
    r"nanti(?: (?:dulu|lagi|malam|siang|sore|isi|diisi))* (?:sedang|masih|lagi)"
    r" (?:kerja|sibuk|rapat|meeting|di jalan|nyetir|di motor|makan|kuliah|istirahat|shift|repot)"
    r"(?: \w+){0,2}"
)
_BUSY_FIRST = re.compile(
    r"(?:saya )?(?:sedang|masih|lagi) (?:kerja|sibuk|rapat|meeting|di jalan|nyetir|di motor|makan"
    r"|istirahat|repot)(?: \w+)? nanti(?: (?:dulu|lagi|malam|siang|sore|saya|isi|jawab|balas|ya))*"
)
_LATER = re.compile(
    r"(?:nanti|besok)(?: (?:pagi|siang|sore|malam|saja|ya))*(?: saya)?"
    r" (?:jawab|isi|balas|lanjut|lanjutkan|terusin|teruskan)(?: (?:lagi|ya|saja|nanti))*"
)
_CHANGE = re.compile(
    r"(?:(?:saya|mau|ingin|bisa|minta|boleh) )*"
    r"(?:ubah|ganti|ralat|koreksi|perbaiki|edit|revisi|betulkan|betulin|benarkan)"
    r"(?: (?:lagi|dulu))? jawaban(?:ku|nya)?(?: (?:saya|yang|tadi|nomor|no|soal|ke|pertanyaan"
    r"|sebelumnya|pertama|kedua|ketiga|\d{1,2})){0,4}"
)
_SKIP = re.compile(
    r"(?:(?:yang|pertanyaan|soal|ini|itu|saya|mau|boleh|bisa|minta|ingin|ok) )*"
    r"(?:di)?(?:skip|lewati|lewat|lewatin|lewatkan|lompati|next)"
    r"(?: (?:dulu|lagi|yang|pertanyaan|soal|ini|itu|tadi|nomor|no|\d{1,2}))*"
)
_BACK = re.compile(
    r"(?:(?:saya|mau|bisa|boleh|ingin|minta) )*(?:(?:kembali|balik|mundur)(?: lagi)? )?(?:ke )?"
    r"(?:pertanyaan|soal)(?: yang)? (?:tadi|sebelumnya|sebelum ini)"
)
_HINT = re.compile(
    r"jangan|stop|berhenti|hentikan|tidak|bukan|nomor|hp|wa|nanti|besok|jawaban|skip|lewat|lompati|next"
    r"|pertanyaan|soal"
)
_WISHES = (
    (_NOT_MINE, "salah_orang"),
    (_SOMEONE_ELSES, "salah_orang"),
    (_BUSY, "nanti"),
    (_BUSY_FIRST, "nanti"),
    (_LATER, "nanti"),
    (_CHANGE, "ubah"),
    (_SKIP, "lewati"),
    (_BACK, "kembali"),
)


def may_hold_one(folded: str) -> bool:
    """Whether a text has a word that some wish needs; most answers have none."""
    return bool(_HINT.search(folded))


def is_left_alone(clause: str) -> bool:
    """Whether a clause asks for no more messages."""
    return bool(_LEFT_ALONE.fullmatch(clause) or _LEFT_ALONE_BECAUSE.fullmatch(clause))


def begs_to_be_left_alone(text: str, folded: str) -> bool:
    """Whether "mohon tidak menghubungi saya lagi" is said; alone it is a complaint."""
    if not _BEGGED.search(text):
        return False
    return bool(_LEFT_ALONE.fullmatch(_BEGGED_NOT.sub("jangan ", folded, count=1)))


def wish_of(folded: str) -> str:
    """The command a whole message comes to, or "none"."""
    return next((wish for said, wish in _WISHES if said.fullmatch(folded)), "none")
