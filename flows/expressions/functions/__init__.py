"""The XLSForm function library over one respondent's answers."""

from flows.expressions.functions import choices, dates, logic, numbers, repeats, texts
from flows.expressions.functions.signature import Function

FUNCTIONS: dict[str, Function] = (
    logic.FUNCTIONS
    | texts.FUNCTIONS
    | numbers.FUNCTIONS
    | dates.FUNCTIONS
    | choices.FUNCTIONS
    | repeats.FUNCTIONS
)

# Known to ODK, without meaning in a conversation: refused by name.
NOT_YET = frozenset(
    {
        *("area", "distance", "enclosed-area", "geofence", "intersects"),  # shapes on a map
        *("id", "last", "local-name", "name", "namespace-uri"),  # the XML document
        *("jr:itext", "lang", "randomize"),  # texts and orders kept elsewhere
        *("extract-signed", "property", "version"),  # the device
    }
)

__all__ = ["FUNCTIONS", "NOT_YET", "Function"]
