"""`lacak blast status --watch`: a bar that fills while a blast goes out."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

LOOK_S = 1.0
SPAN_S = 10.0
"""The rate shown is that of so many seconds."""

ENDED = ("stopped", "finished")


def watch(look: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Show a blast on stderr until it is over or Ctrl-C is pressed; return the last figures."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[said]}"),
    )  # fmt: skip
    found, seen = look(), deque[tuple[float, int]]()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Siaran {found['blast']}", total=found["owed"], said="")
        while True:
            seen.append((time.monotonic(), found["sent"]))
            bar.update(
                task, total=found["owed"], completed=found["owed"] - found["queued"],
                said=_said(found, _rate(seen)),
            )  # fmt: skip
            if found["status"] in ENDED:
                return found
            try:
                time.sleep(LOOK_S)
            except KeyboardInterrupt:
                return found
            found = look()


def _rate(seen: "deque[tuple[float, int]]") -> float:
    """Return how many messages a second went lately."""
    while seen[-1][0] - seen[0][0] > SPAN_S:
        seen.popleft()
    (first_at, first), (last_at, last) = seen[0], seen[-1]
    return (last - first) / (last_at - first_at) if last_at > first_at else 0.0


def _said(found: Mapping[str, Any], rate: float) -> str:
    from bot.blasts import STATUS_WORDS

    held = "; ".join(f"{number} {reason}" for reason, number in found["waiting"].items())
    parts = (
        STATUS_WORDS[found["status"]], f"{rate:.0f}/detik" if rate else "",
        f"{found['failed']} gagal" if found["failed"] else "",
        f"{found['unknown']} belum diketahui" if found["unknown"] else "", held,
    )  # fmt: skip
    return ", ".join(part for part in parts if part)
