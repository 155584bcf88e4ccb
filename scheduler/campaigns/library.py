"""The campaigns that come with Lacak; an office copies one and changes it."""

from collections.abc import Sequence
from importlib.resources import files

_FOLDER = files(__package__).joinpath("shipped")


def names() -> Sequence[str]:
    """Return the names of the shipped campaigns."""
    return sorted(one.name.removesuffix(".yaml") for one in _FOLDER.iterdir())


def source(name: str) -> bytes:
    """Return the file of a shipped campaign, as it is written."""
    return _FOLDER.joinpath(f"{name}.yaml").read_bytes()
