"""Bundles that are signed, not signed, or signed by somebody else."""

import json
import shutil
import subprocess

import pytest
from bundled import data_plane, key_pair, made, of_source, unasked
from test_bundle_tampering import changed_manifest


@pytest.fixture(scope="module")
def ground(tmp_path_factory, settings_in):
    """Give a folder with two key pairs, a signed bundle and one that is not."""
    folder = tmp_path_factory.mktemp("signed")
    for name in ("ours", "theirs"):
        (folder / name).mkdir()
    key, _ = key_pair(folder / "ours")
    key_pair(folder / "theirs")
    made(folder / "signed", settings_in(folder), sign=key, streams=("sign_ups",))
    made(folder / "plain", settings_in(folder), streams=("sign_ups",))
    return folder


@pytest.fixture
def push(forked, ground, tmp_path):
    def ran(bundle, *words):
        with data_plane(tmp_path) as plane:
            ended = forked("push", bundle, *words, folder=ground, environment=plane.settings(tmp_path))
            return ended, len(plane.ids())

    return ran


def test_a_signed_bundle_goes_with_the_key_that_it_was_signed_by(push):
    ended, held = push("signed", "--verify", "ours/key.pub.pem")
    assert (ended.returncode, held > 10) == (0, True)
    assert "not verified" not in ended.stdout


def test_without_a_key_it_goes_and_says_that_nobody_looked(push):
    ended, held = push("signed")
    assert (ended.returncode, held > 10) == (0, True)
    assert "Its signature was not verified: --verify does." in ended.stdout


def test_one_that_is_not_signed_goes_without_a_word(push):
    ended, held = push("plain")
    assert (ended.returncode, held > 10) == (0, True)
    assert "signature" not in ended.stdout


@pytest.mark.parametrize(
    ("bundle", "key", "words"),
    [
        ("plain", "ours/key.pub.pem", "plain/manifest.json.sig is missing: the bundle is not signed"),
        ("signed", "theirs/key.pub.pem", "signed/manifest.json.sig is not the signature of manifest.json"),
        ("signed", "ours/key.pem", "--verify ours/key.pem is no Ed25519 public key in PEM"),
        ("signed", "nowhere.pem", "--verify nowhere.pem cannot be read: No such file or directory"),
    ],
)
def test_any_other_is_refused_unasked(forked, ground, tmp_path, bundle, key, words):
    with unasked() as url:
        values = {"DATA_PLANE_URL": url, "WRITE_KEY": "k", "LEDGER_URL": f"sqlite:///{tmp_path}/l.db"}
        own = {f"BACKFILL_{name}": value for name, value in values.items()}
        ended = forked("push", bundle, "--verify", key, folder=ground, environment=own)
    assert ended.returncode == 2
    assert words in ended.stderr


def test_a_manifest_that_was_changed_is_refused_though_the_sums_agree(forked, ground, tmp_path):
    bundle = shutil.copytree(ground / "signed", tmp_path / "signed")
    changed_manifest(bundle, lambda manifest: manifest.update(made_at="2001-01-01T00:00:00.000000Z"))
    with unasked() as url:
        values = {"DATA_PLANE_URL": url, "WRITE_KEY": "k", "LEDGER_URL": f"sqlite:///{tmp_path}/l.db"}
        own = {f"BACKFILL_{name}": value for name, value in values.items()}
        ended = forked("push", bundle, "--verify", "ours/key.pub.pem", folder=ground, environment=own)
    assert (ended.returncode, f"{bundle}/manifest.json.sig is not the signature" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "words"),
    [("ours/key.pub.pem", "is no Ed25519 private key in PEM"), ("locked.pem", "is locked by a passphrase"),
     ("rsa.pem", "is no Ed25519 private key in PEM"), ("nowhere.pem", "cannot be read")],
)  # fmt: skip
def test_a_key_that_cannot_sign_is_refused_before_the_source_is_read(
    forked, ground, settings_in, tmp_path, name, words
):
    locked = ("pkey", "-in", "ours/key.pem", "-aes256", "-passout", "pass:secret", "-out", "locked.pem")
    rsa = ("genpkey", "-algorithm", "rsa", "-out", "rsa.pem")
    for arguments in (locked, rsa):
        subprocess.run(["openssl", *arguments], cwd=ground, check=True, capture_output=True)  # noqa: S607  # as told
    ended = forked("export", tmp_path / "b", "--sign", name, "--json", tmp_path / "s.json", folder=ground,
                   environment=of_source(settings_in(tmp_path), tmp_path))  # fmt: skip
    assert (ended.returncode, json.loads((tmp_path / "s.json").read_text())["exit"]) == (2, 2)
    assert f"--sign {name} {words}" in ended.stderr
    assert not (tmp_path / "b").exists()


def test_openssl_agrees_with_the_signature(ground):
    script = (
        "base64 -d manifest.json.sig > ../raw.sig && openssl pkeyutl -verify -rawin -pubin "
        "-inkey ../ours/key.pub.pem -in manifest.json -sigfile ../raw.sig && sha256sum -c manifest.json.sha256"
    )
    ran = subprocess.run(script, shell=True, cwd=ground / "signed", capture_output=True, text=True, check=False)  # noqa: S602  # our own
    assert ran.returncode == 0, ran.stderr
    assert "Signature Verified Successfully" in ran.stdout
    assert ran.stdout.count(": OK") == len(list((ground / "signed").iterdir())) - 1
