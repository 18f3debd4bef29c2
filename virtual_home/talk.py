"""Somebody who talks to the satellites of a home, in one language or another."""

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from .wyoming_satellite import Turn

if TYPE_CHECKING:
    from .home import VirtualHome

# The same wake word within 2 s is taken for one that was heard twice (assist_pipeline/const.py, WAKE_WORD_COOLDOWN).
WAKE_WORDS: Final = ("ok_nabu", "hey_jarvis", "alexa", "hey_mycroft", "okay_computer", "hey_rhasspy")
APART: Final = 2.6  # s
# Home Assistant 2026.10 may take sound that is still under way as an answer is ready for one more wake, which it then
# refuses; the answer is there all the same.
LATE_SOUND: Final = "duplicate_wake_up_detected"


class Talk:
    """Says things to the satellites of a home, each time with the wake word that was not said for longest."""

    def __init__(self, home: VirtualHome, pipeline: dict[str, Any]) -> None:
        """Talk to this home's, through this pipeline."""
        self.home = home
        self._pipeline = pipeline
        self._words = dict.fromkeys(WAKE_WORDS, 0.0)

    async def say(self, text: str, to: str = "hall") -> str:
        """Say something to a room's satellite; return its answer."""
        return (await self.turn(text, to)).reply or ""

    async def turn(self, text: str, to: str = "hall") -> Turn:
        """Say something to a room's satellite; return what came of it. ValueError where that was an error."""
        satellite = self.home.satellites[to]
        await satellite.wait_until_running()
        await self.home.owner.wait_for(satellite.entity_id, "idle")
        turn = await self.wake(text, to)
        await turn.wait()
        if turn.error == LATE_SOUND and turn.heard_as is None:
            return await self.turn(text, to)
        if turn.error not in (None, LATE_SOUND):
            raise ValueError(turn.error)
        return turn

    async def wake(self, text: str, to: str) -> Turn:
        """Say a wake word and something; return what begins to come of it."""
        satellite = self.home.satellites[to]
        word = min(self._words, key=self._words.__getitem__)
        await asyncio.sleep(max(0.0, self._words[word] + APART - time.monotonic()))
        satellite.wake_word, self._words[word] = word, time.monotonic()
        turn = satellite.wake(text)
        if turn is None:
            raise ValueError("it did not wake")
        return turn

    async def speak(self, language: str) -> None:
        """Let the satellites understand a language."""
        update = {key: value for key, value in self._pipeline.items() if key != "id"}
        update |= {"pipeline_id": self._pipeline["id"], "conversation_language": language}
        await self.home.owner.command("assist_pipeline/pipeline/update", **update)


async def talk_to(home: VirtualHome) -> Talk:
    """Return somebody who talks to a home's satellites, which understand what Earlid has sentences for."""
    for satellite in home.satellites.values():
        satellite.asks_back = False
    await home.owner.call("earlid.install_sentences", {})
    pipelines = await home.owner.command("assist_pipeline/pipeline/list")
    preferred = next(one for one in pipelines["pipelines"] if one["id"] == pipelines["preferred_pipeline"])
    return Talk(home, preferred)
