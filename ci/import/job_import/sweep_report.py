"""What a sweep found, in words."""

from __future__ import annotations

import itertools
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .meetings import Chain, Meeting, Meetings, canonical

_TASKS = {2: "pairs", 3: "triples"}

_WHAT = {
    "lost_result": "A job's caller is told something else than what its body came to. A gathered call is "
    "refused, which ends the caller at once; a sibling still runs, its record is removed with "
    "the caller's, and it ends with JobNotFound. The work was done, and is reported as an error.",
    "reject_waits": "A call that is to be refused at once waits instead. It comes between a release and the "
    "moment at which the waiter that was woken resumes; asyncio's lock is free then, and the group "
    "has no owner. What was to fail fast runs after all, later.",
}
_SAID = {
    "admitted": "takes",
    "queued": "waits for",
    "granted": "is handed",
    "rejected": "is refused",
    "released": "gives back",
}


@dataclass
class Finding:
    properties: tuple[str, ...]
    trace: list[dict[str, Any]]


@dataclass
class Sweep:
    graph: dict[str, Any]
    order: dict[str, Any]
    jobs: Meetings
    meetings: dict[int, dict[Meeting, list[Meeting]]] = field(default_factory=dict)
    found: dict[tuple[str, int], dict[Meeting, Finding]] = field(default_factory=dict)
    outcomes: dict[tuple[str, Meeting], set[str]] = field(default_factory=dict)
    executions: Counter[str] = field(default_factory=Counter)
    gave_up: list[Meeting] = field(default_factory=list)

    @property
    def revisions(self) -> list[str]:
        return sorted({revision for revision, _ in self.found})

    def add(self, revision: str, tasks: int, meeting: Meeting, result: dict[str, Any]) -> None:
        self.executions[revision] += result["executions"]
        self.outcomes[revision, meeting] = {
            how for outcome in result["outcomes"] for how in outcome.values()
        }
        if not result["complete"]:
            self.gave_up.append(meeting)
        findings = self.found.setdefault((revision, tasks), {})
        if result["violations"]:
            names = tuple(sorted(one["property"] for one in result["violations"]))
            findings[meeting] = Finding(names, result["violations"][0]["trace"])

    def is_explained(self, revision: str, meeting: Meeting, finding: Finding) -> bool:
        """Does a part of it, two of its jobs, go wrong like that by itself?"""
        pairs = self.found.get((revision, 2), {})
        for a, b in itertools.combinations(meeting, 2):
            shared = {take.lock for take in a} & {take.lock for take in b}
            part = canonical((_only(a, shared), _only(b, shared)))[0] if shared else None
            if part in pairs and set(pairs[part].properties) >= set(finding.properties):
                return True
        return False

    def by_property(self, revision: str) -> dict[str, list[tuple[Meeting, Finding]]]:
        """What goes wrong and is not explained by a part of it, the smallest first."""
        found: dict[str, list[tuple[Meeting, Finding]]] = {}
        for tasks in sorted(self.meetings):
            for meeting, finding in self.found[revision, tasks].items():
                if tasks > 2 and self.is_explained(revision, meeting, finding):
                    continue
                for name in finding.properties:
                    found.setdefault(name, []).append((meeting, finding))
        for meetings in found.values():
            meetings.sort(key=lambda one: (len(one[0]), sum(len(chain) for chain in one[0]), one[0]))
        return found

    def summary(self) -> str:
        lines = []
        for revision in self.revisions:
            for tasks, all_of in self.meetings.items():
                wrong = self.found[revision, tasks]
                counts = Counter(name for one in wrong.values() for name in one.properties)
                how = ", ".join(f"{name} in {count}" for name, count in sorted(counts.items()))
                lines.append(
                    f"{revision}: {len(all_of):,} {_TASKS[tasks]}, {len(wrong):,} go wrong"
                    + (f": {how}" if how else "")
                )
        lines.append(f"{len(self.gave_up)} were given up")
        return "\n".join(lines)


