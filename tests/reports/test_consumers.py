"""The formats as real programs read them, where those are there."""

import importlib.util
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from run import SOURCE, reports_of_a_bad_gate

HERE = pathlib.Path(__file__).parent


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


if __name__ == "__main__":
    unittest.main()
