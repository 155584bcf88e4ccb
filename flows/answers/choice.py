"""One of the choices: by number, letter, label, alias, code, or a near miss."""

import re

from flows.answers import yesno
from flows.answers.alike import as_typed
from flows.answers.brackets import fallen_in
from flows.answers.menu import Menu, Span, menu_of
from flows.answers.naming import between, by_mark, by_name, chosen, hear, unsure
from flows.answers.normal import NEGATIONS, core, negates, split, stance
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Outcome, Reading, reask, sure
from flows.answers.sentence import LONGEST, Heard, settled

_ORDINALS = (
    *("pertama", "kedua", "ketiga", "keempat", "kelima"),
    *("keenam", "ketujuh", "kedelapan", "kesembilan", "kesepuluh"),
)
_ORDINAL = {word: str(n) for n, word in enumerate(_ORDINALS, 1)} | {"kesatu": "1"}
_COUNTED = (
    *("siji hiji sabijo one", "loro duo two", "telu tilu tigo three", "papat opat ampek four"),
    *("limo five", "enem genep anam six", "pitu tujuah seven"),
)
_ORDINAL |= {word: str(n) for n, words in enumerate(_COUNTED, 1) for word in words.split()}
_CALLED = (
    r"(?:saya|jawab|jawaban|jawabannya|jawabanku|jwb|jwbn|pilih|pilihan|pilihannya|memilih|milih"
    r"|opsi|option|nomor|no|urut|angka|huruf|poin|point|yang|ke|adalah|cuma|hanya|oke)"
)
_POSITION = re.compile(rf"(?:{_CALLED} ?)*(\d{{1,4}})")
_LETTER = re.compile(rf"(?:{_CALLED} )*([a-z])")
_POSITIONS = re.compile(r"\d{1,2}(?: (?:(?:dan|atau|sama|serta|juga) )?\d{1,2})+")
_END = re.compile(
    rf"(?:{_CALLED} )*(?:di )?(?:paling (?:(?P<first>atas|awal)|bawah|akhir|buncit)"
    r"|(?<=yang )terakhir)"
)
_WORDS_ALONE = frozenset("gykntq")  # "g" is also "gak", "y" also "ya"
_BULLET = re.compile(r"\s*(?:(\d{1,2})(?:\s*[.):=-]+\s*|\s+)|([a-z])[.)]\s*)(?=\D)")
_RANGE = re.compile(r"\W*\d{1,2} ?- ?\d{1,2}\W*")
_NEGATIVE = re.compile(r"\s*-\d")
_VOWEL = re.compile(r"[aiueo]")
_DECIMAL = re.compile(r"\d[.,]\d")


def read(text: str, asked: Asked) -> Reading:
    menu = menu_of(asked.choices)
    if (code := menu.shown_at(text)) is not None:
        return sure(code)
    heard = hear(text)
    if not heard.core:
        return reask("choice_not_understood")
    return (
        by_position(menu, heard)
        or by_name(menu, heard)
        or _by_yes_or_no(menu, heard, text, asked)
        or _by_end(menu, heard)
        or _by_sentence(menu, heard)
        or by_mark(menu, heard)
        or _by_bracket(menu, heard)
        or by_likeness(menu, heard)
        or _not_understood(menu, heard)
    )


def by_position(menu: Menu, heard: Heard) -> Reading | None:
    """The number or letter shown, unless a label bearing that number says another."""
    if _NEGATIVE.match(heard.typed):
        return None
    text = in_digits(" ".join(_ORDINAL.get(word, word) for word in heard.core))
    if found := _POSITION.fullmatch(text):
        number = int(found[1])
        named = menu.exact.get(heard.text, frozenset())
        return _at(menu, number, named | menu.numbers.get(number, frozenset()), heard)
    if _POSITIONS.fullmatch(text) and not _DECIMAL.search(heard.typed):
        begun = menu.beginnings.get(heard.text, frozenset())
        if len(begun) == 1 and _RANGE.fullmatch(heard.typed):  # "3-5" of "3 - 5 juta"
            return chosen(menu, heard, *begun)
        positions = [int(number) for number in re.findall(r"\d+", text)]
        codes = frozenset(menu.codes[at - 1] for at in positions if 0 < at <= len(menu.codes))
        if len(codes) == 1 and len(set(positions)) == 1:  # "1 (satu)"
            return _at(menu, positions[0], codes, heard)
        return between(menu, codes) if len(codes) > 1 else None
    if (found := _LETTER.fullmatch(text)) and text not in menu.exact:
        return _by_letter(menu, found[1], heard)
    return None


def _by_end(menu: Menu, heard: Heard) -> Reading | None:
    """ "Yang terakhir", "paling atas": an end of the list, if no choice is called so."""
    end = _END.fullmatch(heard.text)
    if end is None or any(heard.core[-1] in name.split() for name in menu.exact):
        return None
    return chosen(menu, heard, menu.codes[0 if end["first"] else -1])


def _at(menu: Menu, position: int, named: frozenset[str], heard: Heard) -> Reading:
    inside = 0 < position <= len(menu.codes)
    codes = named | {menu.codes[position - 1]} if inside else named
    if not codes:
        return reask("choice_out_of_range", max=str(len(menu.codes)))
    return chosen(menu, heard, *codes) if len(codes) == 1 else between(menu, codes)


