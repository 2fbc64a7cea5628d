"""What an expression may be, as far as types tell: what the interpreter computes with."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

from .source import Function, Module, Program


@dataclass(frozen=True)
class Instance:
    cls: str  # exactly of this class
    is_self: bool = False


@dataclass(frozen=True)
class ClassObject:
    cls: str


@dataclass(frozen=True)
class Super:
    cls: str  # the object's class
    after: str  # the class whose method says super()


@dataclass(frozen=True)
class Callee:
    """A function, bound to an object of class `cls` if it is a method."""

    qualified: str
    cls: str | None
    on_self: bool = False  # written as self.method() or super().method()


@dataclass(frozen=True)
class Coroutine:
    """A call that has been made and not yet awaited."""

    callee: Callee
    line: int


@dataclass(frozen=True)
class Awaitable:
    """Something that gives `result` when awaited; what it runs is known elsewhere."""

    result: frozenset[Value]
    parameter: str | None = None  # it was handed to this function under that name
    started: frozenset[Callee] = frozenset()  # a task: what runs in it


@dataclass(frozen=True)
class Sequence:
    items: frozenset[Value]


@dataclass(frozen=True)
class Mapping:
    keys: frozenset[Value]
    items: frozenset[Value]


@dataclass(frozen=True)
class Row:
    """A tuple of known length."""

    places: tuple[frozenset[Value], ...]


@dataclass(frozen=True)
class External:
    """Of another package: known to be no job."""

    name: str


@dataclass(frozen=True)
class LocalFunction:
    """Defined in the function that is being run."""

    name: str


@dataclass(frozen=True)
class LocalCoroutine:
    name: str


Value = Union[
    Instance, ClassObject, Super, Callee, Coroutine, Awaitable, Sequence, Mapping, Row, External,
    LocalFunction, LocalCoroutine,
]
Values = frozenset[Value]
NOTHING: Values = frozenset()

_SEQUENCES = {
    "list", "set", "frozenset", "List", "Set", "Sequence", "Iterable", "Iterator", "Collection",
    "Generator", "AsyncGenerator", "AsyncIterator", "AsyncIterable", "deque", "ValuesView",
}
_MAPPINGS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"}
_AWAITABLES = {"Awaitable", "Coroutine", "Task", "Future"}
_TRANSPARENT = {"Optional", "Union", "Final", "ClassVar", "Annotated", "Required", "NotRequired"}
_BUILTINS = {"str", "int", "float", "bool", "bytes", "object", "None", "type", "tuple", "complex"}


def items_of(values: Iterable[Value]) -> Values:
    """What iterating over `values` gives."""
    found: set[Value] = set()
    for value in values:
        if isinstance(value, Sequence):
            found |= value.items
        elif isinstance(value, Mapping):
            found |= value.keys
        elif isinstance(value, Row):
            found |= frozenset().union(*value.places)
        elif isinstance(value, External):
            found.add(value)
    return frozenset(found)


def as_parameter(values: Values, name: str) -> Values:
    """`values` with each awaitable marked as handed in under `name`."""
    marked: set[Value] = set()
    for value in values:
        if isinstance(value, Awaitable):
            marked.add(Awaitable(value.result, name, value.started))
        elif isinstance(value, Sequence):
            marked.add(Sequence(as_parameter(value.items, name)))
        else:
            marked.add(value)
    return frozenset(marked)


def coroutines_in(values: Iterable[Value]) -> set[Coroutine]:
    found: set[Coroutine] = set()
    for value in values:
        if isinstance(value, Coroutine):
            found.add(value)
        elif isinstance(value, (Sequence, Mapping, Row)):
            found |= coroutines_in(items_of([value]))
            if isinstance(value, Mapping):
                found |= coroutines_in(value.items)
    return found


def instances(program: Program, cls: str) -> Values:
    return frozenset(Instance(c) for c in program.concrete(cls))


def of_annotation(
    program: Program, module: Module, node: ast.expr | None, me: str | None = None
) -> Values:
    """The values that an annotation written in `module` allows; `me`: the class of Self."""
    if node is None:
        return NOTHING
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str):
            return NOTHING
        try:
            return of_annotation(program, module, ast.parse(node.value, mode="eval").body, me)
        except SyntaxError:
            return NOTHING
    if isinstance(node, ast.BinOp):
        return of_annotation(program, module, node.left, me) | of_annotation(
            program, module, node.right, me
        )
    if isinstance(node, ast.Subscript):
        return _of_generic(program, module, node, me)
    name = program.resolve(module, node)
    if name is None:
        return NOTHING
    if name.split(".")[-1] == "Self":
        return frozenset([Instance(me)]) if me else NOTHING
    if name in program.classes:
        return instances(program, name)
    target_module, target = program.constant(module, node)
    if target is not node:
        return of_annotation(program, target_module, target, me)
    if name.split(".")[-1] == "Any" or name.split(".")[0] == program.package:
        return NOTHING
    return frozenset([External(name)])


def _of_generic(program: Program, module: Module, node: ast.Subscript, me: str | None) -> Values:
    def of(argument: ast.expr) -> Values:
        return of_annotation(program, module, argument, me)

    inner = node.slice
    arguments = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
    name = (program.resolve(module, node.value) or "").split(".")[-1]
    if name in _TRANSPARENT:
        count = 1 if name == "Annotated" else len(arguments)
        return frozenset().union(*(of(a) for a in arguments[:count]))
    if name in _SEQUENCES:
        return frozenset([Sequence(of(arguments[0]))])
    if name in _MAPPINGS and len(arguments) == 2:
        return frozenset([Mapping(of(arguments[0]), of(arguments[1]))])
    if name == "tuple":
        if len(arguments) == 2 and isinstance(arguments[1], ast.Constant):
            return frozenset([Sequence(of(arguments[0]))])
        return frozenset([Row(tuple(of(a) for a in arguments))])
    if name in _AWAITABLES:
        return frozenset([Awaitable(of(arguments[-1]))])
    if name == "type":
        return frozenset(ClassObject(v.cls) for v in of(arguments[0]) if isinstance(v, Instance))
    if name == "Callable":
        return NOTHING
    return of(node.value)


def of_return(program: Program, function: Function, me: str | None) -> Values:
    """What calling (and awaiting) `function` gives, by its annotation."""
    return of_annotation(program, function.module, function.node.returns, me)
