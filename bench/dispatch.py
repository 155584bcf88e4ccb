"""How fast, how evenly and in how much memory a blast leaves the ledger, on SQLite FULL.

    python -m bench.dispatch [--full]

The real `Dispatcher` drains real blasts, written down by `Blasts.send`:

- Ledger: a channel that accepts at once and has no rate; what is left is ours alone.
- HTTP: WhatsApp by Twilio's client, against a server on loopback that answers as Twilio does,
  in a process of its own. The peer is a bare loop over the same client library with as many
  threads, which writes nothing down. Rounds of both follow each other.
- Rate: a channel of 80 a second that answers after 0.2 s. The mean leaves the first burst out;
  the worst second is the closed sliding one, by the moments messages were handed to the channel.
- Memory: a large wave is written down and drained; resident memory at 10, 50 and 100 %.
"""

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.table import Line, middle, show, spread
from bot.blasts import Blasts
from bot.channels.contract import Template
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_http import THREADS
from bot.senders import ChannelSender
from bot.service import Service
from bot.settings import read_settings
from flows import library
from flows.xlsform import publish
from scheduler.dispatch import Dispatcher
from scheduler.ports import Outcome, Sender, Verdict
from storage import cohorts, forms, respondents
from storage.cohorts import Batch
from storage.outbox import Message
from storage.respondents import Person, Use

ROUNDS = 3
LEDGER = 5_000
POSTS = 1_500
RATE, BURST, RATE_S, ANSWER_S = 80.0, 4, 10.0, 0.2
WAVE, FULL_WAVE = 10_000, 100_000
ASKED_S = 2.0
"""What asking the first people takes, however many there are."""

WRITTEN_S = 10
"""How long writing the full wave down may take."""
GROWTH_MB = 16
"""More than this between 10 % and the end of a wave is not flat."""

BATCH = Batch(0, "Angkatan contoh", "pelatihan", "Garmen Apparel", "Menjahit Pakaian Dasar")
TEMPLATE = Template("HX" + "0" * 32, ("nama", "kantor"))
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "0" * 32, "+6281100000001"


@dataclass
class NoOp:
    """A channel that takes everything; `handed` are the moments it was given something."""

    channels: tuple[str, ...] = ("whatsapp",)
    rate_per_s: float | None = None
    burst: int = BURST
    day_tier: int | None = None
    can_find = True
    answer_s: float = 0.0
    handed: list[float] = field(default_factory=list)
    at: Callable[[int], None] | None = None
    count: int = 0

    async def send(self, message: Message) -> Verdict:
        """Accept."""
        self.count += 1
        if self.rate_per_s is not None:
            self.handed.append(time.monotonic())
        if self.at is not None:
            self.at(self.count)
        if self.answer_s:
            await asyncio.sleep(self.answer_s)
        return Verdict(Outcome.ACCEPTED, provider_id=f"SM{message.id}")

    async def find(self, _message: Message) -> Verdict:
        """Know nothing."""
        return Verdict(Outcome.AMBIGUOUS)


