"""Simulated speech recognition and synthesis, as Wyoming services.

https://github.com/OHF-Voice/wyoming, README, Event Flow: Speech to Text, Text to Speech. Of the real ones
https://github.com/rhasspy/wyoming-faster-whisper is the model for the first, https://github.com/rhasspy/wyoming-piper
for the second.
"""

from collections import deque
from dataclasses import dataclass
import time
from typing import override

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize

from .wyoming_server import PROGRAM, Peer, WyomingServer
from .wyoming_voice import WIDTH, seconds_of, tone, understood

LANGUAGES = ["en"]
TONE_RATE = 22050  # Hz; what Piper's voices of medium quality have
TONE_SECONDS = 0.4
TONE_CHUNK = 2048  # bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """A recognition: how much sound reached it, and what it made of that."""

    seconds: float
    text: str
    language: str | None


class SpeechToText(WyomingServer):
    """Understands what a voice of `wyoming_voice` says, unless `script` says what to understand next.

    `heard` are the requests so far; while `failing` it answers with an error, as a service does without its model.
    `answered_at` is when it last had, monotonic.
    """

    def __init__(self, name: str = "Virtual ears") -> None:
        """Take a free port."""
        super().__init__()
        self.name = name
        self.script: deque[str] = deque()
        self.heard: list[Heard] = []
        self.failing = False
        self.answered_at = 0.0
        self._listening: dict[Peer, bytearray] = {}
        self._languages: dict[Peer, str | None] = {}

    @property
    def seconds(self) -> float:
        """Return how much sound reached it in all."""
        return sum(one.seconds for one in self.heard)

    @override
    def info(self) -> Info:
        model = AsrModel(name="virtual", description=None, languages=LANGUAGES, **PROGRAM)
        # As Whisper: the end of speech is for Home Assistant to detect.
        return Info(
            asr=[AsrProgram(name=self.name, description=None, models=[model], requires_external_vad=True, **PROGRAM)]
        )

    @override
    async def take(self, peer: Peer, message: Event) -> bool:
        if Transcribe.is_type(message.type):
            self._languages[peer] = Transcribe.from_event(message).language
        elif AudioStart.is_type(message.type):
            self._listening[peer] = bytearray()
        elif AudioChunk.is_type(message.type):
            self._listening.setdefault(peer, bytearray()).extend(message.payload or b"")
        elif AudioStop.is_type(message.type):
            await self._answer(peer, bytes(self._listening.pop(peer, b"")))
            return False
        return True

    @override
    def lost(self, peer: Peer) -> None:
        # Whoever hangs up in the middle was heard all the same: that sound has left the room.
        if audio := self._listening.pop(peer, None):
            self.heard.append(Heard(seconds_of(audio), "", self._languages.get(peer)))
        self._languages.pop(peer, None)

    async def _answer(self, peer: Peer, audio: bytes) -> None:
        text = self.script.popleft() if self.script else understood(audio)
        self.heard.append(Heard(seconds_of(audio), text, self._languages.get(peer)))
        await peer.send(Error(text="no model", code="no-model") if self.failing else Transcript(text=text))
        self.answered_at = time.monotonic()


class TextToSpeech(WyomingServer):
    """Says everything with one short tone. `spoken` is what it was asked to say."""

    def __init__(self, name: str = "Virtual mouth", *, seconds: float = TONE_SECONDS) -> None:
        """Take a free port; `seconds` is how long its tone is."""
        super().__init__()
        self.name = name
        self.spoken: list[str] = []
        self._sound = tone(seconds, TONE_RATE)

    @override
    def info(self) -> Info:
        voice = TtsVoice(name="virtual", description=None, languages=LANGUAGES, **PROGRAM)
        return Info(tts=[TtsProgram(name=self.name, description=None, voices=[voice], **PROGRAM)])

    @override
    async def take(self, peer: Peer, message: Event) -> bool:
        if not Synthesize.is_type(message.type):
            return True
        self.spoken.append(Synthesize.from_event(message).text)
        await peer.send(AudioStart(rate=TONE_RATE, width=WIDTH, channels=1))
        for start in range(0, len(self._sound), TONE_CHUNK):
            part = self._sound[start : start + TONE_CHUNK]
            await peer.send(AudioChunk(rate=TONE_RATE, width=WIDTH, channels=1, audio=part))
        await peer.send(AudioStop())
        return True
