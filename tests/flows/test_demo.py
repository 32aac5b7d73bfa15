"""The demonstration, as `make demo` runs it, but in a folder of the test's own."""

import os
import re
import subprocess
import sys

from flows.settings import ROOT

IN_THIS_FOLDER = "from pathlib import Path; from flows import cli, demo; demo.FOLDER = Path.cwd() / 'demo'; cli.main()"


def demonstrated(folder):
    command = [sys.executable, "-c", IN_THIS_FOLDER, "demo"]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=120, check=False)


def test_it_ends_as_the_readme_says_and_again_it_sends_nothing(tmp_path):
    first, second = demonstrated(tmp_path), demonstrated(tmp_path)
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout + second.stderr
    assert "\n0 delivered" not in first.stdout
    assert "\n0 delivered" in second.stdout
    (shown,) = re.findall(r"ends with .*?:\n\n```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert [line for line in shown.splitlines() if line not in first.stdout.splitlines()] == []
    held = [line for said in (first, second) for line in said.stdout.splitlines() if "data plane holds" in line]
    assert len(held) == 2
    assert len(set(held)) == 1
