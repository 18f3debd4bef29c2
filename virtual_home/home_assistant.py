"""A real Home Assistant process: configured, started, onboarded, killed, frozen and started again.

Reading its own log is the only look inside; everything else goes through `client.Client`.
"""

import asyncio
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import re
import sys
import time
from typing import Any

import aiohttp
import yaml

from .accounts import lasting_token, onboard
from .client import Client, RefusedError
from .process import Process, free_port

# The tests run in another interpreter's Home Assistant when they are told to: scripts/test next.
PYTHON = os.environ.get("EARLID_HASS_PYTHON") or sys.executable
START_TIMEOUT = 180.0  # s; 10 to 20 are usual on two quiet cores, noisy neighbours multiply it
STOP_TIMEOUT = 60.0  # s; Home Assistant gives its own shutdown stages about that
MQTT_LOGGER = "homeassistant.components.mqtt.client"
MQTT_CONNECTED = "Connected to MQTT server"
TOKEN_SAVED_AFTER = 1.5  # s; homeassistant/auth/auth_store.py saves 1 s after a change

# Parts that are set up whether or not they are in configuration.yaml are homeassistant/bootstrap.py,
# DEFAULT_INTEGRATIONS; these are the others.
PARTS = ("api", "config", "websocket_api", "group", "conversation", "automation", "input_boolean", "input_datetime")
ONBOARDED = ("core_config", "analytics", "integration")  # all of onboarding/const.py STEPS but `user`


def write_configuration(
    directory: Path, port: int, *, time_zone: str, recorder: bool, extra: dict[str, Any] | None = None
) -> None:
    """Write configuration.yaml and the onboarding steps that need no one; `extra` is merged in by top-level key.

    `default_config` is left out: it looks for devices on the network and calls services outside.
    """
    configuration: dict[str, Any] = {
        "homeassistant": {
            "name": "Home",
            "latitude": 52.37,
            "longitude": 4.9,
            "elevation": 0,
            "unit_system": "metric",
            "country": "NL",
            "currency": "EUR",
            "time_zone": time_zone,
        },
        "logger": {
            "default": "warning",
            # The last two complain at each start of a missing ffmpeg and libturbojpeg: nobody films here.
            "logs": {MQTT_LOGGER: "debug", "haffmpeg": "fatal", "homeassistant.components.camera": "fatal"},
            # Its other debug lines are several per message, and would slow down what is measured.
            "filters": {MQTT_LOGGER: [f"^(?!{MQTT_CONNECTED})"]},
        },
        **dict.fromkeys(PARTS),
    }
    if recorder:
        configuration["recorder"] = None
    for key, value in (extra or {}).items():
        known = configuration.get(key)
        configuration[key] = known | value if isinstance(known, dict) and isinstance(value, dict) else value
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "configuration.yaml").write_text(yaml.safe_dump(configuration, sort_keys=False), encoding="utf-8")
    storage = directory / ".storage"
    storage.mkdir(exist_ok=True)
    # From configuration.yaml the address would be on trial: unless confirmed within 5 min, Home Assistant restarts on
    # 8123. Version 1 of http/config.py's store, which its migration fills up.
    _store(storage, "http", 1, {"server_host": "127.0.0.1", "server_port": port})
    _store(storage, "onboarding", 4, {"done": list(ONBOARDED)})


def _store(folder: Path, key: str, version: int, data: dict[str, Any]) -> None:
    document = {"version": version, "minor_version": 1, "key": key, "data": data}
    (folder / key).write_text(json.dumps(document), encoding="utf-8")


class HomeAssistant:
    """The process and its owner's client."""

    def __init__(
        self,
        directory: Path,
        *,
        time_zone: str = "UTC",
        configuration: dict[str, Any] | None = None,
        integrations: list[Path] | None = None,
        recorder: bool = False,
    ) -> None:
        """Write the configuration; `integrations` are folders to show under `custom_components`."""
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start_seconds: float | None = None
        write_configuration(directory, self.port, time_zone=time_zone, recorder=recorder, extra=configuration)
        custom = directory / "custom_components"
        custom.mkdir(exist_ok=True)
        for integration in integrations or []:
            (custom / integration.name).symlink_to(integration.resolve())
        self._session: aiohttp.ClientSession | None = None
        self._owner: Client | None = None
        # --skip-pip: what is missing fails at once and by name, instead of being fetched while a test waits.
        self._process = Process(
            "Home Assistant",
            [PYTHON, "-m", "homeassistant", "-c", str(directory), "--skip-pip", "--log-no-color"],
            output=directory / "output.log",
            environment={**os.environ, "TZ": "UTC", "PYTHONUNBUFFERED": "1"},
            # `-m` puts the working directory on the path: in the repository its custom_components would come first.
            directory=directory,
        )

    @property
    def owner(self) -> Client:
        """The administrator's client; RuntimeError before the first start."""
        if self._owner is None:
            raise RuntimeError("Home Assistant was never started")
        return self._owner

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session all clients share."""
        if self._session is None:
            # A connection kept over a kill would fail the first request after it.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        return self._session

    @property
    def running(self) -> bool:
        """True while the process exists, frozen or not."""
        return self._process.running

    @property
    def process_id(self) -> int:
        """The operating system's id; RuntimeError when it does not run."""
        return self._process.process_id

    @property
    def waited(self) -> float:
        """Seconds its event loop was ready to run since the start and got no processor; 0 where nobody tells."""
        return self._process.waited

    async def start(self) -> None:
        """Start and return when it says RUNNING; the first time the owner is created on the way."""
        await self.launch()
        await self.wait_until_started()

    async def launch(self) -> None:
        """Start the process and return at once."""
        self._launched = time.monotonic()
        await self._process.start()

    async def wait_until_started(self, within: float = START_TIMEOUT) -> None:
        """Return when it says RUNNING; TimeoutError with its last words otherwise."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            if not self._process.running:
                raise RuntimeError(f"Home Assistant ended: {self._process.last_words()}")
            try:
                if await self._is_started():
                    self.start_seconds = time.monotonic() - self._launched
                    return
            except aiohttp.ClientError, TimeoutError, ConnectionError:
                pass
            await asyncio.sleep(0.1)
        raise TimeoutError(f"Home Assistant did not start: {self._process.last_words()}")

    async def stop(self) -> None:
        """Stop it cleanly: everything is saved."""
        await self._process.stop(within=STOP_TIMEOUT)

    async def kill(self) -> None:
        """SIGKILL: what was not saved is lost."""
        await self._process.kill()

    async def restart(self) -> None:
        """Stop cleanly and start again."""
        await self.stop()
        await self.start()

    def freeze(self) -> None:
        """SIGSTOP: it hangs, its connections stay open."""
        self._process.freeze()

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.thaw()

    async def close(self) -> None:
        """End the process, in whatever state it is, and the session."""
        await self._process.kill()
        if self._session is not None:
            await self._session.close()

    def log(self) -> list[str]:
        """Return its log so far, over all starts."""
        output = self._process.output
        return output.read_text(errors="replace").splitlines() if output.exists() else []

    def logged(self, text: str) -> list[datetime]:
        """Return when lines with `text` were logged, UTC (`MQTT_CONNECTED`: when MQTT was there)."""
        # Since 2026.11 the time is followed by its difference from UTC, which is none: see TZ above.
        begins = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})(\+00:00)? ")
        found = (begins.match(line) for line in self.log() if text in line)
        return [datetime.fromisoformat(match[1]).replace(tzinfo=UTC) for match in found if match]

    def complaints(self, about: str = "") -> list[str]:
        """Return the lines of its log that are warnings or errors and hold `about` (a logger, an integration)."""
        grave = (" WARNING ", " ERROR ", " CRITICAL ")
        return [line for line in self.log() if about in line and any(level in line for level in grave)]

    async def _is_started(self) -> bool:
        if self._owner is None:
            await self._create_owner()
        try:
            return bool((await self.owner.get("/api/config"))["state"] == "RUNNING")
        except RefusedError:
            # Authentication answers before the api is there.
            return False

    async def _create_owner(self) -> None:
        async with self.session.get(f"{self.url}/api/onboarding") as answer:
            if answer.status != 200:
                raise TimeoutError
        token = await onboard(self.session, self.url)
        first = Client(self.session, self.url, token)
        self._owner = Client(self.session, self.url, await lasting_token(first))
        # A kill right after the start would forget the token.
        await asyncio.sleep(TOKEN_SAVED_AFTER)
