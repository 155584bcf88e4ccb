"""Questionnaires as their authors write them (XLSForm), checked, published and compiled."""

from flows.xlsform.faults import Code, Fault, FormFaults
from flows.xlsform.publish import Artefact, check_form, load, publish

__all__ = ["Artefact", "Code", "Fault", "FormFaults", "check_form", "load", "publish"]
