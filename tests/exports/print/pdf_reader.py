"""Reads our own PDFs back: their text, and where every line and every module is drawn.

Enough of ISO 32000 for what typst writes, no more: plain objects, Flate streams, fonts with a
ToUnicode map and two-byte glyphs, and paths of rectangles.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MM = 72 / 25.4
_RECTANGLE = re.compile(rb"([\d.]+) ([\d.]+) m ([\d.]+) [\d.]+ l [\d.]+ ([\d.]+) l [\d.]+ [\d.]+ l")

_CHAR = rb"\\.|[^\\()]"
_INNER = rb"\((?:" + _CHAR + rb"|\((?:" + _CHAR + rb")*\))*\)"
"""Parentheses in a string may stand unescaped where they are balanced."""

_STRING = rb"(?:" + _CHAR + rb"|" + _INNER + rb")*"
_SHOWN = re.compile(
    rb"/(?P<font>f\d+) (?P<size>[\d.]+) Tf|(?P<to>[\d.-]+) [\d.-]+ Tm|(?P<end>EMC)"
    rb"|/ActualText(?:\((?P<means>"
    + _STRING
    + rb")\)|<(?P<meant>\w+)>)>>BDC|\((?P<glyphs>"
    + _STRING
    + rb")\)"
    rb"|<(?P<hex>[0-9A-F]+)>|(?<=[)>\[])(?P<kern>-?[\d.]+)(?=[(<\]])",
    re.DOTALL,
)
"""In a text object: a font, where to go on, what a span of glyphs means, glyphs, a shift."""

_WIDTHS = re.compile(rb"(\d+) (?:(\d+) ([\d.]+)|\[([^\]]*)\])")
"""Widths of a font's glyphs: `first last each`, or `first [one two …]`."""


@dataclass(frozen=True)
class Line:
    """A run of text: its words, and where its baseline begins and ends, in millimetres."""

    words: str
    left: float
    right: float
    top: float
    size: float


@dataclass(frozen=True)
class Drawing:
    """Filled squares: the length of one in millimetres, where the drawing is, which are dark."""

    module: float
    left: float
    top: float
    dark: frozenset[tuple[int, int]]


@dataclass
class Page:
    """What is seen on one page."""

    lines: list[Line] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.words for line in self.lines)


@dataclass(frozen=True)
class _Font:
    words: Mapping[int, str]
    widths: Mapping[int, float]


class Pdf:
    """A PDF as objects by number."""

    def __init__(self, data: bytes) -> None:
        found = re.finditer(rb"^(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL | re.MULTILINE)
        self.objects = {int(one[1]): one[2] for one in found}
        self.catalog = next(one for one in self.objects.values() if b"/Type/Catalog" in one)
        self.pages = [self._page(one) for one in self.objects.values() if _is_page(one)]

    @property
    def text(self) -> str:
        return "\n".join(page.text for page in self.pages)

    def _follow(self, body: bytes, name: bytes) -> bytes:
        found = re.search(rb"/" + name + rb"\s*\[?(\d+) 0 R", body)
        assert found, name
        return self.objects[int(found[1])]

    def _page(self, body: bytes) -> Page:
        resources = self._follow(body, b"Resources")
        fonts = {
            name: self._font(self.objects[int(number)])
            for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        }
        return _read(_stream(self._follow(body, b"Contents")), fonts)

    def _font(self, body: bytes) -> _Font:
        cmap = _stream(self._follow(body, b"ToUnicode"))
        words = {
            int(glyph, 16): bytes.fromhex(word.decode()).decode("utf-16-be")
            for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL)
            for glyph, word in re.findall(rb"<(\w+)> <(\w+)>", block)
        }
        inner = self._follow(body, b"DescendantFonts")
        widths: dict[int, float] = {}
        found = re.search(rb"/W\[(.*?)\](?=[/>])", inner, re.DOTALL)
        for first, last, each, run in _WIDTHS.findall(found[1] if found else b""):
            many = list(map(float, run.split())) or [float(each)] * (int(last) - int(first) + 1)
            widths.update(enumerate(many, int(first)))
        return _Font(words, widths)


def _is_page(body: bytes) -> bool:
    return re.search(rb"/Type/Page\b", body) is not None


def _stream(body: bytes) -> bytes:
    head, content = body.split(b"stream\n", 1)
    content = content.removesuffix(b"\nendstream")
    return zlib.decompress(content) if b"FlateDecode" in head else content


def _read(content: bytes, fonts: Mapping[bytes, _Font]) -> Page:
    """Every piece is `q a b c d x y cm … Q`: a line of text or a path, placed once."""
    page = Page()
    placed = re.compile(
        rb"^q ([\d.e-]+) 0 0 ([\d.e-]+) ([\d.e-]+) ([\d.e-]+) cm(.*?)^Q", re.DOTALL | re.MULTILINE
    )
    for scale, _, x, y, drawn in placed.findall(content):
        left, top = float(x) / MM, 297 - float(y) / MM
        if b"\nBT" in drawn or drawn.startswith(b"BT"):
            page.lines.append(_line(drawn, fonts, left, top))
        elif drawn.rstrip().endswith(b"\nf"):
            dark = frozenset(_squares(drawn))
            page.drawings.append(Drawing(float(scale) / MM, left, top, dark))
    return page


def _squares(path: bytes) -> Iterator[tuple[int, int]]:
    for x, y, right, bottom in _RECTANGLE.findall(path):
        assert float(bottom) == float(y) + 1
        yield from ((column, int(y)) for column in range(int(x), int(right)))


def _line(drawn: bytes, fonts: Mapping[bytes, _Font], left: float, top: float) -> Line:
    words, x, size, font, is_meant = "", 0.0, 0.0, None, False
    for found in _SHOWN.finditer(drawn):
        match found.lastgroup:
            case "size":
                font, size = fonts[found["font"]], float(found["size"])
            case "to":
                x = float(found["to"])
            case "kern":
                x -= float(found["kern"]) / 1000 * size
            case "means" | "meant":
                coded = found["meant"]
                raw = bytes.fromhex(coded.decode()) if coded else _unescaped(found["means"])
                words, is_meant = words + _meaning(raw), True
            case "end":
                is_meant = False
            case "glyphs" | "hex" if font:
                coded = found["hex"]
                raw = bytes.fromhex(coded.decode()) if coded else _unescaped(found["glyphs"])
                glyphs = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
                words += "" if is_meant else "".join(font.words.get(one, "") for one in glyphs)
                x += sum(font.widths.get(one, 0.0) for one in glyphs) / 1000 * size
    return Line(words, left, left + x / MM, top, size)


def _meaning(text: bytes) -> str:
    return text.decode("utf-16" if text.startswith(b"\xfe\xff") else "latin-1")


def _unescaped(literal: bytes) -> bytes:
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(found: "re.Match[bytes]") -> bytes:
        sign = found[1]
        return bytes([int(sign, 8)]) if sign.isdigit() else names.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, literal, flags=re.DOTALL)
