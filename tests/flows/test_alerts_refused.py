"""What cannot be installed is refused with the cure, and no address is repeated."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

ANYWHERE = {"PREFECT_API_URL": "http://127.0.0.1:1/api"}


def test_without_a_server_to_install_in(forked, tmp_path):
    said = forked("alerts", "install", "--webhook", "https://hooks.example.org/s3cret", folder=tmp_path, environment={})
    assert said.returncode == 2
    assert "PREFECT_API_URL is not set" in said.stderr
    assert "as http://127.0.0.1:4200/api" in said.stderr


def test_with_a_server_that_is_not_there(forked, tmp_path):
    asked = ["alerts", "install", "--webhook", "https://hooks.example.org/s3cret"]
    said = forked(*asked, folder=tmp_path, environment=ANYWHERE)
    assert said.returncode == 2
    assert said.stderr.strip() == (
        "Prefect at http://127.0.0.1:1/api cannot be reached; start it, or set PREFECT_API_URL to where it is"
    )


@contextmanager
def answering(status):
    """Serve what is well, and answers everything else so; give its address and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            asked.append(self.path)
            self.send_response(200 if self.path == "/api/health" else status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PATCH = answer  # noqa: N815  # so called by http.server

        def log_message(self, *words):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "answered 401; set PREFECT_API_AUTH_STRING to what the server has"),
        (404, "answered 404; see its log, and whether PREFECT_API_URL is the API of a Prefect 3 server"),
    ],
)
def test_with_a_server_that_does_not_take_it(forked, tmp_path, status, words):
    with answering(status) as (api, _):
        environment = {"PREFECT_API_URL": api, "PREFECT_HOME": str(tmp_path)}
        asked = ["alerts", "install", "--webhook", "https://hooks.example.org/s3cret"]
        said = forked(*asked, folder=tmp_path, environment=environment)
    assert (said.returncode, said.stderr.strip()) == (2, f"Prefect at {api} {words}")


def test_with_addresses_that_do_not_hold_nothing_is_written(forked, tmp_path):
    with answering(500) as (api, reached):
        environment = {"PREFECT_API_URL": api, "PREFECT_HOME": str(tmp_path), "BACKFILL_ALERT_WEBHOOK": "s3cret"}
        said = forked("alerts", "install", "--apprise", "slack://s3cret", folder=tmp_path, environment=environment)
    assert (said.returncode, reached) == (2, ["/api/health"])
    assert "--webhook is no address of a webhook" in said.stderr
    assert "--apprise is no address that Apprise knows" in said.stderr
    assert "s3cret" not in said.stdout + said.stderr


@pytest.mark.parametrize("share", ["25", "101%", "-1%", "a little", "nan%"])
def test_a_share_that_is_none(forked, tmp_path, share):
    said = forked("alerts", "install", f"--dead-share={share}", folder=tmp_path, environment=ANYWHERE)
    assert said.returncode == 2
    assert f"--dead-share is '{share}'; write a share of the rows read, as 1% or 0.01" in said.stderr


def test_a_heartbeat_that_no_run_can_have(forked, tmp_path):
    said = forked("alerts", "install", "--heartbeat", "29", folder=tmp_path, environment=ANYWHERE)
    assert said.returncode == 2
    assert "Invalid value for '--heartbeat'" in said.stderr
    assert "30" in said.stderr


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's
@pytest.mark.parametrize(
    ("webhook", "apprise", "faults"),
    [
        (None, (), ["nobody is to be told; name a target, by --webhook or --apprise"]),
        ("hooks.example.org/s3cret", (), ["--webhook is no address of a webhook"]),
        ("ftp://example.org/s3cret", (), ["--webhook is no address of a webhook"]),
        ("https://example.org:s3cret/", (), ["--webhook is no address of a webhook"]),
        ("https:///s3cret", (), ["--webhook is no address of a webhook"]),
        (None, ("s3cret",), ["--apprise is no address that Apprise knows"]),
        (None, ("nosuch://s3cret",), ["--apprise is no address that Apprise knows"]),
        (None, ("json://example.org/s3cret", "slack://s3cret"), ["--apprise 2 is no address that Apprise knows"]),
        ("s3cret", ("s3cret",), ["--webhook is no address of", "--apprise is no address that"]),
    ],
)
def test_an_address_that_does_not_hold(caplog, capfd, webhook, apprise, faults):
    from pydantic import SecretStr  # noqa: PLC0415  # Prefect alone takes seconds to import

    from flows.alerts.targets import Addresses, blocks  # noqa: PLC0415  # see above
    from flows.errors import SettingsInvalid  # noqa: PLC0415  # see above

    addresses = Addresses(SecretStr(webhook) if webhook else None, tuple(map(SecretStr, apprise)))
    with pytest.raises(SettingsInvalid) as refused:
        blocks(addresses)
    assert [fault.startswith(words) for fault, words in zip(refused.value.faults, faults, strict=True)] == [True] * len(
        faults
    )
    said = capfd.readouterr()
    assert "s3cret" not in f"{refused.value}{said.out}{said.err}{caplog.text}"
