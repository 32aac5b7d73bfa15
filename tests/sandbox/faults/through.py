"""A client that gets at the gateway through a plane with faults."""

import gzip
import json
import time
from dataclasses import dataclass

import requests

from sandbox.faults.plane import FaultPlane

KEY = "a-write-key"


def body_of(*users, padding=""):
    """Write a batch of one event for each user."""
    return json.dumps({"batch": [{"userId": user, "type": "track", "padding": padding} for user in users]}).encode()


@dataclass(frozen=True)
class Through:
    """A client of a plane with faults, as plain as `requests` makes one."""

    plane: FaultPlane
    http: requests.Session
    gateway_url: str

    def post(self, body=None, *, timeout=5.0, **options):
        body = body_of("u") if body is None else body
        return self.http.post(f"{self.plane.url}/v1/batch", data=body, auth=(KEY, ""), timeout=timeout, **options)

    def post_gzip(self, body):
        return self.post(gzip.compress(body, 1), headers={"Content-Encoding": "gzip"})

    @property
    def stored(self):
        """How many requests the gateway stored, asked of itself."""
        return self.http.get(f"{self.gateway_url}/sandbox/counts", timeout=5).json()["requests"]


def wait_until(condition, seconds=5):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
