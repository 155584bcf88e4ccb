"""The copy in Google Sheets: the same plan as the workbook's, another writer (law 8)."""
