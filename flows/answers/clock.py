"""A time of day as HH:MM: "08.00", "jam 8 pagi", "setengah 9 malam", "pukul 13.30 WITA"."""

import re

from flows.answers.normal import FILLERS, fold, split, stance
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary

_NEUTRAL = FILLERS | vocabulary(
    "jam pukul pkl jm wib wita wit pas tepat hari di pada mulai setiap tiap saya sekitar kira"
    " kurang-lebih sekitaran an dari menit"
)
# Between which hours a part of the day may be meant; what is said in twelve hours is moved there.
_PARTS = {
    "subuh": (3, 6), "pagi": (1, 11), "siang": (10, 15), "sore": (15, 18), "petang": (15, 18),
    "malam": (18, 27), "dini": (0, 4), "am": (0, 11), "pm": (12, 23),
}  # fmt: skip
_PART = re.compile(rf"\b(?:{'|'.join(_PARTS)})\b(?: hari)?")
_APART = re.compile(r"(?<=\d)(?=[^\W\d_])")
_FULL = re.compile(r"(?<!\d)(\d{1,2}) ?[:.] ?(\d{2})(?:[:.]\d{2})?(?!\d)")
_RUN_TOGETHER = re.compile(r"(?<!\d)([01]\d|2[0-3])([0-5]\d)(?!\d)")
_SPOKEN = re.compile(r"\b(?:jam|pukul|pkl) (\d{1,2}) ([1-5]\d)(?!\d)")
_HALF_TO = re.compile(r"\bsetengah (\d{1,2})(?!\d)")
_HALF_PAST = re.compile(r"(?<!\d)(\d{1,2}),5(?!\d)")
_QUARTER = re.compile(r"\bseperempat\b")
_LESS = re.compile(r"(?<!\d)(\d{1,2}) kurang (\d{1,2})(?: menit)?(?!\d)")
_MORE = re.compile(r"(?<!\d)(\d{1,2}) (?:lewat|lebih) (\d{1,2})(?: menit)?(?!\d)")
_HOUR = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_NAMED = {"tengah malam": "00:00", "tengah hari": "12:00", "tengah hari bolong": "12:00"}
_CERTAIN_AS_WRITTEN = frozenset(range(6, 12))  # "8.30" is the morning; "3.30" may be either


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    folded = in_digits(_APART.sub(" ", fold(text)))
    if named := _NAMED.get(" ".join(word for word in split(folded) if word not in _NEUTRAL)):
        meant = confirm(named, "time_meant", value=named.replace(":", "."))
        return meant if "?" in text else sure(named)
    parts = {said.split()[0] for said in _PART.findall(folded)}
    bare = _PART.sub(" ", folded)
    found = _minutes(_QUARTER.sub("15", bare))
    if found is None:
        return reask(stance(split(folded)) or "time_not_understood")
    minutes, certain, rest = found
    if re.search(r"\d", rest):
        return reask("time_two")
    if not 0 <= minutes < 24 * 60:
        return reask("time_not_understood")
    if len(parts) == 1:
        moved = _moved(minutes, parts.pop())
        minutes, certain = (minutes, False) if moved is None else (moved, True)
    certain = certain and not parts and _NEUTRAL.issuperset(split(rest)) and "?" not in text
    value = f"{minutes // 60:02}:{minutes % 60:02}"
    return sure(value) if certain else confirm(value, "time_meant", value=value.replace(":", "."))


def _minutes(text: str) -> tuple[int, bool, str] | None:
    """Minutes since midnight as written, whether only so, and what else the text holds."""
    if found := _FULL.search(text):
        hour, minute = int(found[1]), int(found[2])
        certain = found[1].startswith("0") or hour > 12 or hour in _CERTAIN_AS_WRITTEN
        at = hour * 60 + minute if minute < 60 else -1
    elif found := _RUN_TOGETHER.search(text):
        at, certain = int(found[1]) * 60 + int(found[2]), True
    elif found := _SPOKEN.search(text):
        at, certain = int(found[1]) * 60 + int(found[2]), False
    elif found := _HALF_TO.search(text):
        at, certain = int(found[1]) * 60 - 30, False
    elif found := _HALF_PAST.search(text):
        at, certain = int(found[1]) * 60 + 30, False
    elif found := _LESS.search(text):
        at, certain = int(found[1]) * 60 - int(found[2]), False
    elif found := _MORE.search(text):
        at, certain = int(found[1]) * 60 + int(found[2]), False
    elif found := _HOUR.search(text):
        at, certain = int(found[1]) * 60, int(found[1]) > 12
    else:
        return None
    return at, certain or at >= 13 * 60, text[: found.start()] + " " + text[found.end() :]


def _moved(minutes: int, part: str) -> int | None:
    """The time within its part of the day, or None when it cannot lie there."""
    first, last = _PARTS[part]
    for moved in (minutes, minutes + 12 * 60, minutes + 24 * 60):
        if first * 60 <= moved < (last + 1) * 60 and (moved == minutes or minutes < 13 * 60):
            return moved % (24 * 60)
    return None
