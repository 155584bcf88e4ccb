"""What English speakers type, in the Indonesian words that the readers know.

The readers are written for Indonesian; an alumna abroad or a foreign supervisor writes "two years
ago", "about 4 million a month", "I don't know". Only what is no Indonesian is put into other
words, and texts pass here as `fold` leaves them: "don't" is "tidak" already, "yes" is "ya".
"""

import re

from flows.answers.spelling import unstretched, vocabulary

_PERIODS = {"day": "hari", "week": "minggu", "month": "bulan", "year": "tahun", "hour": "jam"}
_PERIOD = "|".join(_PERIODS)
_NUMBERS = {
    word: str(n)
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"fifteen": "15", "twenty": "20", "thirty": "30", "fifty": "50", "hundred": "100"}
_SIZES = {"thousand": "ribu", "million": "juta", "mio": "juta", "billion": "miliar"}
_TYPED = {
    **_NUMBERS,
    **_SIZES,
    **{f"{word}s": meant for word, meant in _SIZES.items()},
    **{f"{word}s": meant for word, meant in _PERIODS.items()},
    **_PERIODS,
    **dict.fromkeys(("about", "around", "approximately", "roughly", "circa"), "sekitar"),
    **dict.fromkeys(("until", "till"), "sampai"),
    "yesterday": "kemarin",
    "today": "hari ini",
    "tomorrow": "besok",
    "now": "sekarang",
    "before": "sebelum",
    "after": "sesudah",
    "between": "antara",
    "early": "awal",
    "mid": "pertengahan",
    "late": "akhir",
    "and": "dan",
    "or": "atau",
    "only": "hanya",
    "monthly": "sebulan",
    "weekly": "seminggu",
    "daily": "sehari",
    "hourly": "sejam",
    "yearly": "setahun",
    "annually": "setahun",
    "minimum wage": "umr",
    **dict.fromkeys(("people", "persons", "person"), "orang"),
    **dict.fromkeys(("companies", "company"), "perusahaan"),
    **dict.fromkeys(("applications", "application"), "lamaran"),
}
_WORDS = {unstretched(word): meant for word, meant in _TYPED.items()}
_PHRASES = [
    (re.compile(unstretched(pattern)), meant)
    for pattern, meant in (
        (rf"\b(?:a|an|one) ({_PERIOD}) ago\b", r"1 \1 lalu"),
        (rf"\b({_PERIOD})s? ago\b", r"\1 lalu"),
        (rf"\b(?:last|past|previous) ({_PERIOD})\b", r"\1 lalu"),
        (rf"\bnext ({_PERIOD})\b", r"\1 depan"),
        (rf"\bthis ({_PERIOD})\b", r"\1 ini"),
        (r"\blast ((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)$", r"\1 lalu"),
        (r"\b(?:the )?(?:beginning|start) of\b", "awal"),
        (r"\b(?:the )?middle of\b", "pertengahan"),
        (r"\b(?:the )?end of\b", "akhir"),
        (rf"\bhalf an? ({_PERIOD})\b", r"setengah \1"),
        (r"\b(?:a|an|per|each|every) (hour|day|week|month|year)\b", r"se\1"),
        (r"\bless than\b", "kurang dari"),
        (r"\bmore than\b", "lebih dari"),
        (r"\bat least\b", "minimal"),
        (r"\b(?:up to|at most)\b", "maksimal"),
        (r"\bbetween (\d[\d.,]*) and (?=\d)", r"\1 - "),
        (r"(?<=\d) to (?=\d)", " - "),
        (r"^(?:it )?(?:varies|depends)\b.*", "tidak tentu"),
        (r"^(?:(?:i )?(?:have )?(?:none|nothing|no income|nil)|i tidak have any)(?: yet)?[ .!]*$",
         "tidak ada"),
    )
]  # fmt: skip
_AROUND_A_DATE = re.compile(r"\b(?:in|since|on|from|of|the|it was|started)\b")
_ABOUT_PAY = re.compile(r"\b(?:i|my|is|it|earn|get|make|salary|income|wage|am paid|idr)\b")
_WORD = re.compile(rf"\b(?:se(?:{_PERIOD})|{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b")
_HINT = re.compile(
    rf"\b(?:in|since|on|from|last|next|this|half|les|more|least|most|up|none|nothing|nil|any|varies"
    rf"|depends|income|salary|earn|an?|per|each|every|middle|beginning|start|end|se(?:{_PERIOD})"
    rf"|{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b"
)


