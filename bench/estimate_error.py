#!/usr/bin/env python3
"""How far off the estimate of what is left is: after 1, 5, 10, 25, 50, 75 and 90 % of some searches, the
estimate of all executions over what they were.

    bench/estimate_error.py build/release/bin/interlock
"""

import subprocess
import sys
import tempfile
from pathlib import Path

SHARES = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90)

SEARCHES = {
    "four tasks on a mutex": "tasks: {many: {steps: [{hold: m}, {unhold: m}], count: 4}}",
    "six calls of a queued job": """
jobs: {j: {concurrency: queue}}
tasks: {many: {steps: [{call: j}], count: 6}}""",
    "four tasks of three turns": "tasks: {many: {steps: [{work: 2}], count: 4}}",
    "calls that are refused or cancelled": """
groups: [g]
jobs: {r: {concurrency: reject}, q: {concurrency: group_queue, body: [{work: 2}]}}
tasks:
  a: [{call: r, catch: true}, {call: q@g}, {call: r, catch: true}]
  b: [{call: r, catch: true}, {call: q@g}]
  c: [work, {cancel: a}, {call: r, catch: true}]
  d: [{call: q@g}, {cancel: b}]""",
    "a group queue with faults": """
groups: [g]
jobs: {q: {concurrency: group_queue, body: [{work: 2}]}}
explore: {faults: {raise: 1, cancel: 1}}
tasks: {many: {steps: [{call: q@g}], count: 3}, x: [{call: q@g}, {call: q@g}]}""",
}


def explored(interlock, scenario, executions, checkpoint):
    """What was run of at most so many, and which share of the search that is said to be."""
    checkpoint.unlink(missing_ok=True)
    subprocess.run(
        [interlock, "check", scenario, "--strategy", "exhaustive", "--stop", "never"]
        + ["--budget-executions", str(executions), "--budget-seconds", "3600"]
        + ["--checkpoint", checkpoint],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    lines = dict(line.split(" ", 1) for line in checkpoint.read_text().splitlines())
    return int(lines["executions"]), float(lines["explored"])


def main():
    interlock = sys.argv[1]
    print("| search | executions | " + " | ".join(f"{share:.0%}" for share in SHARES) + " |")
    print("|---|---|" + "---|" * len(SHARES))
    with tempfile.TemporaryDirectory() as directory:
        scenario = Path(directory) / "scenario.yaml"
        checkpoint = Path(directory) / "checkpoint"
        for name, text in SEARCHES.items():
            scenario.write_text(f"interlock: 1\nname: search\n{text}\n")
            total, share = explored(interlock, scenario, 10**9, checkpoint)
            assert abs(share - 1) < 1e-6, "the search did not end"
            cells = []
            for part in SHARES:
                run, share = explored(interlock, scenario, max(1, int(total * part)), checkpoint)
                cells.append(f"{run / share / total:.2g}")
            print(f"| {name} | {total:,} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
