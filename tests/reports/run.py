"""Runs the command under test."""

import os
import pathlib
import shutil
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


def node_module(name):
    """Where npm has put a package, or None: beside the tests, in NODE_PATH, or for everybody."""
    roots = [pathlib.Path(__file__).parent / "node_modules"]
    roots += [pathlib.Path(root) for root in os.environ.get("NODE_PATH", "").split(":") if root]
    if shutil.which("npm"):
        found = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=False)
        roots.append(pathlib.Path(found.stdout.strip()))
    return next((root / name for root in roots if (root / name).is_dir()), None)


def chromium():
    """The browser, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def browse(script, *arguments):
    """What a script that drives Chromium prints; an exception if it fails."""
    run = subprocess.run(
        ["node", pathlib.Path(__file__).parent / script, chromium(), *arguments],
        env={**os.environ, "NODE_PATH": str(node_module("playwright-core").parent)},
        capture_output=True,
        text=True,
        timeout=400,  # a busy machine takes its time
        check=False,
    )
    if run.returncode != 0:
        raise AssertionError(f"{script} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return run.stdout


def lacks(*modules):
    """What has to be installed before a script can drive Chromium; empty if nothing."""
    if chromium() is None:
        return "install chromium"
    if shutil.which("node") is None:
        return "install nodejs"
    missing = [name for name in ("playwright-core", *modules) if node_module(name) is None]
    return "npm install -g " + " ".join(missing) if missing else ""


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
