"""rudder-sdk-python, tuned."""

import os
from importlib import import_module

from benchmarks import handing
from benchmarks.measure import Task, Work

os.environ["PYTHON_DOTENV_DISABLED"] = "1"  # on import the SDK loads any .env that it finds
_CLIENT = import_module("rudderstack.analytics.client").Client
OPTIONS = {"upload_size": 2_000, "upload_interval": 0.1}  # the best of 100 to 10,000 calls and of 0.05 to 5 s


def ready(task: Task) -> Work:
    """Read the calls and start the client."""
    return handing.ready(task, _CLIENT, OPTIONS)
