"""Lists kept beside a form as .csv: read once when it is published, kept in its artefact."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from flows.xlsform.faults import Code, Fault, Place, fault
from flows.xlsform.read import CONTROL

Attached = Callable[[str], bytes | None]
"""Gives the file of that name beside the form, or None where there is none."""

Listed = tuple[dict[str, str], ...]

MAX_BYTES = 2_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 60
_NAME = re.compile(r"[\w-][\w .-]{0,80}\.csv")
_MENTIONED = re.compile(r"\b(?:pulldata|instance)\(\s*['\"]([^'\"]{1,90})['\"]")
_NOT_THERE = "letakkan berkas itu di folder yang sama"


def nothing_attached(_name: str) -> bytes | None:
    """Return no file: the form came alone."""
    return None


def mentioned(texts: Iterable[str]) -> set[str]:
    """Return the lists that expressions look things up in, by name."""
    names = {name for text in texts if "(" in text for name in _MENTIONED.findall(text)}
    return {name.removesuffix(".csv") for name in names}


def read_list(name: str, place: Place, attached: Attached) -> Listed | Fault:
    """Return the rows of `name`, a .csv beside the form, or why they cannot be had."""
    if not _NAME.fullmatch(name):
        reason = "hanya .csv di folder yang sama yang dapat dipakai"
        return fault(Code.FORM_27, place, name=name, reason=reason)
    source = attached(name)
    if source is None:
        return fault(Code.FORM_27, place, name=name, reason=_NOT_THERE)
    if len(source) > MAX_BYTES:
        reason = f"lebih dari {MAX_BYTES} bita"
        return fault(Code.FORM_27, place, name=name, reason=reason)
    try:
        return _rows(source.decode("utf-8-sig"))
    except UnicodeDecodeError:
        reason = "bukan teks UTF-8"
    except (csv.Error, ValueError) as error:
        reason = str(error)
    return fault(Code.FORM_27, place, name=name, reason=reason)


def choice_faults(
    name: str,
    rows: Sequence[Mapping[str, str]],
    columns: tuple[str, str],
    place: Place,
    *,
    lone: bool,
    filtered: bool,
) -> Iterator[Fault]:
    """Yield why the rows of a file cannot be chosen from.

    Args:
        columns: those of the codes and of the words.
        lone: one is chosen, so that a code may have a space in it.
        filtered: only some are offered at once, so that a code may stand there twice.
    """
    known = dict.fromkeys(column for row in rows for column in row)
    for column in columns:
        if rows and column not in known:
            reason = f"kolom '{column}' tidak ada; kolomnya {', '.join(known)}"
            yield fault(Code.FORM_27, place, name=name, reason=reason)
            return
    codes = [row.get(columns[0], "") for row in rows]
    if not codes:
        reason = "tidak ada pilihannya"
    elif "" in codes:
        reason = f"kolom '{columns[0]}' kosong di baris {codes.index('') + 2}"
    elif not filtered and (twice := next((c for c, n in Counter(codes).items() if n > 1), "")):
        reason = f"kode '{twice}' dipakai dua kali"
    elif not lone and (spaced := next((code for code in codes if " " in code), "")):
        reason = f"kode '{spaced}' ditulis tanpa spasi, karena boleh memilih lebih dari satu"
    else:
        return
    yield fault(Code.FORM_27, place, name=name, reason=reason)


def _rows(text: str) -> Listed:
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=False)
    header = [column.strip() for column in next(rows, [])]
    if len(header) > MAX_COLUMNS:
        raise ValueError(f"lebih dari {MAX_COLUMNS} kolom")
    listed: list[dict[str, str]] = []
    for row in rows:
        if len(listed) == MAX_ROWS:
            raise ValueError(f"lebih dari {MAX_ROWS} baris")
        pairs = zip(header, row, strict=False)
        cells = {column: CONTROL.sub("", cell).strip() for column, cell in pairs if column}
        if any(cells.values()):
            listed.append(cells)
    return tuple(listed)
