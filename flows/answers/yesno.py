"""Yes or no, in the dialects of a chat; what "belum" or "sudah" means depends on the question."""

import re
from functools import lru_cache
from typing import NamedTuple

from flows.answers.dialects import in_indonesian
from flows.answers.menu import menu_of
from flows.answers.normal import FILLERS, core, fold, negates, once, root, shortened, split, stance
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary
from flows.answers.unsettling import UNSETTLING

_ASSENT = vocabulary("ya y oke siap sip betul benar pasti tentu leres yakin jelas sepakat")
_DENIAL = vocabulary("tidak bukan belum jangan no menolak keberatan salah")
_OBJECTING = vocabulary("keberatan menolak")
_HOW_LONG = vocabulary("lama lami hari minggu bulan tahun sebulan setahun seminggu lebih")
_TRUE = vocabulary("benar betul jelas yakin pasti")
_BEFORE_DENIAL = vocabulary("masih tentu pasti kira jelas memang")
_DOUBTED = {"g": False, "n": False, "ud": True, "da": True, "1": True, "2": False}
# True or false only after a "ya" or a "tidak", or where the question has the word.
_PREDICATES = vocabulary(
    "setuju mau boleh bersedia pernah ada punya bisa masih benar betul berminat minat ikut"
    " lanjut sesuai lulus kerja usaha perlu ingin silakan cocok dapat berkenan usah tertarik butuh"
)
_AGREEING = vocabulary("setuju boleh bersedia benar betul silakan berkenan")
_WILLING = vocabulary("mau ingin minat berminat tertarik butuh perlu ikut bisa")
_NATURALLY_YES = vocabulary("setuju boleh bersedia silakan berkenan")
_EMPHASIS = FILLERS - {"ya"} | vocabulary(
    "saya sekali banget sangat kan lagi sama memang emang dah juga kami ini tadi sekarang"
    " sepenuhnya anda yang insya dengan senang hati baik saat karena tuhan puji syukur allah please"
    " thank you tiang"
)
_WISHES = vocabulary(
    "doakan doain doanya doa mohon rejeki rezeki rejekinya rezekinya beruntung hoki maaf sayang"
    " sayangnya sampai detik kerjaan pekerjaan"
)
_NEARLY_DONE = shortened("sudah")
_ACCEPTED = vocabulary("sudah baru keterima diterima lolos mulai")
_HEDGES = vocabulary(
    "mungkin kayaknya sepertinya kayanya keknya kyknya kykny insyaallah inshaallah insya kadang"
    " tapi kalau asal asalkan jika semoga tergantung rasanya kurang agak hampir kali kalik maybe"
    " apa kenapa gimana bagaimana syarat cuma hanya dikit sedikit sebagian setengah separuh"
    " lumayan rada"
)
_EMOJI = dict.fromkeys("👍👌✅✔✓☑🆗🙆💯", " ya ") | dict.fromkeys("👎❌🙅🚫✖", " tidak ")
_NO_OBJECTION = re.compile(
    r"\b(?:tidak|no)(?: (?:ada|jadi))? (?:apa[- ]?apa|apa2|apa|papa|masalah|problem|keberatan"
    r"|menolak|soal)\b"
)
_OBJECTION = re.compile(_NO_OBJECTION.pattern + r"|\b(?:keberatan|menolak)\b")
_OBJECTION_ASKED = re.compile(r"keberatan|masalah|kendala|hambatan|menolak|apa[- ]apa|soal")
_UNDECIDED = re.compile(
    r"\b(?:belum (?:tentu|pasti|tahu)|tidak (?:tentu|pasti|selalu|juga)|tergantung|kadang"
    r"|fifty|antara|kurang (?!lebih|tahu|ingat|yakin)\w+|sudahlah|sudah ah)\b"
)
_LATER = re.compile(
    r"\b(?:belum (?:bisa|sempat|mau|siap|waktunya|sekarang)|nanti|besok|tidak sekarang)\b"
)
_CONSENT_ASKED = re.compile(
    r"\b(?:setuju|bersedia|mau|boleh|ingin|(?:meng|di)?izinkan|berkenan|persetujuan)\b"
)
_DONE_ASKED = re.compile(
    r"\b(?:sudah|pernah\w*|telah|kerja|punya|memiliki|lulus|dapat|mendapat\w*|selesai|menikah)\b"
)
_WORK_ASKED = re.compile(r"\b(?:kerja|pekerjaan)\b")
_ENDED = vocabulary("berhenti keluar resign pindah habis putus")
_WITHOUT_WORK = vocabulary("nganggur menganggur pengangguran masih lagi saya")
_TAG = re.compile(r"\batau (?:belum|tidak|bukan)\b.*")
_SLANTED = re.compile(r"\b(?:tidak|belum|bukan|keberatan|menolak|nganggur|menganggur|atau)\b")
_PARTICLE = re.compile(r"\bya+h?\W*(?:(?:ka+k*|kakak|min|pak|bu|mas|mba\w?|bang)\W*)*$")
_NO = frozenset(("tidak", "bukan", "belum", "no"))
_NUMBER = re.compile(r"\W*(?:(?:no|nomor|pilih|opsi|jawab)\W*)?([12])\W*")
_STILL = re.compile(r"\bmasih\b")


