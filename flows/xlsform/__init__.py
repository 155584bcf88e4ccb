"""Questionnaires as their authors write them (XLSForm), checked, published and compiled."""

from flows.xlsform.faults import Code, Fault, FormFaults
from flows.xlsform.files import Attached
from flows.xlsform.publish import Artefact, Examined, check_form, examine, load, publish

__all__ = [
    "Artefact",
    "Attached",
    "Code",
    "Examined",
    "Fault",
    "FormFaults",
    "check_form",
    "examine",
    "load",
    "publish",
]
