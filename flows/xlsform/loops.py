"""`begin loop over list`: the questions of an old XLSForm asked once for each choice of a list.

pyxform makes a group for each choice, with `%(name)s` and `%(label)s` filled in; so do we. It is
for workbooks that have it already: in YAML a loop is refused.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flows.xlsform.read import Cell, Row

MOST = 100
MOST_FILLED = 50_000
"""Characters that filling in may add to one cell."""
_BEGIN = re.compile(r"begin[ _]loop(?: over)? (\S+)", re.IGNORECASE)
_END = re.compile(r"end[ _]loop", re.IGNORECASE)


def expanded(rows: Iterable[Row], choices: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Yield the rows with each loop over a known list as groups; other loops as they stand."""
    rows = list(rows)
    ends = [n for n, row in enumerate(rows) if _END.fullmatch(" ".join(row.text("type").split()))]
    at = 0
    while at < len(rows):
        row = rows[at]
        found = _BEGIN.fullmatch(" ".join(row.text("type").split()))
        place = bisect_right(ends, at)
        end = ends[place] if found and place < len(ends) else None
        listed = choices.get(found[1], ()) if found else ()
        if end is None or not 0 < len(listed) <= MOST:
            yield row
            at += 1
            continue
        yield from _looped(row, rows[at + 1 : end], listed)
        at = end + 1


def _looped(begin: Row, inner: list[Row], listed: Sequence[Row]) -> Iterator[Row]:
    yield _with(begin, {"type": "begin group"})
    for choice in listed:
        facts = {column: cell.text for column, cell in choice.cells.items()}
        head = {"type": "begin group", "name": facts.get("name", "")}
        yield Row(begin.line, {c: Cell(text, begin.line) for c, text in head.items()})
        for row in inner:
            yield _filled(row, facts)
        yield Row(begin.line, {"type": Cell("end group", begin.line)})
    yield Row(begin.line, {"type": Cell("end group", begin.line)})


def _with(row: Row, texts: Mapping[str, str]) -> Row:
    return Row(row.line, {**row.cells, **{c: Cell(t, row.line) for c, t in texts.items()}})


def _filled(row: Row, facts: Mapping[str, str]) -> Row:
    texts = {}
    for column, cell in row.cells.items():
        text = cell.text
        for name in ("name", "label"):
            mark, said = f"%({name})s", facts.get(name, "")
            if text.count(mark) * len(said) <= MOST_FILLED:
                text = text.replace(mark, said)
        texts[column] = text
    return _with(row, texts)