_PLEASE = re.compile(r"\b(maaf|kasih|mohon|tolong|dulu|doain|doakan|doanya) ya\b")
_NO_INDEED = re.compile(r"^\W*ya (?=(?:tidak|belum) (?:lah|dong|kok|deh)\b)")
_LAST_PARTICLE = re.compile(r"(?i)(?<=\w) dah\W*$")  # "kagak dah", not "sudah"
_REMINDED = re.compile(r"^\W*(?:ya kan|(?:kan|tadi) sudah)\W*$")
_YES_DONE = re.compile(r"^\W*ya[,.!]\s*(?=sudah\b)")
_WHO_IS_IT = re.compile(r"^\W*ya\W+(?:halo|hallo|hai)\b")
_OWNED = frozenset({"ada", "punya", "memiliki", "mempunyai", "milik"})


class _Question(NamedTuple):
    text: str
    roots: frozenset[str]


def read(text: str, asked: Asked) -> Reading:
    if asked.choices and (placed := _by_position(text, asked)):
        return placed
    question = _asked(asked.question)
    folded = in_indonesian(fold(_LAST_PARTICLE.sub("", text)))
    folded = _PLEASE.sub(r"\1", _with_emoji(folded))
    folded = _NO_INDEED.sub("", _YES_DONE.sub("", folded))
    if _OBJECTION.search(folded):
        if _OBJECTION_ASKED.search(question.text):
            return reask("yesno_both")
        folded = _NO_OBJECTION.sub(" ya ", folded)
    if reason := _not_yet_said(folded):
        return reask(reason)
    ends_in_ya = bool(_PARTICLE.search(text.casefold()))
    reading = _by_words(split(folded), question, ends_in_ya=ends_in_ya)
    if reading.outcome is not Outcome.SURE:
        reading = _by_first_clause(folded, question) or reading
    if reading.value is not None and (
        "?" in text or _SLANTED.search(question.text) or _REMINDED.search(folded)
    ):
        return _unsure(reading.value)
    return reading


@lru_cache(maxsize=512)
def _asked(question: str) -> _Question:
    text = _TAG.sub("", fold(question)) if question else ""
    words = frozenset(split(text))
    roots = frozenset(map(root, words))
    return _Question(text, roots if words.isdisjoint(_OWNED) else roots | _OWNED)


def _by_position(text: str, asked: Asked) -> Reading | None:
    """ "1" where "1. Ya" was shown."""
    number = _NUMBER.fullmatch(fold(text))
    if number is None or len(asked.choices) != 2:
        return None
    menu = menu_of(asked.choices)
    code = menu.codes[int(number[1]) - 1]
    return sure(value=_NO.isdisjoint((code.casefold(), *split(fold(menu.labels[code]))[:1])))


def _with_emoji(folded: str) -> str:
    if not folded.isascii():
        for emoji, word in _EMOJI.items():
            folded = folded.replace(emoji, word)
    return folded


def _not_yet_said(folded: str) -> str:
    if _WHO_IS_IT.search(folded):
        return "yesno_not_understood"
    if _UNDECIDED.search(folded):
        return "yesno_undecided"
    if _LATER.search(folded):
        return "yesno_not_yet"
    declined = stance(split(folded))
    return declined if declined == "dont_know" else ""


def _by_first_clause(folded: str, question: _Question) -> Reading | None:
    """ "belum, masih cari" says no and why; "sudah, tapi kontrak" is left to be confirmed."""
    head, _, tail = folded.partition(",")
    reading = _by_words(split(head), question)
    explained = split(tail)
    if explained and explained[-1] == "ya":
        explained.pop()
    if not explained or reading.outcome is not Outcome.SURE:
        return None
    if reading.value:
        doubts = _DENIAL | _HEDGES | UNSETTLING
        fits = explained[0] == "di" and "rumah" not in explained
        fits = fits or not question.roots.isdisjoint(map(root, explained))
    else:
        doubts, fits = _HEDGES | _ASSENT | _ACCEPTED, True
    is_slip = any(not _NEARLY_DONE.isdisjoint(shortened(word)) for word in explained)
    return reading if fits and doubts.isdisjoint(explained) and not is_slip else None


