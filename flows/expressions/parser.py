"""Tokens as a tree: XPath 1.0 precedence, and of its paths those that a form has a use for."""

from collections.abc import Iterator

from flows.expressions.faults import ExpressionError, refusal
from flows.expressions.functions import NOT_YET
from flows.expressions.lexer import Mark, Token, reference_name, tokens
from flows.expressions.tree import (
    Call,
    Chain,
    Dot,
    Literal,
    Location,
    Lookup,
    Negation,
    Node,
    Reference,
    Up,
    Word,
)

DEEPEST = 50
LONGEST = 8_000

_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_LEVEL = {operator: level for level, row in enumerate(_LEVELS) for operator in row}
_NO_OPERATOR = -1


def parse(source: str) -> Node:
    """The tree of `source`.

    Raises:
        ExpressionError: with one fault, where the text stops making sense.
    """
    if len(source) > LONGEST:
        raise refusal("too_long", LONGEST, length=len(source), limit=LONGEST)
    if not source.strip():
        raise refusal("empty_expression", 0)
    return _Parser(tokens(source)).whole()


class _Parser:
    def __init__(self, stream: Iterator[Token]) -> None:
        self._tokens = stream
        self._token = next(stream)
        self._brackets = 0
        self._chains = 0

    def whole(self) -> Node:
        tree = self._operation()
        if self._token.mark is not Mark.END:
            raise self._misplaced()
        return tree

    def _operation(self, floor: int = 0) -> Node:
        left = self._operand()
        while (level := self._level()) >= floor:
            left = self._chain(left, level)
        return left

    def _chain(self, first: Node, level: int) -> Chain:
        operators: list[str] = []
        operands = [first]
        self._chains = _deeper(self._chains, self._token.position)
        while self._level() == level:
            operators.append(self._take().text)
            operands.append(self._operation(level + 1))
        self._chains -= 1
        return Chain(tuple(operators), tuple(operands))

    def _operand(self) -> Node:
        token = self._take()
        match token.mark, token.text:
            case Mark.OPERATOR, "-":
                return self._negation(token)
            case Mark.NUMBER, text:
                return Literal(float(text), token.position)
            case Mark.TEXT, text:
                return Literal(text, token.position)
            case Mark.REFERENCE, name:
                return Reference(name, token.position)
            case Mark.PUNCTUATION, ".":
                return Dot(token.position)
            case Mark.PUNCTUATION, "(":
                return self._group(token)
            case Mark.WORD, name:
                return self._call(token) if self._is("(") else self._word(name, token)
            case Mark.PATH, "..":
                return self._up(token)
            case Mark.PATH, "/" | "//" | "./":
                return self._location(token)
            case _:
                raise _no_operand(token)

    def _negation(self, sign: Token) -> Negation:
        self._brackets = _deeper(self._brackets, sign.position)
        operand = self._operand()
        self._brackets -= 1
        return Negation(operand)

    def _group(self, opening: Token) -> Node:
        self._brackets = _deeper(self._brackets, opening.position)
        inside = self._operation()
        self._close(opening)
        return inside

    def _call(self, name: Token) -> Node:
        if name.text == "current":
            return self._current(name)
        if name.text in NOT_YET:  # before its arguments, which are mostly paths
            raise refusal("not_supported_yet", name.position, name=name.text)
        opening = self._take()
        self._brackets = _deeper(self._brackets, opening.position)
        arguments = self._arguments()
        self._close(opening)
        if name.text == "instance" and len(arguments) == 1:
            return self._lookup(arguments[0], name.position)
        return Call(name.text, _read_names(name.text, arguments), name.position)

    def _word(self, name: str, token: Token) -> Node:
        return self._location(token) if self._at_path("/", "//") else Word(name, token.position)

    def _up(self, first: Token) -> Node:
        levels, text = 1, ".."
        while self._at_path("/"):
            self._take()
            if not self._at_path(".."):
                return self._location(first, f"{text}/")
            self._take()
            levels, text = levels + 1, f"{text}/.."
        return Up(levels, first.position)

    def _location(self, first: Token, text: str = "") -> Location:
        """A path to an item, read to its end so that what it means can be suggested."""
        text, name = text or first.text, first.text if first.mark is Mark.WORD else ""
        while self._token.mark is Mark.WORD or self._at_path("/", "//", "..", "./", "@", "::"):
            step = self._take()
            if step.mark is Mark.WORD and name and not text.endswith("/"):
                raise refusal("unexpected_token", step.position, text=step.text)
            text, name = text + step.text, step.text if step.mark is Mark.WORD else name
            if step.mark is Mark.WORD and not self._at_path("/", "//", "::"):
                break
        return Location(text, name, first.position)

    def _current(self, name: Token) -> Location:
        """`current()/../x`: within a lookup's condition, a path from the item that asks."""
        opening = self._take()
        self._close_now(opening)
        return self._location(name, "current()")

    def _close_now(self, opening: Token) -> None:
        self._brackets += 1
        self._close(opening)

    def _lookup(self, table: Node, position: int) -> Lookup:
        """What follows `instance('list')`: `/root/item[condition]/column`."""
        if not (isinstance(table, Literal) and isinstance(table.value, str)):
            raise refusal("bad_lookup", position)
        for _ in ("root", "item"):
            self._expect_path("/", position)
            self._step(position)
        condition, column = None, ""
        if self._at_path("["):
            opening = self._take()
            self._brackets = _deeper(self._brackets, opening.position)
            condition = self._operation()
            self._expect_path("]", position)
            self._brackets -= 1
        if self._at_path("/"):
            self._take()
            column = self._step(position)
        if self._token.mark is Mark.PATH and not self._at_path("]"):
            raise refusal("bad_lookup", position)
        return Lookup(table.value, condition, column, position)

    def _step(self, position: int) -> str:
        if self._token.mark is not Mark.WORD:
            raise refusal("bad_lookup", position)
        return self._take().text

    def _expect_path(self, text: str, position: int) -> None:
        if not self._at_path(text):
            raise refusal("bad_lookup", position)
        self._take()

    def _at_path(self, *texts: str) -> bool:
        return self._token.mark is Mark.PATH and self._token.text in texts

    def _arguments(self) -> list[Node]:
        if self._is(")"):
            return []
        arguments = [self._operation()]
        while self._is(","):
            self._take()
            arguments.append(self._operation())
        return arguments

    def _close(self, opening: Token) -> None:
        if self._token.mark is Mark.END:
            raise refusal("unbalanced_parenthesis", opening.position, text="(")
        if not self._is(")"):
            raise self._misplaced()
        self._take()
        self._brackets -= 1

    def _take(self) -> Token:
        token = self._token
        if token.mark is not Mark.END:
            self._token = next(self._tokens)
        return token

    def _is(self, punctuation: str) -> bool:
        return self._token.mark is Mark.PUNCTUATION and self._token.text == punctuation

    def _level(self) -> int:
        if self._token.mark not in (Mark.OPERATOR, Mark.WORD):
            return _NO_OPERATOR
        return _LEVEL.get(self._token.text, _NO_OPERATOR)

    def _misplaced(self) -> ExpressionError:
        token = self._token
        if token.mark is Mark.PATH:
            return refusal("path_not_supported", token.position, text=token.text)
        if self._is(")"):
            return refusal("unbalanced_parenthesis", token.position, text=")")
        meant = token.text.lower() if token.text.lower() in _LEVEL else None
        return refusal("unexpected_token", token.position, meant, text=token.text)


def _deeper(depth: int, position: int) -> int:
    if depth == DEEPEST:
        raise refusal("too_deep", position, limit=DEEPEST)
    return depth + 1


def _no_operand(token: Token) -> ExpressionError:
    if token.mark is Mark.END or token.text in (")", ","):
        return refusal("missing_operand", token.position)
    if token.mark is Mark.PATH or token.text == "*":
        return refusal("path_not_supported", token.position, text=token.text)
    return refusal("unexpected_token", token.position, text=token.text)


def _read_names(function: str, arguments: list[Node]) -> tuple[Node, ...]:
    """XLSForm quotes the question given to `jr:choice-name`: `'${kota}'` is a reference there."""
    if function == "jr:choice-name":
        return (*arguments[:1], *map(_unquoted, arguments[1:]))
    return tuple(arguments)


def _unquoted(argument: Node) -> Node:
    match argument:
        case Literal(str(text), position) if name := reference_name(text):
            return Reference(name, position + 1)
        case _:
            return argument