def in_indonesian(folded: str) -> str:
    """A folded time or amount in Indonesian words; what is not English stays as it is."""
    if not _HINT.search(folded):
        return folded
    for said, meant in _PHRASES:
        folded = said.sub(meant, folded)
    return _WORD.sub(_meant, folded)


def without_small_words(folded: str, *, of_pay: bool = False) -> str:
    """The text without what English puts around a date, or around what somebody earns."""
    return (_ABOUT_PAY if of_pay else _AROUND_A_DATE).sub(" ", folded)


def _meant(word: re.Match[str]) -> str:
    said = word[0]
    if said.startswith("se") and said[2:] in _PERIODS:
        return f"se{_PERIODS[said[2:]]}"
    return _WORDS[said]


_YES = re.compile(
    r"ya,? (?:please|i am|i do|i have|i would|it is|we are|we do|they are|indeed)"
    r"|i (?:do|am|have|would)|definitely|absolutely|certainly|indeed|gladly|with pleasure"
)
_NO = re.compile(
    r"no,? (?:terima kasih|thank you|i tidak|i a?m not|i am tidak|it is tidak|we tidak)"
    r"|(?:no,? )?i (?:am |do )?tidak|tidak (?:at all|interested|for me)|(?:certainly|absolutely"
    r"|definitely) tidak"
)
_UNDECIDED = re.compile(r"(?:i am |im )?(?:tidak (?:sure|certain)|unsure|undecided)|tidak really")
_THINKING = (
    (re.compile(r"i tidak think so|probably tidak"), "kayaknya tidak"),
    (re.compile(r"i think so|probably|i guess so"), "kayaknya ya"),
)


def yes_or_no(folded: str) -> str:
    """A whole folded reply that is an English yes or no, in Indonesian."""
    said = folded.strip(" .!").replace("i'm", "i am")
    for way, meant in (*_THINKING, (_UNDECIDED, "belum tentu"), (_NO, "tidak"), (_YES, "ya")):
        if way.fullmatch(said):
            return meant
    return folded


UNKNOWN = r"(?:tidak|no) (?:know|remember|recall|idea)|i forgot|forgotten|dunno|idk"
REFUSED = unstretched(
    r"confidential|(?:rather|prefer) tidak(?: to)?|tidak (?:want|wish|like|going) to (?:say|tell"
    r"|answer|share|disclose)|(?:it|that)(?:'?s| is| s) (?:private|secret|personal)"
)
HAS_NONE = r"tidak have|have no(?:ne)?|tidak got"

UNSETTLING = vocabulary(
    "was were used former formerly ago until quit resigned stopped left lost fired laid retired"
    " retiring will want wants wanted wish hope hoping plan planning going soon about start"
    " starting tomorrow future almost nearly seeking applied applying waiting if maybe perhaps"
    " might could would should probably what why husband wife father mother brother sister friend"
    " son daughter child children he she they him her his their no longer but barely hardly"
    " sometimes instead another except"
)
"""English words beside a choice that make it a wish, a memory or someone else's life."""

LEADING_IN = vocabulary(
    "i im am m a an the currently now presently still already just my our status is it at in as"
    " work job it's please s well we are present full time"
)
"""English words that may stand before a choice and leave it as it is."""

COMMANDS = {
    "berhenti": "i want to stop; stop it; no more messages; do not message me; dont message me; do"
    " not write to me; dont write to me; dont contact me; do not contact me again; dont contact me"
    " again; do not message me again; please do not contact me",
    "lewati": "skip this; skip it; skip this question; skip this one; pass on this; next question",
    "kembali": "go back; previous; previous question; back to the previous question; the question"
    " before",
    "bantuan": "i do not understand; i dont understand; what do you mean; what does that mean; i"
    " need help; how does this work",
    "nanti": "not now; maybe later; i am busy; im busy; i'm busy; i am busy now; remind me later;"
    " in a while; not right now",
    "data_saya": "my data; show my data; show me my data; what data do you have",
    "hapus_data": "remove my data; erase my data; delete all my data",
    "salah_orang": "not me; this is not me; this isnt me; you have the wrong person; you have the"
    " wrong number; i am not that person",
    "ubah": "i want to change an answer; change an answer; edit my answer; correct my answer;"
    " change my data; correct my data",
}
"""Whole messages, by the command that each is."""
