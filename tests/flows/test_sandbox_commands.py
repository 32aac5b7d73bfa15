"""`backfill sample` and `backfill gateway` say what somebody who tries the tool on them is to type."""

import socket

from flows.settings import ROOT


def test_the_sample_says_where_its_models_are_and_what_its_zone_is(forked, tmp_path):
    ran = forked("sample", "--users", 40, folder=tmp_path, environment={})
    assert ran.returncode == 0
    assert f"Its models are in {ROOT}/extractors/models/sample, its time zone is America/New_York." in ran.stdout


def test_a_port_that_is_taken_is_told_with_the_cure(forked, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = forked("gateway", "--port", port, folder=tmp_path, environment={})
    assert ran.returncode == 2
    assert f"--port {port} is in use; end what listens there, or choose another" in ran.stderr
    assert "Errno" not in ran.stderr
