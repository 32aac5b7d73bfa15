"""A bundle that is not what it was is refused, with the file's name, before the data plane is asked anything."""

import gzip
import hashlib
import json
import random
import shutil

import pytest
from bundled import KEY, key_pair, made, unasked
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flows.bundles.checking import open_bundle
from flows.bundles.sums import listed
from flows.errors import SettingsInvalid

FILES = ("manifest.json", "manifest.json.sha256", "manifest.json.sig", "000-0001.ndjson.gz", "000-0002.ndjson.gz")
MANIFEST, SUMS = FILES[:2]
PART, OTHER = FILES[3:]
STREAMS = ("orders", "sign_ups")


@pytest.fixture(scope="module")
def whole(tmp_path_factory, settings_in):
    """Give a signed bundle of several parts."""
    folder = tmp_path_factory.mktemp("whole")
    made(folder / "bundle", settings_in(folder), sign=key_pair(folder)[0], streams=STREAMS, shards=1)
    return folder / "bundle"


@pytest.fixture
def bundle(whole, tmp_path):
    """Give a copy of it, to be tampered with."""
    return shutil.copytree(whole, tmp_path / "bundle")


@pytest.fixture
def refused(forked, tmp_path):
    """Give what pushes a bundle that must be refused with those words, unasked."""

    def push(folder, *words):
        with unasked() as url:
            values = {"DATA_PLANE_URL": url, "WRITE_KEY": KEY, "LEDGER_URL": f"sqlite:///{tmp_path}/l.db"}
            own = {f"BACKFILL_{name}": value for name, value in values.items()}
            ended = forked("push", folder, "--json", "s.json", folder=tmp_path, environment=own)
        said = json.loads((tmp_path / "s.json").read_text())
        assert (ended.returncode, said["exit"]) == (2, 2), ended.stderr
        assert [one for one in words if one not in ended.stderr] == []
        assert "Traceback" not in ended.stderr

    return push


def flip(path, bit):
    content = bytearray(path.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    path.write_bytes(content)


def resummed(bundle):
    """Let the sums be those of what is there now, as somebody who tampers would."""
    names = sorted(path.name for path in bundle.iterdir() if path.name != SUMS)
    sums = {name: hashlib.sha256((bundle / name).read_bytes()).hexdigest() for name in names}
    (bundle / SUMS).write_bytes(listed(sums))


def test_it_is_whole_until_it_is_touched(bundle):
    assert {path.name for path in bundle.iterdir()} == set(FILES)
    assert open_bundle(bundle, None).manifest.counts.exported > 500


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bit=st.integers(0, 1 << 40))
@example(bit=0)
@example(bit=(1 << 40) - 1)
def test_one_flipped_bit_is_found_wherever_it_is(whole, name, bit):
    before = (whole / name).read_bytes()
    try:
        flip(whole / name, bit)
        with pytest.raises(SettingsInvalid, match=name):
            open_bundle(whole, None)
    finally:
        (whole / name).write_bytes(before)
    open_bundle(whole, None)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_ends_the_push_with_2(bundle, refused, name):
    flip(bundle / name, random.Random(name).randrange(1 << 40))  # noqa: S311  # any will do
    refused(bundle, name, "nothing was sent" if name != SUMS else "")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(bundle, refused, name):
    (bundle / name).unlink()
    refused(bundle, f"{bundle / name} ")


@pytest.mark.parametrize("name", ["000-0003.ndjson.gz", "007-0001.ndjson.gz", ".hidden", "notes.txt"])
def test_a_foreign_file_is_named(bundle, refused, name):
    shutil.copy(bundle / PART, bundle / name)
    refused(bundle, f"{bundle / name} is not of this bundle")


def test_every_fault_is_named_at_once(bundle, refused):
    (bundle / PART).unlink()
    flip(bundle / OTHER, 999)
    (bundle / "else").mkdir()
    refused(bundle, f"{PART} is missing", f"{OTHER} is not what", "else is not of this bundle")


@pytest.mark.parametrize("name", [PART, OTHER])
def test_a_part_of_another_bundle_is_found_though_the_sums_agree(bundle, refused, name, settings_in, tmp_path):
    (tmp_path / "more").mkdir()
    made(tmp_path / "more" / "bundle", settings_in(tmp_path), streams=STREAMS, shards=1)
    shutil.copy(tmp_path / "more" / "bundle" / name, bundle / name)
    resummed(bundle)
    refused(bundle, f"{bundle / name} is not the part that manifest.json tells of")


def changed_manifest(bundle, change):
    manifest = json.loads((bundle / MANIFEST).read_text())
    change(manifest)
    (bundle / MANIFEST).write_text(json.dumps(manifest))
    resummed(bundle)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.update(format=2), "has the format 2; this version reads 1"),
        (lambda one: one.pop("counts"), "does not hold: counts"),
        (lambda one: one.update(more=1), "does not hold: more"),
        (lambda one: one["counts"].update(exported=1), "tells of other parts than it counts"),
        (lambda one: one["counts"]["by_event"].update({"Order Completed": 1}), "counts other events than its parts"),
        (lambda one: one["parts"].pop(), f"{OTHER} is not the part that manifest.json tells of"),
        (lambda one: one["parts"][0].update(first="2999-01-01T00:00:00.000Z"), f"{PART} holds messages of other times"),
        (lambda one: one["parts"][0].update(name="../evil-0001.ndjson.gz"), "does not hold: parts.0.name"),
    ],
)
def test_a_manifest_that_lies_is_found_though_the_sums_agree(bundle, refused, change, words):
    changed_manifest(bundle, change)
    refused(bundle, words)


def test_a_wrong_count_of_a_part_names_the_part(bundle, refused):
    def shift(manifest):
        one, other = manifest["parts"][:2]
        one["messages"] += 1
        other["messages"] -= 1

    changed_manifest(bundle, shift)
    refused(bundle, f"{PART} holds", f"{OTHER} holds")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no gzip", "it is not gzip"), (gzip.compress(b"{}\n", mtime=0), "line 1 is no message of this bundle"),
     (gzip.compress(b"{}", mtime=0), "ends within a line")],
)  # fmt: skip
def test_a_part_that_is_none_is_named_though_everything_agrees(bundle, refused, content, words):
    (bundle / PART).write_bytes(content)

    def agree(manifest):
        manifest["parts"][0] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    changed_manifest(bundle, agree)
    refused(bundle, f"{bundle / PART}", words)


def test_a_message_that_would_go_where_the_manifest_does_not_say_is_found_though_everything_agrees(bundle, refused):
    closed = gzip.decompress((bundle / PART).read_bytes())
    opened = gzip.compress(closed.replace(b'"integrations":{"All":false}', b'"integrations":{"All":true}', 1), mtime=0)
    test_a_part_that_is_none_is_named_though_everything_agrees(
        bundle, refused, opened, "line 1 is no message of this bundle"
    )
    assert b'"All":true' in gzip.decompress(opened)


@pytest.mark.parametrize("make", [lambda _: None, lambda path: path.mkdir(), lambda path: path.write_text("x")])
def test_what_is_no_bundle_is_said_to_be_none(refused, tmp_path, make):
    make(tmp_path / "nothing")
    refused(tmp_path / "nothing", str(tmp_path / "nothing"), "name a bundle's folder")
