"""segment-analytics-python, tuned."""

from importlib import import_module

from benchmarks import handing
from benchmarks.measure import Task, Work

_CLIENT = import_module("segment.analytics.client").Client
OPTIONS = {"upload_size": 100, "upload_interval": 0.5}


def ready(task: Task) -> Work:
    """Read the calls and start the client."""
    return handing.ready(task, _CLIENT, OPTIONS)
