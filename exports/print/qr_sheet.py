"""Cards to hand out: each person's own QR code, ten on a page, to be cut apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import segno

from exports.print.printable import one_line
from exports.print.typeset import typeset
from flows.words import long_date

SCAN: Mapping[str, str] = {
    "telegram": "Pindai dengan kamera HP, lalu ketuk MULAI di Telegram.",
    "whatsapp": "Pindai dengan kamera HP, lalu kirim pesannya di WhatsApp.",
    "web": "Pindai dengan kamera HP, lalu buka halamannya.",
}
"""What to do with a card, by the channel its link opens."""

NO_NAME = "(nama tidak dapat dicetak)"

MODULES = 77
"""Most modules a side: at 42 mm with its quiet zone each is half a millimetre, which the camera
of a cheap phone reads from an ordinary print. Version 15 at M: 412 bytes of link."""


class NoCards(ValueError):
    """A sheet without cards was asked for."""


class TooLongToScan(ValueError):
    """A link makes a QR code too fine to be read from paper; the message says which card's."""


@dataclass(frozen=True, slots=True)
class Card:
    """One person's card: who it is for, a line that tells namesakes apart, and their link."""

    name: str
    line: str
    link: str


def qr_sheet(
    invitations: Sequence[Card],
    *,
    office: str,
    title: str,
    valid_until: date,
    printed_on: date,
    instruction: str = SCAN["telegram"],
) -> bytes:
    """Return a PDF on A4 with a card for each invitation, in the order given.

    A code is a drawing of at least 30 mm with error correction M or better, and opens its link
    when tapped on a screen. The same input gives the same bytes.

    Raises:
        NoCards, TooLongToScan
    """
    if not invitations:
        raise NoCards("there is nobody to print a card for")
    data = {
        "title": one_line(title, 80) or "Kartu undangan",
        "office": one_line(office, 70),
        "instruction": one_line(instruction, 110),
        "valid": f"Berlaku sampai {long_date(valid_until.isoformat())}",
        "printed": f"Dicetak {long_date(printed_on.isoformat())}",
        "cards": [_card(number, card) for number, card in enumerate(invitations, 1)],
    }
    return typeset("qr_sheet", data, dated=printed_on)


def _card(number: int, card: Card) -> dict[str, str]:
    try:
        code = segno.make_qr(card.link, error="m")
    except segno.DataOverflowError:
        code = None
    if code is None or code.symbol_size(border=0)[0] > MODULES:
        raise TooLongToScan(f"card {number}: a link of {len(card.link)} characters is too long")
    name = one_line(card.name, 80)
    return {
        "name": name if any(map(str.isalnum, name)) else NO_NAME,
        "line": one_line(card.line, 80),
        "link": card.link,
        "code": _drawing(code),
    }


def _drawing(code: segno.QRCode) -> str:
    """Return the code with its quiet zone as SVG: one filled path, so that no seam is printed."""
    rows = list(code.matrix_iter(border=code.default_border_size))
    path: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{"".join(path)}"/></svg>'
    )
