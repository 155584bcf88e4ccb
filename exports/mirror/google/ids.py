"""Numbers we choose in a spreadsheet, so that a request sent twice is carried out once.

Google refuses a batch whole when it makes something with an id that is in use (facts, sheets
§1.4). Ids of one thing are worked out from its name; tokens are random.
"""

import random
import zlib

TABLE = "lacak.tabel"
COLUMN = "lacak.kolom"
BATCH = "lacak.kiriman"
RECAP = "lacak.rekap"
LINK = "lacak.tautan"
OLD = "lacak.lama"
"""Keys of our metadata: a table's tab, its columns, a batch, its recap, a linked spreadsheet, and
a tab that was ours and is people's now."""

_MOST = 2**31 - 1


def column_id(form_id: str, code: str) -> int:
    """Return the id of the metadata on a column of ours."""
    return _id("column", form_id, code)


def lock_id(form_id: str, tab: int) -> int:
    """Return the id of the protection that keeps people out while rows are moved."""
    return _id("lock", form_id, str(tab))


def new_token() -> int:
    """Return a number no batch has had."""
    return random.SystemRandom().randint(1, _MOST)


def _id(*parts: str) -> int:
    return zlib.crc32("\x00".join(parts).encode()) % _MOST + 1
