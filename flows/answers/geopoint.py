"""A place on the map, as a shared location arrives: "-3.98, 122.51", or a link to a map.

The value is XLSForm's: latitude, longitude, altitude and accuracy with spaces between.
"""

import re

from flows.answers.normal import fold, split, stance
from flows.answers.reading import Asked, Reading, reask, sure

_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
_PAIR = re.compile(rf"({_NUMBER})\s*[,; ]\s*({_NUMBER})(?:\s*[,; ]\s*({_NUMBER}|\d+))?")
_LINK = re.compile(rf"(?:[@=/]|%3D|geo:)({_NUMBER})(?:,|%2C)\s*({_NUMBER})", re.IGNORECASE)


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    found = _PAIR.fullmatch(text.strip(" ()")) or _LINK.search(text)
    if found is None:
        return reask(stance(split(fold(text))) or "geopoint_wanted")
    latitude, longitude = float(found[1]), float(found[2])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return reask("geopoint_wanted")
    return sure(_written(found[1], found[2]))


def _written(latitude: str, longitude: str) -> str:
    return f"{latitude.lstrip('+')} {longitude.lstrip('+')} 0 0"