def _only(chain: Chain, locks: set[str]) -> Chain:
    return tuple(take for take in chain if take.lock in locks)


def _words(chain: Chain) -> str:
    said = []
    for take in chain:
        kind = {"await": "", "gather": "gathers ", "task": "starts "}[take.kind]
        said.append(f"{kind}{'through another job ' if take.via else ''}`{_lock(take.lock)}` ({take.concurrency})")
    return " → ".join(said)


def _lock(name: str) -> str:
    return name.partition(":")[2] if name.startswith("group:") else name.replace(":", " ")


def _steps(meeting: Meeting, real: Meeting, jobs: list[str], trace: list[dict[str, Any]]) -> list[str]:
    locks = {
        take.lock: own.lock
        for chain, own_chain in zip(meeting, real)
        for take, own in zip(chain, own_chain)
    }
    lines: list[str] = []
    last = None
    for event in trace:
        said = _SAID.get(event["event"])
        if said is None:
            continue
        number = int(event.get("call", event["task"])[1:].partition(".")[0])
        lock = locks.get(event["lock"].split()[-1].partition("_")[0], "") if "lock" in event else ""
        text = f"{said} `{_lock(lock)}`" if lock else said
        who = f"`{jobs[number - 1]}` ({number})"
        if (who, event["step"]) == last:
            lines[-1] += f", {text}"
        else:
            lines.append(f"{len(lines) + 1}. {who} {text}")
        last = (who, event["step"])
    return lines


def _jobs_of(sweep: Sweep, meetings: list[Meeting], index: int) -> list[str]:
    return sorted({job for meeting in meetings for job in sweep.jobs.jobs_of(meeting[index])})


def _list(names: list[str], most: int = 6) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _section(sweep: Sweep, revision: str, name: str, found: list[tuple[Meeting, Finding]]) -> list[str]:
    meeting, finding = found[0]
    reals = sweep.meetings[len(meeting)][meeting]
    jobs = [sweep.jobs.jobs_of(chain)[0] for chain in reals[0]]
    groups = sorted({
        take.lock for one, _ in found for real in sweep.meetings[len(one)][one] for chain in real for take in chain
    })
    everybody = sorted({
        job
        for one, _ in found
        for index in range(len(one))
        for job in _jobs_of(sweep, sweep.meetings[len(one)][one], index)
    })
    counts = Counter(len(one) for one, _ in found)
    how_many = " and ".join(f"{counts[tasks]:,} {_TASKS[tasks]}" for tasks in sorted(counts))
    lines = [f"### {name}: {how_many}", ""]
    if name in _WHAT:
        lines += [_WHAT[name], ""]
    lines.append("Locks: " + _list([_lock(group) for group in groups], 12) + ".")
    lines.append("Jobs that take part: " + _list(everybody, 12) + ".")
    lines += ["", "The smallest:", ""]
    lines += [
        f"- ({number}) {_list(sweep.jobs.jobs_of(own), 4)}: {_words(own)}"
        for number, own in enumerate(reals[0], start=1)
    ]
    lines += ["", *_steps(meeting, reals[0], jobs, finding.trace), ""]
    return lines


def _cycles(sweep: Sweep) -> list[str]:
    """What became of the suspicions."""
    lines: list[str] = []
    for cycle in sweep.order["cycles"]:
        locks = set(cycle["locks"])
        if len(locks) != 2:
            lines.append(f"- `{' → '.join(map(_lock, cycle['locks']))}`: longer than a pair.")
            continue
        cases = [
            (named, real)
            for named, reals in sweep.meetings[2].items()
            for real in reals
            if {chain[0].lock for chain in real} == locks
            and all({take.lock for take in chain} == locks for chain in real)
        ]
        for revision in sweep.revisions:
            bad = [named for named, _ in cases if named in sweep.found[revision, 2]
                   and "deadlock" in sweep.found[revision, 2][named].properties]
            ends: set[str] = set().union(*(sweep.outcomes[revision, named] for named, _ in cases))
            lines.append(
                f"- `{' → '.join(map(_lock, cycle['locks'] + cycle['locks'][:1]))}` on {revision}: "
                + (f"**deadlock** in {len(bad)} of {len(cases)} pairs." if bad else
                   f"refuted: {len(cases)} pairs of opposite ways end in all interleavings, as "
                   f"{', '.join(sorted(ends))}.")
            )
    return lines


