"""What the fonts inside typst can show: text from anywhere becomes text that prints."""

import unicodedata

UNPRINTABLE = "□"

RANGES = (
    (0x20, 0x7E), (0xA0, 0x2FF),  # Latin with its accents, phonetic and modifier letters
    (0x370, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38E, 0x3A1),  # Greek
    (0x3A3, 0x4FF),  # Greek, Cyrillic
    (0x60C, 0x60C), (0x61B, 0x61B), (0x61F, 0x61F), (0x621, 0x63A), (0x640, 0x655),  # Arabic
    (0x660, 0x66D),
    (0x1E00, 0x1EFF),  # Latin: ḥ, ṣ, Vietnamese
    (0x2010, 0x2027), (0x2030, 0x203E), (0x20A0, 0x20BF),  # dashes, quotation marks, currencies
    (0x2116, 0x2116), (0x2122, 0x2122), (0x2153, 0x215E),  # №, ™, fractions
    (0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2265), (0x25A1, 0x25A1),
)  # fmt: skip
"""Characters each of which Libertinus Serif or DejaVu Sans Mono, both inside the wheel, has."""

_SHOWN = frozenset(chr(code) for first, last in RANGES for code in range(first, last + 1))
_NO_SIGN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Lm", "Me", "Mn", "Sk", "So"})
"""Categories that are left out where no font shows them: controls, marks, emoji. What remains
are letters, digits and punctuation, whose absence a reader must see."""


def printable(text: str) -> str:
    """Return the text as it can be printed, with its line breaks.

    Letters in disguise (`𝓢`, `Ａ`) become plain ones, emoji and control signs are left out, also
    those that turn the direction of writing; a letter that no font has becomes `□`.
    """
    return "".join(map(_sign, unicodedata.normalize("NFC", text.replace("\r\n", "\n"))))


def one_line(text: str, most: int) -> str:
    """Return printable text on one line of at most `most` characters; `…` where it was cut."""
    line = " ".join(printable(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _sign(sign: str) -> str:
    if sign in _SHOWN:
        return "" if unicodedata.category(sign) == "Cf" else sign
    if sign.isspace():
        return "\n" if sign.splitlines() == [""] else " "
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign:
        return "".join(map(_sign, plain))
    return "" if unicodedata.category(sign) in _NO_SIGN else UNPRINTABLE
