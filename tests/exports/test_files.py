"""Files: whole or not at all, readable where they are meant to be read, never a live formula."""

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from exports import files
from exports.files import TooManyRows, codebook_path, described, write, write_csv, write_xlsx
from exports.formats import Format
from exports.table import Cell, Table

FORMULAS = [
    "=1+1", "+62812", "-5", "@SUM(A1)", "	tab", '=HYPERLINK("x")', "aman", "http://a.b",
]  # fmt: skip


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = write_xlsx(Table(["x"], ([text] for text in FORMULAS)), path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert rows == len(FORMULAS)
    assert [cell.value for cell in cells] == FORMULAS
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(FORMULAS)


def test_no_cell_of_a_csv_is_a_live_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(Table(["x", "n"], ([text, -5] for text in FORMULAS)), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row["x"] for row in csv.DictReader(file)]
    assert [cell.removeprefix("'") for cell in cells] == FORMULAS
    assert [cell for cell in cells if cell[0] in "=+-@\t\r"] == []


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")

    def rows() -> object:
        yield ["one"]
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        write_csv(Table(["x"], rows()), path)  # type: ignore[arg-type]
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("kind", Format)
def test_every_kind_of_file_keeps_formula_looking_answers_as_text(
    tmp_path: Path, kind: Format
) -> None:
    path = tmp_path / f"a{kind.suffix}"
    write(Table(["x"], [[text] for text in FORMULAS]), path, kind)
    cells = [str(row[0]) for row in read(path, kind)[1:]]
    assert [cell.removeprefix("'") for cell in cells] == FORMULAS
    guarded = [cell for cell in cells if cell.startswith("'")]
    assert len(guarded) == (0 if kind is Format.XLSX else 6)


def read(path: Path, kind: Format) -> Sequence[Sequence[object]]:
    if kind is Format.XLSX:
        page = openpyxl.load_workbook(path).worksheets[0]
        return [list(row) for row in page.iter_rows(values_only=True)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";" if kind is Format.CSV_EXCEL else ","))


@pytest.mark.parametrize(
    ("value", "plain", "excel"),
    [
        (2.5, "2.5", "2,5"), (-3_000_000, "-3000000", "-3000000"), (None, "", ""),
        ("7471994505010019", "7471994505010019", "'7471994505010019"), ("007", "007", "'007"),
        ("3,5", "3,5", "3,5"), ("a;b", "a;b", "a;b"), ("0", "0", "0"), (1e16, "1e+16", "1e+16"),
        ("baris\nbaru", "baris\nbaru", "baris\nbaru"),
    ],
)  # fmt: skip
def test_a_csv_is_for_programs_or_for_an_indonesian_excel(
    tmp_path: Path, value: Cell, plain: str, excel: str
) -> None:
    table = Table(["x", "y"], [[value, "akhir"]])
    for kind, cell in ((Format.CSV, plain), (Format.CSV_EXCEL, excel)):
        write(table, tmp_path / "a.csv", kind)
        assert read(tmp_path / "a.csv", kind)[1] == [cell, "akhir"]


def test_a_csv_for_excel_is_parted_by_semicolons_after_a_mark(tmp_path: Path) -> None:
    write(Table(["nama", "upah"], [["Béni", 2.5]]), tmp_path / "a.csv", Format.CSV_EXCEL)
    assert (tmp_path / "a.csv").read_bytes() == "\ufeffnama;upah\r\nBéni;2,5\r\n".encode()


def test_a_codebook_stands_beside_its_table(tmp_path: Path) -> None:
    table, book = Table(["x"], [["1"]]), described([("x", "Sebuah huruf")])
    write(table, tmp_path / "a.xlsx", Format.XLSX, codebook=book)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Tanggapan", "Kamus"]
    write(table, tmp_path / "b.csv", Format.CSV, codebook=book)
    path = codebook_path(tmp_path / "b.csv")
    assert path.name == "b-kamus.csv"
    assert read(path, Format.CSV) == [["kolom", "arti"], ["x", "Sebuah huruf"]]


def test_what_a_sheet_would_lose_is_kept_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(Table(["x"], [["p" * 40_000], [3_271_234_567_890_123], ["\x0b"]]), path)
    long, digits, _odd = (str(row[0]) for row in read(path, Format.XLSX)[1:])
    assert len(long) == 32_767
    assert long.endswith("p… (selengkapnya di Lacak)")
    assert digits == "3271234567890123"


def test_a_table_too_long_for_a_sheet_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ROWS", 4)
    write_xlsx(Table(["x"], [["1"]] * 3), tmp_path / "a.xlsx")
    with pytest.raises(TooManyRows, match="3"):
        write_xlsx(Table(["x"], [["1"]] * 4), tmp_path / "b.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]
