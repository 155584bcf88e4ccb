"""One spelling for many: the text of a reply as every reader wants to see it."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

from flows.answers import english
from flows.answers.spelling import spell, vocabulary

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’ʼ`´", "'"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("\ufe0e\ufe0f\u20e3\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad", None),
        **dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)), None),  # skin tones
        "\u2044": "/",
        **dict.fromkeys("🙏😊😁😄😀🙂😉😇🥰😍❤💪✨🙌👋🤝😃☺🤗😌💕", " "),
        **dict.fromkeys("❌👎🙅🚫✖✗✘", " tidak "),
        "½": ",5",
        "🔟": "10",
    }
)
_WORD = re.compile(r"[^\W_]+")

NEGATIONS = vocabulary("tidak belum bukan jangan tanpa kecuali selain non")
_SHORT_NEGATION = re.compile(r"bl[eou]*m*|td[ae]*[kq]?|(?:e?n)?g[aeu]*[kgq]*h?|n[dg]+[aeo]*k*")
_ADDRESS = vocabulary(
    "kak kakak ka kaka kk min pak bu bapak mas mbak mba bang abang abg bro sis gan om bos"
    " bosku sir kang akang teh teteh neng uni daeng tabe dek gaes guys gess cuy coy sob ndan lae"
    " bli bunda bund kaks hehe hihi"
    " haha hhe hmm hehehe hahaha wkwk wkwkwk wkwkwkwk hm eh oh ah nah maaf permisi halo hallo hai"
    " terima kasih alhamdulillah assalamualaikum mohon tolong"
)
FILLERS = _ADDRESS | vocabulary(
    "ya saja deh dong donk sih si nih ni tuh lho loh lah kok doang itu mah atuh euy toh mi pi ji"
)


def _plain(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


@lru_cache(maxsize=16)  # a reply is read as a command first, then as an answer
def fold(text: str) -> str:
    """The text in lower case, in usual spelling, with plain digits, dashes and quotation marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
        text = "".join(map(_plain, text))
    return spell(text.casefold())


def split(folded: str) -> list[str]:
    return _WORD.findall(folded)


def once(words: list[str]) -> list[str]:
    """The words without repeats in a row: "ragu-ragu" is said once."""
    return [word for word, _ in groupby(words)]


def core(words: list[str]) -> list[str]:
    """The words without how we are addressed; particles go too, unless they are all there is."""
    return [word for word in words if word not in FILLERS] or [
        word for word in words if word not in _ADDRESS
    ]


def shortened(word: str) -> set[str]:
    """The word, and the word with any one letter left out: two words a slip apart share one."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


_NEARLY_NEGATIONS = shortened("belum") | shortened("tidak") | shortened("nggak")


def negates(words: list[str]) -> bool:
    """True also for what may be a misspelt "belum" or "tidak": better asked than overheard."""
    return any(
        word in NEGATIONS
        or _SHORT_NEGATION.fullmatch(word)
        or (3 < len(word) < 7 and not _NEARLY_NEGATIONS.isdisjoint(shortened(word)))
        for word in words
    )


_REFUSED = re.compile(
    r" (?:rahasia|privasi|privacy|no comment|kepo) "
    r"|^ (?:itu |urusan |hal |terlalu |agak |sangat )*(?:pribadi|sensitif) $"
    r"|^ (?:saya )?(?:keberatan|enggan)(?: \w*(?:sebut|jawab)\w*)? $"
    r"|^ (?:saya |lebih baik )*tidak (?:mau|ingin|bersedia|berkenan|nyaman) $"
    r"|\btidak (?:mau|ingin|bersedia|berkenan|nyaman|usah|perlu|bisa|boleh)"
    r" \w*(?:sebut|jawab|kasih|bilang|cerita|isi|tahu)\w* "
    rf"|\b(?:{english.REFUSED})\b"
)
_UNKNOWN = re.compile(
    r" (?:entah|entahlah|lupa|bingung"
    rf"|(?:tidak|kurang|belum) (?:tahu|ingat|inget|hafal|hapal|yakin)|{english.UNKNOWN}) "
)


def stance(words: list[str]) -> str:
    """The reason key of a reply that declines to answer, or the empty string."""
    sentence = f" {' '.join(core(words))} "
    if _REFUSED.search(sentence):
        return "refused"
    return "dont_know" if _UNKNOWN.search(sentence) else ""


_HAS_NONE = re.compile(
    r"\b(?:tidak|belum) (?:ada|punya|memiliki|pakai|pake|bikin|buat|jadi|rekam|terdaftar)\b"
    rf"|\b(?:{english.HAS_NONE})\b"
)


def excuse(words: list[str]) -> str:
    """The reason key of a reply that has nothing to give, or the empty string."""
    if declined := stance(words):
        return declined
    return "has_none" if _HAS_NONE.search(" ".join(words)) else ""


_CLITIC = re.compile(r"(?<=[^\W\d_]{4})(?:nya|ku|mu|lah|kah)$")
_PREFIX = re.compile(
    r"(?:(?:me|pe)(?:n(?=[cdjt])|m(?=[bpf])|ng(?=[ghk]))?|nge|ber|di|ter|per)(?=\w{4})"
)
_SUFFIX = re.compile(r"(?<=\w{4})(?:an|in)$")
_CAUSING = re.compile(r"(?<=\w{4})kan$")
_WHOLE = vocabulary("berusaha perusahaan pekerjaan kerjaan terima perlu diri terus")


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """The word without what grammar adds: "dikerjakan" is "kerja", "menganggur" is "nganggur".

    Good enough to tell that two forms are one word, no more; "berusaha" (to try) is not "usaha".
    """
    bare = _CLITIC.sub("", word)
    if bare in _WHOLE:
        return bare
    begun = _PREFIX.match(bare)
    if begun:
        bare = _CAUSING.sub("", bare[begun.end() :])
    return bare if bare.endswith("kan") else _SUFFIX.sub("", bare)
