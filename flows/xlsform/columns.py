"""The columns of an XLSForm: how each is called here, whatever its author called it.

A column for one language is `label::Indonesia (id)`. Headers are read as pyxform reads them:
case and spaces do not matter, `bind:relevant` and `relevance` are `relevant`, and a single
colon divides where no header of the sheet has two.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from flows.xlsform.hints import restored

TRANSLATED = frozenset(
    (
        "label",
        "hint",
        "guidance_hint",
        "constraint_message",
        "required_message",
        "chat::label",
        "chat::short",
        "chat::purpose",
        "chat::closing",
        "chat::still",
    )
)
"""Columns that may come once a language."""

SURVEY = frozenset(
    (
        "type name label hint guidance_hint required required_message relevant constraint "
        "constraint_message calculation appearance default read_only choice_filter repeat_count "
        "parameters trigger disabled chat::read chat::as chat::reask chat::on_fail "
        "chat::confirm chat::skip_word chat::remind chat::pii chat::carry chat::label "
        "chat::together chat::unit"
    ).split()
)
CHOICES = frozenset(("list_name", "name", "label", "chat::aliases", "chat::label", "chat::short"))
SETTINGS = frozenset(
    (
        "form_id version form_title default_language clean_text_values allow_choice_duplicates "
        "chat::purpose chat::closing chat::progress chat::core chat::summary chat::still"
    ).split()
)
NEVER: Mapping[str, frozenset[str]] = {
    "survey": frozenset(("save_to", "bind::entities:saveto")),
    "settings": frozenset(("public_key",)),
    "choices": frozenset(),
}
"""Columns whose promise a chat cannot keep: entities, encryption."""

PICTURES = frozenset(("image", "big-image", "audio", "video", "media"))
"""Columns for a picture or sound beside the words, which a chat does not send so far."""

IGNORED: Mapping[str, frozenset[str]] = {
    "survey": PICTURES
    | frozenset(
        (
            "autoplay rows body instance bind control sms_field sms_option sms_separator "
            "compact_tag noapperrorstring no_app_error_string intent order "
            "select_from_list_name hxl cht sms_allow_media sms_date_format sms_datetime_format "
            "sms_response"
        ).split()
    ),
    "choices": PICTURES | frozenset(("order", "geometry", "sms_option")),
    "settings": frozenset(
        (
            "style instance_name instance_id instance_xmlns namespaces submission_url auto_send "
            "auto_delete prefix xml_root name omit_instanceid add_none_option client_editable "
            "attribute path sms_keyword sms_separator sms_allow_media sms_allow_medias "
            "sms_date_format sms_datetime_format sms_response delimiter"
        ).split()
    ),
}
"""Columns of other programs, by their first word; they change nothing in a chat."""

_ALIASES: Mapping[str, Mapping[str, str]] = {
    "survey": {
        "relevance": "relevant",
        "caption": "label",
        "calculate": "calculation",
        "constraining_message": "constraint_message",
        "requiredmsg": "required_message",
        "readonly": "read_only",
        "command": "type",
        "tag": "name",
        "value": "name",
        "count": "repeat_count",
        "jr:count": "repeat_count",
        "bind::relevant": "relevant",
        "bind::required": "required",
        "bind::constraint": "constraint",
        "bind::calculate": "calculation",
        "bind::readonly": "read_only",
        "bind::jr:constraintmsg": "constraint_message",
        "bind::jr:requiredmsg": "required_message",
        "control::appearance": "appearance",
        "body::appearance": "appearance",
        "control::jr:count": "repeat_count",
    },
    "choices": {"caption": "label", "value": "name", "list": "list_name"},
    "settings": {
        "id_string": "form_id",
        "set_form_id": "form_id",
        "title": "form_title",
        "set_form_title": "form_title",
    },
}
_MARKED = ("$", "#", "kobo--")
"""How columns begin that KoboToolbox keeps for itself, and authors' own remarks."""

_DOTS = re.compile(r"\s*:{1,2}\s*")


def canonical(header: str, sheet: str, *, doubled: bool) -> str:
    """Return what a header is called here. `doubled`: some header of its sheet has `::`."""
    if sheet == "choices":
        header = restored(header)
    known = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}[sheet]
    aliases = _ALIASES[sheet]
    whole = _snake(header)
    if whole in known:
        return whole
    if whole in aliases:
        return aliases[whole]
    first, *rest = _parts(header, doubled=doubled)
    word = _snake(first)
    joined = "::".join((word, *(_snake(part) for part in rest)))
    if joined in aliases:
        return aliases[joined]
    if word == "chat" and rest:
        base = f"chat::{_snake(rest[0])}"
        return "::".join((base, *rest[1:]))
    if word in aliases and rest:
        word = aliases[word]
    if word == "bind" and rest:
        inner = aliases.get(f"bind::{_snake(rest[0])}")
        return "::".join((inner, *rest[1:])) if inner else "::".join((word, *rest))
    if word in known or word in IGNORED[sheet] or word in NEVER[sheet]:
        return "::".join((word, *rest))
    return header.strip() if sheet == "choices" else "::".join((word, *rest))


@lru_cache(maxsize=4096)
def base_of(column: str) -> str:
    """Return a column without its language: `label::en` is `label`."""
    parts = column.split("::")
    length = 2 if parts[0] == "chat" else 1
    base = "::".join(parts[:length])
    return base if base in TRANSLATED else column


def language_of(column: str) -> str:
    """Return the language of a column, or nothing."""
    base = base_of(column)
    return column[len(base) + 2 :] if base != column else ""


def is_ignored(column: str, sheet: str) -> bool:
    """Whether a column of some other program may stand there without any meaning for us."""
    first = column.split("::", maxsplit=1)[0].lower()
    return first in IGNORED[sheet] or first.startswith(_MARKED)


def uses_double_colons(headers: Iterable[str]) -> bool:
    """Whether a single colon is part of a name in this sheet."""
    return any("::" in header for header in headers)


def _parts(header: str, *, doubled: bool) -> list[str]:
    if doubled:
        return [part.strip() for part in header.split("::")]
    parts = [part.strip() for part in _DOTS.split(header)]
    if "jr" in parts[:-1]:
        at = parts.index("jr")
        parts[at : at + 2] = [f"jr:{parts[at + 1]}"]
    return parts


def _snake(name: str) -> str:
    return "_".join(name.split()).lower()
