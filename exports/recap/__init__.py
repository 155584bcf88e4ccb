"""Recaps: what a survey brought, of a cohort or a prodi, from whom was asked to what was said."""

from exports.recap.figures import Recap, Turnout, recap, turnout
from exports.recap.questions import FEW, Choices, Quartiles, Share
from exports.recap.text import render_text

__all__ = [
    "FEW",
    "Choices",
    "Quartiles",
    "Recap",
    "Share",
    "Turnout",
    "recap",
    "render_text",
    "turnout",
]
