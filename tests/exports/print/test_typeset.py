"""Templates and data: kept for years, read aloud, shipped, and clear about what is wrong."""

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from exports.print.printable import RANGES, one_line, printable
from exports.print.typeset import TEMPLATES, CannotTypeset, typeset
from tests.exports.print.pdf_reader import Pdf

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 21)
PLAIN = """#let data = json(bytes(sys.inputs.data))
#set document(title: "Contoh")
#set page(width: 400mm, height: auto)
#data.words"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.typ"
    path.write_text(PLAIN, "utf-8")
    return path


def test_a_document_is_dated_tagged_and_for_keeping(plain: Path) -> None:
    pdf = typeset(plain, {"words": "Halo"}, dated=DAY)
    assert Pdf(pdf).text == "Halo"
    assert b"/Marked true" in Pdf(pdf).catalog
    assert b"<pdfaid:part>2<" in pdf
    assert b"<pdfaid:conformance>A<" in pdf
    assert b"<pdfuaid:part>1<" in pdf
    assert b"D:20261121000000" in pdf


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#set document(title: [x])\n#nothing", "line 2: unknown variable: nothing"),
        ("#json(bytes(sys.inputs.data)).absent", 'line 1: .* "absent"'),
        ('#panic("no")', "line 1: .*no"),
        ("#let x =", "line 1: expected expression"),
        ('#read("/../secret.txt")', "line 1: "),
    ],
)
def test_a_fault_names_template_and_line(tmp_path: Path, source: str, said: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (folder / "letter.typ").write_text(source)
    with pytest.raises(CannotTypeset, match=rf"^letter\.typ: {said}"):
        typeset(folder / "letter.typ", {}, dated=DAY)


def test_a_template_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotTypeset, match=r"no_such\.typ"):
        typeset("no_such", {}, dated=DAY)


def test_text_is_printable_however_deep_and_numbers_stay(tmp_path: Path) -> None:
    path = tmp_path / "deep.typ"
    path.write_text(
        "#let data = json(bytes(sys.inputs.data))\n#set document(title: [x])\n"
        "#data.rows.at(0).at(1).name #(data.rows.at(0).at(0) + 1) #data.none"
    )
    data = {"rows": ((41, {"name": "Sari 🌸"}),), "none": None}
    assert Pdf(typeset(path, data, dated=DAY)).text == "Sari  42"


def test_every_character_called_printable_has_a_glyph(plain: Path) -> None:
    signs = [chr(code) for first, last in RANGES for code in range(first, last + 1)]
    kept = [sign for sign in signs if printable(sign) == sign]
    assert len(kept) > 1400
    text = Pdf(typeset(plain, {"words": " ".join(kept)}, dated=DAY)).text
    assert "Ṣ" in text
    assert "م" in text


def test_without_printable_a_missing_glyph_stops_the_document(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exports.print.typeset.printable", str)
    with pytest.raises(CannotTypeset, match="could not be displayed"):
        typeset(plain, {"words": "🌸"}, dated=DAY)


@given(st.text())
def test_printable_text_stays_printable(text: str) -> None:
    assert printable(printable(text)) == printable(text)
    assert "\n" not in one_line(text, 20)
    assert len(one_line(text, 20)) <= 20


def test_the_wheel_ships_the_templates(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    ours = {f"exports/print/{path.name}" for path in TEMPLATES.glob("*.typ")}
    assert ours
    assert ours <= shipped


def test_no_font_of_the_system_is_needed() -> None:
    families = set(typst.Fonts(include_system_fonts=False).families())
    assert {"Libertinus Serif", "DejaVu Sans Mono"} <= families
