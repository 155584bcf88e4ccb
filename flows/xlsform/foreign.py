"""Files of other programs that people hand in for a form, told by how they begin."""

import re

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_TABLE = re.compile(rb"[,;\t|]")
_SAVE = "simpan ulang dari Excel atau KoboToolbox sebagai .xlsx"
_BEGINNINGS = {
    b"%PDF": f"ini berkas PDF; {_SAVE}",
    b"<": f"ini XForm, HTML atau XML lain; {_SAVE}",
    b"PK": f"ini arsip zip yang rusak atau bukan buku kerja; {_SAVE}",
    b"\x1f\x8b": "ini arsip gzip; bongkar dulu",
}
DOCX = "ini dokumen Word; salin pertanyaannya ke buku kerja Excel"
ODS = f"ini buku kerja LibreOffice (.ods); {_SAVE}"


def why_no_yaml(source: bytes) -> str:
    """Return what some other program's file is and how to go on, or nothing for a text of ours."""
    if source.startswith(_OLE):
        if _LOCKED in source:
            return f"buku kerja ini terkunci sandi; hapus sandinya, lalu {_SAVE}"
        return f"ini Excel lama (.xls); {_SAVE}"
    begin = source[:4_096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, reason in _BEGINNINGS.items():
        if begin.startswith(mark):
            return reason
    first = begin.partition(b"\n")[0]
    headers = {part.strip().strip(b"\"'").lower() for part in _TABLE.split(first)}
    if {b"type", b"name"} <= headers or {b"survey", b"type"} <= headers:
        return f"ini tabel teks (.csv atau .md); buka dengan Excel, lalu {_SAVE}"
    return ""
