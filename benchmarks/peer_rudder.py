"""rudder-sdk-python, tuned."""

import os
from importlib import import_module

from benchmarks import handing
from benchmarks.measure import Task, Work

os.environ["PYTHON_DOTENV_DISABLED"] = "1"  # on import the SDK loads any .env that it finds
_CLIENT = import_module("rudderstack.analytics.client").Client
OPTIONS = {"upload_size": 100, "upload_interval": 0.5}


def ready(task: Task) -> Work:
    """Read the calls and start the client."""
    return handing.ready(task, _CLIENT, OPTIONS)
