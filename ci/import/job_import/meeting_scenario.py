"""A meeting of jobs as a scenario: one task a job, one call that takes lock after lock."""

from __future__ import annotations

from .meetings import Meeting, Take


def scenario_of(meeting: Meeting, name: str) -> str:
    jobs: dict[str, str] = {}
    groups: list[str] = []
    lines: list[str] = []
    for number, chain in enumerate(meeting, start=1):
        call = _call(list(chain), jobs, groups)
        if chain[0].kind != "await":
            call = f"{{call: other, body: [work, {_as(chain[0].kind, call, jobs)}]}}"
        lines.append(f"  t{number}: [{call}]")
    head = ["interlock: 1", f"name: '{name}'"]
    if groups:
        head.append(f"groups: [{', '.join(groups)}]")
    head.append("jobs:")
    head += [f"  {job}: {policy}" for job, policy in jobs.items()]
    return "\n".join(head + ["tasks:"] + lines) + "\n"


def _call(takes: list[Take], jobs: dict[str, str], groups: list[str]) -> str:
    take = takes[0]
    is_group = take.concurrency.startswith("group_")
    group = take.lock if is_group else "g" if take.throttle.startswith("group_") else ""
    if group and group not in groups:
        groups.append(group)
    job = f"{take.lock}_{take.concurrency}_{take.throttle}"
    policy = [f"concurrency: {take.concurrency}"]
    if take.throttle != "none":
        policy += [f"throttle: {take.throttle}", "period: 10s"]
    jobs.setdefault(job, "{" + ", ".join(policy) + "}")
    call = f"call: {job}@{group}" if group else f"call: {job}"
    if len(takes) == 1:
        return f"{{{call}}}"
    below = _call(takes[1:], jobs, groups)
    if takes[1].via:
        jobs.setdefault("other", "{}")
        below = f"{{call: other, body: [{below}]}}"
    return f"{{{call}, body: [work, {_as(takes[1].kind, below, jobs)}]}}"


def _as(kind: str, call: str, jobs: dict[str, str]) -> str:
    """The step by which a job makes the call. What is gathered has company."""
    if kind == "await":
        return call
    jobs.setdefault("other", "{}")
    return f"{{gather: [{call}, {{call: other}}]}}" if kind == "gather" else f"{{spawn: {call}}}"
