"""Reads the jobs of a Supervisor checkout and writes a job graph and scenario files.

    python3 supervisor.py PATH --output DIR

`interlock import` runs this; docs/import.md describes what it writes. Exit codes: 0 written, 3 not.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

if sys.version_info < (3, 10):
    print("interlock: import needs Python 3.10 or newer", file=sys.stderr)
    sys.exit(3)

from job_import.graph import import_supervisor
from job_import.graph_file import read_graph
from job_import.lock_order import lock_order
from job_import.scenarios import scenarios_of
from job_import.source import BadInput


def write(graph: dict[str, Any], output: Path, with_pairs: bool) -> int:
    """Writes all files into `output`, in place of those of an earlier import; says how many are
    scenarios."""
    folder = output / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("job", "cycle", "pair"):
        for old in folder.glob(f"{kind}-*.yaml"):
            old.unlink()
    files = scenarios_of(graph, with_pairs)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    text = json.dumps(graph, indent=1, ensure_ascii=False)
    (output / "job-graph.json").write_text(text + "\n", encoding="utf-8")
    return len(files)


def report(graph: dict[str, Any], output: Path, scenarios: int) -> str:
    order = graph["lock_order"]
    calls = sum(len(job["calls"]) for job in graph["jobs"])
    lines = [
        f"{len(graph['jobs'])} jobs, {calls} calls between them, "
        f"{len(order['edges'])} orders of locks, {len(order['cycles'])} cycles"
    ]
    if not order["all_cycles"]:
        lines.append("There are more cycles than these.")
    for cycle in order["cycles"]:
        how = "can wait for ever" if cycle["blocking"] else "is refused"
        lines.append(f"\ncycle, {how}: " + " -> ".join(cycle["locks"] + cycle["locks"][:1]))
        lines += ["  " + " -> ".join(way) for way in cycle["witnesses"]]
    for again in order["asked_again"]:
        lines.append(f"\nasked for while it is held: {again['lock']}")
        lines.append("  " + " -> ".join(again["witness"]))
    if graph["unresolved"]:
        lines.append(f"\nnot understood, {len(graph['unresolved'])}:")
        lines += [f"  {u['at']}: {u['what']}: {u['why']}" for u in graph["unresolved"]]
    lines.append(f"\n{output}/job-graph.json and {scenarios} files in {output}/scenarios")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Reads the jobs of a Supervisor checkout.")
    parser.add_argument("path", type=Path, help="a checkout, or with --graph a job graph")
    parser.add_argument("--graph", action="store_true", help="PATH is a job graph")
    parser.add_argument("--output", type=Path, default=Path("interlock-import"))
    parser.add_argument("--pairs", action="store_true", help="a scenario for every two jobs")
    arguments = parser.parse_args()
    try:
        read = read_graph if arguments.graph else import_supervisor
        graph = read(arguments.path)
        graph["lock_order"] = lock_order(graph)
        count = write(graph, arguments.output, arguments.pairs)
    except (BadInput, OSError) as error:
        print(f"interlock: {error}", file=sys.stderr)
        return 3
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader that has seen enough, as `head`
    print(report(graph, arguments.output, count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
