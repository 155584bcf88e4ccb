"""Why somebody of a wave is sent nothing, or later, in staff's words."""

STOPPED = "berhenti menerima pesan"
WITHDRAWN = "tidak menyetujui lagi; dasar siaran ini persetujuan"
ERASURE = "minta datanya dihapus; menunggu petugas"
NO_ADDRESS = "tidak ada alamat di saluran ini"
ANSWERED = "sudah menjawab di periode ini"
OUTSIDE = "di luar sasaran sejak gelombang dibuka"
NEVER_ARRIVED = "tidak pernah sampai"
"""The provider has no such message, though it was tried twice: proof that nobody got it."""

AFTERWARDS = "dikirim sesudahnya"
TALKING = f"sedang menjawab survei lain; {AFTERWARDS}"
SHARED = f"nomornya dipakai bersama orang lain yang sedang menjawab; {AFTERWARDS}"
WAITS = frozenset({TALKING, SHARED})
"""Reasons that pass: who has one of them is looked at again until it has."""
