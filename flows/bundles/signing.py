"""Signatures of a manifest: Ed25519 (RFC 8032) over its bytes, in base64; keys are PEM files, as openssl makes them."""

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from flows.errors import SettingsInvalid


def private_key(path: Path) -> Ed25519PrivateKey:
    """Return the key to sign with. Raises `SettingsInvalid`."""
    try:
        key = load_pem_private_key(_read("--sign", path), password=None)
    except TypeError:
        raise SettingsInvalid([f"--sign {path} is locked by a passphrase: give a key without one"]) from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        cure = "make one with `openssl genpkey -algorithm ed25519`"
        raise SettingsInvalid([f"--sign {path} is no Ed25519 private key in PEM: {cure}"])
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the key to verify with. Raises `SettingsInvalid`."""
    try:
        key = load_pem_public_key(_read("--verify", path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        cure = "take it from the private one with `openssl pkey -pubout`"
        raise SettingsInvalid([f"--verify {path} is no Ed25519 public key in PEM: {cure}"])
    return key


def signature(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """Return the signature as its file holds it."""
    return base64.b64encode(key.sign(content)) + b"\n"


def holds(key: Ed25519PublicKey, signed: bytes, content: bytes) -> bool:
    """Tell whether the file of a signature holds the key's own of the content."""
    try:
        key.verify(base64.b64decode(signed.strip(), validate=True), content)
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _read(option: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsInvalid([f"{option} {path} cannot be read: {error.strerror}"]) from None
