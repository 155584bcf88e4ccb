"""What Twilio lists of its messages: what people sent us, and what became of ours.

A webhook that was never delivered is made up for by asking (law 1; facts: channels §1.7).
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from bot.channels.contract import Inbound, Progress, Receipt
from bot.channels.whatsapp_errors import number
from bot.channels.whatsapp_webhooks import PREFIX, PROGRESS, address_of, token

NEWS_OF = (Progress.DELIVERED, Progress.READ, Progress.FAILED)
"""What is worth knowing of a message that is held as sent."""

PAGE = 1000
"""The most Twilio lists at once."""


def people_wrote(messages: Any, sender: str, after: datetime) -> list[Inbound]:
    """Return what people sent us since then, oldest first; whatever breaks is raised."""
    listed = messages.list(to=sender, date_sent_after=after, page_size=200)
    return [_inbound(m, after) for m in reversed(listed) if _is_from_a_person(m)]


def became(
    messages: Any, sender: str, after: datetime, wanted: Collection[str]
) -> Iterator[Receipt]:
    """Yield what became of these messages of ours, made since then; whatever breaks is raised.

    The newest come first, without a filter: what failed early has no date sent, which a filter
    would pass over. Asking ends with the last of them.
    """
    left = set(wanted)
    for message in messages.stream(from_=sender, page_size=PAGE):
        if not left or (message.date_created is not None and message.date_created < after):
            return
        if message.sid not in left:
            continue
        left.remove(message.sid)
        progress = PROGRESS.get((message.status or "").lower())
        if progress in NEWS_OF:
            yield Receipt(message.sid, progress, code=number(message.error_code))


def _is_from_a_person(message: Any) -> bool:
    return bool(message.direction == "inbound" and (message.from_ or "").startswith(PREFIX))


def _inbound(message: Any, moment: datetime) -> Inbound:
    return Inbound(
        provider_id=message.sid,
        address=address_of(message.from_),
        at=message.date_sent or message.date_created or moment,
        text=message.body or "",
        token=token(message.body or ""),
        media=_media(message) if number(message.num_media) else (),
    )


def _media(message: Any) -> tuple[str, ...]:
    """Return the addresses of what was attached, as the webhook would have named them."""
    uris = (item.uri.removesuffix(".json") for item in message.media.list(limit=10))
    return tuple("https://api.twilio.com" + uri for uri in uris)
