"""Assist in a home: speech services, a pipeline out of them, and satellites that use it.

Home Assistant is set up by its own ways: the config flow of `wyoming`, and the websocket commands
`assist_pipeline/pipeline/create` and `…/set_preferred` (homeassistant/components/assist_pipeline/pipeline.py).
"""

from typing import Any

import imageio_ffmpeg  # type: ignore[import-untyped]

from . import flows
from .client import Client
from .wyoming_satellite import Satellite
from .wyoming_server import WyomingServer
from .wyoming_speech import SpeechToText, TextToSpeech

PACE = 20.0  # times faster than life; Home Assistant's own voice detector keeps up with some hundreds
LANGUAGE = "en"
CONNECTED_WITHIN = 30.0  # s


def assist_configuration() -> dict[str, Any]:
    """Return what configuration.yaml needs for it: all sound for a Wyoming satellite goes through ffmpeg."""
    return {"ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()}}


class Assist:
    """The speech services of a home; `satellites` by room are the home's."""

    def __init__(self, satellites: dict[str, Satellite]) -> None:
        """Make the services; needs a running loop."""
        self.stt = SpeechToText()
        self.tts = TextToSpeech()
        self.satellites = satellites
        self.devices: dict[str, str] = {}  # the registry's device id of each satellite, by room
        self.entries: dict[str, str] = {}  # the config entry of each satellite, by room

    async def open(self) -> None:
        """Let them be reached."""
        for server in self._servers():
            await server.open()

    async def set_up(self, client: Client) -> None:
        """Let Home Assistant know them, and return when it listens to every satellite."""
        # An announcement is fetched by its address, and Home Assistant guesses at one it does not listen on.
        await client.command("config/core/update", internal_url=client.url)
        engines = {}
        for domain, service in (("stt", self.stt), ("tts", self.tts)):
            entry = await flows.set_up_wyoming(client, service.host, service.port)
            engines[domain] = (await entity_of(client, entry, domain))["entity_id"]
        pipeline = await client.command(
            "assist_pipeline/pipeline/create",
            name="Home",
            language=LANGUAGE,
            conversation_engine="conversation.home_assistant",
            conversation_language=LANGUAGE,
            stt_engine=engines["stt"],
            stt_language=LANGUAGE,
            tts_engine=engines["tts"],
            tts_language=LANGUAGE,
            tts_voice=None,
            wake_word_entity=None,
            wake_word_id=None,
        )
        await client.command("assist_pipeline/pipeline/set_preferred", pipeline_id=pipeline["id"])
        for room, satellite in self.satellites.items():
            entry = self.entries[room] = await flows.set_up_wyoming(client, satellite.host, satellite.port)
            entity = await entity_of(client, entry, "assist_satellite")
            assert entity["entity_id"] == satellite.entity_id
            self.devices[room] = entity["device_id"]
            await satellite.wait_until_running(within=CONNECTED_WITHIN)

    async def close(self) -> None:
        """End them."""
        for server in self._servers():
            await server.close()

    def _servers(self) -> list[WyomingServer]:
        return [self.stt, self.tts, *self.satellites.values()]


async def entity_of(client: Client, entry: str, domain: str) -> dict[str, Any]:
    """Return an entry's first entity of a domain, as the registry shows it."""
    known: list[dict[str, Any]] = await client.command("config/entity_registry/list")
    return next(
        one
        for one in known
        if one["config_entry_id"] == entry and str(one["entity_id"]).startswith(f"{domain}.") and not one["disabled_by"]
    )
