"""Yes, no, already and not yet in the languages spoken at home.

Only where a yes or a no is awaited, and only in a short reply: elsewhere "dang" is a name, "io"
a slip and "tara" a place. Written for Lacak; words that also mean something else in Indonesian
("alah", "lah") are left out and asked about.
"""

import re

from flows.answers import english
from flows.answers.spelling import vocabulary

_SAID = {
    "ya": (
        "muhun sumuhun heueuh enya"  # Sunda
        " iye' iyek io umbe oho"  # Makassar, Manado, Muna, Tolaki
        " olo aok enggi engghi iyeh"  # Batak, Sasak, Madura
        " njih hooh heeh he'eh hehem yoa yuhu yeah yea yah sipp siipp syap yuk ayo ayok"
        " yaiyalah iyalah yalah iyadong pastilah gas gasken gaskeun acc deal sah sure correct"
    ),
    "tidak": (
        "teu henteu moal"  # Sunda
        " daong ndang dang lang hana"  # Batak, Karo, Aceh
        " nyandak dak dakdo inda kada kadada"  # Manado, Palembang, Brunei and Banjar
        " tra trada tara seng"  # Papua, Maluku
        " nenten ten ndeq bunten enjek"  # Bali, Sasak, Madura
        " tena taniya tae miina kioki diila"  # Makassar, Toraja, Muna, Tolaki, Gorontalo
        " nope nop never gadulu gakdulu"
    ),
    "belum": (
        "acan teuacan olun alun daongdope langa golom"  # Sunda, Minang, Batak, Karo, Aceh
        " de'pa depa depi ndeqman konden"  # Bugis, Sasak, Bali
    ),
    "sudah": (
        "atos entos geus enggeus so suba dung nunga enggo ampon purami"
        " already done"  # Sunda, Manado, Bali, Batak, Karo, Madura, Bugis
    ),
    "tidak mau": "ogah emoh moh wegah embung hoream",
    "boleh": "mangga silakeun",
}
_PHRASES = {
    "ya": r"he ?[ea]h|ho'? ?oh|hu ?u?h?m+|of course|why tidak|for sure|siap laksanakan",
    "tidak apa": (
        r"(?:tidak|teu) (?:po ?po|opo|nanaon|kunanaon)|rapopo|no (?:problem|prob|worries)"
        r"|santai saja|santuy"
    ),
    "belum": r"teu acan|(?:ndang|dang|daong) dope|tidak yet|alun lai",
    "sudah": r"alah sudah",
}
DENIALS = vocabulary(" ".join(_SAID[no] for no in ("tidak", "belum", "tidak mau")))
"""Every "no" and "not yet"; in a sentence they may be other words, so they only raise a doubt."""

_MEANT = {word: meant for meant, words in _SAID.items() for word in vocabulary(words)}
_AS_ONE = [(re.compile(rf"\b(?:{said})\b"), meant) for meant, said in _PHRASES.items()]
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]*)?")
_LONGEST = 6


def in_indonesian(folded: str) -> str:
    """A short folded reply with its regional yes and no in Indonesian."""
    if folded.count(" ") >= _LONGEST:
        return folded
    folded = english.yes_or_no(folded)
    for said, meant in _AS_ONE:
        folded = said.sub(meant, folded)
    return _WORD.sub(lambda word: _MEANT.get(word[0], word[0]), folded)
