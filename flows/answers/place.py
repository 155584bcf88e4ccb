"""A kabupaten or kota, or a country abroad: "bdg", "kab. Konawe", "Tebet, Jaksel", "Taiwan".

Districts and landmarks are not guessed; a name that two regions share is asked about.
"""

import re
from typing import Any, NamedTuple

from flows.answers.gazetteer import Named, gazetteer, is_short, same_province, words_of
from flows.answers.misspelt import near_names
from flows.answers.normal import fold, negates, split, stance
from flows.answers.reading import Asked, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary
from flows.regions import Region

_REGENCY = vocabulary("kab kabupaten kabup kbptn kabupten kabupatennya kabs")
_CITY = vocabulary("kota kotamadya kodya kotif kotanya kt city kotany")
_NEUTRAL = frozenset(
    "di d ke pada saya sy aku gue gw sekarang skrg skrang saat ini lagi kerja bekerja krj tinggal"
    " domisili lokasi lokasinya penempatan penempatannya ditempatkan daerah wilayah kak kakak ka"
    " kaka min pak bu bang mas mbak ya yaa iya nih sih aja saja itu ada provinsi prov propinsi prop"
    " tepatnya yaitu yakni nya alhamdulillah kantornya tempatnya tempat alamat alamatnya magang"
    " usaha usahanya jualan administrasi adm masih tetap cuma juga dong deh loh lho hehe wkwk"
    " makasih terima kasih indonesia negara".split()
)
_PART_OF = frozenset("barat timur utara selatan tengah pusat kota".split())
_SUBDIVISION = frozenset("kec kecamatan kel kelurahan desa ds dusun dsn distrik nagari".split())
_NAMED_AFTER = frozenset(
    "jl jln jalan gang gg pasar stasiun terminal bandara universitas univ institut politeknik"
    " kampus pt cv rs rsud hotel pantai perumahan perum komplek toko makan nasi sate soto pempek"
    " batik bank sma smk sd smp stadion masjid gereja pelabuhan proyek kebun gunung warung bakso"
    " mie es kopi persatuan bahasa suku orang".split()
)
_DOUBTFUL = frozenset(
    "dekat deket sekitar sekitaran antara luar pinggir pinggiran perbatasan bekas asal asalnya"
    " lahir rencana mau pindah dulu dulunya sebelumnya suami istri kantornya pusatnya cabang kadang"
    " kadang2 keliling sampai hampir arah menuju mungkin kayaknya kalau pernah atau seluruh se"
    " semua beberapa selain kecuali pulang mudik liburan kirim online teman ortu bapak ibunya"
    " keluarga kampung rantau nanti besok kemarin eks".split()
)
_ABROAD = re.compile(r"\bluar negeri\b|\boverseas\b|\babroad\b|\b(?:tki|tkw|pmi)\b", re.IGNORECASE)


class _Found(NamedTuple):
    start: int
    end: int
    named: Named
    typo: str = ""  # "" as written, "slip" beyond doubt, "guess" to be confirmed


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    words = words_of(_ABROAD.sub(" ", text))
    folded = fold(text)
    found = _find(words)
    is_named = any(one.named.regions or one.named.country for one in found)
    if not is_named and (not found or _unexplained(words, found)):
        found = _find_misspelt(words, []) or _find_misspelt(words, found)
    if not found:
        return _unknown(folded, words)
    inside = _inside(found)
    beside = [word for n, word in enumerate(words) if n not in inside]
    doubted = "?" in text or not _DOUBTFUL.isdisjoint(beside)
    doubted = doubted or negates(split(fold(" ".join(beside)))) or _names_another(words, found)
    return _settle(words, found, doubted=doubted or bool(_unexplained(words, found)))


def _inside(found: list[_Found]) -> set[int]:
    """Where the words of the names stand."""
    return {n for one in found for n in range(one.start, one.end)}


def _find(words: list[str]) -> list[_Found]:
    """Every name, the longest at each place; a street or a dish named after a place is none."""
    by_first = gazetteer().by_first
    meant = [word for word in words if word not in _NEUTRAL and word != ","]
    found: list[_Found] = []
    at = 0
    while at < len(words):
        for name, named in by_first.get(words[at], ()):
            if tuple(words[at : at + len(name)]) == name and _counts(name, named, words, at, meant):
                found.append(_Found(at, at + len(name), named))
                break
        else:
            if (name_of := gazetteer().closed_up.get(words[at])) and " " in name_of:
                found.append(_Found(at, at + 1, gazetteer().names[name_of]))
        at = found[-1].end if found and found[-1].end > at else at + 1
    return found


def _counts(
    name: tuple[str, ...], named: Named, words: list[str], at: int, meant: list[str]
) -> bool:
    if at and words[at - 1] in _NAMED_AFTER:
        return False
    if named.province or not is_short(name):
        return True
    known = gazetteer().words
    return all(word in known or word in _REGENCY or word in _CITY for word in meant)


def _find_misspelt(words: list[str], found: list[_Found]) -> list[_Found]:
    """The one name that the reply, or what is left of it beside those found, is a slip of."""
    skipped = _NEUTRAL | _REGENCY | _CITY | {","}
    inside = _inside(found)
    at = [n for n, word in enumerate(words) if word not in skipped and n not in inside]
    if not at or at[-1] - at[0] + 1 != len(at) or len(at) > 4:
        return found
    typed = "".join(words[n] for n in at)
    near = near_names(typed, gazetteer().spelt_out)
    if near is None:
        return found
    named = gazetteer().spelt_out[near.name]
    return [*found, _Found(at[0], at[-1] + 1, named, "slip" if near.is_slip else "guess")]


