"""Send what a database owes, and die by SIGKILL at the n-th line of our own code.

Run as a process of its own: `python -m tests.bot.sendkilled CHANNEL URL BASE_URL LINE`. LINE 0
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
from tests.bot.telegram_office import telegram_settings
from tests.bot.twilio_settings import twilio_settings

ROOT = Path(__file__).parents[2]
SETTINGS = {"whatsapp": twilio_settings, "telegram": telegram_settings}
OURS = tuple(str(ROOT / name) for name in ("bot", "scheduler", "storage"))


def main(channel: str, url: str, base_url: str, line: int) -> None:
    """Drain a channel's messages of a database, counting lines in every thread."""
    service = Service(SETTINGS[channel](url, base_url))
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
        sender = next(one for one in service.senders if one.channels == (channel,))
        await Dispatcher(service.writer, service.vault, sender, service.now).drain()

    threading.settrace(on_call)
    sys.settrace(on_call)
    asyncio.run(drain())
    sys.settrace(None)
    service.close()
    sys.stdout.write(f"{last[0]}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
