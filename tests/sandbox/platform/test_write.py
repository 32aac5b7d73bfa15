"""Loading is all or nothing, and stores what SQLAlchemy would."""

import numpy as np
import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import CreateTable

from sandbox.platform.rows import Rows, objects
from sandbox.platform.schema import platform
from sandbox.platform.write import instants_as_text, new_tables


def test_instants_are_written_as_sqlalchemy_writes_them():
    instants = np.array(["2024-02-29T23:59:59.000001", "NaT", "9999-12-31"], "M8[us]")
    assert instants_as_text(instants) == ["2024-02-29 23:59:59.000001", None, "9999-12-31 00:00:00.000000"]
    assert instants_as_text(instants.astype("M8[D]")) == ["2024-02-29", None, "9999-12-31"]


def test_a_load_that_fails_leaves_nothing(tmp_path):
    url = f"sqlite:///{tmp_path}/s.db"
    half = Rows("license_changes", {"change_id": np.array([1]), "action": objects(["added"])})
    with pytest.raises(KeyError, match="license_changes needs"), new_tables(url, platform("integer")) as loader:
        loader.load(half)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_indexes_are_there(tmp_path):
    url = f"sqlite:///{tmp_path}/s.db"
    with new_tables(url, platform("string")):
        pass
    engine = create_engine(url)
    assert [index["column_names"] for index in inspect(engine).get_indexes("orders")] == [
        ["updated_at"],
        ["account_id", "updated_at"],
        ["session_id", "updated_at"],
    ]
    engine.dispose()


@pytest.mark.parametrize("dialect", [postgresql.dialect(), mysql.dialect()], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("keys", ["integer", "string"])
def test_other_databases_can_tell_the_keys_and_instants_apart(dialect, keys):
    """MySQL alone would fold the case of keys and drop fractions of seconds."""
    ddl = "".join(str(CreateTable(table).compile(dialect=dialect)) for table in platform(keys).sorted_tables)
    if dialect.name == "mysql":
        assert ddl.count("DATETIME") == ddl.count("DATETIME(6)")
        assert ("utf8mb4_bin" in ddl) == (keys == "string")
        assert ddl.count("CHARSET=utf8mb4") == len(platform(keys).tables)
