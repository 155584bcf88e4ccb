"""What a form wants to know about the interview itself (XLSForm's metadata types)."""

from collections.abc import Mapping

from flows.events import Started
from flows.model import Form
from flows.view import zone_of

METADATA = (
    *("start", "end", "today", "deviceid", "username", "phonenumber", "email"),
    *("subscriberid", "simserial"),
)
"""Types an author may use. What nobody told us of the respondent's device stays blank."""


def known_at_start(form: Form, event: Started) -> Mapping[str, str]:
    """Return what the office gave, with the form's metadata as far as it is known by then.

    `start` and `today` are the moment and day of the invitation in the respondent's zone;
    the others come from the event's facts, else from what was given, by their type's name.
    """
    if not form.meta:
        return event.given
    here = event.at.astimezone(zone_of(event.zone))
    clock = {"start": here.isoformat(), "today": here.date().isoformat()}
    known = {**event.given, **event.facts, **clock}
    facts = {item.path: known[item.meta] for item in form.meta if item.meta in known}
    return {**event.given, **facts}
