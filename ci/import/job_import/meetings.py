"""Which jobs of a job graph can meet, and what each looks like to the others.

A job is seen through the locks that it shares: each way down from it is a chain of takes, and what
lies between two takes and takes no shared lock counts as one other job. Chains that are the same but
for the names of locks make the same meeting, which is explored once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .locks import Locks, Node
from .summary import KINDS

_ALL = ("await", "gather", "task")


@dataclass(frozen=True, order=True)
class Take:
    """A lock is asked for, by a job that the one above calls."""

    kind: str  # how it is called: await, gather or task; the first, by a job without a lock
    via: bool  # through a job that takes no lock of the meeting
    concurrency: str
    throttle: str
    lock: str


Chain = tuple[Take, ...]
Meeting = tuple[Chain, ...]


class Meetings:
    def __init__(self, graph: dict[str, Any]) -> None:
        self.locks = Locks(graph)
        # Of each chain, the jobs that have it, and the way of one of them.
        self.chains: dict[Chain, dict[Node, list[Node]]] = {}
        for node in self.locks.nodes():
            for way in self._ways(node):
                self._add(node, way)

    def _ways(self, start: Node) -> Iterator[list[tuple[Node, str]]]:
        front: list[list[tuple[Node, str]]] = [[(start, "await")]]
        while front:
            way = front.pop()
            yield way
            above = {node for node, _ in way}
            for callee, call in self.locks.callees(way[-1][0], _ALL):
                if callee not in above and self.locks.jobs[callee.job]["is_clear"]:
                    front.append(way + [(callee, call["kind"])])

    def _add(self, start: Node, way: list[tuple[Node, str]]) -> None:
        if self.locks.of(way[-1][0]) is None:
            return
        names = sorted({lock.name for node, _ in way if (lock := self.locks.of(node))})
        for size in range(1, len(names) + 1):
            for kept in itertools.combinations(names, size):
                chain = self._seen(way, set(kept))
                self.chains.setdefault(chain, {}).setdefault(start, [node for node, _ in way])

    def _seen(self, way: list[tuple[Node, str]], kept: set[str]) -> Chain:
        """The way as those see it who share these locks."""
        takes: list[Take] = []
        kind, is_via = "await", False
        for node, how in way:
            kind = max(kind, how, key=KINDS.index)
            lock = self.locks.of(node)
            if lock is None or lock.name not in kept:
                is_via = bool(takes)
                continue
            concurrency, throttle = self.locks.policy(node.job)
            # A rate limit of the project lets more calls through than a meeting has.
            throttled = throttle if throttle in ("throttle", "group_throttle") else "none"
            take = Take(kind, is_via, concurrency or "none", throttled, lock.name)
            # To enter a third time what was entered twice is no different.
            if takes[-2:] != [take, take]:
                takes.append(take)
            kind, is_via = "await", False
        return tuple(takes)

    def of(self, tasks: int, only: Iterable[str] = ()) -> dict[Meeting, list[Meeting]]:
        """The meetings of so many jobs, each of which shares all its locks with some other, as the
        one that is explored -> all that it stands for. `only`: beginnings of names of locks. Who
        calls the first of a chain is seen in meetings of two; in those of more it begins by itself."""
        beginnings = tuple(only)
        chains = sorted({
            chain if tasks == 2 else _by_itself(chain)
            for chain in self.chains
            if not beginnings or all(take.lock.startswith(beginnings) for take in chain)
        })
        locks = [frozenset(take.lock for take in chain) for chain in chains]
        found: dict[Meeting, list[Meeting]] = {}
        for members in _connected(locks, tasks):
            named, meeting = canonical(tuple(chains[index] for index in members))
            found.setdefault(named, []).append(meeting)
        return found

    def jobs_of(self, chain: Chain) -> list[str]:
        """The names of the jobs that have it, also as a chain of a meeting of three."""
        return sorted({
            self.locks.jobs[node.job]["name"]
            for known, nodes in self.chains.items()
            if chain in (known, _by_itself(known))
            for node in nodes
        })


def _by_itself(chain: Chain) -> Chain:
    return (replace(chain[0], kind="await"), *chain[1:])


def _connected(locks: list[frozenset[str]], tasks: int) -> Iterator[tuple[int, ...]]:
    """Multisets of chains in which each lock is shared, and everybody is in touch."""
    count = range(len(locks))
    if tasks == 2:
        for a, b in itertools.combinations_with_replacement(count, 2):
            if locks[a] == locks[b]:
                yield a, b
        return
    by_locks: dict[frozenset[str], list[int]] = {}
    for index in count:
        by_locks.setdefault(locks[index], []).append(index)
    for a, b in itertools.combinations_with_replacement(count, 2):
        both, either = locks[a] & locks[b], locks[a] | locks[b]
        alone = either - both
        for asked, members in by_locks.items():
            if alone <= asked <= either and (both or (asked & locks[a] and asked & locks[b])):
                yield from ((a, b, c) for c in members if c >= b)


def canonical(meeting: Meeting) -> tuple[Meeting, Meeting]:
    """The same meeting with locks named by their first use, in the smallest order of its jobs; and
    with their own names, in that order."""

    def named(order: Meeting) -> Meeting:
        names: dict[str, str] = {}
        return tuple(
            tuple(
                Take(
                    take.kind,
                    take.via,
                    take.concurrency,
                    take.throttle,
                    names.setdefault(take.lock, f"l{len(names)}"),
                )
                for take in chain
            )
            for chain in order
        )

    return min((named(order), order) for order in itertools.permutations(meeting))
