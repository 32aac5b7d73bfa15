"""The guide to bundles, done word by word."""

import re
import shlex
import subprocess

from bundled import data_plane, of_source

from flows.settings import ROOT


def test_a_bundle_goes_from_one_machine_to_the_other_as_the_guide_says(forked, settings_in, tmp_path):
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "bundles.md").read_text(), re.DOTALL)
    with data_plane(tmp_path) as plane:
        here, there = of_source(settings_in(tmp_path), tmp_path), plane.settings(tmp_path)
        said = [typed(line, own, forked, tmp_path) for block, own in zip(blocks, (here, there), strict=True)
                for line in block.splitlines()]  # fmt: skip
        held = plane.ids()
    *_, exported, sums, first, second, status = said
    assert "Nothing was sent." in exported
    assert sums.count(": OK") == 3
    assert f"{len(held):,} delivered, 0 dead letters, balanced." in first
    assert f"0 delivered, {len(held):,} already delivered" in second
    assert status.count("│ push") == 2


def typed(line, environment, forked, folder):
    """Do what a person would type."""
    if line.startswith("backfill "):
        ran = forked(*shlex.split(line)[1:], folder=folder, environment=environment)
    else:
        ran = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S602  # our own words
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
