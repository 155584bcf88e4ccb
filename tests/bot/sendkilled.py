"""Send what a database owes, and die by SIGKILL at the n-th line of our own code.

Run as a process of its own: `python -m tests.bot.sendkilled URL TWILIO_BASE_URL LINE`. LINE 0
counts instead: the number of lines is printed.
"""

import asyncio
import itertools
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from bot.service import Service
from scheduler.dispatch import Dispatcher
from tests.bot.twilio_settings import twilio_settings

ROOT = Path(__file__).parents[2]
OURS = tuple(str(ROOT / name) for name in ("bot", "scheduler", "storage"))


def main(url: str, base_url: str, line: int) -> None:
    """Drain the WhatsApp messages of a database, counting lines in every thread."""
    service = Service(twilio_settings(url, base_url))
    lines = itertools.count(1)
    last = [0]

    def on_line(_frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line":
            last[0] = next(lines)
            if last[0] == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    def on_call(frame: FrameType, _event: str, _arg: object) -> Any:
        return on_line if frame.f_code.co_filename.startswith(OURS) else None

    async def drain() -> None:
        sender = next(one for one in service.senders if one.channels == ("whatsapp",))
        await Dispatcher(service.writer, service.vault, sender, service.now).drain()

    threading.settrace(on_call)
    sys.settrace(on_call)
    asyncio.run(drain())
    sys.settrace(None)
    service.close()
    sys.stdout.write(f"{last[0]}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
