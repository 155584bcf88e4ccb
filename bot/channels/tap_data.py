"""What a button carries: our payload and the delivery it came with, `asked.item.option~delivery`.

A tap so proves that this delivery arrived (law 3), and a late one is known for what it is.
"""

import re

from flows.prompts import read_data

_SEALED = re.compile(r"([^~]*)~([0-9A-Za-z_-]+)")


def unseal(payload: str) -> tuple[str, str]:
    """Return our data and the delivery; a payload we never wrote is data as it is."""
    match = _SEALED.fullmatch(payload)
    if match is None or read_data(match[1]) is None:
        return payload, ""
    return match[1], match[2]
