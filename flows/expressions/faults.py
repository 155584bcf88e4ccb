"""What staff are told when an expression cannot be used: one table of sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

_QUOTED = 40  # characters of their own text repeated back to staff

SENTENCES = {
    "ambiguous_reference": "${{{name}}} dipakai lebih dari satu pertanyaan. "
    "Beri nama yang berbeda supaya jelas yang mana.",
    "bad_argument": "fungsi '{name}': isian ke-{place} harus salah satu dari {choices}, "
    "ditulis langsung di dalam tanda kutip.",
    "bad_date": "'{text}' bukan tanggal yang bisa dibaca. Tulis seperti '2026-08-21'.",
    "bad_date_format": "'%{letter}' tidak dikenal dalam format tanggal. Yang bisa: {known}.",
    "bad_lookup": "pencarian instance() ditulis seperti "
    "instance('kota')/root/item[name = ${{kota}}]/label.",
    "bad_reference": "'{text}' bukan rujukan yang benar. Tulis seperti ${{nama_pertanyaan}}.",
    "bad_regex": "pola regex '{text}' tidak bisa dipakai ({reason}). "
    "Pola look-ahead dan rujukan balik tidak didukung.",
    "bare_condition": "{text} sendirian bukan syarat. Kalau maksudnya sudah diisi, "
    "tulis {text} != ''.",
    "bare_name": "'{name}' ditulis tanpa tanda apa pun. Untuk jawaban tulis ${{{name}}}, "
    "untuk kode atau teks tulis '{name}' dalam tanda kutip.",
    "container_reference": "${{{name}}} adalah kelompok, bukan pertanyaan. Kelompok berulang "
    "hanya untuk count(), position() dan indexed-repeat().",
    "empty_expression": "rumusnya masih kosong.",
    "last_saved": "{text} tidak ada di percakapan. Untuk menawarkan jawaban gelombang lalu, "
    "tulis yes di kolom chat::carry.",
    "missing_operand": "rumus terputus sebelum selesai: masih ada isian yang kurang.",
    "nothing_above": "'{text}' hanya untuk position(..), di dalam kelompok berulang.",
    "not_a_choice_name": "fungsi 'jr:choice-name' butuh nama pertanyaan sebagai isian kedua, "
    "misalnya jr:choice-name(${{kota}}, '${{kota}}').",
    "not_a_reference": "fungsi '{name}': isian ke-{place} harus rujukan seperti ${{nama}}.",
    "not_in_repeat": "fungsi '{name}' hanya berarti di dalam kelompok berulang.",
    "not_repeated": "fungsi '{name}': ${{{repeat}}} bukan kelompok berulang yang memuat "
    "${{{field}}}.",
    "not_supported_yet": "fungsi '{name}' belum didukung di percakapan.",
    "path_not_supported": "'{text}' (jalur XPath) tidak bisa dipakai di percakapan. "
    "Rujuk jawaban dengan ${{nama_pertanyaan}}; untuk membagi, pakai div.",
    "quoted_reference": "{text} ada di dalam tanda kutip, jadi akan terbaca sebagai teks biasa. "
    "Keluarkan dari kutip, misalnya concat('Halo ', ${{nama}}).",
    "regex_not_literal": "pola untuk regex() harus ditulis langsung di dalam tanda kutip.",
    "repeated_reference": "${{{name}}} ada di kelompok berulang, jadi jawabannya bisa banyak. "
    "Pakai sum(), count(), min(), max(), join() atau indexed-repeat().",
    "slow_lookup": "daftar '{table}' lebih dari {limit} baris, jadi carilah dengan kuncinya: "
    "instance('{table}')/root/item[name = ${{kota}}]/label.",
    "too_deep": "rumus bersarang lebih dari {limit} tingkat. Pecah menjadi beberapa calculate.",
    "too_long": "rumus ini {length} karakter; paling panjang {limit}. "
    "Pecah menjadi beberapa calculate.",
    "typographic_quote": "tanda kutip miring {text} tidak terbaca. "
    "Ganti dengan kutip lurus: ' atau \".",
    "unbalanced_parenthesis": "tanda kurung '{text}' ini tidak punya pasangan.",
    "unclosed_quote": "tanda kutip {text} ini tidak ditutup.",
    "unexpected_character": "tanda '{text}' tidak dikenal di sini.",
    "unexpected_token": "'{text}' tidak pada tempatnya. Mungkin ada tanda atau kata yang kurang "
    "di depannya.",
    "unknown_column": "kolom '{name}' tidak ada di daftar '{table}'.",
    "unknown_function": "fungsi '{name}' tidak dikenal.",
    "unknown_operator": "tanda '{text}' tidak dikenal di XLSForm.",
    "unknown_reference": "${{{name}}} tidak ada di kuesioner ini.",
    "unknown_table": "daftar '{name}' tidak ada di kuesioner ini. Kalau itu berkas, letakkan "
    "{name}.csv di folder yang sama.",
    "wrong_arity": "fungsi '{name}' butuh {needed} isian, di sini ada {given}.",
}
_WITH_SUGGESTION = " Maksudnya '{suggestion}'?"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing staff must change; `position` is a column of the expression, from 0."""

    code: str
    message: str
    position: int
    suggestion: str | None = None


class ExpressionError(ValueError):
    """An expression that must not be published.

    `faults` holds everything found, in the order of the text; the other
    attributes are those of the first. A text that does not parse has one fault.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.position))
        super().__init__(" ".join(fault.message for fault in self.faults))
        first = self.faults[0]
        self.code, self.message = first.code, first.message
        self.position, self.suggestion = first.position, first.suggestion


def fault(code: str, position: int, suggestion: str | None = None, **facts: object) -> Fault:
    """The fault `code` in a sentence that names `facts`, long ones shortened."""
    sentence = SENTENCES[code] + (_WITH_SUGGESTION if suggestion else "")
    shown = {name: _shorten(fact) for name, fact in facts.items()}
    return Fault(code, sentence.format(suggestion=suggestion, **shown), position, suggestion)


def refusal(
    code: str, position: int, suggestion: str | None = None, **facts: object
) -> ExpressionError:
    """An error with that one fault, for what cannot be read past."""
    return ExpressionError([fault(code, position, suggestion, **facts)])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word staff most likely meant, if any is close."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- only when something is wrong

    by_lower = {name.lower(): name for name in known}
    typed = word.lower()[:_QUOTED]
    close = process.extractOne(typed, list(by_lower), scorer=fuzz.ratio, score_cutoff=70)
    return by_lower[close[0]] if close else None


def _shorten(fact: object) -> object:
    if isinstance(fact, str) and len(fact) > 2 * _QUOTED:
        return fact[:_QUOTED] + "…"
    return fact
