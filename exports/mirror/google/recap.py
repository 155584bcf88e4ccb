"""The Rekap tab: live counts by formula, and Google's own charts beside them.

Formulas name whole columns, so they follow them wherever people move them, and take new rows in.
Arguments are parted by semicolons, which every locale reads. The tab is made once; what people
make of it is theirs.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exports.mirror.google.writing import HEADING, Request, letters, looks
from exports.mirror.plan import ID, Column, Desired

MOST_QUESTIONS = 12
MOST_CHOICES = 40
MOST_CRITERION = 250
"""Characters a criterion may have: at 256 spreadsheet programs count nothing."""

_ROWS, _CHART_ROWS, _CHART = 3, 15, {"widthPixels": 480, "heightPixels": 290}
_WIDTHS = (320, 90, 90)


def columns_of(desired: Desired) -> Sequence[Column]:
    """Return the columns worth counting: those with few known values, how far people came first."""
    return [c for c in desired.ours if 0 < len(c.choices) <= MOST_CHOICES][:MOST_QUESTIONS]


def requests(
    desired: Desired, layout: Mapping[str, int], *, titled: str, recap: int, title: str
) -> Iterator[Request]:
    """Yield what makes the Rekap tab `recap` for the table on the tab titled so."""
    counted = columns_of(desired)
    tops = _tops(counted)
    rows = (tops[-1] + _height(counted[-1])) if counted else _ROWS
    grid = {"rowCount": rows, "columnCount": 10, "frozenRowCount": 1}
    properties = {"sheetId": recap, "title": title, "gridProperties": grid}
    yield {"addSheet": {"properties": properties}}
    sheet = "'" + titled.replace("'", "''") + "'"
    total = f'=COUNTIF({_column(sheet, layout[ID])};"{desired.name}-*")'
    yield _put(recap, 0, [[_text(f"Rekap {desired.title}"), {}, {}], [
        _text("Semua responden"), _formula(total), {},
    ]])  # fmt: skip
    yield looks(
        {"sheetId": recap, "startRowIndex": 0, "endRowIndex": 1},
        {"textFormat": {"bold": True, "fontSize": 12}}, "userEnteredFormat",
    )  # fmt: skip
    for column, top in zip(counted, tops, strict=True):
        yield from _block(column, _column(sheet, layout[column.code]), top, recap)
    for at, width in enumerate(_WIDTHS):
        span = {"sheetId": recap, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
        yield {"updateDimensionProperties": {
            "range": span, "properties": {"pixelSize": width}, "fields": "pixelSize",
        }}  # fmt: skip


def _tops(counted: Sequence[Column]) -> list[int]:
    tops, top = [], _ROWS
    for column in counted:
        tops.append(top)
        top += _height(column)
    return tops


def _height(column: Column) -> int:
    """Return the rows a block takes: its table, or its chart, and a blank one."""
    return max(len(column.choices) + 2, _CHART_ROWS) + 1


def _block(column: Column, area: str, top: int, recap: int) -> Iterator[Request]:
    last = top + 1 + len(column.choices)
    lines = [[_text(column.label), _text("Jumlah"), _text("%")]]
    for at, choice in enumerate(column.choices, top + 2):
        share = f"=IF(SUM(B${top + 2}:B${last})=0;0;B{at}/SUM(B${top + 2}:B${last}))"
        count = f'=COUNTIF({area};"{_criterion(choice)}")'
        lines.append([_text(choice), _formula(count), _formula(share)])
    yield _put(recap, top, lines)
    table = {"sheetId": recap, "startColumnIndex": 0, "endColumnIndex": 3}
    yield looks({**table, "startRowIndex": top, "endRowIndex": top + 1}, HEADING,
                "userEnteredFormat")  # fmt: skip
    shares = {"sheetId": recap, "startColumnIndex": 2, "endColumnIndex": 3,
              "startRowIndex": top + 1, "endRowIndex": last}  # fmt: skip
    percent = {"numberFormat": {"type": "PERCENT", "pattern": "0.0%"}}
    yield looks(shares, percent, "userEnteredFormat.numberFormat")
    yield {"addChart": {"chart": _chart(column, top, last, recap)}}


def _chart(column: Column, top: int, last: int, recap: int) -> dict[str, Any]:
    def data(at: int) -> dict[str, Any]:
        source = {"sheetId": recap, "startRowIndex": top, "endRowIndex": last,
                  "startColumnIndex": at, "endColumnIndex": at + 1}  # fmt: skip
        return {"sourceRange": {"sources": [source]}}

    anchor = {"sheetId": recap, "rowIndex": top, "columnIndex": 4}
    return {
        "spec": {
            "title": column.label,
            "altText": f"Diagram batang: {column.label}; angkanya ada pada tabel di sebelah kiri.",
            "basicChart": {
                "chartType": "BAR",
                "legendPosition": "NO_LEGEND",
                "headerCount": 1,
                "domains": [{"domain": data(0)}],
                "series": [{"series": data(1), "targetAxis": "BOTTOM_AXIS"}],
            },
        },
        "position": {"overlayPosition": {"anchorCell": anchor, **_CHART}},
    }


def _criterion(choice: str) -> str:
    """Return what counts exactly this text: signs that mean something else are kept from it."""
    kept = "".join(f"~{sign}" if sign in "~*?" else sign for sign in choice)
    return "=" + kept.replace('"', '""')[:MOST_CRITERION]


def _column(sheet: str, at: int) -> str:
    return f"{sheet}!{letters(at)}:{letters(at)}"


def _text(text: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": text}}


def _formula(text: str) -> dict[str, Any]:
    return {"userEnteredValue": {"formulaValue": text}}


def _put(tab: int, row: int, lines: Sequence[Sequence[dict[str, Any]]]) -> Request:
    start = {"sheetId": tab, "rowIndex": row, "columnIndex": 0}
    rows = [{"values": list(line)} for line in lines]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
