"""Throwaway certificates for a plane that speaks HTTPS: a good one, and those a client must refuse."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)
_LOOPBACK: tuple[x509.GeneralName, ...] = (x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost"))
_ELSEWHERE: tuple[x509.GeneralName, ...] = (x509.DNSName("elsewhere.example"),)


class Certificate(StrEnum):
    """What a server shows of itself. Of these only VALID is good to a client that trusts the authority."""

    VALID = "valid"
    EXPIRED = "expired"
    WRONG_HOST = "wrong host"
    SELF_SIGNED = "self-signed"


@dataclass(frozen=True, slots=True)
class _Signer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of this moment. ``ca_path`` is its certificate (PEM), for a client's `verify`."""

    ca_path: Path
    _signer: _Signer

    def server(self, certificate: Certificate) -> ssl.SSLContext:
        """Give what a server for 127.0.0.1 and localhost needs to show such a certificate."""
        own = _signer(certificate.value)
        signer = own if certificate is Certificate.SELF_SIGNED else self._signer
        end = datetime.now(UTC) + (-_DAY if certificate is Certificate.EXPIRED else _DAY)
        names = _ELSEWHERE if certificate is Certificate.WRONG_HOST else _LOOPBACK
        return _context(self.ca_path.parent / f"{certificate.name.lower()}.pem", _leaf(own, signer, end, names), own)


def make_authority(folder: Path) -> Authority:
    """Make a new authority, whose files stand in ``folder``, and keep its key to this process."""
    signer = _signer("a throwaway authority")
    usage = _usage(signs_certificates=True)
    built = (
        _unsigned(signer, signer, datetime.now(UTC) + _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(signer.key, hashes.SHA256())
    )
    path = folder / "authority.pem"
    path.write_bytes(built.public_bytes(Encoding.PEM))
    return Authority(path, signer)


def _leaf(own: _Signer, signer: _Signer, end: datetime, names: tuple[x509.GeneralName, ...]) -> x509.Certificate:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    return (
        _unsigned(own, signer, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issuer, critical=False)
        .sign(signer.key, hashes.SHA256())
    )


def _unsigned(own: _Signer, signer: _Signer, end: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(signer.name, own.name)
        .public_key(own.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - 3 * _DAY)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signer(name: str) -> _Signer:
    return _Signer(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), ec.generate_private_key(ec.SECP256R1()))


def _context(path: Path, certificate: x509.Certificate, own: _Signer) -> ssl.SSLContext:
    key = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
