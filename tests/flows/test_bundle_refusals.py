"""A bundle that does not belong where it is pushed, and a folder that cannot be exported to: refused, and why."""

import json

import pytest
from bundled import data_plane, lines, made, of_source, unasked
from sent import asked_of

from flows.settings import ROOT


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, settings_in):
    folder = tmp_path_factory.mktemp("made")
    made(folder / "bundle", settings_in(folder), streams=("sign_ups",))
    return folder / "bundle"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SOURCE_NAME": "the other shop"}, "BACKFILL_SOURCE_NAME is the other shop, "),
        ({"DESTINATIONS": "Mixpanel, Braze"}, "BACKFILL_DESTINATIONS is Braze, Mixpanel, "),
        ({"DESTINATIONS": "all"}, "BACKFILL_DESTINATIONS is all, "),
        ({"TARGET": "segment"}, "BACKFILL_TARGET is segment, "),
    ],
)
def test_what_the_settings_say_otherwise_is_refused_naming_both(forked, bundle, tmp_path, changes, words):
    values = {"WRITE_KEY": "k", "LEDGER_URL": f"sqlite:///{tmp_path}/l.db"} | changes
    with unasked() as url:
        own = {f"BACKFILL_{name}": value for name, value in (values | {"DATA_PLANE_URL": url}).items()}
        ended = forked("push", bundle, folder=tmp_path, environment=own)
    has = {"SOURCE_NAME": "platform", "DESTINATIONS": "none", "TARGET": "rudderstack"}
    assert ended.returncode == 2
    assert f"{words}{bundle}/manifest.json has {has[next(iter(changes))]}" in ended.stderr
    assert not (tmp_path / "l.db").exists()


def test_people_who_may_not_be_sent_any_more_are_not_pushed(forked, bundle, tmp_path):
    users = {json.loads(line)["userId"] for line in lines(bundle)}
    suppressed = tmp_path / "suppressed.txt"
    own = {"BACKFILL_WRITE_KEY": "k", "BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/l.db"}
    with unasked() as url:
        own |= {"BACKFILL_DATA_PLANE_URL": url, "BACKFILL_SUPPRESSED": str(suppressed)}
        suppressed.write_text("\n".join(sorted(users)[:7]))
        ended = forked("push", bundle, folder=tmp_path, environment=own)
    assert ended.returncode == 2
    assert "holds messages of 7 people whom the suppression or consent list leaves out" in ended.stderr
    with data_plane(tmp_path) as plane:
        suppressed.write_text("nobody-of-the-bundle\n")
        own = plane.settings(tmp_path, SUPPRESSED=str(suppressed))
        assert forked("push", bundle, folder=tmp_path, environment=own).returncode == 0


def test_a_bundle_made_without_this_machine_s_privacy_file_is_not_pushed(forked, bundle, tmp_path):
    privacy = tmp_path / "privacy.yaml"
    privacy.write_text("classes: { contact: drop }\n")
    with unasked() as url:
        own = {"BACKFILL_WRITE_KEY": "k", "BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/l.db"}
        own |= {"BACKFILL_DATA_PLANE_URL": url, "BACKFILL_PRIVACY": str(privacy)}
        ended = forked("push", bundle, folder=tmp_path, environment=own)
    assert ended.returncode == 2
    assert "BACKFILL_PRIVACY is of digest " in ended.stderr
    assert "manifest.json has of digest none: set it so, or export again" in ended.stderr


def test_what_the_settings_say_alike_is_no_hindrance(forked, bundle, tmp_path):
    with data_plane(tmp_path) as plane:
        own = plane.settings(tmp_path, SOURCE_NAME="platform", DESTINATIONS="none", TARGET="rudderstack")
        assert forked("push", bundle, folder=tmp_path, environment=own).returncode == 0
        assert plane.ids()