def _unexplained(words: list[str], found: list[_Found]) -> list[str]:
    """The words that are neither part of a name nor of the address before it."""
    first = min(one.start for one in found)
    last = max(one.end for one in found)
    inside = _inside(found)
    rest = []
    for n, word in enumerate(words):
        is_known = word in _NEUTRAL or word in _REGENCY or word in _CITY or word == ","
        if n in inside or is_known or word in _SUBDIVISION:
            continue
        apart = "," in words[n:first] if n < first else "," in words[last:n]
        of_district = _SUBDIVISION.intersection(words[max(0, n - 2) : n])
        part_of = n == last and word in _PART_OF and _are_cities(found)
        if not apart and not of_district and not part_of:
            rest.append(word)
    return rest


def _are_cities(found: list[_Found]) -> bool:
    """Whether only cities are named, the parts of which are told by the compass."""
    regions = [region for one in found for region in one.named.regions]
    return bool(regions) and all(region.is_city for region in regions)


def _names_another(words: list[str], found: list[_Found]) -> bool:
    """Whether a word set apart may be a slip of another region's name: "Depok, Slemann"."""
    inside = _inside(found)
    named = {region for one in found for region in one.named.regions}
    for n, word in enumerate(words):
        if n in inside or word in _NEUTRAL or len(word) < 5:
            continue
        near = near_names(word, gazetteer().spelt_out)
        if near and not named & gazetteer().spelt_out[near.name].regions:
            return True
    return False


def _settle(words: list[str], found: list[_Found], *, doubted: bool) -> Reading:
    countries = {one.named.country for one in found if one.named.country}
    places = [one for one in found if one.named.regions]
    if countries:
        return _abroad(countries, places, found, doubted=doubted)
    provinces = {one.named.province for one in found if one.named.province}
    if len(places) > 1:  # "Muaro Jambi, Jambi": the second is the province
        places = [one for one in places if not one.named.province] or places
    if not places:
        return _larger(provinces)
    meant = _agreed(words, places)
    provinces -= {one.named.province for one in places}
    if provinces and meant:
        meant = {one for one in meant if any(same_province(code, one) for code in provinces)}
        if not meant:
            return _larger(provinces)
    if len(meant) != 1:
        return _which(meant or {region for one in places for region in one.named.regions})
    (region,) = meant
    marked = _marker(words, places[0]) is not None or bool(provinces) or len(places) > 1
    guessed = any(one.typo == "guess" for one in places)
    unsure = any(one.named.doubted for one in places) and not marked
    fits = _marker(words, places[0]) is not False or not region.is_city
    if doubted or guessed or unsure or not fits:
        return confirm(_value(region), "place_meant", value=region.name)
    return sure(_value(region))


def _agreed(words: list[str], places: list[_Found]) -> set[Region]:
    """What all the names may mean together, kab. or kota as it was said."""
    meant: set[Region] = set(places[0].named.regions)
    for one in places:
        regions = set(one.named.regions)
        is_city = _marker(words, one)
        said = {region for region in regions if is_city in (None, region.is_city)}
        meant &= said or regions
    return meant


def _marker(words: list[str], found: _Found) -> bool | None:
    """Whether "kota" (True) or "kab" (False) stands by a name."""
    if not _CITY.isdisjoint(words) and not _REGENCY.isdisjoint(words):
        return None  # "kab/kota Bekasi"
    beside = [words[n] for n in (found.start - 1, found.end) if 0 <= n < len(words)]
    if found.end + 1 < len(words) and words[found.end] == ",":  # "Bogor (kab)"
        beside.append(words[found.end + 1])
    for word in beside:
        if word in _CITY:
            return True
        if word in _REGENCY:
            return False
    return None


def _abroad(
    countries: set[str], places: list[_Found], found: list[_Found], *, doubted: bool
) -> Reading:
    if len(countries) > 1 or places:
        named = sorted(countries) + sorted(r.name for one in places for r in one.named.regions)
        return reask("place_which", labels=" / ".join(named))
    (country,) = countries
    value = {"kabkota": country, "kode_kemendagri": None}
    if doubted or any(one.typo == "guess" for one in found):
        return confirm(value, "place_meant", value=country)
    return sure(value)


def _larger(provinces: set[str]) -> Reading:
    if len(provinces) != 1:
        return reask("place_too_large")
    (code,) = provinces
    return reask("place_province", province=gazetteer().provinces[code])


def _which(meant: set[Region]) -> Reading:
    names = sorted(meant, key=lambda region: (not region.is_city, region.name))
    options = tuple(region.name for region in names[:6])
    return reask("place_which", options=options, labels=" / ".join(options))


def _value(region: Region) -> dict[str, Any]:
    return {"kabkota": region.name, "kode_kemendagri": region.code}


def _unknown(folded: str, words: list[str]) -> Reading:
    if _ABROAD.search(folded):
        return reask("place_abroad")
    if declined := stance(split(folded)):
        return reask(declined)
    marked = [word for word in words if word not in _NEUTRAL]
    if marked and (_REGENCY | _CITY).issuperset(marked):
        return reask("place_too_large")
    return reask("place_not_known")
