"""The kinds of file we write."""

from enum import StrEnum


class Format(StrEnum):
    """Files we write; see `exports.files`."""

    XLSX = "xlsx"
    CSV = "csv"
    CSV_EXCEL = "csv-excel"

    @property
    def suffix(self) -> str:
        """What the file's name ends in."""
        return ".xlsx" if self is Format.XLSX else ".csv"
