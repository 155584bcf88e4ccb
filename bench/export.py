"""How long 100,000 responses to 60 questions take to become a file, and in how much memory.

    python -m bench.export [--full]

Without `--full` it is 10,000, and budgets, which are for 100,000, are scaled with it (memory is
not: it must be flat). Each measurement is a process of its own; time is the processor's, so that
other work on the machine takes nothing from it, memory is the peak.

- Rows: a table of 60 columns in SQLite, 51 of them filled, written by our writers, beside
  pandas' own `to_csv` and `to_excel` (xlsxwriter) fed by the same cursor.
- Responses: `lacak export responses` without its command line: encrypted interviews of the
  60-question form of `bench.forms`, opened, looked through for what stands, put into words.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.table import Line, show

FULL, QUICK = 100_000, 10_000
COLUMNS, FILLED = 60, 51
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
BUDGET_S = {"csv": 6.0, "xlsx": 40.0}
"""For 100,000 × 60 (design §10)."""

MOST_MB = 64


def main() -> None:
    """Measure every way and print the table."""
    parser = argparse.ArgumentParser(prog="bench.export", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} responses")
    parser.add_argument("--part", default="", help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        print(json.dumps(measured(asked.part, Path(asked.folder))))
        return
    number = FULL if asked.full else QUICK
    with tempfile.TemporaryDirectory() as folder:
        make_rows(Path(folder), number)
        make_responses(Path(folder), number)
        lines = list(measure(Path(folder), number))
    show(f"{number:,} × {COLUMNS} (peer: pandas; budgets of {FULL:,} scaled)", lines)


def measure(folder: Path, number: int) -> Iterator[Line]:
    """Yield the lines, each part in a process of its own."""
    has_pandas = subprocess.run(
        [sys.executable, "-c", "import pandas"], capture_output=True, check=False
    )
    for kind in ("csv", "csv-excel", "xlsx"):
        ours = run(f"rows {kind}", folder)
        is_alone = has_pandas.returncode or kind == "csv-excel"
        peer = None if is_alone else run(f"pandas {kind}", folder)
        yield from lines(f"rows to {kind}", kind, ours, peer, number)
    if has_pandas.returncode:
        yield Line("  (pandas is not installed: no peer)", "")
    for kind in ("csv", "xlsx"):
        yield from lines(f"responses to {kind}", "", run(f"responses {kind}", folder), None, number)


def lines(
    what: str,
    kind: str,
    ours: dict[str, float],
    peer: dict[str, float] | None,
    number: int,
) -> Iterator[Line]:
    """Yield time and memory of one way; `kind` names its budget, if it has one."""
    most_s = BUDGET_S.get(kind, 0) * number / FULL
    yield Line(
        f"{what} ({ours['mb']:.1f} MB)", f"{ours['s']:.1f} s",
        f"{peer['s']:.1f} s" if peer else "", f"{ours['s'] / peer['s']:.0%}" if peer else "",
        f"< {most_s:g} s" if most_s else "", ours["s"] < most_s if most_s else None,
    )  # fmt: skip
    yield Line(
        f"  peak memory, {ours['loaded']:.0f} MB of it before the first row",
        f"{ours['peak']:.0f} MB", f"{peer['peak']:.0f} MB" if peer else "",
        f"{ours['peak'] / peer['peak']:.0%}" if peer else "",
        f"< {MOST_MB} MB" if most_s else "", ours["peak"] < MOST_MB if most_s else None,
    )  # fmt: skip


def run(part: str, folder: Path) -> dict[str, float]:
    """Return the figures of one part."""
    command = [sys.executable, "-m", "bench.export", "--part", part, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(part: str, folder: Path) -> dict[str, float]:
    """Do one part in this process and return its figures."""
    who, kind = part.split()
    ways: dict[str, Callable[[Path, str, Path], float]] = {
        "rows": write_rows, "pandas": write_by_pandas, "responses": write_responses,
    }  # fmt: skip
    path = folder / f"{who}.{kind}"
    began = time.process_time()
    loaded = ways[who](folder, kind, path)
    took = time.process_time() - began
    return {"s": took, "peak": peak_mb(), "loaded": loaded, "mb": path.stat().st_size / 2**20}


def peak_mb() -> float:
    """Return the most memory this process has held; `getrusage` would count its parent's."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def make_rows(folder: Path, number: int) -> None:
    """Store a plain table: texts of about ten signs, numbers, and blanks."""
    names = [f"q{n}" for n in range(COLUMNS)]
    with sqlite3.connect(folder / "rows.db") as db:
        db.execute(f"CREATE TABLE answers ({', '.join(names)})")
        marks = ", ".join("?" * COLUMNS)
        db.executemany(f"INSERT INTO answers VALUES ({marks})", map(plain_row, range(number)))  # noqa: S608 -- ours
    db.close()


