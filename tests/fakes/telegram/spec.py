"""Checks requests, answers and updates against the Bot API as Telegram describes it.

The description lies beside the repository, as the other vendors' do (`tests/fakes/specs.py`).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.fakes.specs import SPECS, why_not

DOCUMENT = "telegram_bot_api.min.json"
_LIST = "Array of "
_FIXED = re.compile(r', (?:always|must be) "?(\w+)"?$')
_SCALARS: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    content: bytes


@cache
def read() -> "BotApi | None":
    """Return the description, or None where it is absent."""
    if why_not(DOCUMENT):
        return None
    return BotApi(json.loads((SPECS / DOCUMENT).read_text("utf-8")))


class BotApi:
    """Every fault is one sentence; none means the value is as described."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.methods: Mapping[str, Any] = document["methods"]
        self._types: Mapping[str, Any] = document["types"]
        self._fixed = {kind: _fixed(described) for kind, described in self._types.items()}

    def request_faults(self, method: str, fields: Mapping[str, object]) -> list[str]:
        """Return what is wrong with a request; fields the method does not name are wrong."""
        return list(self._fields(method, self.methods[method].get("fields", ()), fields))

    def result_faults(self, method: str, result: object) -> list[str]:
        """Return what is wrong with an answer of ours, so that the fake cannot drift."""
        return self._any_of("result", self.methods[method]["returns"], result)

    def update_faults(self, update: object) -> list[str]:
        """Return what is wrong with an update of ours."""
        return self._any_of("update", ["Update"], update)

    def update_kinds(self) -> set[str]:
        """Return what may be named in allowed_updates."""
        return {field["name"] for field in self._types["Update"]["fields"]} - {"update_id"}

    def text_fields(self, method: str) -> set[str]:
        """Return the fields of a method that are text and nothing else."""
        fields = self.methods[method].get("fields", ())
        return {f["name"] for f in fields if set(f["types"]) <= {"String", "InputFile"}}

    def _fields(
        self, name: str, known: Sequence[Mapping[str, Any]], given: Mapping[str, object]
    ) -> Iterable[str]:
        kinds = {field["name"]: field["types"] for field in known}
        for field in known:
            if field["required"] and field["name"] not in given:
                yield f"{name}.{field['name']} is missing"
        for key, value in given.items():
            if key in kinds:
                yield from self._any_of(f"{name}.{key}", kinds[key], value)
            else:
                yield f"{name}.{key} is not described"

    def _any_of(self, name: str, kinds: Sequence[str], value: object) -> list[str]:
        """Return no fault where one kind fits, else those of the kind that comes nearest."""
        return min((list(self._one(name, kind, value)) for kind in kinds), key=len)

    def _one(self, name: str, kind: str, value: object) -> Iterable[str]:
        if kind.startswith(_LIST):
            if not isinstance(value, list):
                yield f"{name} is no list"
                return
            for n, inner in enumerate(value):
                yield from self._one(f"{name}[{n}]", kind.removeprefix(_LIST), inner)
        elif kind in _SCALARS:
            is_it = isinstance(value, _SCALARS[kind])
            if not is_it or (isinstance(value, bool) and kind != "Boolean"):
                yield f"{name} is no {kind}"
        elif kind == "InputFile":
            if not isinstance(value, Upload):
                yield f"{name} is no file"
        elif "subtypes" in self._types[kind]:
            kinds = self._named(self._types[kind]["subtypes"], value)
            yield from self._any_of(name, kinds, value) if kinds else [f"{name} is no {kind}"]
        elif not isinstance(value, dict):
            yield f"{name} is no {kind}"
        else:
            yield from self._fields(name, self._types[kind].get("fields", ()), value)

    def _named(self, kinds: Sequence[str], value: object) -> Sequence[str]:
        """Return the kinds a value may be by its fixed fields, as type or status often are."""
        if not isinstance(value, dict):
            return kinds
        return [kind for kind in kinds if self._fixed.get(kind, {}).items() <= value.items()]


def _fixed(described: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a type that are always the same, as the prose says."""
    found = {f["name"]: _FIXED.search(f["description"]) for f in described.get("fields", ())}
    return {name: match[1] for name, match in found.items() if match}
