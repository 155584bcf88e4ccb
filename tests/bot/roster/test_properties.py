"""No file gives a traceback, whatever is in it; what is repaired stays as it is."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.roster import Roster
from bot.roster.cells import masked, shown
from bot.roster.dates import read_date
from bot.roster.layouts import find_columns
from bot.roster.names import read_name, tidy
from bot.roster.numbers import read_nik, read_nim
from bot.roster.phone import read_phone, read_phones
from storage.respondents import name_key
from tests.bot.roster.files import CAMPUS, SIAPKERJA, csv_bytes, read, xlsx

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60), st.datetimes(),
    st.dates(), st.times(), st.timedeltas(),
    st.from_regex(r"[+0-9 ()./,;E'-]{0,40}", fullmatch=True),
    st.sampled_from(["#N/A", "=1+1", "8.12346E+11", "31/02/2026", "x" * 3000, "9" * 5000,
                     10**5000]),
)  # fmt: skip
IN_WORKBOOKS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**16), 10**16), st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40),
    st.floats(allow_nan=False, allow_infinity=False), st.datetimes(datetime(1901, 1, 1)),  # noqa: DTZ001
    st.dates(date(1901, 1, 1)), st.times(),
)  # fmt: skip
WHOLE = xlsx([SIAPKERJA])
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def accounted(roster: Roster) -> None:
    """Every row is a participant or has a fault, and every fault is a sentence about a place."""
    bad = {fault.row for fault in roster.faults if fault.row}
    assert len(roster.participants) + len(bad) >= roster.rows
    assert roster.participants or roster.faults
    for fault in roster.faults:
        assert fault.message
        assert len(fault.value) <= 60


@SLOW
@given(st.binary(max_size=400))
def test_no_bytes_give_a_traceback(data: bytes) -> None:
    accounted(read(data))
    accounted(read(b"PK\x03\x04" + data))


@SLOW
@given(st.data())
def test_no_broken_workbook_gives_a_traceback(data: st.DataObject) -> None:
    """A real workbook with some of its bytes, or of its parts' bytes, changed."""
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    accounted(read(bytes(whole[: data.draw(st.integers(0, len(whole)))])))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as old, zipfile.ZipFile(out, "w") as new:
        broken = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(data.draw(st.integers(0, 5)) if name == broken else 0):
                part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
            new.writestr(name, bytes(part))
    accounted(read(out.getvalue()))


@SLOW
@given(st.lists(st.sampled_from([*SIAPKERJA, *CAMPUS, "", "Lain"]), max_size=8), st.data())
def test_no_csv_gives_a_traceback(titles: list[str], data: st.DataObject) -> None:
    said = ";".join(titles) + "\n" + data.draw(st.text(max_size=200))
    accounted(read(said.encode("utf-8", "replace")))


@SLOW
@given(st.dictionaries(st.sampled_from([*SIAPKERJA]), IN_WORKBOOKS, max_size=12))
def test_no_cells_of_a_workbook_give_a_traceback(cells: dict[str, Any]) -> None:
    accounted(read(xlsx([{**SIAPKERJA, **cells}])))


@SLOW
@given(st.dictionaries(st.sampled_from([*CAMPUS]), st.text(max_size=40), max_size=6))
def test_no_cells_of_a_csv_give_a_traceback(cells: dict[str, str]) -> None:
    plain = {title: cell.replace("\r", " ") for title, cell in cells.items()}
    accounted(read(csv_bytes([{**CAMPUS, **plain}]).replace(b"\xed", b"")))


@settings(max_examples=400, deadline=None)
@given(ANYTHING)
def test_no_cell_gives_a_traceback(cell: Any) -> None:
    phones = read_phones(cell)
    assert not (phones.numbers and phones.fault)
    for number in phones.numbers:
        assert number.isascii()
        assert number.isdigit()
        assert 8 <= len(number) <= 15
    day = read_date(cell).value
    assert day is None or 1930 <= day.year <= 2100
    nik = read_nik(cell).value
    assert nik is None or (len(nik) == 16 and nik.isascii())
    nim = read_nim(cell).value
    assert nim is None or nim == nim.strip().upper()
    read_name(cell)
    find_columns([[cell, cell]])
    assert len(shown(cell)) <= 60


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        ANYTHING,
        st.from_regex(r"(\+?62|0)?8[1-9][0-9]{7,10}", fullmatch=True),
        st.from_regex(r"\+(60|65|81|1|44|966)[0-9 -]{7,11}", fullmatch=True),
    )
)
def test_a_repaired_phone_is_repaired_already(cell: Any) -> None:
    once = read_phone(cell)
    if once:
        assert read_phone(f"+{once}") == once
    if once.startswith("62"):
        assert read_phone(once) == once
        assert read_phone(int(once)) in (once, "")  # a number that ends in zeros is doubted


@given(st.text("abcdimvxyz ABCDIMVXYZ.,-'", max_size=60))
def test_a_tidied_name_is_tidy_and_still_the_same_person(said: str) -> None:
    once = tidy(" ".join(said.split()))
    assert tidy(once) == once
    assert name_key(name_key(said)) == name_key(said)


@given(st.dates(date(1931, 1, 1), date(2099, 12, 31)))
def test_a_date_is_the_same_however_it_is_written(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    written = [
        day, datetime.combine(day, time(7)), serial, float(serial), day.isoformat(),
        f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}", f"{day:%d-%b-%Y}",
        f"{day:%d %B %Y}",
    ]  # fmt: skip
    assert {read_date(cell).value for cell in written} == {day}


@given(st.from_regex(r"[0-9]{7,40}", fullmatch=True))
def test_law_10_a_masked_number_keeps_six_digits(digits: str) -> None:
    assert len(masked(digits)) == 7
    assert digits not in shown(f"x {digits} y")
