"""The HTML page in headless Chromium, where that, node and playwright-core are there."""

import os
import pathlib
import tempfile
import unittest

from run import SCENARIOS, browse, interlock, lacks, reports_of_a_bad_gate


@unittest.skipIf(lacks(), lacks())
class Page(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = work.name
        # To look at them: INTERLOCK_SCREENSHOTS=DIR.
        self.screenshots = os.environ.get("INTERLOCK_SCREENSHOTS", work.name)

    def test_it_can_be_clicked_scrubbed_and_played(self):
        _, reports = reports_of_a_bad_gate()
        page = pathlib.Path(self.work) / "page.html"
        page.write_text(reports["html"], encoding="utf-8")
        browse("page_test.js", page, self.screenshots)

    def test_it_says_what_a_verdict_rests_on(self):
        pages = []
        for name, *options in (
            ("group-queue-throttle", "--minimise"),
            ("clock-that-steps-back",),
            ("queue-raises", "--strategy", "random", "--budget-executions", "50"),
        ):
            pages.append(pathlib.Path(self.work) / f"{name}.html")
            interlock("check", f"{SCENARIOS}/{name}.yaml", *options, f"--report=html={pages[-1]}")
        browse("worth_test.js", self.screenshots, *pages)


if __name__ == "__main__":
    unittest.main()
