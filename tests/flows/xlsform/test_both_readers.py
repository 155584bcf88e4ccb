"""Our reading of a file names the items that pyxform, the standard's own reader, finds in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import get_xlsform

from flows import library
from flows.xlsform.definition import from_sheets
from flows.xlsform.publish import _workbook as as_pyxform_takes_it
from flows.xlsform.read import read_yaml
from flows.xlsform.tidy import tidy
from flows.xlsform.workbook import read_workbook
from tests.flows.xlsform.test_conformance_forms import FORMS, examined

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


def items(children: list[Mapping[str, Any]], within: str = "") -> Iterator[str]:
    for child in children:
        if child.get("control", {}).get("bodyless"):
            continue  # pyxform's own meta group
        path = within + child["name"]
        if child["type"] not in ("group", "repeat"):
            yield path
            continue
        if child["type"] == "repeat":
            yield path
        yield from items(child.get("children", []), f"{path}/")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_workbook_has_the_items_that_pyxform_finds(path: Path) -> None:
    source = path.read_bytes()
    if b"PK" not in source[:2] or examined(path).artefact is None:
        pytest.skip("it is refused")
    ours = [one.path for one in from_sheets(tidy(read_workbook(source))).definitions]
    found = workbook_to_json(get_xlsform(str(path)), warnings=[])
    if '"loop"' in str(found).replace("'", '"'):
        pytest.skip("pyxform unrolls loops later")
    assert ours == list(items(found["children"]))


@pytest.mark.parametrize("name", library.names())
def test_a_built_in_form_has_them_too(name: str) -> None:
    sheets = tidy(read_yaml(library.source(name)))
    made = ("generated_table_list_label", "reserved_name_for_field_list_labels")
    ours = [one.path for one in from_sheets(sheets).definitions]
    found = workbook_to_json(get_xlsform(as_pyxform_takes_it(sheets)), warnings=[])
    theirs = items(found["children"])
    assert ours == [one for one in theirs if not one.rpartition("/")[2].startswith(made)]
