"""One spelling for many: the text of a reply as every reader wants to see it."""

import re
import unicodedata
from functools import lru_cache

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’ʼ`´", "'"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("\ufe0e\ufe0f\u20e3\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad", None),
        **dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)), None),  # skin tones
        "\u2044": "/",
        "½": ",5",
        "🔟": "10",
    }
)
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W_]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}|([^\W\d_])\2+(?![^\W_])")

# What it means: how people type it. Written for Lacak; a reply and a label pass through alike.
_SPELLINGS = {
    "tidak": "tdk tdak tida gak ga gk gag gx nggak ngga nggk ngak enggak engga ngk kagak kaga kgk"
    " ndak nda ndk tak ora mboten henteu",
    "belum": "blm belom blom blum blon bloom blun",
    "bukan": "bkn bukn",
    "jangan": "jgn jngn jangn",
    "sudah": "sdh sdah udah udh uda dah sudh suda",
    "ya": "iya iyah iyap yap yup yo yoi yoo yes yess yaps iyo iye nggih inggih injih",
    "saya": "sy sya aku gw gue gua ane",
    "sekarang": "skrg skrng skr skarang sekrang",
    "kerja": "krj krja kerj",
    "usaha": "ush",
    "kuliah": "kul klh kulia",
    "yang": "yg",
    "dengan": "dgn dg",
    "untuk": "utk",
    "sebagai": "sbg sbagai",
    "dari": "dr",
    "juga": "jg",
    "tapi": "tp tpi tetapi",
    "lagi": "lg lgi",
    "masih": "msh masi",
    "dapat": "dpt dapet",
    "cari": "nyari nyri cri",
    "orang": "org",
    "nomor": "nomer nmr nmor",
    "bulan": "bln buln",
    "tahun": "thn taun",
    "minggu": "mgg mggu minggo",
    "lalu": "lalau llu",
    "kemarin": "kemaren kmrn kmarin kmren kemrin",
    "tanggal": "tgl tggl",
    "nanti": "ntar nti ntr entar",
    "saja": "aja aj ae",
    "kalau": "kalo klo klu",
    "tahu": "tau tw",
    "benar": "bener bnr",
    "setuju": "stuju",
    "terima kasih": "makasih terimakasih makasi trims thanks thx tks mksh",
    "tidak apa": "gapapa gpp gppa gakpapa gapapah ngapapa nggapapa gpapa",
    "tidak ada": "gada gaada gakada",
    "tidak mau": "gamau gakmau",
    "tidak tahu": "gatau gatw gtw gaktau gktau",
    "ingin": "pengen pingin pgn kepengen",
    "sangat": "sgt sngt",
    "banget": "bgt bngt bgtt",
    "kurang": "krg krng",
    "sampai": "sampe smpe smp smpai",
}


def _unstretched(text: str) -> str:
    return _STRETCHED.sub(r"\1\2", text)


def vocabulary(words: str) -> frozenset[str]:
    """The words as `fold` leaves them."""
    return frozenset(_unstretched(words).split())


_SPELLED = {typed: meant for meant, forms in _SPELLINGS.items() for typed in vocabulary(forms)}


NEGATIONS = vocabulary("tidak belum bukan jangan tanpa kecuali selain non")
_SHORT_NEGATION = re.compile(r"bl[eou]*m*|td[ae]*[kq]?|(?:e?n)?g[aeu]*[kgq]*h?|n[dg]+[aeo]*k*")
_ADDRESS = vocabulary(
    "kak kakak ka kaka min admin pak bu bapak mas mbak mba bang abang bro sis gan om hehe hihi"
    " haha hhe hehehe hahaha wkwk wkwkwk wkwkwkwk hm eh oh ah nah maaf permisi halo hallo hai"
    " terima kasih alhamdulillah assalamualaikum mohon tolong"
)
FILLERS = _ADDRESS | vocabulary("ya saja deh dong sih nih tuh lho loh lah kok doang itu")


def _spelled(word: re.Match[str]) -> str:
    return _SPELLED.get(word[0], word[0])


def _plain(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


@lru_cache(maxsize=16)  # a reply is read as a command first, then as an answer
def fold(text: str) -> str:
    """The text in lower case, in usual spelling, with plain digits, dashes and quotation marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
        text = "".join(map(_plain, text))
    return _LETTERS.sub(_spelled, _unstretched(text.casefold()))


def split(folded: str) -> list[str]:
    return _WORD.findall(folded)


def core(words: list[str]) -> list[str]:
    """The words without how we are addressed; particles go too, unless they are all there is."""
    return [word for word in words if word not in FILLERS] or [
        word for word in words if word not in _ADDRESS
    ]


def _shortened(word: str) -> set[str]:
    """The word, and the word with any one letter left out."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


_NEARLY_NEGATIONS = _shortened("belum") | _shortened("tidak") | _shortened("nggak")


def negates(words: list[str]) -> bool:
    """True also for what may be a misspelt "belum" or "tidak": better asked than overheard."""
    return any(
        word in NEGATIONS
        or _SHORT_NEGATION.fullmatch(word)
        or (3 < len(word) < 7 and not _NEARLY_NEGATIONS.isdisjoint(_shortened(word)))
        for word in words
    )


_REFUSED = re.compile(
    r" (?:rahasia|privasi|privacy|no comment|kepo) "
    r"|^ (?:itu |urusan |hal |terlalu |agak |sangat )*(?:pribadi|sensitif) $"
    r"|^ (?:saya )?(?:keberatan|enggan)(?: \w*(?:sebut|jawab)\w*)? $"
    r"|^ (?:saya |lebih baik )*tidak (?:mau|ingin|bersedia|berkenan|nyaman) $"
    r"|\btidak (?:mau|ingin|bersedia|berkenan|nyaman|usah|perlu|bisa|boleh)"
    r" \w*(?:sebut|jawab|kasih|bilang|cerita|isi|tahu)\w* "
)
_UNKNOWN = re.compile(
    r" (?:entah|entahlah|lupa|bingung"
    r"|(?:tidak|kurang|belum) (?:tahu|ingat|inget|hafal|hapal|yakin)) "
)


def stance(words: list[str]) -> str:
    """The reason key of a reply that declines to answer, or the empty string."""
    sentence = f" {' '.join(core(words))} "
    if _REFUSED.search(sentence):
        return "refused"
    return "dont_know" if _UNKNOWN.search(sentence) else ""
