"""The copy in Google Sheets, joined: links, the loop that flushes, and how it all stands.

Google's client loads only where a spreadsheet is asked about: without an account or a link none
of it costs anything, and the workbooks of `bot.copying` are the copy.
"""

import random
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.mirroring.links import Links
from bot.mirroring.loop import Loop
from bot.mirroring.office import NotSetUp, Office
from bot.mirroring.status import Alert, alerts, standing
from bot.turn import Turns
from storage.database import Database
from storage.secrets import Vault

if TYPE_CHECKING:
    from exports.mirror.google.api import Api

__all__ = ["Alert", "Links", "Loop", "Mirroring", "NotSetUp", "alerts", "standing"]


class Mirroring:
    """One process's way to the office's spreadsheets. `key_file` empty: there is no account."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        turns: Turns,
        now: Callable[[], datetime],
        *,
        zone: str,
        key_file: str,
        base_url: str,
    ) -> None:
        self.office = Office(database, vault, turns, ZoneInfo(zone))
        self.links = Links(self.office, self.api, now)
        dice = random.Random()  # noqa: S311 -- spreads load
        self.loop = Loop(self.office, self.api, now, owner=uuid.uuid4().hex, dice=dice)
        self._database = database
        self._now = now
        self._key_file = key_file
        self._base_url = base_url
        self._stopping = threading.Event()
        self._api: Api | None = None

    @property
    def is_set_up(self) -> bool:
        """Whether the office has a service account."""
        return bool(self._key_file)

    def api(self) -> "Api":
        """Return the way to Google, signed in when first needed.

        Raises:
            NotSetUp: there is no account, or its key file cannot be used.
        """
        if self._api is None:
            if not self._key_file:
                raise NotSetUp("GOOGLE_SERVICE_ACCOUNT_FILE kosong: belum ada akun layanan Google.")
            from exports.mirror.google.api import Api  # noqa: PLC0415 -- gspread takes 0.2 s
            from exports.mirror.google.quota import Quota  # noqa: PLC0415
            from exports.mirror.google.session import (  # noqa: PLC0415
                KeyUnusable,
                read_key,
                sign_in,
            )

            try:
                session = sign_in(read_key(Path(self._key_file)), self._base_url)
            except KeyUnusable as error:
                raise NotSetUp(
                    "Berkas kunci akun layanan (GOOGLE_SERVICE_ACCOUNT_FILE) tidak dapat dipakai: "
                    f"{error}"
                ) from error
            self._api = Api(session, Quota(self._database, self._now, self._stopping.wait))
        return self._api

    @property
    def email(self) -> str:
        """The service account's address, which spreadsheets are shared with; "" without one."""
        try:
            return self.api().email
        except NotSetUp:
            return ""

    def alerts(self) -> Sequence[Alert]:
        """Return every sheet that somebody must do something about, a sentence each."""
        return alerts(self.office, self.email)

    def begin_tick(self) -> "Future[int]":
        """Flush what is due in a thread of its own; return how many sheets were flushed, later.

        Nobody waits for the thread at the end: a batch under way may take Google three minutes,
        and what became of it is found out at the next start.
        """
        done: Future[int] = Future()

        def work() -> None:
            try:
                done.set_result(self.loop.tick())
            except BaseException as error:  # noqa: BLE001 -- whoever awaits it is told
                done.set_exception(error)

        threading.Thread(target=work, name="mirror", daemon=True).start()
        return done

    def stop(self) -> None:
        """Begin nothing more, and wait for no permit."""
        self._stopping.set()
        self.loop.stop()
