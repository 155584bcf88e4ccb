"""Reads a QR code from its modules, by ISO/IEC 18004 and nothing of the library that drew it.

Versions 1 to 15, byte mode. A code is refused unless its error correction words fit its data:
no damage is repaired.
"""

from collections.abc import Iterator

LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
# Table 9, versions 1 to 15: correction words a block, and the number of blocks
CORRECTION = {
    "L": (7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22),
    "M": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24),
    "Q": (13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30),
    "H": (17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24),
}
BLOCKS = {
    "L": (1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6),
    "M": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10),
    "Q": (1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12),
    "H": (1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18),
}
# Table E.1: centres of the alignment patterns
ALIGNMENT = (
    (), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46),
    (6, 28, 50), (6, 30, 54), (6, 32, 58), (6, 34, 62), (6, 26, 46, 66), (6, 26, 48, 70),
)  # fmt: skip


def read(dark: frozenset[tuple[int, int]]) -> tuple[str, str]:
    """Return (what the code says, its level of error correction); `dark` are (column, row)."""
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    dark = frozenset((x - left, y - top) for x, y in dark)
    size = 1 + max(x for x, _ in dark)
    version = (size - 17) // 4
    assert size == 17 + 4 * version
    where = [(8, y) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(x, 8) for x in (7, 5, 4, 3, 2, 1, 0)]
    # Figure 25: bit 14 stands leftmost in row 8, bit 0 on top of column 8
    said = sum(1 << i for i, place in enumerate(where) if place in dark) ^ 0b101010000010010
    level, mask = LEVELS[said >> 13], said >> 10 & 7
    words = list(_words(dark, size, version, mask))
    data = _data(words, CORRECTION[level][version - 1], BLOCKS[level][version - 1])
    bits = "".join(f"{word:08b}" for word in data)
    assert bits[:4] == "0100", "byte mode only"
    width = 8 if version < 10 else 16
    length = int(bits[4 : 4 + width], 2)
    text = bits[4 + width : 4 + width + 8 * length]
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8)).decode(), level


def _words(dark: frozenset[tuple[int, int]], size: int, version: int, mask: int) -> Iterator[int]:
    word, bits = 0, 0
    for x, y in _places(size, version):
        word = word << 1 | ((x, y) in dark) ^ _is_masked(mask, x, y)
        bits += 1
        if bits == 8:
            yield word
            word, bits = 0, 0


def _places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield where data stands: two columns at a time, from the right, up and down in turn."""
    fixed, up = _fixed(size, version), True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(size - 1, -1, -1) if up else range(size):
            yield from ((x, y) for x in (right, right - 1) if (x, y) not in fixed)
        up = not up


def _fixed(size: int, version: int) -> set[tuple[int, int]]:
    def box(left: int, top: int, wide: int, high: int) -> set[tuple[int, int]]:
        return {(x, y) for x in range(left, left + wide) for y in range(top, top + high)}

    places = box(0, 0, 9, 9) | box(size - 8, 0, 8, 9) | box(0, size - 8, 9, 8)
    places |= box(6, 0, 1, size) | box(0, 6, size, 1)
    if version >= 7:
        places |= box(size - 11, 0, 3, 6) | box(0, size - 11, 6, 3)
    centres = ALIGNMENT[version - 1]
    finders = {(6, 6), (6, size - 7), (size - 7, 6)}
    for x, y in {(x, y) for x in centres for y in centres} - finders:
        places |= box(x - 2, y - 2, 5, 5)
    return places


def _is_masked(mask: int, x: int, y: int) -> bool:
    rules = (
        (x + y) % 2, y % 2, x % 3, (x + y) % 3, (x // 3 + y // 2) % 2,
        x * y % 2 + x * y % 3, (x * y % 2 + x * y % 3) % 2, ((x + y) % 2 + x * y % 3) % 2,
    )  # fmt: skip
    return rules[mask] == 0


def _data(words: list[int], correction: int, blocks: int) -> list[int]:
    """Return the data words in order: blocks are dealt out like cards, short ones first."""
    short = len(words) // blocks - correction
    longer = len(words) % blocks
    sizes = [short] * (blocks - longer) + [short + 1] * longer
    dealt: list[list[int]] = [[] for _ in sizes]
    rest = iter(words)
    for i in range(short + 1):
        for block, length in zip(dealt, sizes, strict=True):
            if i < length:
                block.append(next(rest))
    data = [word for block in dealt for word in block]
    for _ in range(correction):
        for block in dealt:
            block.append(next(rest))
    assert all(_fits(block, correction) for block in dealt), "error correction does not fit"
    return data


def _fits(block: list[int], correction: int) -> bool:
    """Whether the block is a Reed-Solomon word: zero at the first powers of two (GF 256, 0x11D)."""
    root = 1
    for _ in range(correction):
        value = 0
        for word in block:
            value = _times(value, root) ^ word
        if value:
            return False
        root = _times(root, 2)
    return True


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product
