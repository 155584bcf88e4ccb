"""Regular expressions in linear time, whoever wrote them."""

from collections.abc import Callable
from functools import lru_cache

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # re2 would write to stderr itself


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text matches `pattern`, as JavaRosa's `regex()` does.

    Raises:
        ValueError: re2 cannot take the pattern; the message is its reason.
    """
    try:
        match = re2.compile(pattern.encode(), options=_OPTIONS).fullmatch
    except re2.error as error:
        raise ValueError(_reason(error)) from error
    # Bytes, because re2 translates offsets of str for as long as three matches take.
    return lambda text: match(text.encode("utf-8", "surrogatepass")) is not None


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
