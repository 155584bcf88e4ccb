"""A recap as a message: short lines for a phone, bars of block characters."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from exports.recap.figures import Recap, Turnout
from exports.recap.questions import FEW, Choices, Quartiles, Share
from flows.words import long_date

WIDTH = 60
BAR = 20
"""Characters of a bar at 100 %: one for every five of a hundred."""

MOST = 10
"""Choices shown of one question: a list of provinces would fill the phone."""


def render_text(found: Recap) -> str:
    """Return the recap in Indonesian, no line longer than `WIDTH`."""
    blocks = [
        "\n".join(_head(found)),
        "\n".join(_turnout(found.turnout)),
        "\n".join(_rates(found.turnout)),
        *("\n".join(_question(one)) for one in found.questions),
        "\n".join(_warnings(found)),
    ]
    return "\n\n".join(block for block in blocks if block)


def _head(found: Recap) -> Iterator[str]:
    yield from wrap(f"Rekap {found.title}", WIDTH)
    yield from wrap(found.scope, WIDTH)
    period = f"Periode {found.period}, " if found.period else ""
    yield from wrap(f"{period}keadaan {long_date(found.as_of.isoformat())}", WIDTH)


def _turnout(found: Turnout) -> Iterator[str]:
    if not found.target:
        yield "Belum ada orang di sini."
        return
    yield f"Sasaran: {found.target} orang"
    yield f"Diundang: {found.invited}"
    yield f"Terjangkau: {found.reached}"
    yield f"• menjawab: {found.answered} (selesai {found.finished}, sebagian {found.partly})"
    yield f"• menolak: {found.declined}"
    yield f"• minta berhenti: {found.stopped}"
    yield f"• belum menjawab: {found.silent}"
    yield f"Tidak terjangkau: {found.target - found.reached}"
    for reason, people in found.unreached.items():
        yield from wrap(f"{people} {reason}", WIDTH, initial_indent="• ", subsequent_indent="  ")


def _rates(found: Turnout) -> Iterator[str]:
    if not found.target:
        return
    yield "Tingkat respons"
    yield f"• gross: {_rate(found.gross)} ({found.answered} dari {found.target} sasaran)"
    yield f"• net: {_rate(found.net)} ({found.answered} dari {found.reached} terjangkau)"


def _rate(rate: float | None) -> str:
    return "belum dapat dihitung" if rate is None else f"{100 * rate:.1f} %".replace(".", ",")


def _question(found: Choices | Quartiles) -> Iterator[str]:
    yield from wrap(f"▸ {found.label}", WIDTH, subsequent_indent="  ")
    yield f"  {found.base} menjawab, {found.unanswered} tidak menjawab"
    if found.base < FEW:
        if found.base:
            yield "  Terlalu sedikit untuk dirinci."
    elif isinstance(found, Quartiles):
        yield f"  Tengah (median): {found.median}"
        yield f"  Separuh di antara {found.low} dan {found.high}"
    else:
        if found.several:
            yield "  Boleh lebih dari satu."
        yield from _shares(found.shares)


def _shares(shares: Sequence[Share]) -> Iterator[str]:
    """Yield what was chosen in the form's order, of a long list the largest; the rest by name."""
    chosen = [one for one in shares if one.people]
    if len(chosen) > MOST:
        chosen = sorted(chosen, key=lambda one: -one.people)[:MOST]
    for share in chosen:
        yield from wrap(share.label, WIDTH, initial_indent="  ", subsequent_indent="  ")
        yield f"  {_bar(share.percent)} {share.people} · {share.percent} %"
    rest = [one for one in shares if one not in chosen]
    if len(shares) > MOST and rest:
        people = sum(one.people for one in rest)
        yield f"  {len(rest)} pilihan lain: {people} orang"
    elif rest:
        names = "; ".join(one.label for one in rest)
        yield from wrap(f"Tidak ada: {names}", WIDTH, initial_indent="  ", subsequent_indent="  ")


def _bar(percent: int) -> str:
    return "█" * round(percent * BAR / 100) or "▏"


def _warnings(found: Recap) -> Iterator[str]:
    answered = found.turnout.answered
    if answered and answered < FEW:
        yield from wrap(
            f"Baru {answered} orang menjawab. Rinciannya baru ditampilkan mulai {FEW} orang, "
            "supaya tidak menunjuk orang tertentu.",
            WIDTH,
        )
        return
    small = any(
        0 < share.people < FEW
        for one in found.questions
        if isinstance(one, Choices)
        for share in one.shares
    )
    if small:
        yield from wrap(
            f"Ada angka di bawah {FEW} orang. Angka sekecil itu dapat menunjuk orangnya, jadi "
            "pakailah di dalam kantor saja.",
            WIDTH,
        )
