"""Sealed values open only where they were put, with the key they were sealed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.secrets import Vault, WrongKey

VAULT = Vault("a key that only the tests use")


@given(st.binary(max_size=500))
def test_what_is_sealed_opens_again(data: bytes) -> None:
    sealed = VAULT.seal(data, "respondent.nik")
    assert VAULT.open(sealed, "respondent.nik") == data
    assert len(data) < 8 or data not in sealed


def test_the_same_value_never_looks_the_same() -> None:
    assert VAULT.seal("2500000", "x") != VAULT.seal("2500000", "x")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(WrongKey):
        VAULT.open(VAULT.seal("7471", "respondent.nik"), "interview.state")


def test_an_altered_value_does_not_open() -> None:
    sealed = bytearray(VAULT.seal("7471", "x"))
    sealed[-1] ^= 1
    with pytest.raises(WrongKey):
        VAULT.open(bytes(sealed), "x")


def test_another_key_makes_other_hashes_and_signatures() -> None:
    other = Vault("another key")
    assert other.hash("7471") != VAULT.hash("7471")
    assert not other.is_signed(b"data", VAULT.sign(b"data"))


def test_an_empty_key_is_no_key() -> None:
    with pytest.raises(ValueError, match="SECRET_KEY"):
        Vault("")