def _unsure(value: bool) -> Reading:
    return confirm(value, "yesno_yes_meant" if value else "yesno_no_meant")


def _by_words(words: list[str], question: _Question, *, ends_in_ya: bool = False) -> Reading:
    said = once([word for word in words if word not in _EMPHASIS] or core(words))
    if len(said) == 1 and said[0] in _DOUBTED:
        return _unsure(_DOUBTED[said[0]])
    if _WORK_ASKED.search(question.text) and _says_without_work(said):
        return sure(value=False)
    if "sudah" in said:
        said = [word for word in said if word not in _HOW_LONG and not word.isdecimal()]
    is_plain = _HEDGES.isdisjoint(words)
    for at, word in enumerate(said):
        if word in _DENIAL:
            if ends_in_ya and said[-1] == "ya":  # "belum ya kak", but not "belum iya"
                said.pop()
            return _denied(said, at, question, is_plain=is_plain)
    return _affirmed(said, question, is_plain=is_plain)


def _says_without_work(said: list[str]) -> bool:
    return bool(said) and _WITHOUT_WORK.issuperset(said) and said[-1] != "masih"


def _affirmed(said: list[str], question: _Question, *, is_plain: bool) -> Reading:
    consent = _CONSENT_ASKED.search(question.text)
    allowed = _ASSENT | _AGREEING | (_WILLING if consent else set())
    if not question.text or _DONE_ASKED.search(question.text):
        allowed |= {"sudah"} if said != ["ya", "sudah"] or question.text else set()
    known = is_plain and all(word in allowed or root(word) in question.roots for word in said)
    told = known or (is_plain and not consent and _tells_of_it(said, question))
    if not _ASSENT.isdisjoint(said):
        return sure(value=True) if told and "nganggur" not in said else _unsure(value=True)
    if "sudah" in said:
        if not _ENDED.isdisjoint(said):  # "sudah keluar": of what was asked, or in it no more?
            return reask("yesno_both")
        if _STILL.search(question.text):  # "masih kerja di sana?" "sudah": still, or no more?
            return reask("yesno_not_understood")
        fits = not question.text or _DONE_ASKED.search(question.text)
        certain = told and bool(fits) and not consent
    elif not (_NATURALLY_YES | ({"mau"} if consent else set())).isdisjoint(said):
        certain = known
    elif said and (_PREDICATES.issuperset(said) or told):
        certain = told and not question.roots.isdisjoint(map(root, said))
    else:
        return reask("yesno_not_understood")
    return sure(value=True) if certain else _unsure(value=True)


def _tells_of_it(said: list[str], question: _Question) -> bool:
    """ "sudah kerja di PT Maju": the thing asked comes first, and nothing unsettles the rest."""
    opening = [
        root(word) for word in said if word not in _ASSENT and word not in ("sudah", "masih")
    ]
    if not opening or opening[0] not in question.roots:
        return False
    rest = [word for word in said if root(word) not in question.roots]
    return UNSETTLING.isdisjoint(rest) and not negates(rest)


def _denied(said: list[str], at: int, question: _Question, *, is_plain: bool) -> Reading:
    """One denial, first but for what strengthens or doubts it, and no yes beside it."""
    denial, before = said[at], said[:at]
    after = [word for word in said[at + 1 :] if word not in _WISHES]
    allowed = _HEDGES | _BEFORE_DENIAL | ({"sudah"} if denial == "tidak" else set())
    is_mixed = not (_DENIAL | _ASSENT - _TRUE | {"sudah"}).isdisjoint(after)
    if is_mixed or not allowed.issuperset(before) or denial == "salah":
        return reask("yesno_both")
    is_plain = is_plain and (bool(question.text) or denial not in _OBJECTING)
    certain = is_plain and all(w in _PREDICATES or root(w) in question.roots for w in after)
    if denial == "belum":
        if _CONSENT_ASKED.search(question.text):
            return reask("yesno_not_yet")
        fits = _DONE_ASKED.search(question.text) and not _STILL.search(question.text)
        certain = certain and bool(fits)
    return sure(value=False) if certain else _unsure(value=False)
