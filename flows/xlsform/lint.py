"""What is right as a form and wrong for the people who will be asked."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from flows.expressions import Compiled, ExpressionError, evaluate
from flows.expressions.values import truth_of
from flows.model import Form, Item, Kind, Showing
from flows.xlsform.columns import TRANSLATED
from flows.xlsform.definition import Definition, Questionnaire
from flows.xlsform.faults import Code, Fault, Place, fault, warning
from flows.xlsform.formulas import Formulas
from flows.xlsform.languages import has, languages_of
from flows.xlsform.read import Row

MESSAGE = 1_600
"""Characters of one WhatsApp message (Twilio error 21617)."""

ROOM: Mapping[Showing, tuple[int, int]] = {Showing.BUTTONS: (3, 20), Showing.LIST: (10, 24)}
"""How many choices WhatsApp shows so, and of how many characters (facts: channels)."""

_REGEX = re.compile(r"regex\(\s*[^,]+,\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)")
_FICKLE = re.compile(r"\b(today|now|random|uuid)\(")
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_RULES = ("relevant", "constraint", "calculation")


def lint(
    written: Questionnaire,
    form: Form,
    formulas: Formulas,
    choices: Mapping[str, tuple[Row, ...]],
    *,
    is_workbook: bool,
) -> Iterator[Fault]:
    """Yield what an author would want to know before people are asked.

    A translation that a workbook lacks is said in its default language, as Collect does; so is
    one of what an office adds to an official questionnaire.
    """
    told: set[Place] = set()
    for one, item in zip(written.definitions, form.items, strict=True):
        for found in _item(one, item, form, formulas):
            place = Place(found.line, found.sheet, found.column, found.code)
            if place not in told:
                told.add(place)
                yield found
    for found in _translations(written, choices):
        yield warning(found) if is_workbook or form.core else found


def _item(one: Definition, item: Item, form: Form, formulas: Formulas) -> Iterator[Fault]:
    for column in _RULES:
        rule = formulas.made(one, column)
        for found in _REGEX.finditer(rule.source) if rule else ():
            pattern = found[1] or found[2] or ""
            if not (pattern.startswith("^") and pattern.endswith("$")):
                inside = pattern.removeprefix("^").removesuffix("$")
                loose = fault(Code.FORM_34, one.at(column), text=pattern, inside=inside)
                yield warning(loose) if formulas.written.follows_paths else loose
    yield from _never_asked(one, form, formulas)
    label = "".join(item.label.parts[::2]) + "".join(item.hint.parts[::2])
    if len(label) > MESSAGE:
        right = f"satu pesan WhatsApp paling banyak {MESSAGE}"
        text = label[:40]
        yield fault(Code.FORM_32, one.at("label"), text=text, length=len(label), right=right)
    yield from _showing(one, item)


def _never_asked(one: Definition, form: Form, formulas: Formulas) -> Iterator[Fault]:
    demanded: dict[str, str] = {}
    for place in (*one.within, one):
        rule = formulas.made(place, "relevant")
        if not isinstance(rule, Compiled):
            continue
        if fickle := _FICKLE.search(rule.source):
            yield fault(Code.FORM_39, place.at("relevant"), name=fickle[1])
        elif _is_always_false(rule):
            found = fault(Code.FORM_33, place.at("relevant"), reason="syaratnya selalu salah")
            yield warning(found) if formulas.written.follows_paths else found
        for path, text in rule.demands:
            one_only = form.by_path[path].kind is not Kind.SELECT_MULTIPLE
            if one_only and demanded.setdefault(path, text) != text:
                name = path.rpartition("/")[2]
                reason = f"{name} diminta '{demanded[path]}' sekaligus '{text}'"
                yield fault(Code.FORM_33, place.at("relevant"), reason=reason)


def _is_always_false(rule: Compiled) -> bool:
    if rule.references or rule.gathered or rule.uses_dot or "instance(" in rule.source:
        return False
    try:
        return not truth_of(evaluate(rule.source, {}, now=_ANY_TIME, zone="UTC"))
    except ExpressionError:  # it leans on where it stands, as position(..) does
        return False


def _showing(one: Definition, item: Item) -> Iterator[Fault]:
    if "chat::as" not in one.cells:
        return
    place, shows = one.at("chat::as"), item.shows
    if shows is None:
        reason = "hanya untuk pertanyaan berpilihan"
        yield fault(Code.FORM_35, place, shows=one.cells["chat::as"], reason=reason)
    elif shows in ROOM:
        most, longest = ROOM[shows]
        if len(item.choices) > most and item.filter is None:
            reason = f"pilihannya {len(item.choices)}, paling banyak {most}"
            yield fault(Code.FORM_35, place, shows=shows, reason=reason)
        long = next((c.label for c in item.choices if len(c.short or c.label) > longest), "")
        if long:
            reason = f"'{long}' lebih dari {longest} huruf; isi chat::short"
            yield fault(Code.FORM_35, place, shows=shows, reason=reason)


def _translations(
    written: Questionnaire, choices: Mapping[str, tuple[Row, ...]]
) -> Iterator[Fault]:
    """Yield each text that some language of the form lacks."""
    languages = languages_of(written)
    if len(languages) == 1:
        return
    for one in written.definitions:
        if one.kind != "text" or one.row is None or one.name == one.row.text("name"):
            yield from _untranslated(one.cells, one, languages)
    for name, rows in choices.items():
        for row in rows:
            cells = {column: cell.text for column, cell in row.cells.items()}
            place = Definition(f"{name}/{row.text('name')}", "choices", cells=cells, row=row)
            yield from _untranslated(cells, place, languages)


def _untranslated(
    cells: Mapping[str, str], one: Definition, languages: tuple[str, ...]
) -> Iterator[Fault]:
    default = languages[0]
    for column in sorted(TRANSLATED - {"chat::short"}):
        if not has(cells, column):
            continue
        for language in languages:
            is_own = language == default and cells.get(column)
            if not cells.get(f"{column}::{language}" if language else column) and not is_own:
                missing = f"{column}::{language}" if language else column
                at = one.at(missing)
                sheet = "choices" if one.kind == "choices" else at.sheet
                place = Place(at.line, sheet, missing, one.name)
                yield fault(Code.FORM_31, place, language=language or "bawaan")
