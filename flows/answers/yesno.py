"""Yes or no, in the dialects of a chat; what "belum" or "sudah" means depends on the question."""

import re

from flows.answers.menu import UNSETTLING
from flows.answers.normal import FILLERS, core, fold, split, stance, vocabulary
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure

_ASSENT = vocabulary("ya y ok oke okey okay siap sip betul benar pasti tentu hooh leres muhun")
_DENIAL = vocabulary("tidak bukan belum jangan no nope ogah emoh moh menolak keberatan salah")
_TRUE = vocabulary("benar betul")
_BEFORE_DENIAL = vocabulary("masih tentu pasti kira jelas memang")
_DOUBTED = {"g": False, "n": False, "ud": True, "da": True, "1": True, "2": False}
# True or false only after a "ya" or a "tidak", or where the question has the word.
_PREDICATES = vocabulary(
    "setuju mau boleh bersedia pernah ada punya bisa masih benar betul berminat minat ikut"
    " lanjut sesuai lulus kerja bekerja usaha perlu ingin monggo silakan silahkan cocok dapat"
    " berkenan"
)
_NATURALLY_YES = vocabulary("setuju boleh bersedia monggo silakan silahkan berkenan")
_EMPHASIS = FILLERS - {"ya"} | vocabulary(
    "saya sekali banget sangat kan lagi sama memang emang dah kami ini tadi sekarang sepenuhnya"
    " hehe anda insya"
)
_HEDGES = vocabulary(
    "mungkin kayaknya sepertinya kayanya insyaallah inshaallah insya kadang tapi kalau asal"
    " jika semoga tergantung rasanya kurang agak hampir apa kenapa gimana bagaimana"
)
_EMOJI = {"👍": " ya ", "👌": " ya ", "✅": " ya ", "✔": " ya ", "☑": " ya "}
_EMOJI |= {"👎": " tidak ", "❌": " tidak "}
_NO_OBJECTION = re.compile(
    r"\b(?:tidak|no) (?:apa[- ]?apa|apa2|apa|papa|masalah|problem|keberatan|menolak)\b"
)
_OBJECTION = re.compile(_NO_OBJECTION.pattern + r"|\b(?:keberatan|menolak)\b")
_OBJECTION_ASKED = re.compile(r"keberatan|masalah|kendala|hambatan|menolak|apa[- ]apa")
_UNDECIDED = re.compile(
    r"\b(?:belum (?:tentu|pasti|tahu)|tidak (?:tentu|pasti|selalu|juga)|tergantung|kadang"
    r"|fifty|antara)\b"
)
_LATER = re.compile(
    r"\b(?:belum (?:bisa|sempat|mau|siap|waktunya|sekarang)|nanti|besok|tidak sekarang)\b"
)
_CONSENT_ASKED = re.compile(r"\b(?:setuju|bersedia|mau|boleh|ingin|izin\w*|berkenan|persetujuan)\b")
_DONE_ASKED = re.compile(
    r"\b(?:sudah|pernah\w*|telah|bekerja|kerja|punya|memiliki|lulus|dapat|mendapat\w*"
    r"|selesai|menikah)\b"
)
_TAG = re.compile(r"\batau (?:belum|tidak|bukan)\b.*")
_NEGATED_QUESTION = re.compile(r"\b(?:tidak|belum|bukan|keberatan|menolak)\b")


def read(text: str, asked: Asked) -> Reading:
    question = _TAG.sub("", fold(asked.question))
    folded = fold(text)
    for emoji, word in _EMOJI.items():
        if emoji in folded:
            folded = folded.replace(emoji, word)
    if _OBJECTION.search(folded):
        if _OBJECTION_ASKED.search(question):
            return reask("yesno_both")
        folded = _NO_OBJECTION.sub(" ya ", folded)
    if reason := _not_yet_said(folded):
        return reask(reason)
    reading = _by_words(split(folded), question)
    if reading.outcome is not Outcome.SURE:
        reading = _by_first_clause(folded, question) or reading
    if reading.value is not None and ("?" in text or _NEGATED_QUESTION.search(question)):
        return _unsure(reading.value)
    return reading


def _not_yet_said(folded: str) -> str:
    if _UNDECIDED.search(folded):
        return "yesno_undecided"
    if _LATER.search(folded):
        return "yesno_not_yet"
    declined = stance(split(folded))
    return declined if declined == "dont_know" else ""


def _by_first_clause(folded: str, question: str) -> Reading | None:
    """ "belum, masih cari" says no and why; "sudah, tapi kontrak" is left to be confirmed."""
    head, _, tail = folded.partition(",")
    reading = _by_words(split(head), question)
    explained = set(split(tail))
    if not explained or reading.outcome is not Outcome.SURE:
        return None
    doubts = _DENIAL | _HEDGES | (UNSETTLING if reading.value else _ASSENT | {"sudah"})
    return reading if doubts.isdisjoint(explained) else None


def _unsure(value: bool) -> Reading:
    return confirm(value, "yesno_yes_meant" if value else "yesno_no_meant")


def _by_words(words: list[str], question: str) -> Reading:
    echoed = set(split(question))
    said = [word for word in words if word not in _EMPHASIS] or core(words)
    if len(said) == 1 and said[0] in _DOUBTED:
        return _unsure(_DOUBTED[said[0]])
    is_plain = _HEDGES.isdisjoint(words)
    for at, word in enumerate(said):
        if word in _DENIAL:
            certain = is_plain and (_PREDICATES | echoed).issuperset(said[at + 1 :])
            return _denied(word, said[:at], said[at + 1 :], question, certain=certain)
    known = is_plain and (_ASSENT | _PREDICATES | echoed | {"sudah"}).issuperset(said)
    return _affirmed(said, question, echoed, known=known)


def _affirmed(said: list[str], question: str, echoed: set[str], *, known: bool) -> Reading:
    consent = _CONSENT_ASKED.search(question)
    if not _ASSENT.isdisjoint(said):
        return sure(value=True) if known else _unsure(value=True)
    if "sudah" in said:
        certain = known and not consent
    elif not (_NATURALLY_YES | ({"mau"} if consent else set())).isdisjoint(said):
        certain = known
    elif said and _PREDICATES.issuperset(said):
        certain = known and echoed.issuperset(said)
    else:
        return reask("yesno_not_understood")
    return sure(value=True) if certain else _unsure(value=True)


def _denied(
    denial: str, before: list[str], after: list[str], question: str, *, certain: bool
) -> Reading:
    """One denial, first but for what strengthens or doubts it, and no yes beside it."""
    allowed = _HEDGES | _BEFORE_DENIAL | ({"sudah"} if denial == "tidak" else set())
    beside = after[:-1] if after[-1:] == ["ya"] else after  # "belum ya kak"
    is_mixed = not (_DENIAL | _ASSENT - _TRUE | {"sudah"}).isdisjoint(beside)
    if is_mixed or not allowed.issuperset(before) or denial == "salah":
        return reask("yesno_both")
    if denial == "belum":
        if _CONSENT_ASKED.search(question):
            return reask("yesno_not_yet")
        certain = certain and bool(_DONE_ASKED.search(question))
    return sure(value=False) if certain else _unsure(value=False)
