"""The choice a reply names in full: its label, an alias, or most of a label."""

import re

from flows.answers.alike import as_typed
from flows.answers.menu import Menu
from flows.answers.normal import FILLERS, NEGATIONS, core, negates, once, split
from flows.answers.reading import Reading, confirm, reask, sure
from flows.answers.sentence import Heard
from flows.answers.spelling import spell, vocabulary
from flows.answers.unsettling import UNSETTLING

_PARTICLES = FILLERS - {"ya"}
_ACKNOWLEDGED = re.compile(
    r"^\W*(?:(?:oke|siap|baik|baiklah)\W*[,.!]\s*(?=\w)|nomor (?=\d+\W+[a-z]))"
)
_NO_FIRST = re.compile(r"^\W*(?:belum|tidak) (?:ka+k*|kakak|min|pak|bu|mas|mbak?|bang)\b(?=\s+\w)")
_VERY = re.compile(r"(.+?) (?:banget|sama sekali|sekali|amat|pol|parah)")
_POINTING = vocabulary("di dari pada ke yang pilih jawab saya")
_POINTED = re.compile(r"^(?:(?:pilih|pilihan|memilih|milih|jawab|jawaban|yang|opsi) )+")


def hear(text: str) -> Heard:
    folded = _NO_FIRST.sub(r"\g<0>,", _ACKNOWLEDGED.sub("", as_typed(text)))
    words = once(split(folded))
    if len(words) > 1 and words[-1] in {"bos", "admin"}:  # as we are addressed: "kerja bos"
        words.pop()
    return Heard(folded, words, core(words))


def unsure(menu: Menu, code: str) -> Reading:
    return confirm(code, "choice_meant", value=menu.labels[code])


def between(menu: Menu, codes: frozenset[str]) -> Reading:
    options = menu.ordered(codes)
    named = " / ".join(menu.labels[code] for code in options)
    return reask("choice_two_matches", options=options, labels=named)


def by_name(menu: Menu, heard: Heard) -> Reading | None:
    codes = menu.exact.get(" ".join(heard.words))
    if not codes and (codes := menu.exact.get(heard.text)):
        codes |= _named_beside(menu, heard)
    if not codes and "ya" in heard.words:
        codes = menu.exact.get(" ".join(word for word in heard.words if word not in _PARTICLES))
    if codes := codes or _otherwise(menu, heard.text):
        return between(menu, codes) if len(codes) > 1 else chosen(menu, heard, *codes)
    if (very := _VERY.fullmatch(heard.text)) and (codes := menu.exact.get(f"sangat {very[1]}")):
        return between(menu, codes) if len(codes) > 1 else unsure(menu, *codes)
    if codes := menu.endings.get(heard.text):
        return between(menu, codes) if len(codes) > 1 else chosen(menu, heard, *codes)
    codes = menu.beginnings.get(heard.text)
    if not codes or heard.text.isdecimal():
        return None
    if len(codes) > 1:
        return between(menu, codes)
    if _is_most(menu, heard, *codes):
        return chosen(menu, heard, *codes)
    spans = menu.spans(heard.words)
    is_told = spans and not heard.outside(spans) and {span.codes for span in spans} == {codes}
    return chosen(menu, heard, *codes) if is_told else unsure(menu, *codes)


def _otherwise(menu: Menu, text: str) -> frozenset[str] | None:
    """The name pointed at or with other spaces: "yang D3", "wira usaha"."""
    if text.isdecimal():
        return None
    said = _POINTED.sub("", text)
    return menu.exact.get(said) or menu.closed_up.get(spell(said.replace(" ", "")))


def by_mark(menu: Menu, heard: Heard) -> Reading | None:
    """What only one label has: "swasta" of "Perusahaan swasta", "di pemerintah"."""
    said = [word for word in heard.core if word not in _POINTING]
    if not said or menu.is_scale or negates(heard.words) or not UNSETTLING.isdisjoint(said):
        return None
    codes = frozenset.intersection(*(menu.marks.get(word, frozenset()) for word in said))
    codes = codes or menu.marks.get("".join(said), frozenset())
    if len(codes) != 1:
        return None
    (code,) = codes
    label = split(as_typed(menu.labels[code]))
    if not NEGATIONS.isdisjoint(label):
        return None
    return chosen(menu, heard, code) if 3 * len(said) >= len(label) else unsure(menu, code)


def _is_most(menu: Menu, heard: Heard, code: str) -> bool:
    """Whether the words are most of the label: "belum ada modal" of "Belum ada modal usaha"."""
    whole = len(split(as_typed(menu.labels[code])))
    return (
        3 * len(heard.core) >= 2 * whole
        and len(heard.core[-1]) > 3
        and not negates(heard.core[-1:])
    )


def chosen(menu: Menu, heard: Heard, code: str) -> Reading:
    return unsure(menu, code) if "?" in heard.typed else sure(code)


def _named_beside(menu: Menu, heard: Heard) -> frozenset[str]:
    """What a filler would say by itself: "ya" in "ya tidak"."""
    fillers = set(heard.words).difference(heard.core)
    return frozenset().union(*(menu.exact.get(word, ()) for word in fillers))
