"""Long texts in pieces that a provider takes."""

from collections.abc import Callable, Iterator

_BORDERS = ("\n\n", "\n", " ")


def split(
    text: str,
    limit: int,
    size: Callable[[str], int] = len,
    borders: tuple[str, ...] = _BORDERS,
) -> tuple[str, ...]:
    """Return the text in pieces no larger than `limit`, as `size` counts: cut between paragraphs.

    A paragraph too long by itself is cut between lines, or else words: uncut, the provider would
    refuse it, and the person would wait for ever. A blank text has no pieces.
    """
    if size(text) <= limit:
        return (text,) if text.strip() else ()
    if not borders:
        return tuple(_cut(text, limit, size))
    border, *finer = borders
    pieces: list[str] = []
    for part in text.split(border):
        joined = pieces[-1] + border + part if pieces else part
        if pieces and size(joined) <= limit:
            pieces[-1] = joined
        else:
            pieces.extend(split(part, limit, size, tuple(finer)))
    return tuple(pieces)


def utf16(text: str) -> int:
    """Return the length in UTF-16 code units, as Telegram counts: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, limit: int, size: Callable[[str], int]) -> Iterator[str]:
    """Yield a text without borders in pieces as long as may be."""
    start = 0
    while start < len(text):
        end = start + limit
        while (excess := size(text[start:end]) - limit) > 0:
            end = min(end, len(text)) - max(1, excess // 2)
        yield text[start:end]
        start = end
