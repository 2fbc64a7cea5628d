"""The formats as real programs read them, where those are there."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from run import SOURCE, browse, lacks, node_module, reports_of_a_bad_gate

HERE = pathlib.Path(__file__).parent


def multitool():
    """Microsoft's validator of SARIF, which has the standard's schema and GitHub's rules; or None."""
    package = node_module("@microsoft/sarif-multitool")
    found = sorted(package.parent.rglob("Sarif.Multitool")) if package else []
    return next((path for path in found if os.access(path, os.X_OK)), None)


def python_with(module):
    """An interpreter that has a module: this one, or the distribution's; or None."""
    for python in (sys.executable, "/usr/bin/python3"):
        if pathlib.Path(python).exists():
            run = subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False)
            if run.returncode == 0:
                return python
    return None


def pipe(command, text):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


class Consumers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, cls.reports = reports_of_a_bad_gate()

    @unittest.skipUnless(shutil.which("xmllint"), "install libxml2-utils for xmllint")
    def test_junit_is_valid(self):
        run = pipe(["xmllint", "--noout", "--schema", HERE / "junit.xsd", "-"], self.reports["junit"])
        self.assertEqual(run.returncode, 0, run.stderr)

    @unittest.skipUnless(python_with("junitparser"), "install python3-junitparser")
    def test_junitparser_counts_what_failed(self):
        script = """
import json, sys, junitparser
suites = junitparser.JUnitXml.fromstring(sys.stdin.read().encode())
failed = {case.name: one.message for suite in suites for case in suite for one in case.result}
print(json.dumps([suites.tests, suites.failures, suites.errors, failed]))
"""
        run = pipe([python_with("junitparser"), "-c", script], self.reports["junit"])
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        tests, failures, errors, failed = json.loads(run.stdout)
        self.assertEqual((tests, failures, errors, len(failed)), (7, 2, 1, 3))
        self.assertIn("became possible: ", failed["throttle-spacing"])

    @unittest.skipUnless(shutil.which("dot"), "install graphviz for dot")
    def test_dot_draws_the_circle(self):
        run = pipe(["dot", "-Tsvg"], self.reports["dot"])
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertGreaterEqual(run.stdout.count('stroke="red"'), 4)

    @unittest.skipUnless(importlib.util.find_spec("jsonschema"), "install python3-jsonschema")
    def test_json_is_valid(self):
        import jsonschema

        schema = json.loads((SOURCE / "docs/report.schema.json").read_text())
        jsonschema.validate(json.loads(self.reports["json"]), schema)
        sarif = json.loads((HERE / "sarif.schema.json").read_text())
        jsonschema.validate(json.loads(self.reports["sarif"]), sarif)

    @unittest.skipUnless(multitool(), "npm install -g @microsoft/sarif-multitool, and chmod u+x it")
    def test_sarif_is_what_the_standard_and_github_want(self):
        with tempfile.TemporaryDirectory() as work:
            log, found = pathlib.Path(work) / "log.sarif", pathlib.Path(work) / "found.sarif"
            log.write_text(self.reports["sarif"])
            subprocess.run(
                [multitool(), "validate", log, "--output", found, "--rule-kind", "Sarif;Ghas"],
                env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
                capture_output=True,
                check=True,
            )
            (run,) = json.loads(found.read_text(encoding="utf-8-sig"))["runs"]
            self.assertTrue(run["invocations"][0]["executionSuccessful"])
            errors = [one for one in run["results"] if one.get("level") == "error"]
            self.assertEqual(errors, [])

    @unittest.skipIf(lacks("mermaid"), lacks("mermaid"))
    def test_mermaid_draws_the_diagram(self):
        drawn = json.loads(self.browsed("mermaid", "mermaid"))
        locks = ["lock of group addon", "lock of group core"]
        self.assertEqual(drawn["diagramType"], "sequence")
        self.assertEqual(sorted(drawn["actors"]), [*locks, "one", "other"])
        self.assertIn("1. one.0 takes the lock of group core", drawn["messages"])
        self.assertEqual(sum(" waits for " in text for text in drawn["messages"]), 2)

    @unittest.skipIf(lacks("speedscope"), lacks("speedscope"))
    def test_speedscope_shows_the_trace(self):
        title = json.loads(self.browsed("speedscope", "trace"))["title"]
        self.assertRegex(title, r"deadlock \(pid 1\), one \(tid 1\)")

    def browsed(self, consumer, format):
        with tempfile.TemporaryDirectory() as work:
            path = pathlib.Path(work) / f"report.{format}.json"
            path.write_text(self.reports[format], encoding="utf-8")
            return browse("consumers_test.js", node_module(consumer), path)


if __name__ == "__main__":
    unittest.main()
