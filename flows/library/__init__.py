"""Questionnaires that come with Lacak, as their authors write them, and what is locked in them."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml


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


def core_names() -> list[str]:
    """Return the names of the official questionnaires whose items are locked, sorted."""
    folder = files(__package__).joinpath("core").iterdir()
    return sorted(one.name.removesuffix(".yaml") for one in folder if one.name.endswith(".yaml"))


def core(name: str) -> Mapping[str, Any]:
    """Return the locked items of an official questionnaire, as their file says; all texts.

    A core that is `like` another has its items and lists too, save those it writes anew.
    """
    text = files(__package__).joinpath("core", f"{name}.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 -- texts only
    if "like" not in data:
        return data
    whole = core(data["like"])
    merged = {one: {**whole[one], **data.get(one, {})} for one in ("lists", "items", "settings")}
    return {**whole, **data, **merged}
