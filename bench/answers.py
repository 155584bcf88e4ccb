"""How typed answers are read: right, asked, timid, silently wrong; and how many a second.

    python -m bench.answers

Every line of tests/corpus is read as it stands there. *Right* is the value, or the question,
that an Indonesian would expect. *Asked* counts confirmations and questions. *Timid* are lines
asked about that anyone would understand, as a share of those; *silently wrong* is what would be
stored, unasked, and was not said. Rates count the CPU time of this process; the median of the
rounds is shown. Budgets: none silently wrong, at most 10 % timid; 5,000 reads a second of
choice, yesno and money, 500 of place.
"""

import sys
import time
from collections.abc import Sequence

from bench.table import Line as Row
from bench.table import middle, show
from flows.answers import Outcome
from tests.flows.answers.corpus import Line, corpus

FIGURES = ("", "right", "asked", "timid", "silently wrong", "")
ROUNDS = 3
ROUND_S = 0.3
MOST_TIMID = 0.1
LEAST_RATE = {"choice": 5_000, "yesno": 5_000, "money": 5_000, "place": 500}


def main() -> None:
    """Read the corpus and print both tables."""
    lines = list(corpus())
    kinds = sorted({line.kind for line in lines})
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in kinds}
    title = "typed answers, each line of tests/corpus"
    figured = [figures(name, some) for name, some in (("all kinds", lines), *by_kind.items())]
    show(title, figured, FIGURES)
    version = sys.version.split()[0]
    title = f"reads a second, median of {ROUNDS} rounds (Python {version})"
    show(title, [rate(kind, some) for kind, some in by_kind.items()])


def figures(name: str, lines: Sequence[Line]) -> Row:
    """Return what became of the lines."""
    readings = [line.reading() for line in lines]
    pairs = list(zip(lines, readings, strict=True))
    right = sum(line.is_met_by(reading) for line, reading in pairs)
    asked = [line for line, reading in pairs if reading.outcome is not Outcome.SURE]
    clear = sum(line.is_clear for line in lines)
    timid = sum(line.is_clear for line in asked) / max(clear, 1)
    wrong = sum(line.is_silently_wrong(reading) for line, reading in pairs)
    return Row(
        f"{name}, {len(lines):,} lines",
        f"{right:,}",
        f"{len(asked):,}",
        f"{timid:.1%}",
        str(wrong),
        wrong == 0 and timid <= MOST_TIMID,
    )


def rate(kind: str, lines: Sequence[Line]) -> Row:
    """Return how many lines of a kind are read in a second of CPU time."""
    rates = []
    for line in lines:
        line.reading()
    for _ in range(ROUNDS):
        read, began = 0, time.process_time()
        while (spent := time.process_time() - began) < ROUND_S:
            for line in lines:
                line.reading()
            read += len(lines)
        rates.append(read / spent)
    ours, least = middle(rates), LEAST_RATE.get(kind)
    meets = None if least is None else ours >= least
    return Row(kind, f"{ours:,.0f}/s", budget=f"≥ {least:,}/s" if least else "", meets=meets)


if __name__ == "__main__":
    main()
