"""Thanks and nods: messages that need no answer by staff."""

import re

from flows.answers.normal import fold

_WORDS = frozenset(
    """
    ok oke okay okey sip siap baik baiklah ya iya yo yup yes terima kasih terimakasih makasih
    makasi trims thanks thank you thx tq trimakasih banyak sama sama2 sama-sama kak kakak bu pak
    min admin bapak ibu mantap mantul aamiin amin alhamdulillah halo hai hi hallo assalamualaikum
    waalaikumsalam wassalamualaikum selamat pagi siang sore malam noted dong deh nih juga sudah
    udah sekali lagi senang membantu sukses selalu semangat
    """.split()
)


def is_courtesy(text: str) -> bool:
    """Whether a message only greets, nods or thanks; emoji alone do too."""
    words = re.findall(r"\w[\w-]*", fold(text))
    return all(word in _WORDS for word in words)
