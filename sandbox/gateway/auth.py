"""Who may send: Basic auth with the write key as user (rudder-server gateway/handle_http_auth.go:22-55)."""

import base64
import binascii

from sandbox.gateway import answers
from sandbox.gateway.answers import RefusedError
from sandbox.gateway.settings import GatewaySettings

_SCHEME = "basic "


def check_write_key(authorization: str | None, settings: GatewaySettings) -> None:
    """Let a request pass by its Authorization header; the password is ignored. Raises RefusedError (401, 404)."""
    write_key = basic_user(authorization or "")
    if not write_key:
        raise RefusedError(answers.NO_WRITE_KEY)
    if write_key in settings.disabled_keys:
        raise RefusedError(answers.SOURCE_DISABLED)
    if write_key not in settings.write_keys:
        raise RefusedError(answers.UNKNOWN_WRITE_KEY)


def basic_user(authorization: str) -> str:
    """Give the user as Go's Request.BasicAuth reads it, "" if there is none."""
    if authorization[: len(_SCHEME)].lower() != _SCHEME:
        return ""
    try:
        decoded = base64.b64decode(authorization[len(_SCHEME) :], validate=True)
    except (binascii.Error, ValueError):
        return ""
    user, colon, _ = decoded.decode("utf-8", errors="replace").partition(":")
    return user if colon else ""
