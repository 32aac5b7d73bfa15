"""`backfill send`: what a person types at a terminal becomes the message, and the exit code says how it went."""

import json
import subprocess
import sys

import pytest
from sent import AT, CART, TRAITS, TRAITS_ON_THE_WIRE, arrived

from flows.errors import SettingsInvalid
from flows.sending.forms import Identify, Track
from flows.sending.typed import Typed, form_of

NEEDED = ("BACKFILL_DATA_PLANE_URL", "BACKFILL_WRITE_KEY", "BACKFILL_LEDGER_URL", "BACKFILL_DESTINATIONS")


@pytest.fixture
def typed(forked, tmp_path, environment):
    """Give what runs `backfill send` without a source; the JSON that it writes comes with it."""
    needed = {name: environment[name] for name in NEEDED}

    def ran(*words, **changes):
        own = needed | {f"BACKFILL_{name}": value for name, value in changes.items()}
        done = forked("send", *words, "--json", "sent.json", folder=tmp_path, environment=own)
        return done, json.loads((tmp_path / "sent.json").read_text())

    return ran


def test_traits_come_from_a_file_and_one_by_one(typed, plane, tmp_path):
    (tmp_path / "traits.json").write_text(json.dumps(TRAITS | {"badge": {"level": 2}}))
    done, said = typed("identify", "--user-id", "42", "--timestamp", AT, "--traits", "@traits.json",
                       "--trait", "favourite=a=b", "--trait", "Shift=night")  # fmt: skip
    message_id = said["words"].split()[1]
    (message,) = arrived(plane, message_id)

    assert (done.returncode, said["exit"], said["delivered"]) == (0, 0, 1)
    assert done.stdout.strip() == f"Identify {message_id} was delivered."
    own = {"badge": {"level": 2}, "favourite": "a=b", "Shift": "night"}
    assert message["traits"] == TRAITS_ON_THE_WIRE | own


def test_a_track_and_a_group(typed, plane):
    context = '{"userAgent": "x", "screen": {"innerWidth": 3}}'
    words = ("--event", "Product Added", "--properties", json.dumps(CART), "--property", "currency=EUR")
    done, said = typed("track", "--anonymous-id", "v", *words, "--context", context)
    (message,) = arrived(plane, said["words"].split()[3])
    assert done.returncode == 0
    assert message["properties"] == CART | {"currency": "EUR"}
    assert (message["context"]["userAgent"], message["context"]["screen"]) == ("x", {"innerWidth": 3})

    done, said = typed("group", "--user-id", "42", "--group-id", "g7", "--trait", "name=Hill House")
    (message,) = arrived(plane, said["words"].split()[1])
    assert (done.returncode, message["groupId"], message["traits"]) == (0, "g7", {"name": "Hill House"})


@pytest.mark.parametrize(
    ("words", "changes", "code", "said"),
    [
        (("identify", "--trait", "email=ada@example.org"), {}, 2, "neither a user ID nor an anonymous ID"),
        (("identify", "--user-id", "1"), {"WRITE_KEY": "wk-unknown"}, 3, "401 invalid write key. Cure:"),
        (("identify", "--user-id", "1"), {"WRITE_KEY": " "}, 2, "BACKFILL_WRITE_KEY: is empty"),
        (("identify", "--user-id", "1"), {"PLAN": "nowhere.yaml"}, 2, "The tracking plan nowhere.yaml does not hold"),
        (("group", "--user-id", "1"), {}, 2, "group_id: fill it in"),
        (("track", "--user-id", "1", "--event", "Order Complete"), {}, 2, "near it are Order Completed"),
        (("track", "--user-id", "1", "--context", '{"colour": 1}'), {}, 2, "context.colour: Extra inputs are not"),
    ],
)
def test_a_refusal_has_its_exit_code_and_its_words_in_both_places(typed, words, changes, code, said):
    done, written = typed(*words, **changes)
    assert (done.returncode, written["exit"]) == (code, code)
    assert said in done.stderr
    assert said in written["words"]
    assert "Traceback" not in done.stderr


def test_a_dead_letter_ends_with_one(typed, tmp_path):
    from sandbox.gateway.server import GatewaySettings, running_gateway  # noqa: PLC0415  # of this test alone

    settings = GatewaySettings(store=tmp_path / "small.db", write_keys=("wk-flows-0001",), max_bytes=100)
    with running_gateway(settings) as gateway:
        done, written = typed("identify", "--user-id", "1", DATA_PLANE_URL=gateway.url)
    assert (done.returncode, written["dead"]) == (1, 1)
    assert "is a dead letter: the data plane refused it: 413" in done.stdout


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (Typed("--traits", "{'email': 1}"), "--traits: it is not JSON"),
        (Typed("--traits", '{"a": NaN}'), "--traits: it is not JSON"),
        (Typed("--traits", "[1]"), "--traits: it must be a JSON object"),
        (Typed("--traits", "@nowhere.json"), "--traits: the file cannot be read: No such file or directory"),
        (Typed("--traits", "", ["email"]), "--trait: write a name and a text, as first_name=Ada"),
        (Typed("--traits", '{"vip": true}', ["vip=yes"]), "--traits: vip stands there twice: give it once"),
        (
            Typed("--traits", '{"firstName": "A", "first_name": "B"}'),
            "first_name stands there twice, spelled both ways",
        ),
    ],
)
def test_what_cannot_be_read_is_said_by_its_option(body, fault):
    with pytest.raises(SettingsInvalid, match=fault.replace("(", r"\\(")):
        form_of(Identify, {"user_id": "1"}, body)


def test_what_comes_by_standard_input_is_read(monkeypatch):
    import io  # noqa: PLC0415  # of this test alone

    monkeypatch.setattr(sys, "stdin", io.StringIO('{"os": {"name": "iOS"}}'))
    given = {"user_id": "1", "event": "Product Added"}
    form = form_of(Track, given, Typed("--properties", ""), Typed("--context", "-"))
    assert form.context.os.name == "iOS"


def test_it_runs_without_prefect():
    program = "import sys, flows.cli; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
