"""XLSForm expressions (ODK's XPath subset) over a flat mapping of answers.

`compile` refuses, in Indonesian and with a place, everything that would not work;
what it returns is a handful of closures that never raise. Where ODK's engines
disagree, JavaRosa (Collect) decides.
"""

from flows.expressions.closures import Kind
from flows.expressions.compile import Compiled, compile  # noqa: A004 — the public name
from flows.expressions.evaluate import evaluate
from flows.expressions.faults import ExpressionError, Fault
from flows.expressions.scope import Scope, Value

__all__ = ["Compiled", "ExpressionError", "Fault", "Kind", "Scope", "Value", "compile", "evaluate"]
