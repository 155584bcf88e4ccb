"""What people call the choices that most questionnaires share, where the form gives no aliases.

A choice is known by its label: "Wiraswasta", "Usaha sendiri" and "Berwirausaha" are one thing, and
"jualan" means it. A phrase that another choice has for its own stays that one's.
"""

import re
from collections.abc import Iterable, Mapping

from flows.answers.labels import Option, words_of
from flows.answers.normal import NEGATIONS, core, root

_BRACKETED = re.compile(r"\([^)]*\)")

_WORK = """
    kerja; sudah kerja; karyawan; karyawati; pegawai; buruh; pns; asn; p3k; pppk; honorer; guru;
    staf; staff; kerja tetap; kerja kontrak
"""
_BUSINESS = """
    wirausaha; usaha; usaha sendiri; buka usaha; punya usaha; wirausahawan; pengusaha; bisnis;
    bisnis sendiri; jualan; dagang; berdagang; pedagang; buka toko; buka warung; buka bengkel;
    punya toko; punya warung; punya bengkel; olshop; online shop
"""
_STUDY = """
    kuliah; kuliah lagi; lanjut kuliah; melanjutkan kuliah; mahasiswa; mahasiswi; lanjut studi;
    melanjutkan studi; studi; studi lanjut; lanjut s1; lanjut s2; lanjut s3; kuliah s1; kuliah s2;
    ppg; melanjutkan pendidikan; lanjut pendidikan; lanjut sekolah; sekolah lagi
"""
_INTERNSHIP = "magang; ojt; on the job training; internship; intern; pkl; kerja magang"
_IDLE = """
    belum kerja; tidak kerja; nganggur; menganggur; pengangguran; belum ada kerja;
    belum ada kerjaan; belum ada pekerjaan; tidak ada kerja; tidak ada kerjaan;
    tidak ada pekerjaan
"""
_SEEKING = """
    belum dapat; cari kerja; mencari kerja; cari kerjaan; cari pekerjaan; mencari pekerjaan;
    cari loker; masih cari; lagi cari; sedang cari; masih mencari; sedang mencari;
    pencari kerja; jobseeker;
    belum dapat kerja; belum dapat kerjaan; belum dapat pekerjaan; lamar kerja; melamar kerja;
    menunggu panggilan kerja; nunggu panggilan kerja
"""
_NOT_SEEKING = """
    belum cari; belum mencari; belum cari kerja; belum mencari kerja; tidak cari kerja;
    tidak mencari kerja; belum mau kerja; irt; ibu rumah tangga; ngurus anak; mengurus anak;
    urus anak; mengurus rumah tangga; mengurus keluarga
"""
_CALLED = {
    "work": "kerja; sudah kerja; karyawan; karyawan atau buruh; pekerja; buruh atau karyawan",
    "business": "wirausaha; usaha; usaha sendiri; wirausaha mandiri; pengusaha; punya usaha",
    "study": "kuliah; studi lanjut; lanjut studi; lanjut kuliah; mahasiswa; kuliah lagi",
    "internship": "magang; magang ojt; internship",
    "idle": "nganggur; menganggur; pengangguran",
}
_SAID = {
    "work": _WORK,
    "business": _BUSINESS,
    "study": _STUDY,
    "internship": _INTERNSHIP,
    "idle": _IDLE + ";" + _SEEKING,
    "seeking": _IDLE + ";" + _SEEKING,
    "not seeking": _IDLE + ";" + _NOT_SEEKING,
}
_MALE = "laki laki; laki; cowok; cowo; pria; lelaki; lk"
_FEMALE = "perempuan; cewek; cewe; wanita; pr"
_ALWAYS = {
    "laki laki": _MALE,
    "pria": _MALE,
    "perempuan": _FEMALE,
    "wanita": _FEMALE,
    "keluarga": "keluarga; orang tua; orangtua; ortu",
    "lainnya": "lainnya; lain; lain lain; yang lain; dan lain lain",
    "s1": "s1; sarjana; strata 1",
    "s2": "s2; magister; strata 2",
    "s3": "s3; doktor; strata 3",
}


def _listed(phrases: str) -> frozenset[str]:
    return frozenset(" ".join(words_of(phrase)) for phrase in phrases.split(";"))


_THING_OF = {name: thing for thing, names in _CALLED.items() for name in _listed(names)}
_PHRASES_OF = {thing: _listed(phrases) for thing, phrases in _SAID.items()}
_ALWAYS_OF = {
    name: _listed(phrases) for label, phrases in _ALWAYS.items() for name in _listed(label)
}


def known_names(
    options: Iterable[Option], taken: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """What else people call these choices, save what is `taken`: some choice's own name."""
    found: dict[str, frozenset[str]] = {}
    for option in options:
        for phrase in _phrases(option):
            if phrase not in taken:
                found[phrase] = found.get(phrase, frozenset()) | {option.code}
    return found


def _phrases(option: Option) -> frozenset[str]:
    label = _BRACKETED.sub(" ", option.label)
    sides = [" ".join(words_of(side)) for side in re.split("[/,]", label)]
    things = {_thing(words_of(label)), *(_THING_OF.get(side, "") for side in sides)}
    said = [_PHRASES_OF[thing] for thing in things if thing]
    return frozenset().union(*said, *(_ALWAYS_OF.get(side, frozenset()) for side in sides))


def _thing(words: list[str]) -> str:
    """What a label is about; a label of two things ("Bekerja dan wirausaha") is about none."""
    said = core(words)
    if said[:1] in (["melanjutkan"], ["lanjut"]):
        return "study"
    if "kerja" not in said and not {"pekerjaan", "kerjaan"} & set(said):
        return _THING_OF.get(" ".join(said), "")
    denied = [at for at, word in enumerate(said) if word in NEGATIONS]
    seeks = [at for at, word in enumerate(said) if root(word) == "cari"]
    if not denied:
        return "seeking" if seeks else _THING_OF.get(" ".join(said), "")
    if seeks:
        return "not seeking" if seeks[-1] - 1 in denied else "seeking"
    if {"memungkinkan", "mau", "ingin", "berminat"} & set(said):
        return "not seeking"
    return "idle" if len(said) <= 3 else ""
