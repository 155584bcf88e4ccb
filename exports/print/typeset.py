"""The one place that knows typst: a template and data become a PDF.

Data is data: it reaches the template as JSON (`json(bytes(sys.inputs.data))`) and is never part
of its source, so nothing in a name can become markup or code. Fonts are those inside the typst
wheel (Libertinus Serif first); no network, no system font.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from exports.print.printable import printable

TEMPLATES = Path(__file__).parent
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""To be kept for years (PDF/A-2a) and read aloud (PDF/UA-1). Both refuse text without a glyph."""


class CannotTypeset(Exception):
    """A template that does not compile, or asks for what the data lacks; the message names it."""


def typeset(template: str | Path, data: Mapping[str, Any], *, dated: date) -> bytes:
    """Return the PDF that `template` makes of `data`: the same bytes for the same input.

    `template` is the name of one beside this module (`qr_sheet`) or a file of one's own. `dated`
    is the document's date of creation. Letters that no font has are printed as `□`, emoji and
    control signs are left out (see `printable`); give numbers as they are to be read.

    Raises:
        CannotTypeset
    """
    path = template if isinstance(template, Path) else TEMPLATES / f"{template}.typ"
    try:
        pdf = typst.compile(
            path,
            root=path.parent,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise CannotTypeset(f"{path.name}: {_where(error)}") from error
    except (OSError, RuntimeError) as error:  # there is no such file, or it is no text
        raise CannotTypeset(f"{path}: {error}") from error
    return pdf


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(key): _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value


def _where(error: typst.TypstError) -> str:
    line = re.search(r"\.typ:(\d+):", error.diagnostic)
    return f"line {line[1]}: {error.message}" if line else error.message


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
