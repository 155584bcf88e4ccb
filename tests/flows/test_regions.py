"""The list of kabupaten and kota, and that each is known by its own name."""

from collections.abc import Callable

import pytest

from flows.answers import Outcome, read
from flows.regions import Region, nicknames, regions

SPELLINGS: dict[str, Callable[[Region], str]] = {
    "as listed": lambda region: region.name,
    "in full": lambda region: region.name.replace("Kab.", "Kabupaten"),
    "small letters": lambda region: region.name.lower(),
    "capitals": lambda region: region.name.upper(),
    "among words": lambda region: f"sekarang di {region.name} kak",
}


def test_every_region_is_listed_once_under_both_codes() -> None:
    listed = regions()
    assert len(listed) == 514
    assert sum(region.is_city for region in listed) == 98
    for codes in ({one.code for one in listed}, {one.tracer_code for one in listed}):
        assert len(codes) == 514


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_region_is_known_by_its_name(spelling: str) -> None:
    unknown = []
    for region in regions():
        reading = read("place", SPELLINGS[spelling](region))
        meant = {"kabkota": region.name, "kode_kemendagri": region.code}
        if reading.outcome is not Outcome.SURE or reading.value != meant:
            unknown.append((region.name, reading))
    assert unknown == []


def may_be(region: Region, said: str) -> bool:
    """Whether what was said is taken for the region, or asked about."""
    reading = read("place", said)
    return reading.outcome is not Outcome.SURE or reading.value["kabkota"] == region.name


@pytest.mark.parametrize("form", ["{}", "{}, {}", "{} {}"])
def test_a_bare_name_is_never_taken_for_another_region(form: str) -> None:
    said = [(one, form.format(one.bare_name, one.province)) for one in regions()]
    assert [(region.name, text) for region, text in said if not may_be(region, text)] == []


def test_every_nickname_is_of_a_listed_region() -> None:
    names = {region.name for region in regions()}
    called = nicknames()
    assert called["sebutan"].keys() <= names
    assert called["kota_kecil"].keys() <= names
    for together in called["salah_satu"]:
        assert {one.strip() for one in together.split(",")} <= names


@pytest.mark.parametrize("country", sorted(nicknames()["luar_negeri"]))
def test_a_country_is_known_by_its_name(country: str) -> None:
    reading = read("place", country)
    assert reading.value == {"kabkota": country, "kode_kemendagri": None}
    assert reading.outcome is Outcome.SURE
