"""Tables that benches print: ours, what it is measured against, and the budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEADER = ("", "ours", "floor or peer", "ratio", "budget", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: words as printed; `meets` is None where there is no budget."""

    what: str
    ours: str
    other: str = ""
    ratio: str = ""
    budget: str = ""
    meets: bool | None = None


def show(title: str, lines: Sequence[Line], header: Sequence[str] = HEADER) -> None:
    """Print a table with its columns aligned."""
    rows = [tuple(header), *(_cells(line) for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    print(f"\n{title}")
    for row in rows:
        first, *rest = (cell.ljust(w) if i == 0 else cell.rjust(w)
                        for i, (cell, w) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        print("  " + "   ".join((first, *rest)).rstrip())


def middle(values: Sequence[float]) -> float:
    """Return the median: one round disturbed by the machine does not move it."""
    return median(values)


def spread(values: Sequence[float]) -> str:
    """Return the lowest and highest round, to show how noisy the machine was."""
    return f"{min(values):,.0f}–{max(values):,.0f}"


def _cells(line: Line) -> tuple[str, ...]:
    verdict = {None: "", True: "meets", False: "misses"}[line.meets]
    return line.what, line.ours, line.other, line.ratio, line.budget, verdict