def test_another_plan_is_said_and_no_hindrance(forked, bundle, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text((ROOT / "data" / "tracking_plan.yaml").read_text() + "\n# edited\n")
    with data_plane(tmp_path) as plane:
        ended = forked("push", bundle, folder=tmp_path, environment=plane.settings(tmp_path, PLAN=str(plan)))
    assert ended.returncode == 0
    assert "which is not that of BACKFILL_PLAN" in ended.stdout


def test_a_ledger_of_another_source_or_key_is_refused(forked, bundle, settings_in, tmp_path):
    made(tmp_path / "same", settings_in(tmp_path), streams=("sign_ups",))
    with data_plane(tmp_path) as plane:
        own = plane.settings(tmp_path)
        assert forked("push", bundle, folder=tmp_path, environment=own).returncode == 0
        again = forked("push", "same", folder=tmp_path, environment=own)
        assert (again.returncode, "0 delivered" in again.stdout) == (0, True)
        other_key = forked("push", bundle, folder=tmp_path, environment=own | {"BACKFILL_WRITE_KEY": "another"})
        zone = settings_in(tmp_path) | {"BACKFILL_SOURCE_TIMEZONE": "Europe/Paris"}
        made(tmp_path / "paris" / "bundle", zone, streams=("sign_ups",))
        paris = forked("push", "paris/bundle", folder=tmp_path, environment=own)
        run = forked("run", "--no-prefect", "--max-dead", "5%", folder=tmp_path,
                     environment=settings_in(tmp_path) | own)  # fmt: skip
    assert other_key.returncode == paris.returncode == 2
    assert "The ledger's receipts are of another write key" in other_key.stderr
    assert "BACKFILL_SOURCE_TIMEZONE is Europe/Paris, the ledger's last run had America/New_York" in paris.stderr
    assert run.returncode == 0  # the ledger of a push is one that a run goes on with


def test_what_was_pushed_is_not_sent_again_by_a_run(forked, settings_in, tmp_path):
    exported = made(tmp_path / "bundle", settings_in(tmp_path)).manifest.counts.exported
    with data_plane(tmp_path) as plane:
        own = settings_in(tmp_path) | plane.settings(tmp_path)
        assert forked("push", "bundle", folder=tmp_path, environment=own).returncode == 0
        words = ("run", "--no-prefect", "--max-dead", "5%", "--json", "s.json")
        assert forked(*words, folder=tmp_path, environment=own).returncode == 0
    said = json.loads((tmp_path / "s.json").read_text())
    assert (said["delivered"], said["already_delivered"]) == (0, exported)


def test_a_run_keeps_which_bundle_it_pushed(bundle, forked, tmp_path):
    with data_plane(tmp_path) as plane:
        words = ("push", bundle, "--max-rate", 5000)
        assert forked(*words, folder=tmp_path, environment=plane.settings(tmp_path)).returncode == 0
    ((parameters, versions),) = asked_of(tmp_path / "push.db", "SELECT parameters, versions FROM runs")
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert json.loads(parameters)["bundle"] == manifest["bundle"]
    assert json.loads(parameters)["streams"] == ["sign_ups"]
    assert json.loads(versions)["plan"] == manifest["plan"]["digest"]


def test_a_share_of_dead_letters_is_one_of_the_bundles_messages(forked, bundle, tmp_path):
    sizes = sorted(map(len, lines(bundle)))
    with data_plane(tmp_path, max_bytes=sizes[-1] + 5) as plane:
        for allowed, code in (("0", 1), ("0.1%", 1), ("50%", 0)):
            ended = forked("push", bundle, "--max-dead", allowed, folder=tmp_path, environment=plane.settings(tmp_path))
            assert ended.returncode == code, allowed
    assert len(sizes) > 20


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_text("x"), "is there, and not an empty folder"),
        (lambda path: (path.mkdir(), (path / "x").touch()), "is there, and not an empty folder"),
        (lambda path: path.parent.joinpath("bundle.unfinished").touch(), "cannot be written: Not a directory"),
    ],
)
def test_a_folder_that_is_taken_is_refused(forked, settings_in, tmp_path, make, words):
    make(tmp_path / "bundle")
    ended = forked("export", "bundle", folder=tmp_path, environment=of_source(settings_in(tmp_path), tmp_path))
    assert ended.returncode == 2
    assert f"bundle {words}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_empty_folder_is_taken(forked, settings_in, tmp_path):
    (tmp_path / "bundle").mkdir(0o755)
    ended = forked("export", "bundle", "--max-dead", "5%", folder=tmp_path,
                   environment=of_source(settings_in(tmp_path), tmp_path))  # fmt: skip
    assert ended.returncode == 0
    assert (tmp_path / "bundle").stat().st_mode & 0o777 == 0o700


def test_where_nothing_was_chosen_no_bundle_is_made(forked, settings_in, tmp_path):
    own = of_source(settings_in(tmp_path), tmp_path)
    del own["BACKFILL_DESTINATIONS"]
    ended = forked("export", "bundle", folder=tmp_path, environment=own)
    assert (ended.returncode, (tmp_path / "bundle").exists()) == (2, False)
    assert "BACKFILL_DESTINATIONS is not set" in ended.stderr
