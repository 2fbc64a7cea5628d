"""Runs the body of one function on types instead of values, to find what it may call.

Branches are all taken and loops run twice, so the answer says what may happen, not what does.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from . import values as v
from .shapes import Shapes
from .source import Class, Function, Unresolved, last_name
from .summary import LostCoroutine, Site, Summary, UnknownCall, outweighing
from .values import NOTHING, Values, items_of

if TYPE_CHECKING:
    from .interpreter import Interpreter

_CREATE_TASK = {"create_task", "sys_create_task", "ensure_future", "create_eager_task"}
_WRAPPERS = {"wait_for", "shield", "wait"}


class Body(Shapes):
    """One function with one class of `self`."""

    def __init__(self, interpreter: Interpreter, function: Function, cls: str | None) -> None:
        self.world = interpreter
        self.program = interpreter.program
        self.function = function
        self.cls = cls
        self.summary = Summary()
        self.variables: dict[str, Values] = {}
        self.local_functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.running_local: set[str] = set()
        self.run_local: set[str] = set()
        self.kind_at_least = "await"
        self.started: set[v.Callee] = set()  # in the task that is being created
        self.made: set[v.Coroutine] = set()
        self.used: set[v.Coroutine] = set()
        self._bind_parameters(function.node)

    def run(self) -> Summary:
        for _ in range(2):
            self.block(self.function.node.body)
        self.list_callbacks()
        for coroutine in self.made - self.used - v.coroutines_in(self.summary.returned):
            name = coroutine.callee.qualified
            why = "called here; where it is awaited is not known"
            place = Unresolved(self.function.module.file, coroutine.line, name, why)
            self.summary.lost.add(LostCoroutine(place, name))
        return self.summary

    def list_callbacks(self) -> None:
        """A function that is defined here and only handed on: who calls it is not known."""
        for name in self.local_functions.keys() - self.run_local:
            known, self.summary.sites = self.summary.sites, set()
            self.run_local_function(name, "await")
            for site in self.summary.sites - known:
                if site.callee.qualified in self.world.jobs:
                    why = f"called in '{name}', which is handed on"
                    self.unresolved(site.line, site.callee.qualified, why)
            self.summary.sites = known

    def unresolved(self, line: int, what: str, why: str) -> None:
        self.summary.unresolved.add(Unresolved(self.function.module.file, line, what, why))

    def _bind_parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        owner: Class | None = self.function.owner
        parameters = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        for index, parameter in enumerate(parameters):
            if index == 0 and owner and node is self.function.node and not self.function.is_static:
                if self.cls is not None:
                    is_class = self.function.is_class_method
                    me = v.ClassObject(self.cls) if is_class else v.Instance(self.cls, True)
                    self.variables[parameter.arg] = frozenset([me])
                continue
            annotated = self.annotated(parameter.annotation)
            self.bind_name(parameter.arg, v.as_parameter(annotated, parameter.arg))
        if node.args.vararg:
            items = self.annotated(node.args.vararg.annotation)
            name = node.args.vararg.arg
            self.bind_name(name, frozenset([v.Sequence(v.as_parameter(items, name))]))

    def annotated(self, node: ast.expr | None) -> Values:
        return v.of_annotation(self.program, self.function.module, node, self.cls)

    # Statements.

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.local_functions[node.name] = node
                self.bind_name(node.name, frozenset([v.LocalFunction(node.name)]))
            case ast.ClassDef() | ast.Import() | ast.ImportFrom():
                pass
            case ast.Assign():
                value = self.eval(node.value)
                for target in node.targets:
                    self.bind(target, value)
            case ast.AnnAssign():
                value = self.eval(node.value) if node.value else NOTHING
                self.bind(node.target, value | self.annotated(node.annotation))
            case ast.AugAssign():
                self.bind(node.target, self.eval(node.value))
            case ast.Return():
                if node.value:
                    self.summary.returned |= self.handed_back(self.eval(node.value))
            case ast.For() | ast.AsyncFor():
                self.bind(node.target, items_of(self.eval(node.iter)))
                self.block(node.body + node.orelse)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.enter(item, isinstance(node, ast.AsyncWith))
                self.block(node.body)
            case ast.Match():
                self.eval(node.subject)
                for arm in node.cases:
                    self.block(arm.body)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.child(child)

    def handed_back(self, values: Values) -> Values:
        """A coroutine of a local function runs in the caller, who does not know the function."""
        return frozenset(
            v.Awaitable(self.run_local_function(x.name, "await"))
            if isinstance(x, v.LocalCoroutine)
            else x
            for x in values
        )

    def child(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            self.statement(node)
        elif isinstance(node, ast.expr):
            self.eval(node)
        elif isinstance(node, ast.ExceptHandler):
            self.block(node.body)

    def enter(self, item: ast.withitem, is_async: bool) -> None:
        context = self.eval(item.context_expr)
        result: set[v.Value] = set()
        names = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        for value in context:
            if isinstance(value, v.Instance):
                for name in names:
                    method = self.program.find(value.cls, name)
                    if method is not None:
                        callee = v.Callee(method.qualified, value.cls)
                        self.site(item.context_expr.lineno, callee, "await")
                        if name == names[0]:
                            result |= v.of_return(self.program, method, value.cls)
            elif isinstance(value, v.Coroutine):  # an @asynccontextmanager
                result |= items_of(self.use(value, "await"))
            elif isinstance(value, v.External):
                result.add(value)
            elif isinstance(value, (v.Sequence,)):  # a @contextmanager
                result |= value.items
        if item.optional_vars is not None:
            self.bind(item.optional_vars, frozenset(result))

    def bind(self, target: ast.expr, value: Values) -> None:
        if isinstance(target, ast.Name):
            self.bind_name(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for index, element in enumerate(target.elts):
                parts: set[v.Value] = set()
                for one in value:
                    if isinstance(one, v.Row):
                        parts |= one.places[index] if index < len(one.places) else NOTHING
                    else:
                        parts |= items_of([one])
                self.bind(element, frozenset(parts))
        elif isinstance(target, ast.Starred):
            self.bind(target.value, frozenset([v.Sequence(value)]))
        else:
            self.eval(target)
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                self.bind_name(target.value.id, frozenset([v.Mapping(NOTHING, value)]))

    def bind_name(self, name: str, value: Values) -> None:
        self.variables[name] = self.variables.get(name, NOTHING) | value

    # Expressions.

    def eval(self, node: ast.expr) -> Values:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            result: Values = method(node)
            return result
        for child in ast.iter_child_nodes(node):
            self.child(child)
        return NOTHING

    def _name(self, node: ast.Name) -> Values:
        if node.id in self.variables:
            return self.variables[node.id]
        return self.global_value(node)

    def global_value(self, node: ast.expr) -> Values:
        name = self.program.resolve(self.function.module, node)
        if name is None or self.is_unbound(node):
            return NOTHING
        if name in self.program.classes:
            return frozenset([v.ClassObject(name)])
        if name in self.program.functions:
            return frozenset([v.Callee(name, None)])
        module, constant = self.program.constant(self.function.module, node)
        if constant is not node:
            return self.world.module_value(module, constant)
        return NOTHING if name.split(".")[0] == self.program.package else frozenset(
            [v.External(name)]
        )

    def is_unbound(self, node: ast.expr) -> bool:
        """Does `node` begin with a name that neither the module nor Python defines?"""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and not (
            node.id in self.function.module.names or hasattr(builtins, node.id)
        )

    def _attribute(self, node: ast.Attribute) -> Values:
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in self.variables:
            found = self.global_value(node)
            if found and not all(isinstance(x, v.External) for x in found):
                return found
        result: set[v.Value] = set()
        for value in self.eval(node.value):
            if isinstance(value, v.Instance):
                found = self.world.attribute(value.cls, node.attr)
                result |= {
                    v.Callee(x.qualified, x.cls, value.is_self) if isinstance(x, v.Callee) else x
                    for x in found
                }
            elif isinstance(value, v.Super):
                method = self.program.find(value.cls, node.attr, after=value.after)
                if method is None:
                    result.add(v.External(f"super.{node.attr}"))
                elif method.is_property:
                    result |= v.of_return(self.program, method, value.cls)
                else:
                    result.add(v.Callee(method.qualified, value.cls, True))
            elif isinstance(value, v.ClassObject):
                method = self.program.find(value.cls, node.attr)
                if method is not None:
                    result.add(v.Callee(method.qualified, value.cls))
            elif isinstance(value, v.External):
                result.add(v.External(f"{value.name}.{node.attr}"))
        return frozenset(result)

    def _subscript(self, node: ast.Subscript) -> Values:
        self.eval(node.slice)
        result: set[v.Value] = set()
        for value in self.eval(node.value):
            if isinstance(value, v.Mapping):
                result |= value.items
            elif isinstance(value, v.Instance):
                method = self.program.find(value.cls, "__getitem__")
                if method is not None:
                    result |= v.of_return(self.program, method, value.cls)
            elif isinstance(value, v.Sequence) and isinstance(node.slice, ast.Slice):
                result.add(value)
            else:
                result |= items_of([value])
        return frozenset(result)

    def _await(self, node: ast.Await) -> Values:
        return self.awaited(self.eval(node.value), "await", node.value)

    def awaited(self, waited: Values, kind: str, node: ast.expr) -> Values:
        result: set[v.Value] = set()
        if not waited:
            self.unknown(node)
        for value in waited:
            if isinstance(value, v.Coroutine):
                result |= self.use(value, kind)
            elif isinstance(value, v.LocalCoroutine):
                result |= self.run_local_function(value.name, kind)
            elif isinstance(value, v.Awaitable):
                result |= value.result
                for callee in value.started if kind != "task" else ():
                    self.site(node.lineno, callee, "join")
                if value.parameter is not None:
                    known = self.summary.awaited_parameters.get(value.parameter, kind)
                    self.summary.awaited_parameters[value.parameter] = outweighing(known, kind)
            elif isinstance(value, v.External):
                result.add(value)
        return frozenset(result)

    def unknown(self, node: ast.expr, is_awaited: bool = True) -> None:
        """Notes what could not be resolved."""
        if isinstance(node, ast.Call):
            node = node.func
        what, why = ast.unparse(node), "the type of the object is not known"
        place = Unresolved(self.function.module.file, node.lineno, what, why)
        self.summary.unknown_calls.add(UnknownCall(place, last_name(node), is_awaited))

    def use(self, coroutine: v.Coroutine, kind: str) -> Values:
        self.used.add(coroutine)
        self.site(coroutine.line, coroutine.callee, kind)
        function = self.program.functions[coroutine.callee.qualified]
        declared = v.of_return(self.program, function, coroutine.callee.cls)
        returned = self.world.summary(coroutine.callee).returned
        # A task or coroutine that is handed back is not lost by an annotation that is vaguer.
        handed = {x for x in returned if isinstance(x, (v.Coroutine, v.Awaitable))}
        return declared | handed if declared else frozenset(returned)

    def site(self, line: int, callee: v.Callee, kind: str) -> None:
        kind = outweighing(kind, self.kind_at_least)
        self.summary.sites.add(Site(line, callee, kind))
        if kind == "task":
            self.started.add(callee)

    def _call(self, node: ast.Call) -> Values:
        name = last_name(node.func)
        if isinstance(node.func, ast.Name) and name == "super" and self.cls:
            owner = self.function.owner
            after = owner.qualified if owner else None
            if node.args:
                after = self.program.resolve(self.function.module, node.args[0])
            return frozenset([v.Super(self.cls, after)]) if after else NOTHING
        arguments = [
            items_of(self.eval(a.value)) if isinstance(a, ast.Starred) else self.eval(a)
            for a in node.args
        ]
        for keyword in node.keywords:
            arguments.append(self.eval(keyword.value))
        given: Values = frozenset().union(*arguments)
        if name == "gather":
            results = [self.awaited(a, "gather", n) for a, n in zip(arguments, node.args)]
            return frozenset([v.Awaitable(frozenset([v.Sequence(frozenset().union(*results))]))])
        if name in _CREATE_TASK:
            outer, self.started = self.started, set()
            result = self.awaited(arguments[0], "task", node.args[0]) if arguments else NOTHING
            started, self.started = frozenset(self.started), outer
            return frozenset([v.Awaitable(result, started=started)])
        if name in _WRAPPERS and given:
            waited = frozenset().union(given, items_of(given))
            return frozenset(x for x in waited if isinstance(x, (v.Coroutine, v.Awaitable)))
        for job in given:
            if isinstance(job, v.Callee) and job.qualified in self.world.jobs:
                self.unresolved(node.lineno, job.qualified, f"handed to {ast.unparse(node.func)}()")
        return self.called(node, self.eval(node.func), arguments)

    def called(self, node: ast.Call, callees: Values, arguments: list[Values]) -> Values:
        result: set[v.Value] = set()
        if not callees:
            self.unknown(node, is_awaited=False)
        for callee in callees:
            match callee:
                case v.Callee():
                    self.hand_over(callee, node, arguments)
                    result |= self.call_function(node, callee)
                case v.ClassObject():
                    result.add(v.Instance(callee.cls))
                    init = self.program.find(callee.cls, "__init__")
                    if init is not None:
                        self.site(node.lineno, v.Callee(init.qualified, callee.cls), "await")
                case v.LocalFunction():
                    result |= self.call_local(node, callee.name)
                case v.Instance():
                    method = self.program.find(callee.cls, "__call__")
                    if method is not None:
                        target = v.Callee(method.qualified, callee.cls)
                        result |= self.call_function(node, target)
                case v.External():
                    result.add(v.External(f"{callee.name}()"))
        return frozenset(result) | self.of_container(node, arguments)

    def call_function(self, node: ast.Call, callee: v.Callee) -> Values:
        if self.world.starts_coroutine(callee.qualified):
            coroutine = v.Coroutine(callee, node.lineno)
            self.made.add(coroutine)
            return frozenset([coroutine])
        self.site(node.lineno, callee, "await")
        function = self.program.functions[callee.qualified]
        declared = v.of_return(self.program, function, callee.cls)
        returned = self.world.summary(callee).returned
        handed = {x for x in returned if isinstance(x, (v.Coroutine, v.Awaitable))}
        self.made |= {x for x in handed if isinstance(x, v.Coroutine)}
        return declared | handed if declared else frozenset(returned)

    def hand_over(self, callee: v.Callee, node: ast.Call, arguments: list[Values]) -> None:
        """Coroutines among the arguments that the function awaits run there."""
        if not v.coroutines_in(frozenset().union(*arguments)):
            return
        kinds = self.world.summary(callee).awaited_parameters
        args = self.program.functions[callee.qualified].node.args
        names = [a.arg for a in args.posonlyargs + args.args][0 if callee.cls is None else 1 :]
        if args.vararg:
            names += [args.vararg.arg] * len(node.args)
        names = names[: len(node.args)] + [k.arg or "" for k in node.keywords]
        for name, given in zip(names, arguments):
            if name in kinds:
                for coroutine in v.coroutines_in(given):
                    self.use(coroutine, kinds[name])

    def call_local(self, node: ast.Call, name: str) -> Values:
        function = self.local_functions.get(name)
        if isinstance(function, ast.AsyncFunctionDef):
            self.run_local.add(name)
            return frozenset([v.LocalCoroutine(name)])
        return self.run_local_function(name, "await")

    def run_local_function(self, name: str, kind: str) -> Values:
        """A function defined in this one: its body runs here, with the variables of both."""
        function = self.local_functions.get(name)
        if function is None or name in self.running_local:
            return NOTHING
        self.running_local.add(name)
        self.run_local.add(name)
        outer, self.summary.returned = self.summary.returned, set()
        outer_kind = self.kind_at_least
        self.kind_at_least = outweighing(kind, outer_kind)
        self._bind_parameters(function)
        self.block(function.body)
        self.kind_at_least = outer_kind
        result, self.summary.returned = frozenset(self.summary.returned), outer
        self.running_local.discard(name)
        return result
