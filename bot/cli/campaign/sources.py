"""What a campaign is called on the command line: a file, or the name of a shipped one."""

from pathlib import Path

MOST_BYTES = 1_000_000


def read(name: str) -> bytes:
    """Return a shipped campaign by name, or a file's bytes; raises OSError."""
    from scheduler.campaigns import library

    if name in library.names():
        return library.source(name)
    path = Path(name)
    if path.stat().st_size > MOST_BYTES:
        raise OSError(f"lebih dari {MOST_BYTES} bita")
    return path.read_bytes()


def unreadable(name: str, error: OSError) -> str:
    """Return why a file cannot be read, and what could be."""
    from scheduler.campaigns import library

    is_missing = isinstance(error, FileNotFoundError)
    why = "tidak ada berkas itu" if is_missing else error.strerror or str(error)
    return f"{name}: tidak terbaca ({why}). Kampanye bawaan: {', '.join(library.names())}"
