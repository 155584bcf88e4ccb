"""The copy in Google Sheets: the same plan as the workbook's, another writer (law 8).

`flush` is the whole of it; `desk` what is known of a sheet, `repair` and `making` its two ways,
`writing` a plan as requests, `locking` what keeps them from doing harm, `api` who asks Google.
"""
