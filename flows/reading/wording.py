"""A condition in Indonesian: `${status} = 'a'` is `pertanyaan 1 dijawab “Bekerja”`.

Whoever approves a form reads its skip logic as sentences. What has no plain sentence is given
as it is written, so that nothing is said that the form does not do.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flows.expressions import Compiled, ExpressionError
from flows.expressions.parser import parse
from flows.expressions.tree import Call, Chain, Dot, Literal, Negation, Node, Reference, Up
from flows.words import long_date

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SIZES = {"<": "kurang dari", "<=": "paling banyak", ">": "lebih dari", ">=": "paling sedikit"}
_TIMES = {"<": "sebelum", "<=": "paling lambat", ">": "sesudah", ">=": "paling awal"}
_SIGNS = {"+": "+", "-": "-", "*": "×", "div": ":", "mod": "mod"}
_SAME = ("number", "string", "once", "date")
"""Functions that change how a value is kept, not what it says."""

_MERGED = {
    ("or", "dijawab"): "atau",
    ("or", "memuat"): "atau",
    ("and", "memuat"): "dan",
    ("and", "tidak dijawab"): "maupun",
    ("and", "tidak memuat"): "maupun",
}
"""Where several answers of one question share a verb, and how they are joined."""


@dataclass(frozen=True, slots=True)
class Names:
    """How items are called: `subjects` by path, `labels` of their choices by path and code.

    `single` are the paths of questions that take one choice.
    """

    subjects: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    single: frozenset[str] = frozenset()


class _Unsaid(Exception):
    """There is no plain sentence for this."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """One thing said of something: who, does what, with what."""

    subject: str
    verb: str
    value: str = ""

    @property
    def said(self) -> str:
        return f"{self.verb} {self.value}".rstrip()


def in_words(condition: Compiled, names: Names) -> str:
    """Return what a condition says; as it is written where no sentence says it."""
    return _spoken(condition, names, lambda speaker, tree: speaker.statement(tree))


def in_value(expression: Compiled, names: Names) -> str:
    """Return what an expression gives; as it is written where no words say it."""
    return _spoken(expression, names, lambda speaker, tree: speaker.value(tree))


def _spoken(expression: Compiled, names: Names, speak: "Callable[[_Speaker, Node], str]") -> str:
    paths = {path.split("/")[-1]: path for path in sorted(expression.references)}
    if len(paths) != len(expression.references):
        return expression.source
    try:
        return speak(_Speaker(paths, names), parse(expression.source))
    except (_Unsaid, ExpressionError):
        return expression.source


@dataclass(frozen=True, slots=True)
class _Speaker:
    paths: Mapping[str, str]
    names: Names

    def statement(self, node: Node, *, negated: bool = False, inner: bool = False) -> str:
        """Return a sentence; `inner` puts one that joins several into parentheses."""
        match node:
            case Chain(operators=(("and" | "or") as word, *_), operands=operands):
                if negated:
                    word = "and" if word == "or" else "or"
                said = _join(word, self._parts(word, operands, negated=negated))
                return f"({said})" if inner and len(operands) > 1 else said
            case Call("not", (one,), _):
                return self.statement(one, negated=not negated, inner=inner)
            case Call(("true" | "false") as name, (), _):
                return "selalu" if (name == "true") is not negated else "tidak pernah"
        fact = self.fact(node, negated=negated)
        return f"{fact.subject} {fact.said}"

    def _parts(self, word: str, operands: Sequence[Node], *, negated: bool) -> Iterator[str]:
        """Yield a sentence for each subject; what joins others stands in parentheses."""
        facts: dict[str, list[_Fact]] = {}
        for operand in operands:
            if _is_joined(operand, negated=negated):
                said = self.statement(operand, negated=negated, inner=True)
                facts[said] = []
            else:
                fact = self.fact(operand, negated=negated)
                facts.setdefault(fact.subject, []).append(fact)
        for subject, held in facts.items():
            verbs = _join(word, list(_verbs(word, held)), comma="")
            yield f"{subject} {verbs}" if held else subject

    def fact(self, node: Node, *, negated: bool) -> _Fact:
        match node:
            case Call("not", (one,), _):
                return self.fact(one, negated=not negated)
            case Chain(operators=(sign,), operands=(left, right)) if sign in _MIRRORED:
                if isinstance(left, Literal) and not isinstance(right, Literal):
                    left, right, sign = right, left, _MIRRORED[sign]
                return self._compared(left, sign, right, negated=negated)
            case Call("selected", (subject, Literal(str(code))), _):
                verb = "tidak memuat" if negated else "memuat"
                return _Fact(self.value(subject), verb, self._label(subject, code))
            case Call("regex", (subject, Literal(str(pattern))), _):
                verb = "tidak berpola" if negated else "berpola"
                return _Fact(self.value(subject), verb, pattern)
        raise _Unsaid

    def _compared(self, left: Node, sign: str, right: Node, *, negated: bool) -> _Fact:
        """A blank is neither more nor less, so `not(a > 1)` is `tidak lebih dari`."""
        subject, is_same = self.value(left), (sign == "=") is not negated
        if sign in _SIZES:
            sizes = _TIMES if _is_moment(right) else _SIZES
            verb = f"tidak {sizes[sign]}" if negated else sizes[sign]
            return _Fact(subject, verb, self.value(right))
        if right == Literal("", getattr(right, "position", 0)):
            return _Fact(subject, "tidak diisi" if is_same else "diisi")
        if self._choices(left) and isinstance(right, Literal):
            verb = "dijawab" if is_same else "tidak dijawab"
            return _Fact(subject, verb, self._label(left, _plain(right.value)))
        verb = "sama dengan" if is_same else "tidak sama dengan"
        return _Fact(subject, verb, self.value(right))

    def value(self, node: Node) -> str:
        match node:
            case Reference(name):
                if name not in self.paths:  # it is read in every repetition
                    raise _Unsaid
                return self.names.subjects.get(self.paths[name], name)
            case Dot():
                return "jawabannya"
            case Literal(value):
                return _shown(value)
            case Negation(Literal(float(number))):
                return _shown(-number)
            case Chain(operators, operands) if set(operators) <= _SIGNS.keys():
                words = [self.value(operands[0])]
                for sign, operand in zip(operators, operands[1:], strict=True):
                    words += [_SIGNS[sign], self.value(operand)]
                return " ".join(words)
            case Call():
                return self._called(node)
        raise _Unsaid

    def _called(self, call: Call) -> str:
        match call.name, call.arguments:
            case ("today", ()):
                return "hari ini"
            case ("now", ()):
                return "saat ini"
            case (name, (one,)) if name in _SAME:
                return self.value(one)
            case ("position", (Up(),)):
                return "nomor ulangannya"
            case ("count", (Reference(name),)):
                return f"banyaknya isian [{name}]"
            case ("count-selected", (Dot(),)):
                return "banyaknya pilihan"
            case ("string-length", (Dot(),)):
                return "banyaknya huruf"
            case ("count-selected", (one,)):
                return f"banyaknya pilihan di {self.value(one)}"
            case ("string-length", (one,)):
                return f"banyaknya huruf {self.value(one)}"
            case ("coalesce", (one, Literal(value))):
                return f"{self.value(one)} ({_shown(value)} bila kosong)"
        raise _Unsaid

    def _choices(self, node: Node) -> Mapping[str, str]:
        path = self.paths.get(node.name, "") if isinstance(node, Reference) else ""
        return self.names.labels.get(path, {})

    def _label(self, node: Node, code: str) -> str:
        return f"“{self._choices(node).get(code, code)}”"


def _is_moment(node: Node) -> bool:
    match node:
        case Call("today" | "now"):
            return True
        case Literal(str(text)):
            return _DATE.fullmatch(text) is not None
        case Call("date", (one,), _):
            return _is_moment(one)
    return False


def _is_joined(node: Node, *, negated: bool) -> bool:
    match node:
        case Chain(operators=(("and" | "or"), *_)) | Call("true" | "false"):
            return True
        case Call("not", (one,), _):
            return _is_joined(one, negated=not negated)
    return False


def _verbs(word: str, facts: Sequence[_Fact]) -> Iterator[str]:
    values: dict[str, list[str]] = {}
    for fact in facts:
        values.setdefault(fact.verb, []).append(fact.value)
    for verb, held in values.items():
        joint = _MERGED.get((word, verb))
        if joint is None:
            yield from (f"{verb} {value}".rstrip() for value in held)
        else:
            yield f"{verb} {listed(held, joint)}"


def listed(words: Sequence[str], joint: str) -> str:
    """Return `a`, `a atau b`, `a, b atau c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _join(word: str, parts: "Sequence[str] | Iterator[str]", comma: str = ",") -> str:
    joint = "dan" if word == "and" else "atau"
    return f"{comma} {joint} ".join(parts)


def _shown(value: str | float) -> str:
    if isinstance(value, str):
        return long_date(value) if _DATE.fullmatch(value) else f"“{value}”"
    if value == int(value):
        whole = int(value)
        return f"{whole:,}".replace(",", ".") if abs(whole) >= 10_000 else str(whole)
    return f"{value:g}".replace(".", ",")


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
