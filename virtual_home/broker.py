"""A real Mosquitto on a loopback port, which can be stopped, killed, frozen and started again on that port."""

import asyncio
import os
from pathlib import Path
import shutil
import time

from .process import Process, free_port

DEBIAN_PATH = "/usr/sbin/mosquitto"  # not on an ordinary user's PATH
START_TIMEOUT = 30.0  # seconds; 0.1 is usual


def find_mosquitto() -> str:
    """Return the path of the broker: $EARLID_MOSQUITTO, then PATH, then Debian's place.

    Raises FileNotFoundError when there is none.
    """
    for candidate in (os.environ.get("EARLID_MOSQUITTO"), shutil.which("mosquitto"), DEBIAN_PATH):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise FileNotFoundError("no mosquitto: install it or set EARLID_MOSQUITTO")


class Broker:
    """The home's MQTT broker. Retained messages survive a clean stop, as in most homes, and not a kill.

    Configuration: mosquitto.conf(5), https://mosquitto.org/man/mosquitto-conf-5.html.
    """

    def __init__(self, directory: Path) -> None:
        """Choose a port and write the configuration into `directory`."""
        self.port = free_port()
        self.host = "127.0.0.1"
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        configuration = directory / "mosquitto.conf"
        configuration.write_text(
            f"listener {self.port} {self.host}\n"
            "allow_anonymous true\n"
            "persistence true\n"
            f"persistence_location {directory}/\n"
            # A started-as-root broker would drop to the user `mosquitto`, who may not write our directory.
            "user root\n"
            # One millisecond commands are measured: Nagle would add up to 40.
            "set_tcp_nodelay true\n"
            # By default it drops what a reader lags behind by more than 1,000: docs/mqtt.yaml, Delivery.
            "max_queued_messages 100000\n"
            "log_dest stdout\n"
            "log_timestamp_format %H:%M:%S\n",
            encoding="utf-8",
        )
        self._process = Process(
            "mosquitto",
            [find_mosquitto(), "-c", str(configuration)],
            output=directory / "mosquitto.log",
        )

    @property
    def running(self) -> bool:
        """True while the process exists, frozen or not."""
        return self._process.running

    @property
    def waited(self) -> float:
        """Seconds it was ready to run since the start and got no processor; 0 where nobody tells."""
        return self._process.waited

    async def start(self) -> None:
        """Start and return when it accepts connections; TimeoutError with its last words otherwise."""
        await self._process.start()
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end and self._process.running:
            try:
                _, writer = await asyncio.open_connection(self.host, self.port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return
        raise TimeoutError(f"mosquitto did not start: {self._process.last_words()}")

    async def stop(self) -> None:
        """Stop it cleanly: retained messages are saved."""
        await self._process.stop()

    async def kill(self) -> None:
        """SIGKILL: retained messages since the last save (30 min apart) are lost."""
        await self._process.kill()

    def forget(self) -> None:
        """Lose sessions, what was queued in them, and retained messages, as on a new disk; it must not run."""
        assert not self.running
        (self._directory / "mosquitto.db").unlink(missing_ok=True)

    async def restart(self) -> None:
        """Stop cleanly and start on the same port."""
        await self.stop()
        await self.start()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing moves."""
        self._process.freeze()

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.thaw()
