"""The types of an XLSForm: what each is called here, whatever its author called it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.metadata import METADATA
from flows.model import Kind

SELECTS = ("select_one", "select_multiple", "rank")
CONTAINERS = ("begin group", "end group", "begin repeat", "end repeat")
OPENING = ("begin group", "begin repeat")
ASKED = (
    "text", "integer", "decimal", "range", "date", "time", "dateTime", "select_one",
    "select_multiple", "rank", "acknowledge", "geopoint", "image", "audio", "video", "file",
    "barcode",
)  # fmt: skip
SILENT = ("note", "calculate", "hidden", *METADATA, "csv-external")
TYPES = (*ASKED, *SILENT, *CONTAINERS, "select_one_from_file", "select_multiple_from_file")

NEVER: Mapping[str, str] = {
    "geotrace": "tanyakan satu titik dengan geopoint",
    "geoshape": "tanyakan satu titik dengan geopoint",
    "osm": "tanyakan namanya dengan text, atau tempatnya dengan geopoint",
    "audit": "hapus barisnya; Lacak mencatat waktunya sendiri",
    "start-geopoint": "tanyakan tempatnya dengan geopoint",
    "background-audio": "minta rekaman dengan audio",
    "background-geopoint": "tanyakan tempatnya dengan geopoint",
    "begin loop": "ulangi pertanyaannya, atau pakai begin repeat",
    "end loop": "ulangi pertanyaannya, atau pakai end repeat",
    "xml-external": "simpan daftarnya sebagai .csv dan pakai csv-external",
    "select_one_external": "pakai select_one dengan choice_filter, atau select_one_from_file",
    "include": "salin pertanyaannya ke kuesioner ini",
    "cascading_select": "pakai select_one dengan choice_filter",
}
"""What a chat cannot ask (facts: xlsform, §7), and what to do instead."""

_ALIASES = {
    "string": "text", "q string": "text", "add text prompt": "text",
    "int": "integer", "q int": "integer", "add integer prompt": "integer",
    "percentage": "integer",
    "q decimal": "decimal", "add decimal prompt": "decimal",
    "q date": "date", "add date prompt": "date",
    "datetime": "dateTime", "date time": "dateTime", "q date time": "dateTime",
    "q datetime": "dateTime", "add date time prompt": "dateTime",
    "add datetime prompt": "dateTime",
    "photo": "image", "q picture": "image", "q image": "image", "add image prompt": "image",
    "add photo prompt": "image", "q audio": "audio", "add audio prompt": "audio",
    "q video": "video", "add video prompt": "video", "add file prompt": "file",
    "gps": "geopoint", "location": "geopoint", "q geopoint": "geopoint",
    "q location": "geopoint", "add location prompt": "geopoint",
    "q geoshape": "geoshape", "q geotrace": "geotrace",
    "trigger": "acknowledge", "q acknowledge": "acknowledge",
    "add acknowledge prompt": "acknowledge",
    "q barcode": "barcode", "add barcode prompt": "barcode",
    "q note": "note", "add note prompt": "note",
    "q calculate": "calculate", "add calculate prompt": "calculate",
    "phone number": "text",
    "start time": "start", "get start time": "start", "end time": "end", "get end time": "end",
    "get today": "today", "imei": "deviceid", "device id": "deviceid",
    "get device id": "deviceid", "uri:deviceid": "deviceid",
    "subscriber id": "subscriberid", "get subscriber id": "subscriberid",
    "uri:subscriberid": "subscriberid", "sim id": "simserial", "get sim id": "simserial",
    "uri:simserial": "simserial", "get phone number": "phonenumber",
    "uri:phonenumber": "phonenumber", "uri:username": "username", "uri:email": "email",
    "cascading select": "cascading_select",
}  # fmt: skip
_LISTED = re.compile(
    r"(?P<verb>select[_ ]one[_ ]from[_ ]file|select[_ ]multiple[_ ]from[_ ]file"
    r"|select_one_external"
    r"|add select one prompt using|select[_ ]one[_ ]from|select one using|select_one|select one"
    r"|select1|q select1"
    r"|add select multiple prompt using|select all that apply from|select all that apply"
    r"|select[_ ]multiple[_ ]from|select multiple using|select_multiple|select multiple|q select"
    r"|rank|osm)"
    r"(?:\s+(?P<list>\S+))?(?P<other>\s+(?:or_other|or specify other|or other))?",
    re.IGNORECASE,
)
_CONTAINER = re.compile(
    r"(?P<end>begin|end)[\s_]+(?P<what>group|repeat|lgroup|looped group|loop)(?:\s.*)?",
    re.IGNORECASE,
)
_REPEATS = ("repeat", "lgroup", "looped group")


@dataclass(frozen=True, slots=True)
class Typed:
    """A type taken apart. `file` is a list's file; `other` lets people name one of their own."""

    kind: str
    list_name: str = ""
    other: bool = False
    file: str = ""


@lru_cache(maxsize=4096)
def read_type(text: str) -> Typed:
    """Return what the cell asks for; an unknown type comes back as it was written."""
    words = " ".join(text.split())
    if found := _CONTAINER.fullmatch(words):
        what = found["what"].lower()
        what = "repeat" if what in _REPEATS else what
        return Typed(f"{found['end'].lower()} {what}")
    if found := _LISTED.fullmatch(words):
        return _listed(found)
    lowered = words.lower()
    known = {one.lower(): one for one in (*TYPES, *NEVER)}
    return Typed(known.get(lowered) or _ALIASES.get(lowered) or words)


def written(typed: Typed) -> str:
    """Return a type as pyxform takes it."""
    listed = typed.file or typed.list_name
    kind = f"{typed.kind}_from_file" if typed.file else typed.kind
    return " ".join(filter(None, (kind, listed, "or_other" if typed.other else "")))


def _listed(found: re.Match[str]) -> Typed:
    verb = found["verb"].lower().replace(" ", "_")
    named, other = found["list"] or "", bool(found["other"])
    if verb in ("rank", "osm", "select_one_external"):
        return Typed(verb, named, other)
    kind = "select_one" if "one" in verb or "select1" in verb else "select_multiple"
    if verb.endswith("from_file"):
        return Typed(kind, named.removesuffix(".csv"), other, named)
    return Typed(kind, named, other)


def kind_of_item(kind: str) -> Kind:
    """Return what an item of this type does."""
    if kind in METADATA:
        return Kind.HIDDEN
    return Kind(kind) if kind in set(Kind) else Kind.TEXT
