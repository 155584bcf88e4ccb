"""Tests of the spreadsheet copy."""
