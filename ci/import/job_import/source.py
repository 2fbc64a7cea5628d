"""A checkout as modules, classes and functions, with names resolved; nothing is executed."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

Definition = ast.FunctionDef | ast.AsyncFunctionDef


class BadInput(Exception):
    """The path is not what the importer reads; the message says what it expected."""


@dataclass(frozen=True, order=True)
class Unresolved:
    """Something that was read and not understood: never guessed, always listed."""

    file: str
    line: int
    what: str
    why: str


@dataclass
class Function:
    name: str
    qualified: str
    module: Module
    owner: Class | None
    node: Definition

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    def has_decorator(self, *names: str) -> bool:
        return any(last_name(d) in names for d in self.node.decorator_list)

    @property
    def is_property(self) -> bool:
        return self.has_decorator("property", "cached_property")

    @property
    def is_static(self) -> bool:
        return self.has_decorator("staticmethod")

    @property
    def is_class_method(self) -> bool:
        return self.has_decorator("classmethod")


@dataclass
class Class:
    name: str
    qualified: str
    module: Module
    node: ast.ClassDef
    bases: list[str] = field(default_factory=list)  # qualified, also those outside the package
    functions: dict[str, Function] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)  # of class and self attributes
    # Of self attributes without annotation: the method that assigns, and what.
    assigned: dict[str, list[tuple[Function, ast.expr]]] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)


@dataclass
class Module:
    name: str
    file: str  # relative to the checkout
    is_package: bool
    names: dict[str, str] = field(default_factory=dict)  # as written here -> qualified
    constants: dict[str, ast.expr] = field(default_factory=dict)


def last_name(node: ast.expr) -> str:
    """The last word of `a.b.c` or `a.b.c(…)`."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def parse(text: str, file: str) -> ast.Module:
    """`text`, also where it has `except A, B:` and this Python is older than 3.14."""
    try:
        return ast.parse(text, file)
    except SyntaxError:
        return ast.parse(with_parenthesised_excepts(text), file)


def with_parenthesised_excepts(text: str) -> str:
    """`except A, B:` as `except (A, B):`, on the same lines (PEP 758)."""
    insertions: list[tuple[int, int, str]] = []
    start: tuple[int, int] | None = None
    depth, has_comma = 0, False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and token.string == "except":
                start, depth, has_comma = token.end, 0, False
            elif start is None:
                continue
            elif token.string in ("(", "[", "{"):
                depth += 1
            elif token.string in (")", "]", "}"):
                depth -= 1
            elif depth == 0 and token.string == ",":
                has_comma = True
            elif depth == 0 and token.string == "*":
                start = token.end
            elif depth == 0 and token.string in (":", "as"):
                if has_comma:
                    insertions += [(*start, " ("), (*token.start, ")")]
                start = None
    except (tokenize.TokenError, IndentationError):
        return text
    lines = text.splitlines(keepends=True)
    for row, column, inserted in reversed(insertions):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + inserted + line[column:]
    return "".join(lines)


