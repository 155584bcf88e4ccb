"""`lacak demo`: a sample office, to try everything without any account."""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.demo.office import Sample
    from bot.service import Service


def demo(
    port: int = typer.Option(8000, help="Porta; bila terpakai, dicari yang lain."),
    folder: Path = typer.Option(Path("demo-data"), help="Tempat data kantor contoh."),
    browser: bool = typer.Option(True, help="Buka peramban bila ada."),
) -> None:
    """Jalankan kantor contoh: 300 alumni rekaan, Kakak salah satunya."""
    from bot.demo.board import Board
    from bot.demo.office import demo_settings, make_sample
    from bot.links import make_token
    from bot.logs import set_up
    from bot.service import Service
    from bot.single import AlreadyRunning
    from bot.web.app import make_app, run

    set_up()
    service = Service(demo_settings(folder))
    lock = service.sender_lock()
    try:
        lock.take()
    except AlreadyRunning as error:
        print(f"Demo sudah berjalan di {error.address}/demo", file=sys.stderr)
        return
    print("Menyiapkan kantor contoh …", file=sys.stderr, flush=True)
    service.database.migrate()
    sample = make_sample(service, folder)
    chat_path = f"/c/{make_token(service.vault, sample.address_id, now=service.now())}"
    board = Board(service, folder, chat_path)

    def ready(address: str) -> None:
        lock.write(address)
        print(f"READY {address}", flush=True)
        print(_welcome(address, chat_path, sample.name, folder), flush=True)
        if browser and sys.stdout.isatty():
            _open(address + chat_path)

    clock = _DemoClock(service, sample)
    app = make_app(service, clock, board.routes())
    run(app, host="127.0.0.1", port=_free(port), ready=ready, closing=service.hub.close)
    print("\nSampai jumpa. Data contoh tetap ada di", folder, file=sys.stderr)


def _welcome(address: str, chat_path: str, name: str, folder: Path) -> str:
    from bot.demo.board import commands

    tries = "\n".join(f"    {one['command']:<72}  {one['what']}" for one in commands(folder))
    return f"""
  Kakak adalah {name}. Jawab surveinya:   {address}{chat_path}
  Papan kantor, terisi sendiri:           {address}/demo
  Salinan lembar yang tumbuh:             {folder}/salinan/

  Alumni lain dijawab orang rekaan (ditandai "simulasi"). Ctrl-C untuk berhenti.

  Perintah untuk dicoba di terminal lain:
{tries}
"""


class _DemoClock:
    """The local clock, which also starts the simulated people."""

    def __init__(self, service: "Service", sample: "Sample") -> None:
        from scheduler.wakeup.local import LocalClock

        self._clock = LocalClock()
        self._service = service
        self._sample = sample
        self._task: asyncio.Task[None] | None = None
        self.every = self._clock.every

    def start(self) -> None:
        """Begin calling and playing."""
        from bot.demo.simulate import Simulation

        self._clock.start()
        simulation = Simulation(self._service, self._sample.others, seed=7)
        self._task = asyncio.ensure_future(simulation.run())

    def stop(self) -> None:
        """Stop everything; what is under way is stored."""
        if self._task is not None:
            self._task.cancel()
        self._clock.stop()


def _free(port: int) -> int:
    """Return `port`, or 0 for any other when it is taken."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _open(url: str) -> None:
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(url)
