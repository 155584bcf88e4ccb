"""KoboToolbox's own blocks, as plain XLSForm: rating tables, rankings and matrices.

KoboToolbox writes them out itself when it exports; a form written by hand, or taken from its
API, still has `begin_score`, `begin_rank` and `begin_kobomatrix`. They become the groups that
KoboToolbox makes of them (kobotoolbox/formpack).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flows.xlsform.read import Cell, Row

MOST = 100
"""Rows or columns of a block; one with more is left as it stands, and refused."""

_BLOCKS = {
    "score": ("kobo--score-choices", "score__row"),
    "rank": ("kobo--rank-items", "rank__level"),
    "kobomatrix": ("kobo--matrix_list", ""),
}
_MESSAGE = "kobo--rank-constraint-message"


def plain(rows: Iterable[Row], choices: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Yield the rows with each of KoboToolbox's blocks as a group; a torn one as it stands."""
    rows = list(rows)
    at = 0
    while at < len(rows):
        row = rows[at]
        held: Sequence[Row] = ()
        what = _kind(row).removeprefix("begin_")
        column, inner = _BLOCKS.get(what, ("", ""))
        listed = row.text(column) if column else ""
        if column and 0 < len(choices.get(listed, ())) <= MOST:
            held = _held(rows, at + 1, what, inner)
        if not held:
            yield row
            at += 1
            continue
        yield _with(row, type="begin group")
        if what == "kobomatrix":
            yield from _matrix(row, held, choices[listed])
        else:
            yield from _asked(row, held, listed, ranks=what == "rank")
        yield _row(row.line, type="end group")
        at += len(held) + 2


def _held(rows: Sequence[Row], at: int, what: str, inner: str) -> Sequence[Row]:
    """Return the rows of a block up to its end; nothing when it has none, or others within."""
    for place in range(at, min(at + MOST + 1, len(rows))):
        kind = _kind(rows[place])
        if kind == f"end_{what}":
            return rows[at:place]
        if inner and kind != inner:
            break
    return ()


def _asked(begin: Row, held: Sequence[Row], listed: str, *, ranks: bool) -> Iterator[Row]:
    """Yield a question for each row; those of a ranking must all differ."""
    taken: list[str] = []
    for row in held:
        texts = {"type": f"select_one {listed}"}
        if begin.text("required") and not row.text("required"):
            texts["required"] = begin.text("required")
        if ranks and taken:
            texts["constraint"] = " and ".join(f". != ${{{name}}}" for name in taken)
            if begin.text(_MESSAGE):
                texts["constraint_message"] = begin.text(_MESSAGE)
        taken.append(row.text("name"))
        yield _with(row, **texts)


def _matrix(begin: Row, held: Sequence[Row], listed: Sequence[Row]) -> Iterator[Row]:
    """Yield the columns of the matrix as a group for each of its rows."""
    for choice in listed:
        code = choice.text("name")
        labels = {
            column: cell.text
            for column, cell in choice.cells.items()
            if column.partition("::")[0] == "label"
        }
        group = f"{begin.text('name')}_{code}"
        yield _row(begin.line, type="begin group", name=group, **labels)
        for row in held:
            yield _with(row, name=f"{group}_{row.text('name')}")
        yield _row(begin.line, type="end group")


def _kind(row: Row) -> str:
    return "_".join(row.text("type").split()).lower()


def _row(line: int, **texts: str) -> Row:
    return Row(line, {column: Cell(text, line) for column, text in texts.items()})


def _with(row: Row, **texts: str) -> Row:
    return Row(row.line, {**row.cells, **_row(row.line, **texts).cells})