class Program:
    """All modules of one package."""

    def __init__(self, checkout: Path, package: str) -> None:
        self.modules: dict[str, Module] = {}
        self.classes: dict[str, Class] = {}
        self.functions: dict[str, Function] = {}
        self.unresolved: set[Unresolved] = set()
        self.package = package
        self._mro: dict[str, list[str]] = {}
        self._below: dict[str, set[str]] = {}
        folder = checkout if checkout.name == package else checkout / package
        if not (folder / "__init__.py").is_file():
            raise BadInput(f"{checkout} has no package '{package}': give the path of a checkout")
        for path in sorted(folder.rglob("*.py")):
            self._read(path, folder.parent)
        for cls in self.classes.values():
            cls.bases = [
                name
                for base in cls.node.bases
                if (name := self.resolve(cls.module, _without_subscript(base))) is not None
            ]
        for name in self.classes:
            for base in self.mro(name):
                self._below.setdefault(base, set()).add(name)

    # Reading.

    def _read(self, path: Path, root: Path) -> None:
        relative = path.relative_to(root)
        parts = list(relative.with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        module = Module(".".join(parts), relative.as_posix(), is_package)
        try:
            tree = parse(path.read_text(encoding="utf-8"), module.file)
        except (SyntaxError, UnicodeDecodeError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            self.unresolved.add(
                Unresolved(module.file, line, module.name, f"this Python cannot read it: {error}")
            )
            return
        self.modules[module.name] = module
        for node in ast.walk(tree):
            self._read_import(node, module)
        self._read_block(tree.body, module)

    def _read_block(self, body: list[ast.stmt], module: Module) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                qualified = f"{module.name}.{node.name}"
                module.names[node.name] = qualified
                self.functions[qualified] = Function(node.name, qualified, module, None, node)
            elif isinstance(node, ast.ClassDef):
                self._read_class(node, module)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        module.constants[target.id] = node.value
                        module.names[target.id] = f"{module.name}.{target.id}"
            elif isinstance(node, (ast.If, ast.Try)):
                self._read_block(node.body + node.orelse, module)

    def _read_import(self, node: ast.AST, module: Module) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                module.names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.name.split(".")
                drop = node.level - (1 if module.is_package else 0)
                parts = parts[: len(parts) - drop]
                base = ".".join(parts + ([node.module] if node.module else []))
            for alias in node.names:
                module.names[alias.asname or alias.name] = f"{base}.{alias.name}"

    def _read_class(self, node: ast.ClassDef, module: Module) -> None:
        cls = Class(node.name, f"{module.name}.{node.name}", module, node)
        module.names[node.name] = cls.qualified
        self.classes[cls.qualified] = cls
        for item in node.body:
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._read_method(item, cls)
            elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                cls.annotations[item.target.id] = item.annotation
            elif isinstance(item, ast.Assign):
                for target in item.targets:
                    if isinstance(target, ast.Name):
                        cls.constants[target.id] = item.value

    def _read_method(self, node: Definition, cls: Class) -> None:
        if any(last_name(d) in ("setter", "deleter", "overload") for d in node.decorator_list):
            return
        function = Function(node.name, f"{cls.qualified}.{node.name}", cls.module, cls, node)
        cls.functions[node.name] = function
        self.functions[function.qualified] = function
        if not node.args.args or function.is_static:
            return
        me = node.args.args[0].arg
        for item in ast.walk(node):
            if isinstance(item, ast.AnnAssign) and _is_attribute_of(item.target, me):
                cls.annotations.setdefault(last_name(item.target), item.annotation)
            elif isinstance(item, ast.Assign):
                for target in item.targets:
                    if _is_attribute_of(target, me):
                        places = cls.assigned.setdefault(last_name(target), [])
                        places.append((function, item.value))

    # Asking.

    def resolve(self, module: Module, node: ast.expr) -> str | None:
        """The qualified name of a name or dotted name written in `module`; None if not a name."""
        if isinstance(node, ast.Name):
            return self.follow(module.names.get(node.id, node.id))
        if isinstance(node, ast.Attribute):
            base = self.resolve(module, node.value)
            return None if base is None else self.follow(f"{base}.{node.attr}")
        return None

    def follow(self, name: str) -> str:
        """Through re-exports: `package.Name` imported into `package/__init__` from elsewhere."""
        for _ in range(8):
            if name in self.classes or name in self.functions or name in self.modules:
                return name
            head, _, tail = name.rpartition(".")
            module = self.modules.get(head)
            if module is None or module.names.get(tail, name) == name:
                return name
            name = module.names[tail]
        return name

    def constant(self, module: Module, node: ast.expr) -> tuple[Module, ast.expr]:
        """Where `node` names a module's constant: that constant's value and module."""
        for _ in range(8):
            name = self.resolve(module, node)
            head, _, tail = (name or "").rpartition(".")
            found = self.modules.get(head)
            if found is None or tail not in found.constants:
                return module, node
            module, node = found, found.constants[tail]
        return module, node

    def mro(self, name: str) -> list[str]:
        """The classes of the package that `name` inherits from, itself first, in Python's order."""
        if name not in self._mro:
            self._mro[name] = [name]  # of a class that inherits from itself
            bases = [b for b in self.classes[name].bases if b in self.classes]
            lists = [list(self.mro(b)) for b in bases] + [bases]
            self._mro[name] = [name] + _merge(lists)
        return self._mro[name]

    def inherits(self, name: str, base_name: str) -> bool:
        """Does `name` inherit from a class called `base_name`, of the package or not?"""
        return any(
            cls.split(".")[-1] == base_name
            or any(b.split(".")[-1] == base_name for b in self.classes[cls].bases)
            for cls in self.mro(name)
        )

    def find(self, cls: str, name: str, after: str | None = None) -> Function | None:
        """The method that `name` is on an object of `cls`; `after`: as super() in that class."""
        mro = self.mro(cls)
        if after is not None:
            mro = mro[mro.index(after) + 1 :] if after in mro else []
        for owner in mro:
            if name in self.classes[owner].functions:
                return self.classes[owner].functions[name]
        return None

    def is_abstract(self, name: str) -> bool:
        if "ABC" in (base.split(".")[-1] for base in self.classes[name].bases):
            return True
        names = {f for owner in self.mro(name) for f in self.classes[owner].functions}
        return any(
            function.has_decorator("abstractmethod")
            for f in names
            if (function := self.find(name, f)) is not None
        )

    def concrete(self, name: str) -> list[str]:
        """The classes that an object declared as `name` can be of."""
        below = sorted(self._below.get(name, {name}))
        return [cls for cls in below if not self.is_abstract(cls)] or [name]


def _without_subscript(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def _is_attribute_of(node: ast.expr, name: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    )


def _merge(lists: list[list[str]]) -> list[str]:
    """C3; where the classes contradict each other, in the order that they are written."""
    merged: list[str] = []
    lists = [items for items in lists if items]
    while lists:
        for items in lists:
            head = items[0]
            if not any(head in other[1:] for other in lists):
                break
        else:
            head = lists[0][0]
        merged.append(head)
        lists = [rest for items in lists if (rest := [i for i in items if i != head])]
    return merged
