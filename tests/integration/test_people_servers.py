"""The lists of people on servers: read from a model there, no page ends at a key of theirs, and all else is told."""

import shutil
from dataclasses import replace

import pytest
from deliveries import ground
from listed import SAMPLE

from extractors.pages import Axis
from extractors.user_keys import keys_of_user, samples_of_users
from flows.cutting import everything, first_users
from flows.job import open_job
from flows.options import Options
from flows.reading_through import read_through
from flows.sealing import NO_IMPORT, sealer
from sandbox.platform.sample import SampleOptions, write_sample

THEIRS = "SELECT account_id AS user_id FROM accounts WHERE account_id IN ({})"


def made(job):
    people = {}
    for _, _, part in read_through(job, everything(job).shards, sealer(job, NO_IMPORT)):
        for who, messages in part.read.users.items():
            people.setdefault((part.page.axis, who), []).extend(message.id for message in messages)
    return {person: sorted(ids) for person, ids in people.items()}


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
@pytest.mark.parametrize("keys", ["integer", "string"])
def test_lists_hold_on_a_server(request, plane, tmp_path, monkeypatch, server, keys):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 5)
    url = request.getfixturevalue(f"{server}_url")
    write_sample(url, SampleOptions(users=60, keys=keys))
    everybody = open_job(ground_on(url, plane, tmp_path / "all").settings, Options(shards=2))
    whole, chosen = made(everybody), first_users(replaced(everybody, canary=60)).shards[0].ranges[0].keys[::2]
    everybody.close()

    models = tmp_path / "models"
    shutil.copytree(SAMPLE, models)
    quoted = ", ".join(repr(key) for key in chosen[:20])
    (models / "suppressed.sql").write_text(THEIRS.format(quoted))
    (tmp_path / "list").write_text("\n".join(map(str, chosen[20:])))
    own = {"MODELS": str(models), "SUPPRESSED": str(tmp_path / "list")}
    job = open_job(ground_on(url, plane, tmp_path / "some", **own).settings, Options(shards=2, canary=10))
    try:
        left_out = {str(key).rstrip() for key in chosen}
        edges = {
            str(edge).rstrip() for shard in everything(job).shards for low, high in shard.ranges for edge in (low, high)
        }
        assert len(edges) > 3
        assert edges.isdisjoint(left_out)
        assert {str(key) for key in first_users(job).shards[0].ranges[0].keys}.isdisjoint(left_out)
        assert made(job) == {
            who: ids for who, ids in whole.items() if who[0] is not Axis.USERS or who[1] not in left_out
        }
        samples = samples_of_users(job.source)
        assert keys_of_user(samples, str(chosen[0]))[0] == chosen[0]
        assert keys_of_user(samples, "nobody-like-that") == (() if keys == "integer" else ("nobody-like-that",))
    finally:
        job.close()


def ground_on(url, plane, folder, **more):
    return ground(folder, plane, folder, SOURCE_URL=url, DESTINATIONS="none", **more)


def replaced(job, **options):
    return replace(job, options=replace(job.options, **options))
