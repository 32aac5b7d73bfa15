"""The version of this program, from its distribution."""

from importlib.metadata import version

VERSION = version("relias-backfill")
