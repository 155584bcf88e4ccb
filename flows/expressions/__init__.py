"""XLSForm expressions (ODK's XPath subset) over a flat mapping of answers.

`compile` refuses, in Indonesian and with a place, everything that would not work;
what it returns is a handful of closures that never raise. Where ODK's engines
disagree, JavaRosa (Collect) decides.
"""

from flows.expressions.check import Ambiguous
from flows.expressions.closures import Kind
from flows.expressions.compile import (
    Compiled,
    Filter,
    compile,  # noqa: A004 — the public name
    compile_filter,
)
from flows.expressions.evaluate import evaluate
from flows.expressions.faults import ExpressionError, Fault
from flows.expressions.scope import Scope, Value
from flows.expressions.standpoint import Standpoint
from flows.expressions.tables import Table

__all__ = [
    "Ambiguous",
    "Compiled",
    "ExpressionError",
    "Fault",
    "Filter",
    "Kind",
    "Scope",
    "Standpoint",
    "Table",
    "Value",
    "compile",
    "compile_filter",
    "evaluate",
]