class Office:
    """An office with one batch and one blast, written down."""

    def __init__(self, folder: Path, size: int, **more: str) -> None:
        path = folder / f"{size}.db"
        self.service = Service(read_settings({**environment(path), **more}, None))
        self.service.database.migrate()
        with self.service.database.write() as db:
            forms.publish(db, publish(library.source("kebekerjaan")), at=self.service.now())
            self.cohort = cohorts.ensure(db, BATCH)
        for first in range(0, size, 5_000):
            self._people(range(first, min(size, first + 5_000)))
        blasts = Blasts(self.service)
        began = time.monotonic()
        blasts.send(blasts.plan("kebekerjaan", BATCH.name, channel="whatsapp"), actor="bench")
        self.written_s = time.monotonic() - began
        while self.service.campaigns.ask_some(self.service.now()):  # as `serve` does
            pass

    def _people(self, numbers: range) -> None:
        service, now = self.service, self.service.now()
        people = [
            Person(0, f"Orang Contoh {n}", "Asia/Makassar", nik=f"747199{n:010}") for n in numbers
        ]
        with service.database.write() as db:
            ids = respondents.add_all(db, service.vault, people, at=now)
            named = zip(ids, numbers, strict=True)
            reached = [(one, "whatsapp", f"62812{n:08}", Use.MAIN) for one, n in named]
            respondents.add_addresses(db, reached, now)
            cohorts.join_all(db, [(self.cohort, one, "Lulus") for one in ids])

    def dispatcher(self, sender: Sender) -> Dispatcher:
        """Return the drainer of this office's messages."""
        service = self.service
        return Dispatcher(service.writer, service.vault, sender, service.now)

    def queue(self, number: int) -> None:
        """Make the first messages as if never sent, and the others as if not there."""
        with self.service.database.write() as db:
            db.execute(text("DELETE FROM attempt"))
            db.execute(text("DELETE FROM channel"))
            db.execute(text("UPDATE blast SET status = 'running'"))
            db.execute(
                text(
                    "UPDATE outbox SET attempt = '', provider_id = '', sent_at = NULL, "
                    "status = CASE WHEN id <= :n THEN 'queued' ELSE 'canceled' END"
                ),
                {"n": number},
            )

    def sent(self) -> int:
        """Return how many messages were recorded as sent, each with one attempt that ended."""
        with self.service.database.read() as db:
            query = (
                "SELECT count(*) FROM outbox JOIN attempt ON attempt.id = outbox.attempt "
                "WHERE outbox.status = 'sent' AND attempt.outcome = 'sent'"
            )
            return int(db.execute(text(query)).scalar_one())

    def close(self) -> None:
        """Close the database."""
        self.service.close()


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="bench.dispatch", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"a wave of {FULL_WAVE:,}")
    parser.add_argument("--provider", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--only", default="", help="ledger, http, rate or memory")
    asked = parser.parse_args()
    if asked.provider:
        asyncio.run(provide())
        return
    wave = FULL_WAVE if asked.full else WAVE
    parts: dict[str, Callable[[Path], Sequence[Line]]] = {
        "ledger": ledger, "http": http, "rate": rate, "memory": lambda at: memory(at, wave),
    }  # fmt: skip
    lines: list[Line] = []
    for name, part in parts.items():
        if asked.only in ("", name):
            with tempfile.TemporaryDirectory() as folder:
                lines += part(Path(folder))
    show("a blast, on SQLite FULL (peer: a bare loop over twilio's client)", lines)


def ledger(folder: Path) -> Sequence[Line]:
    """Drain through a channel that costs nothing."""
    rates = []
    with closing(Office(folder, LEDGER)) as office:
        for _ in range(ROUNDS):
            office.queue(LEDGER)
            rates.append(drained(office, NoOp(), LEDGER))
    what = f"ledger, no-op channel, {LEDGER:,} messages ({spread(rates)})"
    ours = middle(rates)
    return [Line(what, f"{ours:,.0f}/s", budget="≥ 2,000/s", meets=ours >= 2_000)]


def http(folder: Path) -> Sequence[Line]:
    """Drain through Twilio's client, beside a bare loop over it."""
    ours, bare = [], []
    with provider() as origin, closing(Office(folder, POSTS, TWILIO_BASE_URL=origin)) as office:
        channel = WhatsApp(office.service.settings, office.service.words)
        for _ in range(ROUNDS):
            office.queue(POSTS)
            sender = ChannelSender(
                channel,
                rate_per_s=1,
                burst=1,
                template_of=lambda _: TEMPLATE,
                known_at=lambda _: (),
            )
            sender.rate_per_s = None
            ours.append(drained(office, sender, POSTS))
            bare.append(posted(origin, POSTS))
        channel.close()
    share = middle(ours) / middle(bare)
    what = f"over HTTP, {THREADS} at once, {POSTS:,} messages ({spread(ours)})"
    return [
        Line(
            what, f"{middle(ours):,.0f}/s", f"{middle(bare):,.0f}/s", f"{share:.0%}", "≥ 70 %",
            share >= 0.7,
        )
    ]  # fmt: skip


def rate(folder: Path) -> Sequence[Line]:
    """Hold a rate for a while."""
    number = int(RATE * RATE_S * 2)
    sender = NoOp(rate_per_s=RATE, answer_s=ANSWER_S)
    with closing(Office(folder, number)) as office:

        async def work() -> None:
            dispatcher = office.dispatcher(sender)
            drain = asyncio.ensure_future(dispatcher.drain())
            await asyncio.sleep(RATE_S + 0.05)
            await dispatcher.stop()
            await drain

        asyncio.run(work())
        assert office.sent() == len(sender.handed)
    within = [one for one in sender.handed if one <= sender.handed[0] + RATE_S]
    mean = (len(within) - BURST) / RATE_S
    worst = worst_second(sender.handed)
    return [
        Line(
            f"rate of {RATE:.0f}/s held for {RATE_S:.0f} s, mean", f"{mean:.1f}/s",
            f"{RATE:.0f}/s", f"{mean / RATE:.1%}", "≥ 99 %", mean >= 0.99 * RATE,
        ),
        Line(
            "  worst sliding second", f"{worst}", f"{RATE:.0f}", "",
            f"≤ {RATE:.0f} + {BURST}", worst <= RATE + BURST,
        ),
    ]  # fmt: skip


def memory(folder: Path, size: int) -> Sequence[Line]:
    """Write a wave down and drain it, watching resident memory."""
    marks = {size // 10: 0.0, size // 2: 0.0, size: 0.0}

    def at(count: int) -> None:
        if count in marks:
            marks[count] = resident_mb()

    with closing(Office(folder, size)) as office:
        written, written_mb = office.written_s, resident_mb()
        per_s = drained(office, NoOp(at=at), size)
    growth = marks[size] - marks[size // 10]
    allowed = max(ASKED_S, WRITTEN_S * size / FULL_WAVE)
    return [
        Line(
            f"wave of {size:,} by hand ({size / written:,.0f} people/s, {written_mb:.0f} MB)",
            f"{written:.1f} s", "", "", f"≤ {allowed:.0f} s", written <= allowed,
        ),
        Line(f"  drained, resident MB at 10, 50, 100 % ({per_s:,.0f}/s)",
             " ".join(f"{mb:.0f}" for mb in marks.values()), "", f"{growth:+.0f} MB",
             f"≤ +{GROWTH_MB} MB", growth <= GROWTH_MB),
    ]  # fmt: skip


def drained(office: Office, sender: Sender, number: int) -> float:
    """Return how many messages a second left; every one must have, once."""
    began = time.monotonic()
    given = asyncio.run(office.dispatcher(sender).drain())
    took = time.monotonic() - began
    assert given == office.sent() == number, (given, office.sent())
    return number / took


def worst_second(moments: Sequence[float]) -> int:
    """Return the most moments in any closed sliding second."""
    ends = itertools.count()
    last, worst = next(ends), 0
    for first, moment in enumerate(moments):
        while last < len(moments) and moments[last] <= moment + 1:
            last += 1
        worst = max(worst, last - first)
    return worst


def resident_mb() -> float:
    """Return this process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def posted(origin: str, number: int) -> float:
    """Return how many messages a second the client library posts by itself."""
    messages = bare_client(origin).messages
    values = json.dumps({"1": "Orang", "2": "BPVP Kendari"})

    def post(n: int) -> None:
        made = messages.create(
            to=f"whatsapp:+62812{n:08}", from_=f"whatsapp:{NUMBER}", content_sid=TEMPLATE.sid,
            content_variables=values,
            status_callback=f"https://lacak.test/hooks/whatsapp/status?d={n}&a={'0' * 32}",
        )  # fmt: skip
        assert made.sid

    with ThreadPoolExecutor(THREADS) as threads:
        began = time.monotonic()
        list(threads.map(post, range(number)))
        return number / (time.monotonic() - began)


def bare_client(origin: str) -> Any:
    """Return twilio's client as it comes, sent to `origin`, with a connection a thread."""
    from requests.adapters import HTTPAdapter  # noqa: PLC0415
    from twilio.http.http_client import (  # type: ignore[import-untyped] # noqa: PLC0415
        TwilioHttpClient,
    )
    from twilio.rest import Client  # type: ignore[import-untyped] # noqa: PLC0415

    class Local(TwilioHttpClient):  # type: ignore[misc] # it ships no types
        def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
            return super().request(
                method, url.replace("https://api.twilio.com", origin), *rest, **more
            )

    http_client = Local(timeout=30)
    http_client.session.mount("http://", HTTPAdapter(pool_maxsize=THREADS))
    return Client(ACCOUNT, TOKEN, http_client=http_client)


@contextmanager
def provider() -> Iterator[str]:
    """Run the stand-in for Twilio and yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.dispatch", "--provider"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


async def provide() -> None:
    """Answer every request as Twilio answers a new message, until told to stop."""
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


class Provider(asyncio.Protocol):
    """One connection: requests with a length, answered in order."""

    _numbers = itertools.count()

    def __init__(self) -> None:
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._back = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = self._came[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            if len(self._came) < end + 4 + length:
                return
            self._came = self._came[end + 4 + length :]
            self._back.write(answer(next(self._numbers)))


def answer(number: int) -> bytes:
    """Return Twilio's answer to a new message."""
    message: dict[str, object] = {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": "", "num_segments": "1",
        "date_created": "Sat, 21 Nov 2026 02:00:00 +0000", "date_sent": None,
        "date_updated": "Sat, 21 Nov 2026 02:00:00 +0000", "direction": "outbound-api",
        "error_code": None, "error_message": None, "from": f"whatsapp:{NUMBER}",
        "messaging_service_sid": None, "num_media": "0", "price": None, "price_unit": None,
        "sid": f"SM{number:032x}", "status": "queued", "subresource_uris": {},
        "to": "whatsapp:+6281200000000", "uri": "/2010-04-01/Accounts/x/Messages/y.json",
    }  # fmt: skip
    body = json.dumps(message).encode()
    head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def environment(path: Path) -> dict[str, str]:
    """Return the settings of a bench's office."""
    return {
        "DATABASE_URL": f"sqlite:///{path}",
        "SECRET_KEY": "a key that only the benches use, long enough",
        "OFFICE_NAME": "BPVP Kendari",
        "OFFICE_TIMEZONE": "Asia/Makassar",
        "OFFICE_CONTACT": "0401-312345",
        "PUBLIC_URL": "https://lacak.test",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": NUMBER,
    }


if __name__ == "__main__":
    main()