def _by_letter(menu: Menu, letter: str, heard: Heard) -> Reading | None:
    if _letter(letter) > len(menu.codes):
        return None
    code = menu.codes[_letter(letter) - 1]
    return unsure(menu, code) if letter in _WORDS_ALONE else chosen(menu, heard, code)


def _by_bracket(menu: Menu, heard: Heard) -> Reading | None:
    codes = fallen_in(menu.brackets, heard.typed) if menu.brackets else frozenset()
    if not codes:
        return None
    return between(menu, codes) if len(codes) > 1 else chosen(menu, heard, *codes)


def _by_yes_or_no(menu: Menu, heard: Heard, text: str, asked: Asked) -> Reading | None:
    """ "Nggih" where the labels are "Ya" and "Tidak"."""
    if menu.said is None:
        return None
    reading = yesno.read(text, Asked((), asked.today, asked.question))
    if reading.outcome is not Outcome.SURE or (reading.value and negates(heard.words)):
        return None  # "gapapa" is a yes to some questions only
    return sure(menu.said[not reading.value])


def _by_sentence(menu: Menu, heard: Heard) -> Reading | None:
    spans = menu.spans(heard.words)
    if not spans:
        return None
    agreed = frozenset.intersection(*(span.codes for span in spans))
    if negates(heard.outside(spans)) and not _says_no_first(menu, heard, spans, agreed):
        return reask("choice_negated")
    bulleted = _bulleted(menu, heard, spans)
    if bulleted & agreed:
        agreed = bulleted
    if len(agreed) != 1:
        return between(menu, frozenset.union(*(span.codes for span in spans)))
    if bulleted - agreed:
        return between(menu, agreed | bulleted)
    (code,) = agreed
    is_settled = settled(menu, heard, spans, bulleted=bool(bulleted))
    return sure(code) if is_settled else unsure(menu, code)


def _bulleted(menu: Menu, heard: Heard, spans: list[Span]) -> frozenset[str]:
    """The choice whose number or letter stands before its name: "6. belum bekerja"."""
    bullet = spans[0].start == 1 and _BULLET.match(heard.typed)
    if not bullet:
        return frozenset()
    position = int(bullet[1]) if bullet[1] else _letter(bullet[2])
    return frozenset(menu.codes[position - 1 : position]) if position > 0 else frozenset()


def _says_no_first(menu: Menu, heard: Heard, spans: list[Span], codes: frozenset[str]) -> bool:
    """ "Belum kak, masih cari": a no of its own, before a choice that itself says no."""
    clause = heard.clause_of(spans[0])
    outside = heard.outside(spans)
    if not clause or negates(outside[clause:]) or not NEGATIONS.issuperset(core(outside[:clause])):
        return False
    return all(negates(split(as_typed(menu.labels[code]))) for code in codes)


def _letter(letter: str) -> int:
    return ord(letter) - ord("a") + 1


def by_likeness(menu: Menu, heard: Heard) -> Reading | None:
    """A slip of the thumb; another number or negation in the name is no slip."""
    text = heard.text
    if not 5 <= len(text) <= 60:
        return None
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most replies never need it

    close = process.extract(text, menu.exact.keys(), scorer=fuzz.ratio, score_cutoff=80, limit=8)
    marks = _marks(text)
    best: dict[str, float] = {}
    for name, score, _ in close:
        if _marks(name) == marks:
            for code in menu.exact[name]:
                best[code] = max(best.get(code, 0), score - 10 * (name[0] != text[0]))
    ranked = sorted(best, key=best.__getitem__, reverse=True)
    if not ranked:
        return None
    if len(ranked) > 1 and best[ranked[0]] - best[ranked[1]] < 8:
        return between(menu, frozenset(ranked[:2]))
    is_word = bool(_VOWEL.search(text))  # "pkwtr" may be any of its kind
    is_slip = is_word and best[ranked[0]] >= 88 and settled(menu, heard, [])
    return sure(ranked[0]) if is_slip else unsure(menu, ranked[0])


def _marks(name: str) -> list[str]:
    """What must be the same in two names for one to be a slip of the other."""
    return [word for word in name.split() if word in NEGATIONS or not word.isalpha()]


def _not_understood(menu: Menu, heard: Heard) -> Reading:
    if declined := stance(heard.words):
        return reask(declined)
    if negates(heard.words):
        return reask("choice_negated")
    codes = _by_number(menu, heard) or _by_one_word(menu, heard)
    if len(codes) > 1:
        return between(menu, codes)
    return unsure(menu, *codes) if len(codes) == 1 else reask("choice_not_understood")


def _by_number(menu: Menu, heard: Heard) -> frozenset[str]:
    """The choices whose labels have the number: "3 bulan" may be in "1 - 3" and in "3 - 6"."""
    numbers = [int(word) for word in heard.words if word.isdecimal() and len(word) < 5]
    if len(numbers) != 1:
        return frozenset()
    return menu.numbers.get(numbers[0], frozenset())


def _by_one_word(menu: Menu, heard: Heard) -> frozenset[str]:
    """The choices a misspelt word of a sentence may name."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most replies never need it

    codes: frozenset[str] = frozenset()
    for word in heard.words[:LONGEST]:
        near = process.extractOne(word, menu.exact.keys(), scorer=fuzz.ratio, score_cutoff=86)
        if near and len(word) >= 5 and _marks(near[0]) == _marks(heard.text):
            codes |= menu.exact[near[0]]
    return codes
