"""The decorators and the groups: what each job's policy is, as far as it is written out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from string import Formatter

from .source import Class, Function, Module, Program, Unresolved, last_name

CONCURRENCIES = ("reject", "queue", "group_reject", "group_queue")
THROTTLES = ("throttle", "rate_limit", "group_throttle", "group_rate_limit")
LIMITS = (
    "once", "single_wait", "throttle", "throttle_wait", "throttle_rate_limit", "group_once",
    "group_wait", "group_throttle", "group_throttle_wait", "group_throttle_rate_limit",
)
# What a deprecated limit takes: (concurrency, throttle), as the reference maps it.
MEANING_OF_LIMIT: dict[str, tuple[str | None, str | None]] = {
    "once": ("reject", None),
    "single_wait": ("queue", None),
    "throttle": (None, "throttle"),
    "throttle_wait": ("queue", "throttle"),
    "throttle_rate_limit": (None, "rate_limit"),
    "group_once": ("group_reject", None),
    "group_wait": ("group_queue", None),
    "group_throttle": (None, "group_throttle"),
    "group_throttle_wait": ("queue", "group_throttle"),
    "group_throttle_rate_limit": (None, "group_rate_limit"),
}
_UNITS_US = {
    "microseconds": 1, "milliseconds": 1_000, "seconds": 1_000_000, "minutes": 60_000_000,
    "hours": 3_600_000_000, "days": 86_400_000_000, "weeks": 604_800_000_000,
}


@dataclass
class Policy:
    name: str
    function: Function
    concurrency: str | None = None
    throttle: str | None = None
    limit: str | None = None
    period_us: int | None = None
    max_calls: int | None = None
    conditions: list[str] = field(default_factory=list)
    on_condition: str | None = None
    is_clear: bool = True  # nothing of it is among the unresolved


class PolicyReader:
    def __init__(self, program: Program) -> None:
        self.program = program

    def read(self) -> dict[str, Policy]:
        """The jobs by qualified name."""
        policies: dict[str, Policy] = {}
        for function in self.program.functions.values():
            for decorator in function.node.decorator_list:
                if self._is_job(function.module, decorator):
                    assert isinstance(decorator, ast.Call)
                    known = len(self.program.unresolved)
                    policy = self._read(function, decorator)
                    policy.is_clear = len(self.program.unresolved) == known
                    policies[function.qualified] = policy
        self._refuse_shared_names(policies)
        return policies

    def _is_job(self, module: Module, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        name = self.program.resolve(module, node.func)
        return name is not None and name in self.program.classes and name.endswith(".Job")

    def _refuse_shared_names(self, policies: dict[str, Policy]) -> None:
        seen: dict[str, Policy] = {}
        for policy in policies.values():
            first = seen.setdefault(policy.name, policy)
            if first is not policy:
                first.is_clear = policy.is_clear = False
                why = f"the name is that of {first.function.qualified} too"
                self.refuse(policy.function.module, policy.function.node, policy.name, why)

    def refuse(self, module: Module, node: ast.AST, what: str, why: str) -> None:
        line = getattr(node, "lineno", 1)
        self.program.unresolved.add(Unresolved(module.file, line, what, why))

    def _read(self, function: Function, decorator: ast.Call) -> Policy:
        module = function.module
        policy = Policy(function.qualified, function)
        given = {k.arg: k.value for k in decorator.keywords if k.arg is not None}
        names = ("name", "conditions", "cleanup", "on_condition")
        given.update(zip(names, decorator.args))
        if len(decorator.args) > len(names) or any(k.arg is None for k in decorator.keywords):
            self.refuse(module, decorator, function.qualified, "arguments that are not written out")
        for key, node in given.items():
            match key:
                case "name":
                    policy.name = self._text(module, node) or policy.name
                case "concurrency":
                    policy.concurrency = self._choice(module, node, CONCURRENCIES)
                case "throttle":
                    policy.throttle = self._choice(module, node, THROTTLES)
                case "limit":
                    policy.limit = self._choice(module, node, LIMITS)
                case "throttle_period":
                    policy.period_us = self._period(module, node)
                case "throttle_max_calls":
                    policy.max_calls = self._whole(module, node)
                case "conditions":
                    policy.conditions = self._conditions(module, node)
                case "on_condition":
                    policy.on_condition = last_name(node) or None
        return policy

    def _value(self, module: Module, node: ast.expr) -> tuple[Module, ast.expr]:
        return self.program.constant(module, node)

    def _text(self, module: Module, node: ast.expr) -> str | None:
        _, value = self._value(module, node)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
        self.refuse(module, node, ast.unparse(node), "the job's name is not a text")
        return None

    def _choice(self, module: Module, node: ast.expr, words: tuple[str, ...]) -> str | None:
        _, value = self._value(module, node)
        if isinstance(value, ast.Constant) and value.value is None:
            return None
        word = last_name(value).lower() if isinstance(value, ast.Attribute) else ""
        if word in words:
            return word
        self.refuse(module, node, ast.unparse(node), f"is none of {', '.join(words)}")
        return None

    def _whole(self, module: Module, node: ast.expr) -> int | None:
        _, value = self._value(module, node)
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            return value.value
        self.refuse(module, node, ast.unparse(node), "the number of calls is not written out")
        return None

    def _period(self, module: Module, node: ast.expr) -> int | None:
        where, value = self._value(module, node)
        if isinstance(value, ast.Call) and last_name(value) == "timedelta" and not value.args:
            total = 0
            for keyword in value.keywords:
                _, number = self._value(where, keyword.value)
                if keyword.arg not in _UNITS_US or not isinstance(number, ast.Constant):
                    break
                total += round(number.value * _UNITS_US[keyword.arg])  # type: ignore[operator]
            else:
                return total
        self.refuse(module, node, ast.unparse(node), "the period is computed at run time")
        return None

    def _conditions(self, module: Module, node: ast.expr) -> list[str]:
        where, value = self._value(module, node)
        if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
            names: list[str] = []
            for element in value.elts:
                if isinstance(element, ast.Starred):
                    names += self._conditions(where, element.value)
                elif name := last_name(element):
                    names.append(name.lower())
                else:
                    self.refuse(where, element, ast.unparse(element), "is no condition")
            return names
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            return self._conditions(where, value.left) + self._conditions(where, value.right)
        if not (isinstance(value, ast.Constant) and value.value is None):
            self.refuse(module, node, ast.unparse(node), "the conditions are not written out")
        return []

    # Groups.

    def group_of(self, cls: str) -> str | None:
        """The name of the group of an object of `cls`, with `{…}` for what is known at run time."""
        if not self.program.inherits(cls, "JobGroup") or cls.split(".")[-1] == "JobGroup":
            return None
        for owner_name in self.program.mro(cls):
            owner = self.program.classes[owner_name]
            init = owner.functions.get("__init__")
            for node in ast.walk(init.node) if init is not None else ():
                if isinstance(node, ast.Call) and self._reaches_group(node, cls, owner):
                    assert init is not None
                    return self._template_of(init, owner, node)
        place = self.program.classes[cls]
        self.refuse(place.module, place.node, cls, "a job group whose name is not found")
        return None

    def _reaches_group(self, node: ast.Call, cls: str, owner: Class) -> bool:
        """Is `node`, in the __init__ of `owner`, the call of JobGroup's for an object of `cls`?"""
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr != "__init__":
            return False
        if not isinstance(function.value, ast.Call) or last_name(function.value) != "super":
            return False
        after = owner.qualified
        if function.value.args:  # super(Class, self)
            after = self.program.resolve(owner.module, function.value.args[0]) or after
        target = self.program.find(cls, "__init__", after=after)
        return target is not None and target.owner is not None and target.owner.name == "JobGroup"

    def _template_of(self, init: Function, owner: Class, call: ast.Call) -> str | None:
        given = {k.arg: k.value for k in call.keywords}
        node = call.args[1] if len(call.args) > 1 else given.get("group_name")
        template = None if node is None else self._template(init.module, node)
        if template is None:
            self.refuse(init.module, call, owner.qualified, "the group's name is not written out")
        return template

    def _template(self, module: Module, node: ast.expr) -> str | None:
        where, value = self._value(module, node)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
        if isinstance(value, ast.JoinedStr):
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else _placeholder(part)
                for part in value.values
            )
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            if value.func.attr in ("format", "format_map"):
                template = self._template(where, value.func.value)
                if template is not None and _is_format(template):
                    return template
        return None


def _placeholder(node: ast.expr) -> str:
    assert isinstance(node, ast.FormattedValue)
    name = last_name(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else ""
    return "{" + (name or "value") + "}"


def _is_format(template: str) -> bool:
    try:
        return all(name is None or name.isidentifier() for _, name, _, _ in
                   Formatter().parse(template))
    except ValueError:
        return False
