"""Public and wild workbooks after slips of all kinds: refused where they are wrong, or they run.

No input, however broken, gives a traceback, and none takes long (issue 6).
"""

import io
import random
import time
import warnings
from collections.abc import Sequence
from functools import lru_cache

import pytest
from openpyxl import Workbook, load_workbook

from flows.phrases import phrases
from flows.rehearsal import rehearse
from flows.xlsform import examine, load
from tests.flows.xlsform.test_conformance_forms import FORMS
from tests.flows.xlsform.wild import wild

QUICK, FULL = 40, 1_500
SOON_S = 5.0
MOST_ROWS = 60
GARBAGE = (
    None, "", " ", 0, -1, 1.5, True, 1e300, "x" * 30_000, "${", "}", "${a", "a" * 90,
    "begin group", "end repeat", "begin repeat", "select_one", "select_one x", "calculate", "note",
    "rank", "range", "#N/A", "=1/0", "'", '"', "((((", "))", "position(..)", "count(.)",
    "indexed-repeat(a, b, 1)", "1 div 0", "regex(., '(')", "once(.)", "../..", "/a/b",
    "instance('x')/root/item", "pulldata('a','b','c','d')", "today()", "if(", "-", "* * *", "[1]",
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{SLIGHTLY SMILING FACE}" * 20, "{name}", "%(name)s", "%s",
    "\\", "&amp;", "<b>", "2026-13-45", "NaN", "begin_score", "select_one ${a}", "${last-saved#a}",
)  # fmt: skip

Rows = list[list[object]]


@lru_cache(maxsize=1)
def originals() -> Sequence[bytes]:
    """Every workbook we have."""
    return [*(form.source() for form in wild()), *(path.read_bytes() for path in FORMS)]


@lru_cache(maxsize=200)
def sheets_of(place: int) -> dict[str, Rows]:
    """The first rows of one of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = load_workbook(io.BytesIO(originals()[place]), read_only=True, data_only=True)
        return {  # rows are read here, and warn of what openpyxl passes over
            sheet.title: [
                list(row)
                for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=30, values_only=True)
            ]
            for sheet in book.worksheets[:3]
        }


def mutated(dice: random.Random) -> bytes:
    """A workbook after a few slips."""
    known = sheets_of(dice.randrange(len(originals())))
    sheets = {name: [list(row) for row in rows] for name, rows in known.items()}
    for _ in range(dice.randint(1, 6)):
        rows = sheets[dice.choice(list(sheets))]
        if rows and rows[0]:
            slip(rows, dice)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def slip(rows: Rows, dice: random.Random) -> None:
    """Do one thing to a sheet that happens to people."""
    here, there = dice.randrange(len(rows)), dice.randrange(len(rows))
    row, other = rows[here], rows[there]
    if not row or not other:
        return
    column, another = dice.randrange(len(row)), dice.randrange(len(other))
    match dice.randrange(8):
        case 0:
            row[column], other[another] = other[another], row[column]
        case 1:
            row[column] = dice.choice(GARBAGE)
        case 2:
            rows.insert(there, list(row))
        case 3:
            del rows[here]
        case 4:
            rows[here], rows[there] = other, row
        case 5:
            text = str(row[column] or "")
            at = dice.randrange(len(text) + 1)
            row[column] = text[:at] + dice.choice("()'${},.=<> \n") + text[at + dice.randrange(3) :]
        case 6:
            for one in rows:
                del one[column : column + 1]
        case 7:
            rows[0][dice.randrange(len(rows[0]))] = dice.choice(GARBAGE)


def check(seed: int) -> None:
    source = mutated(random.Random(seed))
    began = time.process_time()
    found = examine(source, name="uji")
    assert time.process_time() - began < SOON_S
    faults = [fault for fault in found.faults if not fault.is_warning]
    assert (found.artefact is None) == bool(faults)
    assert all(fault.message and fault.sheet for fault in faults)
    if found.artefact is not None:
        rehearse(load(found.artefact), random.Random(seed), phrases())


@pytest.mark.parametrize("seed", range(QUICK))
def test_a_workbook_with_slips_is_refused_or_runs(seed: int) -> None:
    check(seed)


@pytest.mark.soak
def test_many_workbooks_with_slips_are_refused_or_run() -> None:
    for seed in range(QUICK, FULL):
        try:
            check(seed)
        except Exception as error:
            raise AssertionError(seed) from error
