"""Who sent what was accepted: events of the last 24 hours by library."""

import json
import sqlite3
from contextlib import closing


def event(**fields):
    return {"type": "track", "event": "A", "userId": "u"} | fields


def of_library(name):
    return event(context={"library": {"name": name, "version": "3.0.1"}})


def counted(plane):
    return plane.http.get(f"{plane.url}/sandbox/libraries", timeout=10).json()


def test_events_are_counted_by_the_library_that_they_name(plane):
    assert counted(plane) == {}
    strange = [event(), event(context=None), event(context={"library": 7}), event(context={"library": {"name": 7}})]
    batch = [of_library("analytics.js"), of_library("analytics.js"), of_library("relias-backfill"), *strange]
    assert plane.post(json.dumps({"batch": batch})).text == "ok"
    assert plane.post(json.dumps(of_library("analytics.js")), "/v1/identify").text == "ok"
    assert counted(plane) == {"": 3, "7": 1, "analytics.js": 3, "relias-backfill": 1}


def test_older_events_are_left_out(plane):
    plane.post(json.dumps({"batch": [of_library("old"), of_library("new")]}))
    with closing(sqlite3.connect(plane.store)) as connection, connection:
        connection.execute("UPDATE events SET received_at = '2020-01-01T00:00:00.000Z' WHERE seq = 1")
    assert counted(plane) == {"new": 1}
