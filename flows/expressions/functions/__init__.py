"""The XLSForm function library over one respondent's answers."""

from flows.expressions.functions import choices, dates, logic, numbers, texts
from flows.expressions.functions.signature import Function

FUNCTIONS: dict[str, Function] = (
    logic.FUNCTIONS | texts.FUNCTIONS | numbers.FUNCTIONS | dates.FUNCTIONS | choices.FUNCTIONS
)

# Known to ODK, without meaning in a flat conversation so far: refused by name.
NOT_YET = frozenset(
    {
        *("area", "distance", "enclosed-area", "geofence", "intersects"),  # shapes on a map
        *("count", "count-non-empty", "indexed-repeat", "position", "randomize"),  # repeats
        *("current", "id", "last", "local-name", "name", "namespace-uri"),  # the XML document
        *("instance", "pulldata", "jr:itext", "lang"),  # other documents
        *("extract-signed", "property", "version"),  # the device
    }
)

__all__ = ["FUNCTIONS", "NOT_YET", "Function"]
