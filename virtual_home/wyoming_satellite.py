"""A simulated Assist satellite: a smart speaker that knows its wake word by itself and speaks to Home Assistant.

Messages: https://github.com/OHF-Voice/wyoming, README, Voice Satellite and Audio Output. Which follows on which:
https://github.com/rhasspy/wyoming-satellite, `WakeStreamingSatellite`. That one never asks back, which its users want
(issue 292 there); a satellite that does listens again once its question is played.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import time
from typing import Any, override

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioFormat, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Info, MicProgram, Satellite as About, SndProgram, WakeModel, WakeProgram
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import PauseSatellite, RunSatellite
from wyoming.snd import Played
from wyoming.tts import Synthesize
from wyoming.vad import VoiceStopped
from wyoming.wake import Detection

from .network import slugify
from .outlets import Outlet
from .speakers import Speaker
from .truth import Moment, Truth
from .waiting import AT_LAST, until
from .wyoming_server import PROGRAM, Peer, WyomingServer
from .wyoming_voice import RATE, WIDTH, spoken

CHUNK = 1024  # samples; wyoming-satellite's --mic-command-samples-per-chunk
SOUND_RATE = 22050  # Hz
GIVES_UP = 60.0  # s of sound after which nobody answers any more: Home Assistant's own limit is 15


@dataclass(slots=True)
class Turn:
    """What came of listening once: after a wake word, or after a question of its own."""

    said: str
    heard_as: str | None = None
    reply: str | None = None
    error: str | None = None
    sent: float = 0.0  # s of sound that left the satellite
    played: float | None = None  # s of sound that came back
    over: bool = False
    follow_up: Turn | None = None
    answers: list[str] = field(default_factory=list)

    async def wait(self, within: float = AT_LAST) -> Turn:
        """Return it once it is over, with all that follows up; TimeoutError otherwise."""
        await until(lambda: self._all_over, within=within)
        return self

    @property
    def _all_over(self) -> bool:
        return self.over and (self.follow_up is None or self.follow_up._all_over)  # noqa: SLF001  (another of its kind)


class Satellite(WyomingServer):
    """A satellite and the speaker it is: without power it is gone from the network, after `boot` s it is back.

    `pace` is how many times faster than life sound goes by, both ways. `asks_back`: it listens again, without a wake
    word, after an answer that ends with a question mark.
    """

    def __init__(
        self,
        truth: Truth,
        room: str,
        outlet: Outlet | None,
        *,
        pace: float = 1.0,
        wake_word: str = "ok_nabu",
        asks_back: bool = True,
        **speaker: Any,
    ) -> None:
        """Plug it in; `speaker` is what a `Speaker` takes besides."""
        super().__init__()
        self.name = f"{room} satellite"
        self.slug = slugify(self.name)
        self.entity_id = f"assist_satellite.{self.slug}"
        self.body = _Body(self._power_changed, truth, room, outlet, **speaker)
        self.pace = pace
        self.wake_word = wake_word
        self.asks_back = asks_back
        self.running = False  # Home Assistant has said that it listens
        self.turns: list[Turn] = []
        self.announcements: list[float] = []  # s of each sound it played unasked
        self._server_peer: Peer | None = None
        self._turn: Turn | None = None
        self._streaming: asyncio.Task[None] | None = None
        self._rate = SOUND_RATE
        self._sound = bytearray()
        self._booting: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None

    def wake(self, text: str = "", *, then: tuple[str, ...] = ()) -> Turn | None:
        """Say the wake word next to it and then `text`, or nothing; `then` are the answers to what it asks back.

        None, and nothing happens, when it cannot hear, is paused, or nobody listens to it.
        """
        if not self.running or self._turn is not None or not self.body.wake("answered" if text else "unanswered"):
            return None
        return self._begin(text, list(then), Detection(name=self.wake_word))

    async def wait_until_running(self, within: float = 30.0) -> None:
        """Return when Home Assistant has connected and is ready; it tries again 10 s after it was refused."""
        await until(lambda: self.running, within=within)

    @override
    def info(self) -> Info:
        phrase = self.wake_word.replace("_", " ")
        model = WakeModel(name=self.wake_word, description=None, phrase=phrase, languages=["en"], **PROGRAM)
        microphone, sound = AudioFormat(RATE, WIDTH, 1), AudioFormat(SOUND_RATE, WIDTH, 1)
        return Info(
            satellite=About(
                name=self.name, description=None, has_vad=False, active_wake_words=[self.wake_word], **PROGRAM
            ),
            wake=[WakeProgram(name="virtual wake word", description=None, models=[model], **PROGRAM)],
            mic=[MicProgram(name="microphone", description=None, mic_format=microphone, **PROGRAM)],
            snd=[SndProgram(name="speaker", description=None, snd_format=sound, **PROGRAM)],
        )

    @override
    async def take(self, peer: Peer, message: Event) -> bool:
        if self._server_peer is None:
            self._server_peer = peer
        elif peer is not self._server_peer:
            # One server at a time.
            return False
        if Ping.is_type(message.type):
            await peer.send(Pong(text=Ping.from_event(message).text))
        elif RunSatellite.is_type(message.type):
            self.running = True
        elif PauseSatellite.is_type(message.type):
            self._pause()
        elif AudioStart.is_type(message.type):
            self._rate = AudioStart.from_event(message).rate
            self._sound.clear()
        elif AudioChunk.is_type(message.type):
            self._sound += AudioChunk.from_event(message).audio
        elif AudioStop.is_type(message.type):
            self.beside(self._play(peer, len(self._sound) / WIDTH / self._rate))
        elif self._turn is not None:
            self._hear_of(self._turn, message)
        return True

    @override
    def lost(self, peer: Peer) -> None:
        if peer is self._server_peer:
            self._server_peer = None
            self._pause()

    @override
    def vanish(self, *, silently: bool = False) -> None:
        super().vanish(silently=silently)
        self._server_peer = None
        self._pause()

    @override
    async def close(self) -> None:
        if self._booting is not None:
            self._booting.cancel()
        await super().close()

    def _hear_of(self, turn: Turn, message: Event) -> None:
        """Take what Home Assistant tells about the turn that goes on."""
        if VoiceStopped.is_type(message.type):
            # The vendor's goes on until the transcript. Home Assistant 2026.10 may take a piece of sound that comes as
            # its answer is ready for one more wake, which ends the turn as a duplicate.
            self._stop_streaming()
        elif Transcript.is_type(message.type):
            turn.heard_as = Transcript.from_event(message).text
            self._stop_streaming()
        elif Synthesize.is_type(message.type):
            turn.reply = Synthesize.from_event(message).text
        elif Error.is_type(message.type):
            turn.error = Error.from_event(message).code
            self._end()

    def _begin(self, text: str, answers: list[str], detection: Detection | None) -> Turn:
        turn = self._turn = Turn(text, answers=answers)
        self.turns.append(turn)
        self._streaming = self.beside(self._stream(turn, detection))
        return turn

    async def _stream(self, turn: Turn, detection: Detection | None) -> None:
        """Send what the microphone takes up until Home Assistant has heard enough."""
        peer = self._server_peer
        if peer is None:
            return
        if detection is not None:
            await peer.send(detection)
        await peer.send(RunPipeline(start_stage=PipelineStage.ASR, end_stage=PipelineStage.TTS))
        sound, began = spoken(turn.said) if turn.said else b"", time.monotonic()
        # Larger pieces, not more of them, make it faster.
        size = WIDTH * int(CHUNK * self.pace)
        while turn.sent < GIVES_UP:
            piece, sound = sound[:size].ljust(size, b"\0"), sound[size:]
            await peer.send(AudioChunk(rate=RATE, width=WIDTH, channels=1, audio=piece))
            turn.sent += len(piece) / WIDTH / RATE
            # Against the clock: what sending takes must not slow a microphone down.
            await asyncio.sleep(max(0.0, began + turn.sent / self.pace - time.monotonic()))
        self._end()

    async def _play(self, peer: Peer, seconds: float) -> None:
        """Play what has come, say so, and listen again after a question."""
        turn = self._turn if self._turn is not None and self._turn.reply is not None else None
        self.body.play()
        await asyncio.sleep(seconds / self.pace)
        self.body.stop()
        await peer.send(Played())
        if turn is None:
            self.announcements.append(seconds)
            return
        turn.played = seconds
        if self.asks_back and (turn.reply or "").rstrip().endswith("?"):
            text, rest = (turn.answers[0], turn.answers[1:]) if turn.answers else ("", [])
            turn.follow_up = self._begin(text, rest, None)
            turn.over = True
        else:
            self._end()

    def _stop_streaming(self) -> None:
        if self._streaming is not None:
            self._streaming.cancel()
            self._streaming = None

    def _end(self) -> None:
        self._stop_streaming()
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.over = True

    def _pause(self) -> None:
        self.running = False
        self._end()

    def _power_changed(self, *, live: bool) -> None:
        if self._booting is not None:
            self._booting.cancel()
            self._booting = None
        if live:
            self._booting = asyncio.get_running_loop().call_later(self.body.boot, self._boot)
        else:
            # Nobody is left who could close a connection.
            self.vanish(silently=True)

    def _boot(self) -> None:
        # Not `beside`: that would end with what it had open before.
        self._opening = asyncio.get_running_loop().create_task(self.open())


class _Body(Speaker):
    """The speaker part, that tells when its power comes and goes."""

    def __init__(
        self, changed: Callable[..., None], truth: Truth, room: str, outlet: Outlet | None, **settings: Any
    ) -> None:
        self._changed: Callable[..., None] | None = None
        super().__init__(truth, room, outlet, **settings)
        self._changed = changed

    @override
    def power_changed(self, *, live: bool, at: Moment) -> None:
        before = self.powered
        super().power_changed(live=live, at=at)
        if self._changed is not None and live != before:
            self._changed(live=live)
