"""What the tests of sending by hand share: a form with every field filled in, and what is to arrive of it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import requests

AT = "2024-01-31T18:00:00Z"

TRAITS = {
    "email": "ada.u@example.org",
    "first_name": "Ada",
    "last_name": "Überhaupt",
    "phone": "+1 (555) 010-0199 x7",
    "title": "Nurse",
    "username": "ada.u",
    "id": "u-42",
    "age": 41,
    "birthday": "1983-02-03",
    "gender": "female",
    "avatar": "https://example.org/ada.png",
    "website": "https://example.org/ada",
    "description": "Writes programs",
    "created_at": "2020-01-01T00:00:00+01:00",
    "address": {"street": "1 Hill Rd", "city": "Ely", "state": "MN", "postal_code": "55731", "country": "US"},
    "company": {"name": "Hill House", "id": "c1", "industry": "Care", "employee_count": 12, "plan": "gold"},
}
TRAITS_ON_THE_WIRE = {
    **{name: value for name, value in TRAITS.items() if name != "created_at"},
    "phone": "15550100199",
    "createdAt": "2019-12-31T23:00:00.000Z",
    "address": {"street": "1 Hill Rd", "city": "Ely", "state": "MN", "postalCode": "55731", "country": "US"},
    "company": {"id": "c1", "industry": "Care", "employee_count": 12, "plan": "gold"},
    "company_name": "Hill House",
}
CONTEXT = {
    "ip": "192.0.2.7",
    "locale": "en-US",
    "timezone": "America/New_York",
    "user_agent": "a browser",
    "group_id": "g7",
    "app": {"name": "shop", "version": "1.2", "build": "7", "namespace": "org.example"},
    "campaign": {"name": "spring", "source": "mail", "medium": "e-mail", "term": "nurse", "content": "top"},
    "device": {
        "id": "d1", "type": "ios", "manufacturer": "x", "model": "y", "name": "z", "advertising_id": "ad",
        "ad_tracking_enabled": False,
    },
    "library": {"name": "of-our-own", "version": "9.9.9"},
    "location": {"city": "Ely", "region": "MN", "country": "US", "latitude": 47.9, "longitude": -91.86, "speed": 0.0},
    "network": {"carrier": "x", "bluetooth": False, "cellular": True, "wifi": False},
    "os": {"name": "iOS", "version": "17"},
    "page": {
        "url": "https://example.org/a?b", "path": "/a", "title": "A", "search": "?b", "referrer": "https://r.example.org",
        "referring_domain": "r.example.org", "initial_referrer": "https://i.example.org",
        "initial_referring_domain": "i.example.org",
    },
    "referrer": {"type": "ad", "name": "n", "url": "https://example.org/r", "link": "l"},
    "screen": {"width": 400, "height": 800, "density": 2.0, "inner_width": 390, "inner_height": 700},
    "traits": TRAITS,
}  # fmt: skip
CONTEXT_ON_THE_WIRE = {
    **{name: value for name, value in CONTEXT.items() if name not in {"user_agent", "group_id"}},
    "userAgent": "a browser",
    "groupId": "g7",
    "device": {
        "id": "d1", "type": "ios", "manufacturer": "x", "model": "y", "name": "z", "advertisingId": "ad",
        "adTrackingEnabled": False,
    },
    "screen": {"width": 400, "height": 800, "density": 2.0, "innerWidth": 390, "innerHeight": 700},
    "traits": TRAITS_ON_THE_WIRE,
}  # fmt: skip
GROUP_TRAITS = {
    "name": "Hill House",
    "industry": "Care",
    "employees": 12,
    "plan": "gold",
    "email": "office@example.org",
    "phone": "555 0100",
    "website": "https://example.org",
    "id": "g7",
    "avatar": "https://example.org/hill.png",
    "description": "A house on a hill",
    "created_at": AT,
    "address": TRAITS["address"],
}
GROUP_TRAITS_ON_THE_WIRE = {
    **{name: value for name, value in GROUP_TRAITS.items() if name != "created_at"},
    "phone": "5550100",
    "createdAt": "2024-01-31T18:00:00.000Z",
    "address": TRAITS_ON_THE_WIRE["address"],
}
CART = {"cart_id": "c7", "product_id": "p9", "price": 19.99}


def arrived(plane, message_id):
    """Return what the data plane holds under the id, with everything that it adds."""
    found = requests.get(f"{plane.url}/sandbox/events", {"message_id": message_id}, timeout=10).json()["events"]
    return [one["message"] for one in found]


def asked_of(ledger, query):
    with closing(sqlite3.connect(Path(ledger))) as connection:
        return connection.execute(query).fetchall()


def texts_in(value):
    """Return the texts that stand in a form, for a search."""
    if isinstance(value, dict):
        return {text for one in value.values() for text in texts_in(one)}
    return {json.dumps(value).strip('"')} if isinstance(value, str) and len(value) > 4 else set()
