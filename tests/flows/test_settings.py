"""The settings of the environment: every fault at once, and never a secret."""

import pickle

import pytest

from flows.errors import SettingsInvalid
from flows.settings import load_settings

SECRET = "s3cr3t"  # noqa: S105  # invented
GOOD = {
    "BACKFILL_SOURCE_URL": f"postgresql://ada:{SECRET}@db/shop",
    "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
    "BACKFILL_MODELS": "models",
    "BACKFILL_DATA_PLANE_URL": "https://plane.example.org",
    "BACKFILL_WRITE_KEY": f"wk-{SECRET}",
    "BACKFILL_LEDGER_URL": f"postgresql://ada:{SECRET}@db/ledger",
}


@pytest.fixture
def faults_of(set_environment):
    def faults(**changes):
        set_environment({name: value for name, value in (GOOD | changes).items() if value is not None})
        with pytest.raises(SettingsInvalid) as raised:
            load_settings()
        assert SECRET not in str(raised.value)
        assert raised.value.__cause__ is None
        return raised.value.faults

    return faults


@pytest.fixture
def good(set_environment):
    set_environment(GOOD)
    return load_settings()


def test_what_is_set_is_read_and_the_rest_has_defaults(good):
    assert good.source_url.get_secret_value() == GOOD["BACKFILL_SOURCE_URL"]
    assert good.source_timezone == "America/New_York"
    assert (good.ambiguous_time, good.nonexistent_time) == ("earliest", "earliest")
    assert good.destinations == ""
    assert good.plan.is_file()


@pytest.mark.parametrize(
    "shown", [repr, str, lambda settings: settings.model_dump_json(), lambda settings: f"{settings.__dict__}"]
)
def test_secrets_are_never_shown(good, shown):
    assert SECRET not in shown(good)


def test_settings_do_not_change(good):
    with pytest.raises(ValueError, match="frozen"):
        good.source_timezone = "UTC"


def test_every_fault_is_said_at_once_with_its_variable(faults_of):
    faults = faults_of(
        BACKFILL_SOURCE_URL=None,
        BACKFILL_SOURCE_TIMEZONE="America/New_Yorck",
        BACKFILL_DATA_PLANE_URL=f"https://ada:{SECRET}@plane.example.org",
        BACKFILL_WRITE_KEY=" ",
        BACKFILL_AMBIGUOUS_TIME="guess",
        BACKFILL_BATCH_BYTES="lots",
    )

    assert [fault.partition(":")[0].removesuffix(" is not set") for fault in faults] == [
        "BACKFILL_SOURCE_URL",
        "BACKFILL_SOURCE_TIMEZONE",
        "BACKFILL_AMBIGUOUS_TIME",
        "BACKFILL_DATA_PLANE_URL",
        "BACKFILL_WRITE_KEY",
        "BACKFILL_BATCH_BYTES",
    ]


def test_nothing_set_names_everything_that_is_needed(faults_of):
    faults = faults_of(**dict.fromkeys(GOOD))
    assert {fault.split()[0] for fault in faults} == set(GOOD) - {"BACKFILL_LEDGER_URL"}
    assert all("is not set: " in fault for fault in faults)


@pytest.mark.parametrize(
    "zone", ["", "New York", "America", "EST5EDTX", "../etc/passwd", "/etc/localtime", "America/new_yorck"]
)
def test_a_zone_that_nobody_knows_is_refused_with_an_example(faults_of, zone):
    assert faults_of(BACKFILL_SOURCE_TIMEZONE=zone) == (
        f"BACKFILL_SOURCE_TIMEZONE: {zone!r} is no time zone; name one of the IANA database, as America/New_York",
    )


@pytest.mark.parametrize("url", [f"https://{SECRET}@plane.example.org", f"http://:{SECRET}@plane.example.org"])
def test_an_address_with_a_user_or_a_password_is_refused(faults_of, url):
    (fault,) = faults_of(BACKFILL_DATA_PLANE_URL=url)
    assert "must not hold a user or a password; the write key goes into BACKFILL_WRITE_KEY" in fault


@pytest.mark.parametrize(
    "url", ["", "plane.example.org", "ftp://plane.example.org", "https://", "https:///v1/batch", "http://[::1"]
)
def test_what_is_no_address_is_refused(faults_of, url):
    (fault,) = faults_of(BACKFILL_DATA_PLANE_URL=url)
    assert fault.startswith("BACKFILL_DATA_PLANE_URL: ")


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "http://127.0.0.1:99999"])
def test_an_address_with_a_port_that_is_none_is_refused(faults_of, url):
    (fault,) = faults_of(BACKFILL_DATA_PLANE_URL=url)
    assert fault.startswith("BACKFILL_DATA_PLANE_URL: ")


@pytest.mark.parametrize("name", ["BACKFILL_SOURCE_URL", "BACKFILL_WRITE_KEY"])
@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_an_empty_secret_is_none(faults_of, name, value):
    assert faults_of(**{name: value}) == (f"{name}: is empty",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BATCH_BYTES", "39999"), ("BATCH_BYTES", "4000001"), ("BATCH_EVENTS", "0"), ("SAFETY_LAG_SECONDS", "-1"),
        ("SOURCE_NAME", ""), ("TARGET", "mixpanel"), ("NONEXISTENT_TIME", "Earliest"),
    ],
)  # fmt: skip
def test_a_value_outside_its_bounds_is_refused(faults_of, name, value):
    (fault,) = faults_of(**{f"BACKFILL_{name}": value})
    assert fault.startswith(f"BACKFILL_{name}: ")


def test_the_error_survives_pickling():
    error = SettingsInvalid(["a", "b"])
    assert pickle.loads(pickle.dumps(error)).faults == error.faults  # noqa: S301  # our own
