"""Explores every meeting of two and of three jobs of a job graph, on several job systems, and says
what can go wrong. docs/supervisor-findings.md is what it writes."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from job_import.graph_file import read_graph
from job_import.lock_order import lock_order
from job_import.meeting_scenario import scenario_of
from job_import.meetings import Meeting, Meetings
from job_import.source import BadInput
from job_import.sweep_report import Sweep, markdown_of

_REAL_GROUPS = ("group:home_assistant_core", "group:backup_manager", "group:container_", "group:app_")
_CHUNK = 1_000
_EXECUTIONS = 1_000_000  # of one meeting, before it is given up


def explore(
    interlock: str, revision: str, meetings: list[Meeting], workers: int
) -> Iterator[tuple[Meeting, dict[str, Any]]]:
    """Each meeting with what `interlock check` says of it."""
    chunks = [meetings[i : i + _CHUNK] for i in range(0, len(meetings), _CHUNK)]

    def run(chunk: list[Meeting]) -> list[tuple[Meeting, dict[str, Any]]]:
        with tempfile.TemporaryDirectory() as folder:
            for number, meeting in enumerate(chunk):
                text = scenario_of(meeting, str(number))
                (Path(folder) / f"{number:06}.yaml").write_text(text, encoding="utf-8")
            command = [interlock, "gate", folder, "--revision", revision, "--stop", "never",
                       "--strategy", "optimal", "--budget-executions", str(_EXECUTIONS), "--json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 3:
                raise BadInput(f"{interlock} gate: {done.stderr.strip()}")
            results = json.loads(done.stdout)
            return [(chunk[int(result["scenario"])], result) for result in results["results"]]

    with ThreadPoolExecutor(workers) as pool:
        for results in pool.map(run, chunks):
            yield from results


def sweep(arguments: argparse.Namespace) -> Sweep:
    graph = read_graph(arguments.graph)
    meetings = Meetings(graph)
    found = Sweep(graph, lock_order(graph), meetings)
    for tasks in (2,) if arguments.pairs else (2, 3):
        all_of = meetings.of(tasks, () if tasks == 2 else _REAL_GROUPS)
        found.meetings[tasks] = all_of
        for revision in arguments.revision:
            for meeting, result in explore(
                arguments.interlock, revision, list(all_of), arguments.workers
            ):
                found.add(revision, tasks, meeting, result)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.replace("\n", " "))
    parser.add_argument("graph", type=Path, help="a job graph, as interlock import writes it")
    parser.add_argument("--interlock", default="interlock", help="the command to explore with")
    parser.add_argument("--revision", action="append", help="head and interlock, unless given")
    parser.add_argument("--pairs", action="store_true", help="no meetings of three")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", type=Path, help="write the findings there, as Markdown")
    parser.add_argument("--compare", type=Path, help="exit with 1 unless that is what is there")
    arguments = parser.parse_args()
    arguments.revision = arguments.revision or ["head", "interlock"]
    try:
        found = sweep(arguments)
    except (BadInput, OSError) as error:
        print(f"interlock: {error}", file=sys.stderr)
        return 3
    text = markdown_of(found)
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    print(found.summary())
    if found.gave_up:
        return 2
    if arguments.compare and arguments.compare.read_text(encoding="utf-8") != text:
        print(f"interlock: {arguments.compare} says something else", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
