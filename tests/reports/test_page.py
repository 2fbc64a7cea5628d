"""The HTML page in headless Chromium, where node, playwright-core and chromium are there."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from run import reports_of_a_bad_gate

HERE = pathlib.Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def missing():
    """What is not there; empty if all is."""
    if CHROMIUM is None:
        return "install chromium to look at the page"
    if shutil.which("node") is None:
        return "install nodejs to look at the page"
    found = subprocess.run(
        ["node", "-e", "require('playwright-core')"], cwd=HERE, capture_output=True, check=False
    )
    return "" if found.returncode == 0 else "npm install playwright-core, and set NODE_PATH to it"


class Page(unittest.TestCase):
    @unittest.skipIf(missing(), missing())
    def test_it_can_be_clicked_scrubbed_and_played(self):
        _, reports = reports_of_a_bad_gate()
        with tempfile.TemporaryDirectory() as name:
            page = pathlib.Path(name) / "page.html"
            page.write_text(reports["html"], encoding="utf-8")
            # To look at them: INTERLOCK_SCREENSHOTS=DIR.
            screenshots = os.environ.get("INTERLOCK_SCREENSHOTS", name)
            run = subprocess.run(
                ["node", HERE / "page_test.js", CHROMIUM, page, screenshots],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
