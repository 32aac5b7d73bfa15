"""The documents name what there is: commands, options, settings, make's targets, files; and nothing is left out."""

import re
from pathlib import Path

import pytest
import typer

from flows.cli import app
from flows.verification.settings import VerifySettings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
COMMANDS = typer.main.get_command(app).commands


def test_every_command_in_the_readme_is_one_with_those_options():
    named = re.findall(r"\bbackfill ([a-z]+)((?: --?[a-z-]+(?: [\w-]+)?)*)", README)
    assert {name for name, _ in named} <= set(COMMANDS)
    for name, options in named:
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known


def test_the_settings_in_the_readme_are_all_there_are():
    table = set(re.findall(r"`(BACKFILL_[A-Z_]+)`", README))
    assert table == {f"BACKFILL_{name.upper()}" for name in VerifySettings.model_fields}


@pytest.mark.parametrize("document", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_what_a_document_points_at_is_there(document):
    text = (ROOT / document).read_text()
    targets = set(re.findall(r"`make ([a-z]+)`", text)) | set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    links = re.findall(r"\]\(([^):]+)\)", text)
    paths = re.findall(r"`((?:flows|extractors|mappers|loaders|data|docs)/[\w/]+\.\w+)`", text)
    assert [link for link in links if not ((ROOT / document).parent / link).exists()] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []
