"""A broker of many homes, with the configuration that `docs/fleet/` gives, and ways to come to it."""

import asyncio
import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import hashlib
import ipaddress
import os
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from .broker import Broker
from .observer import Observer

EXAMPLES = Path(__file__).resolve().parent.parent / "docs" / "fleet"
EXAMPLE_SITE = "elm_street_4"
_ITERATIONS = 101  # what mosquitto_passwd takes


class FleetBroker(Broker):
    """A Mosquitto with TLS, passwords and the ACL of `docs/fleet/`."""

    def __init__(self, directory: Path, users: Mapping[str, str]) -> None:
        """Write the configuration into `directory`; `users` are names and passwords."""
        super().__init__(directory)
        self.users = dict(users)
        self.authority = directory / "ca.crt"
        _write_certificates(directory)
        (directory / "acl").write_text((EXAMPLES / "acl").read_text(encoding="utf-8"), encoding="utf-8")
        passwords = directory / "passwords"
        passwords.write_text("".join(f"{name}:{_hashed(word)}\n" for name, word in users.items()), encoding="ascii")
        for private in (directory / "acl", passwords):
            private.chmod(0o600)
        configuration = substituted(
            "mosquitto.conf",
            {
                "listener 8883": f"listener {self.port} {self.host}",
                "/etc/mosquitto/certs/": f"{directory}/",
                "/etc/mosquitto/": f"{directory}/",
                "/var/lib/mosquitto/": f"{directory}/",
            },
        )
        # A started-as-root broker would drop to the user `mosquitto`, who may not write our directory.
        (directory / "mosquitto.conf").write_text(f"{configuration}\nuser root\n", encoding="utf-8")

    def bridge(self, site: str, port: int) -> str:
        """Return the configuration of a site's bridge to here, over a link at `port`."""
        return substituted(
            "bridge.conf",
            {
                "fleet.example.org:8883": f"{self.host}:{port}",
                "/etc/mosquitto/certs/fleet-ca.crt": str(self.authority),
                "change-me": self.users[site],
                EXAMPLE_SITE: site,
            },
        )


class FleetClient(Observer):
    """A consumer, an operator, or somebody with a site's password: an observer that says who it is."""

    def __init__(self, fleet: FleetBroker, user: str, *filters: str, client_id: str = "") -> None:
        """Describe who comes, and what it asks for; entering connects."""
        super().__init__(fleet.host, fleet.port, *filters)
        self._answers: dict[int, ReasonCode] = {}
        self._client._client_id = client_id.encode()  # noqa: SLF001 - an observer has none of its own
        self._client.username_pw_set(user, fleet.users[user])
        self._client.tls_set(ca_certs=str(fleet.authority))
        self._client.on_publish = self._on_publish

    async def say(self, topic: str, payload: str, *, retain: bool = False) -> str:
        """Publish with QoS 1 and return what the broker says to that, as `Success` or `Not authorized`."""
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        for _ in range(1500):
            if sent.mid in self._answers:
                return str(self._answers[sent.mid])
            await asyncio.sleep(0.02)
        raise TimeoutError(f"no answer to what was published on {topic}")

    def _on_publish(
        self, _client: mqtt.Client, _data: Any, message_id: int, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self._answers[message_id] = code


def substituted(name: str, replacements: Mapping[str, str]) -> str:
    """Return a file of `docs/fleet/` with ports, folders and passwords of here; all of them must be in it."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text, f"{name} has no {old}"
        text = text.replace(old, new)
    return text


def _hashed(password: str) -> str:
    """Return a password as Mosquitto 2 keeps it: PBKDF2 with SHA-512 (mosquitto_passwd(1))."""
    salt = os.urandom(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return f"$7${_ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _write_certificates(directory: Path) -> None:
    """Write an authority and the broker's certificate for 127.0.0.1, good for a day."""
    authority_key, authority_name = ec.generate_private_key(ec.SECP256R1()), _named("Fleet authority")
    authority = (
        _unsigned(authority_name, authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        _unsigned(_named("127.0.0.1"), authority_name, key)
        .add_extension(here, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    (directory / "ca.crt").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (directory / "fleet.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (directory / "fleet.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
