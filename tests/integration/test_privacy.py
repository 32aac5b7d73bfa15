"""The sample platform imported under policies: what left holds nobody's address, number or license in clear."""

import json
import re
import sqlite3
from contextlib import ExitStack, closing

import pytest
from terminal import ROOT, place

from sandbox.platform.sample import SampleOptions, write_sample

KEY = "0123456789abcdef-of-the-tests"
POLICIES = "classes: { contact: hmac, license: drop, birth: year, name: truncate, network: truncate }\n"
RUN = ("run", "--no-prefect", "--identify", "history", "--max-dead", "20%")
MODELS = ROOT / "extractors" / "models" / "sample"
CLEAR = {
    "accounts": ("email", "phone"),
    "organisations": ("email", "phone"),
    "licenses": ("license_number",),
    "profile_change_log": ("new_email", "new_phone"),
}


class Imported:
    """A place, and what an import into it said and left."""

    def __init__(self, place, *ways):
        self.place = place
        self.said = ""
        for way in ways:
            ran = place.backfill(*RUN[:2], "--identify", way, *RUN[4:], "--json", f"{way}.json")
            assert ran.returncode == 0, ran.stderr
            self.said += ran.stdout + ran.stderr + (place.folder / f"{way}.json").read_text()
        self.messages = {one.message_id: one.message for one in place.arrived()}

    def letters(self):
        query = "SELECT stream, row_id, rule, reason, detail FROM dead_letters ORDER BY 1, 2, 3, 4"
        with closing(sqlite3.connect(self.place.folder / "ledger.db")) as connection:
            return connection.execute(query).fetchall()

    def bytes(self):
        """Return all that the data plane and the ledger hold, as files and message by message, and what was said."""
        files = [path.read_bytes() for path in sorted(self.place.folder.glob("*.db*"))]
        with closing(sqlite3.connect(self.place.store)) as connection:
            raw = [raw for (raw,) in connection.execute("SELECT raw FROM events")]
        return b"\n".join([*files, *raw, self.said.encode()])


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("platform") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=80))
    return path


@pytest.fixture(scope="module")
def imported(source, tmp_path_factory):
    """Give what imports the sample in both ways under a privacy file and a key, or without."""
    with ExitStack() as opened:

        def made(policies=None, key=KEY, ways=("current", "history")):
            folder = tmp_path_factory.mktemp("imported")
            here = opened.enter_context(place(folder, f"sqlite:///{source}", MODELS, "America/New_York"))
            if policies:
                (folder / "privacy.yaml").write_text(policies)
                here.environment.update(BACKFILL_PRIVACY=str(folder / "privacy.yaml"), BACKFILL_HMAC_KEY=key)
            return Imported(here, *ways)

        yield made


@pytest.fixture(scope="module")
def whole(imported):
    return imported()


@pytest.fixture(scope="module")
def disclosed(imported):
    return imported(POLICIES)


@pytest.fixture(scope="module")
def clear(source):
    """Give what no sample person would have leave: as it stands in the source, and as it would be on the wire."""
    with closing(sqlite3.connect(source)) as connection:
        found = {
            value
            for table, columns in CLEAR.items()
            for column in columns
            for (value,) in connection.execute(f"SELECT {column} FROM {table} WHERE {column} > ''")  # noqa: S608
        }
    numbers = {re.sub(r"\D", "", re.sub(r"(?<=\d)\D*(ext|x).*", "", value)) for value in found if "@" not in value}
    return {value.encode() for value in found | {one for one in numbers if len(one) > 9}}


def test_no_clear_value_is_anywhere(whole, disclosed, clear):
    held, here = whole.bytes(), disclosed.bytes()

    assert len(clear) > 250
    assert len([value for value in clear if value in held]) > 200
    assert [value for value in clear if value.lower() in here.lower()] == []
    assert KEY.encode() not in here


def test_the_same_messages_go_and_the_same_are_set_aside(whole, disclosed):
    assert whole.messages.keys() == disclosed.messages.keys()
    assert whole.letters() == disclosed.letters() != []


def test_equal_addresses_have_equal_pseudonyms_and_others_have_others(whole, disclosed):
    pseudonyms = {}
    for message_id, message in whole.messages.items():
        email, left = (one.get("traits", {}).get("email") for one in (message, disclosed.messages[message_id]))
        assert (email is None) == (left is None)
        if email:
            pseudonyms.setdefault(email.lower(), set()).add(left)

    assert len(pseudonyms) > 50
    assert {len(several) for several in pseudonyms.values()} == {1}
    assert len(set.union(*pseudonyms.values())) == len(pseudonyms)
    assert all(re.fullmatch("[0-9a-f]{64}", left) for several in pseudonyms.values() for left in several)


def test_another_key_has_other_pseudonyms(disclosed, imported):
    other = imported(POLICIES, "another key of the tests", ways=("current",))
    pairs = [
        (message["traits"].get("email"), disclosed.messages[message_id]["traits"].get("email"))
        for message_id, message in other.messages.items()
        if message["type"] == "identify"
    ]

    assert len(pairs) > 50
    assert [pair for pair in pairs if pair[0] == pair[1]] == []


def test_all_else_is_as_it_was(whole, disclosed):
    changed = set()
    for message_id, message in whole.messages.items():
        for body in ("traits", "properties"):
            before, after = message.get(body, {}), disclosed.messages[message_id].get(body, {})
            assert before.keys() == after.keys()
            changed |= {name for name, value in before.items() if after[name] != value}
        licenses = disclosed.messages[message_id].get("traits", {}).get("licenses", [])
        assert [one for one in licenses if "license_number" in one] == []

    assert changed == {"email", "phone", "first_name", "last_name", "username", "birthday", "licenses"}


def test_a_stopped_run_is_not_gone_on_with_under_another_policy(disclosed):
    here, other = disclosed.place, disclosed.place.folder / "other.yaml"
    other.write_text("classes: { contact: drop }")
    run = ("run", "--no-prefect", "--stream", "sign_ins", "--max-dead", "20%", "--resume")

    def gone_on_with(**changes):
        """Run again as if the last run had been stopped, and tell whether it was gone on with."""
        with closing(sqlite3.connect(here.folder / "ledger.db")) as connection, connection:
            connection.execute("UPDATE runs SET state = 'stopped'")
        ran = here.backfill(*run, **changes)
        assert ran.returncode == 0, ran.stderr
        return "Went on where run" in ran.stdout

    assert not gone_on_with()
    assert gone_on_with()
    assert not gone_on_with(BACKFILL_HMAC_KEY="another key of the tests")
    assert not gone_on_with()
    assert not gone_on_with(BACKFILL_PRIVACY=str(other))


def test_a_privacy_file_that_does_not_hold_is_refused_and_nothing_is_sent(disclosed):
    here = disclosed.place
    (here.folder / "wrong.yaml").write_text("classes: { contct: hmac, address: year }")
    before = len(here.arrived())
    ran = here.backfill(*RUN, "--json", "refused.json", BACKFILL_PRIVACY=str(here.folder / "wrong.yaml"))

    told = json.loads((here.folder / "refused.json").read_text())
    assert (ran.returncode, told["exit"]) == (2, 2)
    assert "wrong.yaml does not hold (BACKFILL_PRIVACY)" in told["words"]
    assert "did you mean contact?" in told["words"]
    assert len(here.arrived()) == before
