"""Where the WhatsApp channel keeps the ids of its Content resources: our database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage import contents
from storage.database import Database


@dataclass(frozen=True, slots=True)
class StoredContents:
    """Fulfils `bot.channels.whatsapp_contents.Kept`, each call in a transaction of its own."""

    database: Database
    clock: Callable[[], datetime]

    def find(self, key: str) -> str | None:
        """Return the id of the resource made for this, or None."""
        with self.database.read() as db:
            return contents.find(db, key)

    def keep(self, key: str, sid: str) -> None:
        """Note a resource that was made."""
        with self.database.write() as db:
            contents.keep(db, key, sid, at=self.clock())

    def forget(self, key: str) -> None:
        """Forget a resource that Twilio does not know."""
        with self.database.write() as db:
            contents.forget(db, key)
