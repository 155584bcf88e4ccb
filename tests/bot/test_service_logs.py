"""Law 10 on the running service: its output names nobody and repeats nothing that was said."""

import csv
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from bot.demo import people
from tests.bot.commands import run
from tests.bot.test_cli import Running
from tests.conftest import NOW

SAID = ("ya", "kerja", "Pabrik Rahasia Contoh", "agustus 2026", "juru masak", "2",
        "Pangandaran", "1", "4.321.000", "lewati", "atasan saya galak")  # fmt: skip


def invited(folder: Path) -> tuple[str, str]:
    """Return the name and the link's path of the first person of a fresh office."""
    people.workbook(folder / "peserta.xlsx", today=NOW.date())
    run(folder, "form", "publish", "kebekerjaan")
    run(folder, "people", "import", "peserta.xlsx")
    cohort = run(folder, "people", "cohorts").stdout.splitlines()[0].split("\t")[0]
    run(folder, "people", "invite", "kebekerjaan", "--cohort", cohort, "--out", "tautan.csv")
    with (folder / "tautan.csv").open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    return first["nama"], "/c/" + first["tautan"].rpartition("/")[2]


def test_law_10_a_running_service_writes_nothing_people_said(tmp_path: Path) -> None:
    name, path = invited(tmp_path)
    serve = Running(tmp_path, "serve", "--port", "0", env={"BURST_SECONDS": "0"})
    with ExitStack() as stack:
        stack.callback(serve.process.kill)
        client = stack.enter_context(httpx.Client(base_url=serve.ready(), timeout=60))
        for number, text in enumerate(SAID):
            data = {"id": f"message-{number}", "text": text}
            answer = client.post(path, data=data, headers={"Accept": "application/json"})
            assert answer.status_code == 202
        deadline = time.monotonic() + 60
        while "Selesai!" not in client.get(path).text and "Terakhir" not in client.get(path).text:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        client.post(path, content=b"\xff" * 100, headers={"Content-Type": "text/plain"})
        client.get(path[:-3] + "aaa")
        serve.stop(signal.SIGTERM)

    written = serve.said()
    assert "READY" in written
    token = path.rpartition("/")[2]
    words = (name, *SAID[2:3], *SAID[4:5], *SAID[6:7], SAID[8], SAID[10], "4321000", token)
    assert [word for word in words if word in written] == []
    held = b"".join(one.read_bytes() for one in (tmp_path / "data").iterdir())
    assert name.encode() in held
    assert [
        word for word in (*SAID[2:3], SAID[8], SAID[10], "4321000") if word.encode() in held
    ] == []
