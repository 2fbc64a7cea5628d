"""What one function may call, as the interpreter finds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .source import Unresolved
from .values import Callee, Value

# How a caller runs a callee: in its own task, in a child task that it waits for, not at all but
# waiting for a task that runs it, or in a child task that it does not wait for. Along a path, the
# later one outweighs the earlier.
KINDS = ("await", "gather", "join", "task")


def outweighing(a: str, b: str) -> str:
    return max(a, b, key=KINDS.index)


@dataclass(frozen=True, order=True)
class Site:
    """A call of a function of the package, with the class of the object that it is called on."""

    line: int
    callee: Callee
    kind: str


@dataclass(frozen=True, order=True)
class UnknownCall:
    """A call of something unknown; it matters if a function of that name reaches a job."""

    place: Unresolved
    name: str
    is_awaited: bool


@dataclass(frozen=True, order=True)
class LostCoroutine:
    """A call whose result nobody here awaits; it matters if it reaches a job."""

    place: Unresolved
    callee: str


@dataclass
class Summary:
    sites: set[Site] = field(default_factory=set)
    returned: set[Value] = field(default_factory=set)
    awaited_parameters: dict[str, str] = field(default_factory=dict)  # name -> kind
    unresolved: set[Unresolved] = field(default_factory=set)
    unknown_calls: set[UnknownCall] = field(default_factory=set)
    lost: set[LostCoroutine] = field(default_factory=set)
