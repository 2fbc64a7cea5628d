"""The pages as a site, and the API: both are built without a warning, where their tools are there."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from run import SOURCE


def build(*command, **options):
    run = subprocess.run(
        command, cwd=SOURCE, capture_output=True, text=True, timeout=240, check=False, **options
    )
    return run.returncode, run.stdout + run.stderr


class Site(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = pathlib.Path(work.name)

    @unittest.skipUnless(shutil.which("mkdocs"), "install mkdocs")
    def test_the_pages_are_built_and_lead_to_each_other(self):
        code, said = build("mkdocs", "build", "--strict", "--site-dir", self.work)
        self.assertEqual((code, "WARNING" in said), (0, False), said)
        home = (self.work / "index.html").read_text()
        pages = set(re.findall(r'href="((?:\w|-)+/)"', home))
        self.assertGreaterEqual(len(pages), len(list((SOURCE / "docs").glob("*.md"))) - 1)
        for page in pages:
            self.assertTrue((self.work / page / "index.html").is_file(), page)

    @unittest.skipUnless(shutil.which("doxygen"), "install doxygen")
    def test_the_api_is_built(self):
        settings = (SOURCE / "Doxyfile").read_text() + f"\nOUTPUT_DIRECTORY = {self.work}\n"
        code, said = build("doxygen", "-", input=settings)
        self.assertEqual((code, said), (0, ""))
        self.assertTrue(list((self.work / "html").glob("classinterlock_1_1*Job*.html")))


if __name__ == "__main__":
    unittest.main()
