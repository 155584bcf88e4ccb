"""A layout an office wrote down itself, for files no built-in layout knows.

jenis: yudisium            # what the cohort is: one of KINDS
lembar: Alumni 2026        # optional: the sheet, when it is not the first
kolom:                     # header in the file: what it holds
  Nama Lengkap: nama
  No. Induk: nim
  Telp Seluler: hp
  Lulus Tanggal: selesai
tetap:                     # the same for every row
  prodi: Teknik Mesin
"""

from collections.abc import Mapping
from typing import Any

from bot.roster.layouts import IDENTITY, Field, Layout, normal

KINDS = ("pelatihan", "yudisium", "ppg", "kegiatan", "mitra", "lain")
MAX_BYTES = 50_000
MAX_COLUMNS = 60
_KEYS = ("jenis", "lembar", "kolom", "tetap")
_MAY_BE_FIXED = (Field.PRODI, Field.PROGRAMME, Field.COHORT, Field.STARTED, Field.ENDED,
                 Field.INSTITUTION, Field.ZONE, Field.OUTCOME)  # fmt: skip

EXAMPLE = """\
jenis: yudisium
kolom:
  Nama Lengkap: nama
  No. Induk: nim
  Telp Seluler: hp
  Lulus Tanggal: selesai
tetap:
  prodi: Teknik Mesin"""


class WrongMapping(Exception):
    """A mapping that cannot be used; the message is all its faults, a sentence a line."""


def read_mapping(data: bytes, name: str) -> Layout:
    """Return the layout of a mapping file.

    Raises:
        WrongMapping: with every fault, in Indonesian.
    """
    content = _yaml(data)
    faults = [f"'{key}' tidak dikenal; yang ada: {', '.join(_KEYS)}."
              for key in content if key not in _KEYS]  # fmt: skip
    kind = str(content.get("jenis", "lain"))
    if kind not in KINDS:
        faults.append(f"jenis: '{kind}' tidak dikenal; pilih {', '.join(KINDS)}.")
    columns = _pairs(content, "kolom", faults)
    fixed = _pairs(content, "tetap", faults)
    aliases: dict[Field, list[str]] = {}
    said: dict[Field, str] = {}
    for title, word in columns.items():
        one = _field(word, f"kolom '{title}'", faults)
        if one is not None:
            aliases.setdefault(one, []).append(normal(title))
            said.setdefault(one, title)
    set_for_all: dict[Field, str] = {}
    for word, value in fixed.items():
        one = _field(word, "tetap", faults)
        if one is not None and one not in _MAY_BE_FIXED:
            faults.append(f"tetap: '{word}' tidak boleh sama untuk semua orang.")
        elif one is not None:
            set_for_all[one] = value
    faults += _lacking(aliases, set_for_all)
    if faults:
        raise WrongMapping("\n".join(faults))
    needed = tuple(one for one in (Field.NAME, Field.PRODI, Field.ENDED) if one in aliases)
    sheet = str(content.get("lembar", "") or "")
    marks = frozenset(aliases)
    return Layout(name, kind, aliases, needed, marks, set_for_all, sheet, said)


def _yaml(data: bytes) -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 -- only when a mapping is read

    if len(data) > MAX_BYTES:
        raise WrongMapping(f"pemetaan lebih dari {MAX_BYTES} byte; berkas ini bukan pemetaan.")
    try:
        said = data.decode("utf-8-sig")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(said)):
            raise WrongMapping("pemetaan tidak boleh memakai & dan * (alias YAML).")
        content = yaml.safe_load(said)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (baris {mark.line + 1})" if mark else ""
        raise WrongMapping(
            f"pemetaan tidak terbaca sebagai YAML{where}. Contoh:\n{EXAMPLE}"
        ) from None
    if not isinstance(content, dict) or not content.get("kolom"):
        raise WrongMapping(f"pemetaan harus punya 'kolom'. Contoh:\n{EXAMPLE}")
    return {str(key): value for key, value in content.items()}


def _pairs(content: Mapping[str, Any], key: str, faults: list[str]) -> dict[str, str]:
    found = content.get(key) or {}
    if not isinstance(found, dict) or any(isinstance(v, dict | list) for v in found.values()):
        faults.append(f"'{key}' harus berupa pasangan, misalnya 'Nama Lengkap: nama'.")
        return {}
    if len(found) > MAX_COLUMNS:
        faults.append(f"'{key}' paling banyak {MAX_COLUMNS} baris.")
        return {}
    return {str(name).strip(): _said(value) for name, value in found.items()}


def _said(value: Any) -> str:
    return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str(value).strip()


def _field(word: str, where: str, faults: list[str]) -> Field | None:
    try:
        return Field(word.strip().casefold())
    except ValueError:
        faults.append(f"{where}: '{word}' tidak dikenal; yang ada: {', '.join(Field)}.")
        return None


def _lacking(aliases: Mapping[Field, Any], fixed: Mapping[Field, Any]) -> list[str]:
    faults = []
    if Field.NAME not in aliases:
        faults.append("belum ada kolom untuk 'nama'.")
    if not any(one in aliases for one in IDENTITY):
        faults.append("perlu kolom 'nik', 'nim', atau 'tanggal_lahir', supaya orangnya dikenali.")
    given = aliases.keys() | fixed.keys()
    return faults + [
        f"belum ada '{one.value}', di 'kolom' atau di 'tetap'."
        for one in (Field.PRODI, Field.ENDED)
        if one not in given
    ]
