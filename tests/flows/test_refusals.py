"""The command given bad input: one clear message with the cure, the exit code, nothing sent, nothing half-written."""

import re

import pytest
from bad_input import (
    BAD_GATEWAYS,
    BAD_INPUT,
    BAD_SAMPLES,
    COMMANDS,
    DISABLED_KEY,
    ENDS,
    KEY,
    REAL,
    RUN,
    WRONG_KEY,
    changed,
    no_database,
    runs_in,
)


@pytest.fixture(scope="module")
def asked(command, forked, settings_in, tmp_path_factory, held):
    """Ask everything that ends at once; give each answer with its folder, and how many events were sent."""

    def ask(job):
        name, arguments, change = job
        folder = tmp_path_factory.mktemp("asked")
        environment = settings_in(folder) | change(folder)
        environment = {key: value for key, value in environment.items() if value is not None}
        run = command if name in REAL else forked
        return name, (run(*arguments, folder=folder, environment=environment), folder)

    jobs = [(name, (*RUN, *options), change) for name, change, options, _, _ in BAD_INPUT]
    jobs += [(f"sample {name}", ("sample", *options), changed()) for name, (options, _) in BAD_SAMPLES.items()]
    jobs += [
        (f"gateway {name}", ("gateway", *how), changed(WRITE_KEY=key)) for name, (how, key) in BAD_GATEWAYS.items()
    ]
    jobs += [(f"help {name}", (name, "--help"), changed()) for name in COMMANDS]
    jobs += [("help", ("--help",), changed()), ("nothing", (), changed())]
    jobs += [("narrow", RUN, lambda folder: {"COLUMNS": "40"} | no_database(folder))]
    jobs += [("summary in a folder", (*RUN, "--json", "."), changed())]
    before = held()
    return dict(map(ask, jobs)), held() - before


@pytest.mark.parametrize(
    ("name", "code", "words"), [(row[0], *row[3:]) for row in BAD_INPUT], ids=[row[0] for row in BAD_INPUT]
)
def test_bad_input_is_one_clear_message_with_the_cure(asked, name, code, words):
    ran, folder = asked[0][name]
    said = ran.stdout + ran.stderr

    assert [one for one in words if one not in said] == []
    assert ran.returncode == code
    assert ran.stdout == ""  # what went wrong goes where errors go
    assert "Traceback" not in said
    assert [secret for secret in (KEY, WRONG_KEY, DISABLED_KEY, "hush") if secret in said] == []
    assert runs_in(folder) == 0


def test_bad_input_sends_nothing(asked):
    assert asked[1] == 0


def test_a_summary_that_cannot_be_written_is_said_before_anything_is_sent(asked):
    ran, folder = asked[0]["summary in a folder"]
    assert "Traceback" not in ran.stderr
    assert (ran.returncode, runs_in(folder)) == (2, 0)


@pytest.mark.parametrize("name", ENDS)
def test_a_window_to_the_ends_of_the_calendar_is_one(forked, environment, tmp_path, name):
    ran = forked(*RUN, *ENDS[name], "--stream", "sign_ups", folder=tmp_path, environment=environment)
    assert "Traceback" not in ran.stderr
    assert ran.returncode in (0, 2)


@pytest.mark.parametrize("name", BAD_SAMPLES)
def test_a_sample_that_cannot_be_written_says_why(asked, name):
    ran, folder = asked[0][f"sample {name}"]
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 2
    assert BAD_SAMPLES[name][1] in ran.stderr
    assert "hush" not in ran.stderr
    assert not list(folder.iterdir())


@pytest.mark.parametrize("name", BAD_GATEWAYS)
def test_a_gateway_that_cannot_start_says_why(asked, name):
    ran, _ = asked[0][f"gateway {name}"]
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 2
    assert "the local data plane cannot start" in ran.stderr
    assert "a:colon" not in ran.stderr


@pytest.mark.parametrize("name", ["help", *(f"help {name}" for name in COMMANDS)])
def test_each_command_explains_itself(asked, name):
    ran, folder = asked[0][name]
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Usage:" in ran.stdout
    assert len(ran.stdout.split()) > 20
    assert not list(folder.iterdir())


def test_without_a_command_the_commands_are_shown(asked):
    assert all(name in asked[0]["nothing"][0].stdout for name in COMMANDS)


def test_a_message_names_no_option_that_there_is_not(asked):
    known = asked[0]["help run"][0].stdout
    said = "".join(asked[0][row[0]][0].stderr for row in BAD_INPUT)
    assert {name for name in re.findall(r"--[a-z][a-z-]+", said) if name not in known} <= {"--help"}


def test_a_message_in_a_narrow_log_is_not_folded(asked):
    ran, folder = asked[0]["narrow"]
    assert f"{folder}/absent.db" in ran.stderr
