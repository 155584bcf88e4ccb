"""How people type the words that matter, and what each means.

Written for Lacak. A reply, a label and a question pass through alike, so two words that mean
the same here mean the same in all three. Words of regional languages that could be Indonesian
for something else stand in `flows.answers.dialects`, where only a yes or no is awaited.
"""

import re
from functools import lru_cache

_STRETCHED = re.compile(
    r"([^\W\d_])\1{2,}|([aeiou])\2+(?![^\W_])|(?<=[aeiou])([^\W\d_])\3+(?![^\W_])"
)
_DOUBLE_VOWEL = re.compile(r"([aiueo])\1")
_NUMBER = re.compile(r"\bno\b[. ]{0,2}(?=\d)")  # "no 1" is no English refusal
_VOWELS = re.compile(r"[aiueo]")
_LETTERS = re.compile(r"[^\W\d_]+")
_DOUBLED = re.compile(
    r"\b(?!no|nomor|pilih|opsi|jawab|kelas|semester|bulan|tanggal|tahun|angka|huruf|poin|lantai"
    r"|juta|ribu)([^\W\d_]{3,})2(?=(?:an|in|nya|lah|kan|i|ku|ji|mi)?(?![^\W_]))"
)

# What it means: how people type it, then how some of them say it.
_SPELLINGS = {
    "tidak": "tdk tdak tida tidk tdka tydak ga gak gk gag gx nggak ngga nggk ngak enggak engga"
    " engak ngk kagak kaga kgk ndak nda ndk tak ora orak mboten boten henteu indak idak nyanda"
    " endak not dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt wont wouldnt cant"
    " cannot couldnt",
    "belum": "blm belom blom blum blon bloom blun belon belun belm balum balun blim dereng durung"
    " durong",
    "bukan": "bkn bukn bkan dudu sanes",
    "jangan": "jgn jngn jangn ojo",
    "sudah": "sdh sdah udah udh uda dah sudh suda sudaj udeh ude sampun uwis wis wes uwes",
    "ya": "iya iyah iyap yap yep yup yo yoi yoo iyes iyess yes yess yaps yha iyo iye iyee iyoi"
    " nggih inggih injih enggih nggeh enggeh",
    "oke": "ok okey okay okeh okei oks okedeh okelah okesip oce",
    "saya": "sy sya aku gw gue gua ane ak aq akuh sa abdi kulo kula beta ambo gweh",
    "sekarang": "skrg skrng skr skarang sekrang skg sakarang saiki",
    "kerja": "krj krja kerj bekerja bkrja bkerja bekrja bkrj kerjo kerje karajo gawe begawe begawi"
    " nyambutgawe digawe damel keja",
    "usaha": "ush",
    "wirausaha": "berwirausaha berwiraswasta wiraswasta wirasuasta wiraswata wirausha wiraswasti",
    "kuliah": "kul klh kulia",
    "yang": "yg yng nyang",
    "dengan": "dgn dg",
    "untuk": "utk",
    "sebagai": "sbg sbagai sbgai",
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
    "benar": "bener bnr bner",
    "betul": "btul btl betol betl",
    "setuju": "stuju",
    "boleh": "bole blh",
    "silakan": "silahkan monggo",
    "terima kasih": "makasih terimakasih makasi trims thanks thx tks mksh mksih",
    "tidak apa": "gapapa gpp gppa gakpapa gapapah ngapapa nggapapa gpapa",
    "tidak ada": "gada gaada gakada tiada",
    "tidak mau": "gamau gakmau",
    "tidak tahu": "gatau gatw gtw gaktau gktau",
    "tidak usah": "gausah gakusah",
    "tidak bisa": "gabisa gakbisa",
    "tidak punya": "gapunya gakpunya",
    "ingin": "pengen pingin pgn kepengen pengin",
    "sangat": "sgt sngt",
    "banget": "bgt bngt bgtt",
    "kurang": "krg krng",
    "sampai": "sampe smpe smpai",
    "sedang": "sdg",
    "cuma": "cuman cmn",
    "karena": "krn karna krna",
    "hari": "hr hri",
    "pagi": "pg pgi",
    "malam": "malem mlm mlem",
    "setengah": "stgh stengah setngah stngah",
    "puluh": "pulu plh",
    "belas": "blas",
    "pernah": "prnah prnh pernh",
    "bisa": "bs bsa",
}

# Said of these words in Makassar and Kendari, "belumpi" is no more than "belum".
_PARTICLES = ("mi", "ji", "pi", "mo")
_TAKES_PARTICLES = (
    "tidak",
    "belum",
    "bukan",
    "sudah",
    "ya",
    "ada",
    "kerja",
    "mau",
    "boleh",
    "bisa",
)

# Words that are told by their consonants alone, whatever vowels are left out.
_BY_CONSONANTS = {
    _VOWELS.sub("", word): word
    for word in "sekarang kemarin tanggal perusahaan karyawan wirausaha pelatihan kontrak".split()
}


def unstretched(text: str) -> str:
    """The text without letters drawn out: "iyaaa", "okeee"."""
    return _STRETCHED.sub(r"\1\2\3", text)


def vocabulary(words: str) -> frozenset[str]:
    """The words as `spell` leaves them."""
    return frozenset(unstretched(words).split())


_SPELLED = {typed: meant for meant, forms in _SPELLINGS.items() for typed in vocabulary(forms)}
_SPELLED |= {
    form + particle: meant
    for meant in _TAKES_PARTICLES
    for form in (meant, *vocabulary(_SPELLINGS.get(meant, "")))
    for particle in _PARTICLES
    if len(form) > 2  # "gaji" is a wage, not "ga" with a particle
}


def _spelled(word: re.Match[str]) -> str:
    typed = word[0]
    return _SPELLED.get(typed) or (typed if len(typed) < 4 else _respelled(typed))


@lru_cache(maxsize=4096)
def _respelled(typed: str) -> str:
    """A word with a vowel too many or some too few: "tidaak", "skrang"."""
    closed = _DOUBLE_VOWEL.sub(r"\1", typed)
    if closed != typed and (closed in _SPELLED or closed in _SPELLINGS):
        return _SPELLED.get(closed, closed)
    meant = _BY_CONSONANTS.get(_VOWELS.sub("", typed))
    return meant if meant and len(typed) < len(meant) and typed[0] == meant[0] else typed


def spell(text: str) -> str:
    """A text in lower case with its common words in their usual spelling."""
    text = unstretched(text)
    if "n't" in text:
        text = text.replace("n't", "nt")
    if "no" in text:
        text = _NUMBER.sub("nomor ", text)
    if "2" in text:
        text = _DOUBLED.sub(r"\1-\1", text)
    return _LETTERS.sub(_spelled, text)