def plain_row(number: int) -> Sequence[object]:
    """Return one row of the plain table."""
    filled = (f"jawaban {number % 97}" if n % 3 else number * n for n in range(FILLED))
    return (*filled, *(None,) * (COLUMNS - FILLED))


def write_rows(folder: Path, kind: str, path: Path) -> float:
    """Write the plain table by our writers; return the memory held before the first row."""
    from exports.files import write  # noqa: PLC0415 -- what a part loads counts as its memory
    from exports.formats import Format  # noqa: PLC0415
    from exports.table import Table  # noqa: PLC0415

    db = sqlite3.connect(folder / "rows.db")
    header = [f"q{n}" for n in range(COLUMNS)]
    loaded = peak_mb()
    write(Table(header, db.execute("SELECT * FROM answers")), path, Format(kind))
    db.close()
    return loaded


def write_by_pandas(folder: Path, kind: str, path: Path) -> float:
    """Write the plain table as pandas does by itself."""
    import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    loaded = peak_mb()
    db = sqlite3.connect(folder / "rows.db")
    frame: Any = pd.read_sql_query("SELECT * FROM answers", db)
    if kind == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_excel(path, index=False, engine="xlsxwriter")
    db.close()
    return loaded


def make_responses(folder: Path, number: int) -> None:
    """Store interviews of the 60-question form, five kinds of respondent in turn."""
    from sqlalchemy import insert  # noqa: PLC0415

    from bench.forms import sixty_questions  # noqa: PLC0415
    from bench.step import record  # noqa: PLC0415
    from flows.step import start, step  # noqa: PLC0415
    from flows.xlsform import load, publish  # noqa: PLC0415
    from storage import forms  # noqa: PLC0415
    from storage.tables import Interview, Respondent  # noqa: PLC0415
    from storage.tables.columns import table  # noqa: PLC0415

    written = sixty_questions()
    artefact = publish(written.yaml)
    form = load(artefact)
    database, vault = office(folder)
    database.migrate()
    sealed = []
    for seed in range(5):
        state = start(form)
        for event in record(form, written, seed).events:
            state = step(form, state, event).state
        sealed.append((state.status, vault.seal(state.to_json(), "interview.state")))
    with database.write() as db:
        form_pk = forms.publish(db, artefact, at=AT)
    for first in range(0, number, 5_000):
        numbers = range(first + 1, min(first + 5_000, number) + 1)
        people = [{"id": n, "name": f"Orang Contoh {n}", "created_at": AT} for n in numbers]
        held = [
            {
                "respondent_id": n, "form_pk": form_pk, "status": sealed[n % 5][0],
                "state": sealed[n % 5][1], "created_at": AT, "updated_at": AT,
            }
            for n in numbers
        ]  # fmt: skip
        with database.write() as db:
            db.execute(insert(table(Respondent)), people)
            db.execute(insert(table(Interview)), held)
    database.close()


def write_responses(folder: Path, kind: str, path: Path) -> float:
    """Write the interviews, with the codebook beside them."""
    from exports.codebook import codebook  # noqa: PLC0415
    from exports.files import write  # noqa: PLC0415
    from exports.formats import Format  # noqa: PLC0415
    from exports.responses import responses  # noqa: PLC0415
    from flows.xlsform import load  # noqa: PLC0415
    from storage import forms, interviews  # noqa: PLC0415

    database, vault = office(folder)
    with database.read() as db:
        ((form_pk, form_id, *_),) = forms.listed(db)
        form = load(forms.get(db, form_pk))
        table = responses(
            interviews.rows(db, vault, form_id),
            lambda _pk: form,
            [form_pk],
            zone=ZoneInfo("Asia/Makassar"),
        )
        loaded = peak_mb()
        write(table, path, Format(kind), codebook=codebook([form]))
    database.close()
    return loaded


def office(folder: Path) -> tuple[Any, Any]:
    """Return the database and vault of the bench's office."""
    from storage.database import Database  # noqa: PLC0415
    from storage.secrets import Vault  # noqa: PLC0415

    return Database(f"sqlite:///{folder / 'office.db'}"), Vault("a key that only the benches use")


if __name__ == "__main__":
    main()
