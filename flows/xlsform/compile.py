"""From a questionnaire as written to a `Form` that runs, or every reason why not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flows import expressions
from flows.expressions import Compiled, ExpressionError
from flows.model import ASKED, Form, Item, Kind, Template
from flows.xlsform.check import REASKS
from flows.xlsform.definition import Definition, Questionnaire
from flows.xlsform.faults import MAX_FAULTS, Code, Fault, FormFaults, did_you_mean, fault, few

REFERENCE = re.compile(r"\$\{([^{}]*)\}?")
"""An unclosed one too: it names nothing, so it is refused rather than sent as it stands."""

READS = {
    "integer": "integer",
    "date": "date",
    "select_one": "choice",
    "select_multiple": "multi",
}
YES_NO = frozenset(("ya", "tidak"))
PRECISIONS = {"month-year": "month", "year": "year"}


def compile_form(written: Questionnaire, *, sha256: str = "") -> Form:
    """Return the form.

    Raises:
        FormFaults: expressions, references or codes are wrong; all of them are named.
    """
    work = _Work(written)
    items = tuple(work.item(index, one) for index, one in enumerate(written.definitions))
    work.check_cycles(items)
    if not work.faults:
        work.check_calculations(items)
    settings = written.settings.cells
    purpose = work.template(written.settings, "chat::purpose")
    closing = work.template(written.settings, "chat::closing")
    if work.faults:
        raise FormFaults(work.faults)
    asked = tuple(item for item in items if item.is_asked)
    return Form(
        form_id=settings["form_id"],
        version=settings["version"],
        sha256=sha256,
        title=settings["form_title"],
        language=settings.get("default_language", ""),
        purpose=purpose,
        closing=closing,
        items=items,
        by_path={item.path: item for item in items},
        asked=asked,
        place={item.path: place for place, item in enumerate(asked)},
    )


@dataclass(slots=True)
class _Work:
    written: Questionnaire
    faults: list[Fault] = field(default_factory=list)
    paths: dict[str, str] = field(init=False)
    lists: dict[str, str] = field(init=False)
    asked: dict[str, int] = field(init=False)
    codes: dict[str, frozenset[str]] = field(init=False)
    groups: dict[str, Compiled | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        written = self.written.definitions
        self.paths = {one.path.split("/")[-1]: one.path for one in written}
        self.lists = {one.path: one.list_name for one in written if one.list_name}
        self.asked = {one.path: index for index, one in enumerate(written) if one.kind in ASKED}
        lists = self.written.choices.items()
        self.codes = {name: frozenset(choice.code for choice in listed) for name, listed in lists}

    def item(self, index: int, one: Definition) -> Item:
        cells, kind = one.cells, one.kind
        conditions = [*(self.group(part, index) for part in one.within), self.when(one, index)]
        choices = self.written.choices.get(one.list_name, ())
        reads = cells.get("chat::read") or READS.get(kind, "text")
        if kind == "select_one" and self.codes.get(one.list_name) == YES_NO:
            reads = "yesno"
        precision = next(
            (
                PRECISIONS[word]
                for word in cells.get("appearance", "").split()
                if word in PRECISIONS
            ),
            "day",
        )
        return Item(
            path=one.path,
            index=index,
            kind=Kind(kind) if kind in set(Kind) else Kind.TEXT,
            label=self.template(one, "label"),
            hint=self.template(one, "hint"),
            reads=reads,
            choices=choices,
            list_name=one.list_name,
            relevant=tuple(condition for condition in conditions if condition),
            required=cells.get("required") == "yes",
            constraint=self.expression(one, "constraint", condition=True),
            constraint_message=self.template(one, "constraint_message"),
            calculation=self.expression(one, "calculation"),
            precision=precision,
            reask=REASKS.get(cells.get("chat::reask", ""), 3),
            pii=cells.get("chat::pii") == "yes",
        )

    def group(self, one: Definition, index: int) -> Compiled | None:
        """Return a group's condition, looked at once however many items the group holds."""
        if one.path not in self.groups:
            self.groups[one.path] = self.when(one, index)
        return self.groups[one.path]

    def when(self, one: Definition, index: int) -> Compiled | None:
        """Return a condition, which may only look at what was asked before item `index`."""
        condition = self.expression(one, "relevant", condition=True)
        for path in sorted(condition.references) if condition else ():
            if self.asked.get(path, -1) >= index:
                self.add(Code.FORM_21, one, "relevant", name=path.split("/")[-1])
        return condition

    def check_calculations(self, items: Sequence[Item]) -> None:
        """A condition may not look ahead through a calculation either: FORM_21 for those."""
        calculated = {i.path: i.calculation.references for i in items if i.calculation is not None}
        last: dict[str, int] = {}
        waiting = list(calculated)
        while waiting:
            uses = calculated[waiting[-1]]
            missing = [used for used in uses if used in calculated and used not in last]
            if missing:
                waiting += missing
            else:
                reach = (self.asked.get(used, last.get(used, -1)) for used in uses)
                last[waiting.pop()] = max(reach, default=-1)
        for item in items:
            for path in sorted({p for rule in item.relevant for p in rule.references}):
                if last.get(path, -1) >= item.index:
                    one = self.written.definitions[item.index]
                    self.add(Code.FORM_21, one, "relevant", name=path.split("/")[-1])

    def expression(
        self, one: Definition, column: str, *, condition: bool = False
    ) -> Compiled | None:
        source = one.cells.get(column)
        if not source:
            return None
        try:
            compiled = expressions.compile(
                source, resolve=self.paths.__getitem__, names=few(self.paths), condition=condition
            )
        except ExpressionError as error:
            for found in error.faults:
                reason = f"{found.message} (huruf ke-{found.position + 1})"
                self.add(Code.FORM_16, one, column, reason=reason)
            return None
        self.check_codes(one, column, compiled)
        return compiled

    def check_codes(self, one: Definition, column: str, compiled: Compiled) -> None:
        for path, code in compiled.comparisons:
            listed = self.lists.get(path, "")
            codes = self.codes.get(listed)
            if codes and code and code not in codes:
                hint = did_you_mean(code, sorted(codes))
                self.add(Code.FORM_17, one, column, code=code, list=listed, hint=hint)

    def template(self, one: Definition, column: str) -> Template:
        parts = REFERENCE.split(one.cells.get(column, ""))
        for n, name in enumerate(parts):
            if n % 2 == 0:
                continue
            path = self.paths.get(name)
            if path is None:
                hint = did_you_mean(name, self.paths)
                self.add(Code.FORM_15, one, column, name=name, hint=hint)
            parts[n] = path or name
        return Template(tuple(parts))

    def check_cycles(self, items: tuple[Item, ...]) -> None:
        uses = {item.path: sorted(_uses(item)) for item in items}
        done: set[str] = set()
        for item in items:
            cycle = _cycle_from(item.path, uses, done)
            if cycle:
                one = self.written.definitions[item.index]
                column = "calculation" if item.calculation else "relevant"
                self.add(Code.FORM_18, one, column, cycle=" → ".join(cycle))

    def add(self, kind: Code, one: Definition, column: str, **facts: object) -> None:
        self.faults.append(fault(kind, one.at(column), **facts))
        if len(self.faults) == MAX_FAULTS:
            raise FormFaults(self.faults)


def _uses(item: Item) -> Iterator[str]:
    for part in (*item.relevant, item.calculation):
        if part is not None:
            yield from part.references


def _cycle_from(start: str, uses: Mapping[str, list[str]], done: set[str]) -> list[str]:
    """Return the first cycle found from `start`, depth first without recursion, or nothing."""
    trail: dict[str, None] = {}
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        path, leaving = stack.pop()
        if leaving:
            done.add(trail.popitem()[0])
            continue
        if path in trail:
            done.update(trail)
            steps = list(trail)
            return [*steps[steps.index(path) :], path]
        if path in done:
            continue
        trail[path] = None
        stack.append((path, True))
        stack.extend((used, False) for used in uses.get(path, ()))
    return []
