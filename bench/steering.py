"""How soon a blast obeys, how evenly it goes, and what `serve` costs when nobody does anything.

    python -m bench.steering

- Pause: a blast at 80 a second over a channel that answers after 0.2 s is paused from another
  thread; the delay is from asking to the last message handed to the channel.
- Stop: the same, with thousands still queued: until every one of them is canceled.
- Evenness: the worst closed sliding second at 80 a second, by the real client over HTTP. The peer
  is what one writes first: a loop that posts, then sleeps an eightieth of a second.
- Idle: `lacak serve` of an office with nothing to do, processor time by /proc; the peer is the
  same web server with an application that does nothing.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bench.dispatch import (
    BURST,
    NUMBER,
    RATE,
    TEMPLATE,
    NoOp,
    Office,
    bare_client,
    environment,
    provider,
    worst_second,
)
from bench.table import Line, show
from bot.blasts import Blasts
from bot.channels.contract import Sent, Wire
from bot.channels.whatsapp import WhatsApp
from bot.senders import ChannelSender
from scheduler.blast import BlastStatus
from scheduler.ports import Sender

PEOPLE = 3_000
AFTER_S = 1.5
EVEN_S = 6.0
IDLE_S = 8.0
ANSWER_S = 0.2
LACAK = str(Path(sys.executable).with_name("lacak"))
BARE = """
import uvicorn
async def app(scope, receive, send): pass
uvicorn.run(app, port=0, lifespan="off", log_level="critical")
"""


def main() -> None:
    """Measure everything and print the table."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        for status in (BlastStatus.PAUSED, BlastStatus.STOPPED):
            lines += steered(Path(folder) / status, status)
        lines += even(Path(folder) / "even")
        lines += idle(Path(folder) / "idle")
    show("steering a blast, on SQLite FULL", lines)


def steered(folder: Path, status: BlastStatus) -> Sequence[Line]:
    """Pause or stop a blast in full flight."""
    folder.mkdir()
    sender = NoOp(rate_per_s=RATE, answer_s=ANSWER_S)
    asked = [0.0, 0.0]
    with closing(Office(folder, PEOPLE)) as office:

        def steer() -> None:
            time.sleep(AFTER_S)
            asked[0] = time.monotonic()
            Blasts(office.service).change(1, status)
            asked[1] = time.monotonic()

        thread = threading.Thread(target=steer)
        thread.start()
        drive(office, sender, AFTER_S + 1.5)
        thread.join()
        left = dict(Blasts(office.service).figures(1))
    late = max(0.0, sender.handed[-1] - asked[0])
    until = max(late, asked[1] - asked[0])
    assert left["queued"] == 0 or status is BlastStatus.PAUSED
    what = "pause" if status is BlastStatus.PAUSED else f"stop, {left['canceled']:,} canceled"
    return [Line(what, f"{until * 1000:,.0f} ms", budget="≤ 1,000 ms", meets=until <= 1.0)]


def even(folder: Path) -> Sequence[Line]:
    """Hold a rate over HTTP, beside the loop one writes first."""
    folder.mkdir()
    with provider() as origin, closing(Office(folder, 1_500, TWILIO_BASE_URL=origin)) as office:
        channel = Timed(office)
        sender = ChannelSender(
            channel, rate_per_s=RATE, burst=BURST, template_of=lambda _: TEMPLATE,
            known_at=lambda _: (),
        )  # fmt: skip
        drive(office, sender, EVEN_S)
        channel.close()
        naive = loop(origin)
    ours = worst_second(channel.handed)
    rates = [(len(one) - 1) / (one[-1] - one[0]) for one in (channel.handed, naive)]
    return [
        Line(
            f"{RATE:.0f}/s over HTTP, worst sliding second", f"{ours}", f"{worst_second(naive)}",
            "", f"≤ {RATE:.0f} + {BURST}", ours <= RATE + BURST,
        ),
        Line("  mean", f"{rates[0]:.1f}/s", f"{rates[1]:.1f}/s", f"{rates[0] / rates[1]:.2f}"),
    ]  # fmt: skip


class Timed(WhatsApp):
    """The real channel; `handed` are the moments it was given something."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.service.settings, office.service.words)
        self.handed: list[float] = []

    async def send(self, wire: Wire, *, delivery_id: str, attempt_id: str) -> Sent:
        """Note the moment, then send."""
        self.handed.append(time.monotonic())
        return await super().send(wire, delivery_id=delivery_id, attempt_id=attempt_id)


def loop(origin: str) -> list[float]:
    """Post and sleep, as long as `even` does; return the moments."""
    messages, moments = bare_client(origin).messages, []
    end = time.monotonic() + EVEN_S
    while time.monotonic() < end:
        moments.append(time.monotonic())
        messages.create(
            to="whatsapp:+6281200000000", from_=f"whatsapp:{NUMBER}", content_sid=TEMPLATE.sid,
            content_variables='{"1": "Orang", "2": "BPVP Kendari"}',
        )  # fmt: skip
        time.sleep(1 / RATE)
    return moments


def drive(office: Office, sender: Sender, seconds: float) -> None:
    """Drain for so long, then stop as SIGTERM would."""

    async def work() -> None:
        dispatcher = office.dispatcher(sender)
        drain = asyncio.ensure_future(dispatcher.drain())
        await asyncio.sleep(seconds)
        await dispatcher.stop()
        await drain

    asyncio.run(work())


def idle(folder: Path) -> Sequence[Line]:
    """Let `serve` and a bare server do nothing for a while."""
    folder.mkdir()
    wanted = {**os.environ, **environment(folder / "lacak.db"), "COPY_FOLDER": str(folder)}
    serve = [LACAK, "serve", "--port", "0"]
    ours, megabytes = share(serve, wanted, lambda line: line.startswith("READY"))
    bare, _ = share([sys.executable, "-c", BARE], wanted, None)
    return [
        Line(
            f"serve, idle for {IDLE_S:.0f} s", f"{ours:.2%}", f"{bare:.2%}", "", "≤ 2 % of a core",
            ours <= 0.02,
        ),
        Line("  resident", f"{megabytes:.0f} MB"),
    ]  # fmt: skip


def share(
    command: Sequence[str], env: dict[str, str], is_ready: Callable[[str], bool] | None
) -> tuple[float, float]:
    """Return (share of a core, resident MB) of a process that has nothing to do."""
    process = subprocess.Popen(  # noqa: S603 -- our own program
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        while is_ready is not None and not is_ready(process.stdout.readline()):
            assert process.poll() is None, "it ended"
        time.sleep(3)
        before = spent_s(process.pid)
        time.sleep(IDLE_S)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1])
        used = (spent_s(process.pid) - before) / IDLE_S
        return used, pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    finally:
        process.terminate()
        process.wait(20)


def spent_s(pid: int) -> float:
    """Return the processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
