"""Checks requests and answers against a vendor's own OpenAPI document.

The documents lie beside the repository (`../shared/specs`), not in it: where they are absent
the fakes still work, and `why_not` says what went unchecked.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SPECS = Path(__file__).parents[2].parent / "shared" / "specs"
_FORM = "application/x-www-form-urlencoded"

Pairs = Iterable[tuple[str, str]]


def why_not(name: str) -> str:
    """Return why nothing can be checked against this document, or nothing."""
    return "" if (SPECS / name).is_file() else f"no {name} in {SPECS}: requests go unchecked"


@cache
def read(name: str) -> "Spec | None":
    """Return the document, or None where it is absent."""
    return None if why_not(name) else Spec(json.loads((SPECS / name).read_text("utf-8")))


class Spec:
    """One OpenAPI document. Every fault is one sentence; none means the request is right."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._paths = [(_template(path), item) for path, item in document["paths"].items()]

    def faults(self, method: str, path: str, query: Pairs, form: Pairs = ()) -> list[str]:
        """Return what is wrong with a request; fields the document does not name are wrong."""
        found = self._operation(method, path)
        if found is None:
            return [f"{method} {path}: no such operation"]
        operation, in_path = found
        parameters = operation.get("parameters", [])
        schemas = {p["name"]: p["schema"] for p in parameters if p["in"] == "query"}
        needed = [p["name"] for p in parameters if p["in"] == "query" and p.get("required")]
        places = {p["name"]: p["schema"] for p in parameters if p["in"] == "path"}
        body = operation.get("requestBody", {}).get("content", {}).get(_FORM, {}).get("schema", {})
        return [
            *self._fields(in_path.items(), places, ()),
            *self._fields(query, schemas, needed),
            *self._fields(form, body.get("properties", {}), body.get("required", ())),
        ]

    def json_faults(self, method: str, path: str, body: object) -> list[str]:
        """Return what is wrong with a request whose body is JSON."""
        found = self._operation(method, path)
        if found is None:
            return [f"{method} {path}: no such operation"]
        operation, in_path = found
        places = {p["name"]: p["schema"] for p in operation.get("parameters", [])}
        wrong = list(self._fields(in_path.items(), places, ()))
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return wrong
        schema = self._resolve(content["application/json"]["schema"])
        needed = schema.get("required", ())
        missing = [one for one in needed if not isinstance(body, dict) or one not in body]
        return [*wrong, *(f"{one} is missing" for one in missing),
                *self._value("body", schema, body)]  # fmt: skip

    def answer_faults(self, method: str, path: str, status: int, payload: object) -> list[str]:
        """Return what is wrong with an answer of ours, so that a fake cannot drift."""
        found = self._operation(method, path)
        answers = found[0]["responses"] if found else {}
        content = answers.get(str(status), {}).get("content", {})
        if not content:
            return [f"{method} {path}: no answer {status} is described"]
        schema = next(iter(content.values()))["schema"]
        return list(self._value("answer", schema, payload))

    def _operation(self, method: str, path: str) -> tuple[dict[str, Any], dict[str, str]] | None:
        for pattern, item in self._paths:
            match = pattern.fullmatch(path)
            if match and method.lower() in item:
                return item[method.lower()], match.groupdict()
        return None

    def _fields(
        self, pairs: Pairs, schemas: Mapping[str, Any], needed: Sequence[str]
    ) -> Iterable[str]:
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        yield from (f"{name} is missing" for name in needed if name not in given)
        for name, values in given.items():
            if name not in schemas:
                yield f"{name} is no field of this operation"
                continue
            schema = self._resolve(schemas[name])
            is_list = schema["type"] == "array"
            if len(values) > 1 and not is_list:
                yield f"{name} is repeated"
            for value in values:
                yield from self._text(
                    name, self._resolve(schema["items"] if is_list else schema), value
                )

    def _text(self, name: str, schema: Mapping[str, Any], value: str) -> Iterable[str]:
        """Yield the faults of a value that came as text, as all values of a form do."""
        kind = schema["type"]
        if kind == "boolean" and value not in ("true", "false"):
            yield f"{name} is no boolean"
        elif kind in ("integer", "number"):
            if not re.fullmatch(r"-?\d+" if kind == "integer" else r"-?\d+(\.\d+)?", value):
                yield f"{name} is no {kind}"
            elif (
                not schema.get("minimum", float("-inf"))
                <= float(value)
                <= schema.get("maximum", float("inf"))
            ):
                yield f"{name} is out of range"
        elif kind == "string":
            yield from _string(name, schema, value)

    def _value(self, name: str, schema: Mapping[str, Any], value: object) -> Iterable[str]:
        """Yield the faults of a JSON value."""
        schema = self._resolve(schema)
        kind = schema["type"]
        if value is None:
            if not schema.get("nullable"):
                yield f"{name} is null"
        elif kind == "object" and isinstance(value, dict):
            known: Mapping[str, Any] = schema.get("properties", {})
            for key, inner in value.items() if known else ():
                if key in known:
                    yield from self._value(f"{name}.{key}", known[key], inner)
                else:
                    yield f"{name}.{key} is not described"
        elif kind == "array" and isinstance(value, list):
            for n, inner in enumerate(value):
                yield from self._value(f"{name}[{n}]", schema["items"], inner)
        elif kind == "string" and isinstance(value, str):
            yield from _string(name, schema, value)
        elif not isinstance(value, {"integer": int, "boolean": bool}.get(kind, ())):
            yield f"{name} is no {kind}"

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = schema.get("$ref")
        if not reference:
            return schema
        found: Any = self._document
        for part in str(reference).removeprefix("#/").split("/"):
            found = found[part]
        return self._resolve(found)


def _template(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    return re.compile(
        "".join(f"(?P<{p}>[^/]+?)" if n % 2 else re.escape(p) for n, p in enumerate(parts))
    )


def _string(name: str, schema: Mapping[str, Any], value: str) -> Iterable[str]:
    if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
        yield f"{name} has the wrong length"
    elif not re.search(schema.get("pattern", ""), value):
        yield f"{name} has the wrong form"
    elif value not in schema.get("enum", (value,)):
        yield f"{name} is none of the values allowed"
    elif not _FORMATS.get(schema.get("format", ""), _any)(value):
        yield f"{name} is no {schema['format']}"


def _is_uri(value: str) -> bool:
    parts = urlsplit(value)
    is_relative = value.startswith("/")  # as Twilio's own `uri` fields are
    return is_relative or bool(parts.scheme in ("http", "https") and parts.hostname)


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _any(_value: str) -> bool:
    return True


_FORMATS = {"uri": _is_uri, "date-time": _is_moment}
