"""The pages: commands are run, and links lead somewhere."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from run import INTERLOCK, SOURCE

PAGES = sorted([*(SOURCE / "docs").glob("*.md"), SOURCE / "README.md", SOURCE / "CONTRIBUTING.md"])


def sessions(page):
    """Of each ```console block: the commands, and the lines that each prints."""
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.S):
        session = []
        for line in block.splitlines():
            if line.startswith("$ "):
                session.append((line[2:], []))
            else:
                session[-1][1].append(line)
        yield session


def expression(lines):
    """`…` alone on a line is any lines, within one any text."""
    parts = []
    for line in lines:
        if line == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.compile("".join(parts) + r"\Z")


class Tutorial(unittest.TestCase):
    def test_every_command_prints_what_the_page_says(self):
        with tempfile.TemporaryDirectory() as work:
            environment = {
                **os.environ,
                "PATH": f"{pathlib.Path(INTERLOCK).parent}:{os.environ['PATH']}",
            }
            commands = [one for session in sessions(SOURCE / "docs/tutorial.md") for one in session]
            self.assertGreaterEqual(len(commands), 11)
            for command, lines in commands:
                code = 0
                if lines and (match := re.fullmatch(r"\[exit code (\d)\]", lines[-1])):
                    code = int(match[1])
                    lines = lines[:-1]
                run = subprocess.run(
                    command, shell=True, cwd=work, env=environment, capture_output=True, text=True
                )
                self.assertEqual(run.returncode, code, command + "\n" + run.stdout + run.stderr)
                self.assertRegex(run.stdout, expression(lines), command)


class Links(unittest.TestCase):
    def test_they_lead_to_files_that_are_there(self):
        count = 0
        for page in PAGES:
            for link in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
                if not re.match(r"[a-z]+:", link):
                    count += 1
                    self.assertTrue((page.parent / link).exists(), f"{page.name}: {link}")
        self.assertGreater(count, 30)

    def test_the_site_has_pages_that_are_there(self):
        listed = re.findall(r": ([\w-]+\.md)$", (SOURCE / "mkdocs.yml").read_text(), re.M)
        self.assertGreater(len(listed), 15)
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual(set(listed), {page.name for page in PAGES})


if __name__ == "__main__":
    unittest.main()
