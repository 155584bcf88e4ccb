"""The spreadsheet copy: what a sheet must hold, and sheets kept at that (law 8).

`tables` says what each prodi's sheet holds, `plan` works out what differs, `workbook` writes it
to .xlsx. Nothing here is read back.
"""

from exports.mirror.names import NO_PRODI, file_name
from exports.mirror.tables import FIXED, Wanted, one_table, tables_by_prodi
from exports.mirror.workbooks import Flush, Memory, Report, mirror_workbooks

__all__ = [
    "FIXED",
    "NO_PRODI",
    "Flush",
    "Memory",
    "Report",
    "Wanted",
    "file_name",
    "mirror_workbooks",
    "one_table",
    "tables_by_prodi",
]