def markdown_of(sweep: Sweep) -> str:
    jobs = sweep.graph["jobs"]
    order = sweep.order
    chains = len(sweep.jobs.chains)
    lines = [
        "# What can go wrong between the jobs of Home Assistant Supervisor",
        "",
        "Made by `ci/sweep`, from the facts in `tests/import/supervisor-jobs.json`; not by hand.",
        "",
        f"{len(jobs)} jobs and {sum(len(job['calls']) for job in jobs)} calls between them make {chains} "
        "chains of locks: what a job looks like to those that it shares locks with. Every two chains that "
        "ask for the same locks meet, each as one call with the calls below it; and every three over the "
        "real groups (`home_assistant_core`, `backup_manager`, `container_{name}`, `app_{slug}`) in which "
        "each lock is shared. Every interleaving of each meeting is explored, by equivalence classes.",
        "",
        "| | " + " | ".join(f"{_TASKS[tasks]}, explored" for tasks in sweep.meetings) + " |",
        "|---|" + "---|" * len(sweep.meetings),
    ]
    for revision in sweep.revisions:
        cells = []
        for tasks, all_of in sweep.meetings.items():
            wrong = len(sweep.found[revision, tasks])
            stands = sum(len(reals) for reals in all_of.values())
            cells.append(f"{len(all_of):,} for {stands:,}: {f'{wrong:,}' if wrong else 'none'} go wrong")
        lines.append(f"| {revision} | " + " | ".join(cells) + " |")
    lines += ["", "(Meetings that are the same but for the names of their locks are explored once. Of triples, those "
              "that two of the three explain are counted here, and not below.)", ""]
    for revision in sweep.revisions:
        found = sweep.by_property(revision)
        if found:
            lines += [f"## On {revision}", ""]
            for name in sorted(found):
                lines += _section(sweep, revision, name, found[name])
    clean = [revision for revision in sweep.revisions if not sweep.by_property(revision)]
    lines += ["## What cannot happen", ""]
    for revision in sweep.revisions:
        seen = set(sweep.by_property(revision))
        lines.append(
            f"- On {revision}: no deadlock and no leaked lock, in any meeting."
            if not seen & {"deadlock", "leak"}
            else f"- On {revision}: {', '.join(sorted(seen))}; see above."
        )
    if clean:
        lines.append(f"- On {', '.join(clean)}: nothing that any property watches for.")
    lines += ["", "## Suspicions", "",
              f"{len(order['edges'])} orders of locks have {len(order['cycles'])} cycle"
              f"{'' if len(order['cycles']) == 1 else 's'}; what exploration says of "
              f"{'it' if len(order['cycles']) == 1 else 'each'}:", ""]
    lines += _cycles(sweep)
    if order["asked_again"]:
        lines += ["", "Locks that are asked for under a job that holds them, not by that job itself:", ""]
        lines += [f"- `{_lock(one['lock'])}`: {' → '.join(one['witness'])}" for one in order["asked_again"]]
    lines += [
        "",
        "## What this leaves out",
        "",
        "A chain is one way down: a body that makes several calls one after the other is several chains. "
        "Bodies do not fail by themselves, tasks are not cancelled, conditions hold, and no time passes. "
        "All objects of a class are one. In meetings of three, jobs without a lock of the meeting that call the "
        "first one with a lock are left out. Rate limits, which let more calls through than a meeting has, "
        "count as none.",
    ]
    return "\n".join(_wrapped(line) for line in lines) + "\n"


def _wrapped(line: str) -> str:
    if line.startswith(("|", "#")):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
