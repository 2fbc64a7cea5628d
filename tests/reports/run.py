"""Runs the command under test."""

import os
import pathlib
import subprocess
import tempfile

INTERLOCK = os.environ["INTERLOCK"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = "models/scenarios"
FORMATS = ["text", "json", "junit", "sarif", "markdown", "mermaid", "dot", "trace", "html"]

# One that hangs in a circle, one whose expectation is wrong, one that holds, one that cannot be
# read; with names that each format must escape.
HOSTILE = """\
interlock: 1
name: "a <b> & 'c' \\"d\\" | `e` ]]> --> </script> #;% \\\\"
about: "</script><script>alert(1)</script>"
groups: [core, addon]
jobs:
  update: {concurrency: group_queue, detect_deadlock: false}
tasks:
  one: [{call: update@core, body: [work, {call: update@addon}]}]
  other: [{call: update@addon, body: [work, {call: update@core}]}]
expect: {verdict: holds}
"""


def interlock(*arguments, **options):
    """The finished process: its text is in stdout and stderr."""
    return subprocess.run(
        [INTERLOCK, *arguments],
        cwd=options.pop("cwd", SOURCE),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **options,
    )


def reports_of_a_bad_gate():
    """Every format of a gate that has something of everything, as text."""
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        (work / "hostile.yaml").write_text(HOSTILE)
        (work / "unreadable.yaml").write_text("interlock: 1\nname: [\n")
        paths = [f"{SCENARIOS}/groups-in-opposite-orders.yaml", f"{SCENARIOS}/throttle-spacing.yaml"]
        baseline = work / "old.snapshot"
        interlock("snapshot", *paths, str(work / "hostile.yaml"), "--output", str(baseline))
        text = baseline.read_text()
        assert "b.1=ran" in text
        baseline.write_text(
            text.replace("b.0=throttled b.1=ran", "b.0=ran b.1=ran")
            + "\nscenario gone\nrevision head\nfile gone.yaml\nprogram v1:0123456789abcdef\n"
        )
        reports = [f"--report={format}={work / format}" for format in FORMATS]
        run = interlock("gate", *paths, str(work), "--baseline", str(baseline), *reports)
        return run, {format: (work / format).read_text(encoding="utf-8") for format in FORMATS}
