"""Field masks: `sheets(properties.title,data.rowData)` picks, lists are looked through."""

import re
from typing import Any

from tests.fakes.sheets.errors import Refused

Mask = dict[str, "Mask"]


def parse(text: str) -> Mask:
    """Return a mask as a tree; an empty branch means all of it.

    Raises:
        Refused: the mask cannot be read.
    """
    mask, rest = _mask(text, 0)
    if rest != len(text):
        raise Refused(400, f"Invalid field mask: {text}")
    return mask


def pick(mask: Mask, value: Any) -> Any:
    """Return what a mask leaves of an answer."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [pick(mask, one) for one in value]
    if isinstance(value, dict):
        return {name: pick(mask[name], one) for name, one in value.items() if name in mask}
    return value


def put(mask: Mask, target: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """Return `target` with the masked fields as `source` has them, gone where it has none."""
    if not mask or "*" in mask:
        return dict(source)
    made = dict(target)
    for name, inner in mask.items():
        if name not in source:
            made.pop(name, None)
        elif inner and isinstance(source[name], dict):
            made[name] = put(inner, made.get(name) or {}, source[name])
        else:
            made[name] = source[name]
    return made


def _mask(text: str, at: int) -> tuple[Mask, int]:
    mask: Mask = {}
    while True:
        path, at = _path(text, at)
        for name, inner in path.items():
            mask[name] = {**mask.get(name, {}), **inner}
        if text[at : at + 1] != ",":
            return mask, at
        at += 1


def _path(text: str, at: int) -> tuple[Mask, int]:
    found = _NAME.match(text, at)
    if found is None:
        raise Refused(400, f"Invalid field mask: {text}")
    inner: Mask = {}
    at = found.end()
    if text[at : at + 1] in (".", "/"):
        inner, at = _path(text, at + 1)
    elif text[at : at + 1] == "(":
        inner, at = _mask(text, at + 1)
        at += 1
    return {found[0]: inner}, at


_NAME = re.compile(r"\w+|\*")
