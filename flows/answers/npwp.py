"""An NPWP: 15 digits as 99.999.999.9-999.999, or 16, which is the NIK or 0 and the 15.

Since July 2024 a person's NPWP is the NIK (domain/locale_id.yaml).
"""

from flows.answers.nik import LENGTH, digit_runs, is_sample, is_usual
from flows.answers.normal import excuse, fold, split
from flows.answers.reading import Asked, Reading, confirm, reask, sure

_OLD_LENGTH = 15


def read(text: str, asked: Asked) -> Reading:
    numbers = digit_runs(text, least=10)
    if len(numbers) != 1:
        reason = "npwp_two" if numbers else "npwp_not_understood"
        return reask(excuse(split(fold(text))) or reason)
    (npwp,) = numbers
    if len(npwp) not in (_OLD_LENGTH, LENGTH):
        return reask("npwp_length", digits=str(len(npwp)))
    if is_sample(npwp):
        return reask("nik_sample")
    is_old = len(npwp) == _OLD_LENGTH or npwp.startswith("0")
    is_certain = (is_old or is_usual(npwp, asked.today)) and "?" not in text
    return sure(npwp) if is_certain else confirm(npwp, "npwp_unusual")
