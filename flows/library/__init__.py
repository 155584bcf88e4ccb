"""Questionnaires that come with Lacak, as their authors write them."""

from importlib.resources import files


def names() -> list[str]:
    """Return the names of the built-in questionnaires, sorted."""
    folder = files(__package__).iterdir()
    return sorted(one.name.removesuffix(".yaml") for one in folder if one.name.endswith(".yaml"))


def source(name: str) -> bytes:
    """Return the YAML of a built-in questionnaire.

    Raises:
        LookupError: there is none of that name; the message names those there are.
    """
    if name not in names():
        raise LookupError(f"kuesioner '{name}' tidak ada; yang tersedia: {', '.join(names())}")
    return files(__package__).joinpath(f"{name}.yaml").read_bytes()
