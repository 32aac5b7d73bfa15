"""The lean list of what was accepted: every event once, page after page, and nothing of what it holds."""

import json

import requests

EVENTS = [
    {"type": "track", "event": "A", "userId": "u", "messageId": "m0", "timestamp": "2020-01-01T00:00:00.000Z"},
    {"type": "identify", "anonymousId": "v", "messageId": "m1", "timestamp": "2020-01-02T00:00:00.000Z", "traits": {}},
]
LISTED = [
    ["m0", "track", "A", "2020-01-01T00:00:00.000Z", "u", None],
    ["m1", "identify", None, "2020-01-02T00:00:00.000Z", None, "v"],
]


def asked(plane, **parameters):
    return plane.http.get(f"{plane.url}/sandbox/ids", params=parameters, timeout=10)


def test_pages_go_on_where_the_last_ended(plane):
    assert asked(plane).json() == {"events": [], "next": None}
    plane.post(json.dumps({"batch": EVENTS}))
    assert asked(plane).json() == {"events": LISTED, "next": None}
    assert asked(plane, limit=1).json() == {"events": LISTED[:1], "next": 1}
    assert asked(plane, limit=1, after=1).json() == {"events": LISTED[1:], "next": None}


def test_what_it_does_not_take_is_refused(plane):
    answers = [asked(plane, **wrong) for wrong in ({"user": "u"}, {"limit": "all"}, {"limit": 10_001}, {"page": 2})]
    assert [answer.status_code for answer in answers] == [requests.codes.bad_request] * 4
