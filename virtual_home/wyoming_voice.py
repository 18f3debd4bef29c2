"""Sounds: a voice that Home Assistant's own voice detector takes for one, silence, and a tone.

What a voice says is in the lowest bit of its samples, where nobody hears it: simulated speech recognition goes by the
sound that reached it, and is told nothing in any other way.
"""

import numpy as np
from numpy.typing import NDArray

RATE = 16000  # Hz, of a microphone; assist_pipeline/const.py, SAMPLE_RATE
WIDTH = 2  # bytes
BREATH = 0.8  # s between a wake word and what follows; the detector (pymicro_vad) tells nothing before
SHORTEST = 1.5  # s; assist_pipeline/vad.py wants 0.3 of speech, and half of each word is too faint to count
PER_LETTER = 0.06  # s
_MARK = b"said"
_PITCH = 120  # Hz


def spoken(text: str, *, after: float = BREATH) -> bytes:
    """Return a voice that says `text`, after some silence; samples of `WIDTH` bytes at `RATE`."""
    samples = _voice(max(SHORTEST, PER_LETTER * len(text)))
    words = text.encode()
    message = _bits(_MARK + len(words).to_bytes(2) + words)
    # Over and over: the end may be cut off.
    samples = (samples & ~1) | np.resize(message, len(samples))
    return silence(after) + samples.astype("<i2").tobytes()


def understood(audio: bytes) -> str:
    """Return what was said in `audio`, or nothing."""
    bits = (np.frombuffer(audio, dtype="<i2") & 1).astype(np.uint8)
    start = bits.tobytes().find(_bits(_MARK).tobytes())
    if start < 0:
        return ""
    message = np.packbits(bits[start:]).tobytes()[len(_MARK) :]
    length = int.from_bytes(message[:2])
    words = message[2 : 2 + length]
    return words.decode() if len(words) == length else ""


def silence(seconds: float) -> bytes:
    """Return samples of nothing."""
    return bytes(WIDTH * int(seconds * RATE))


def tone(seconds: float, rate: int) -> bytes:
    """Return a beep at 440 Hz."""
    times = np.arange(int(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes()


def seconds_of(audio: bytes | bytearray, rate: int = RATE) -> float:
    """Return how long mono samples last."""
    return len(audio) / WIDTH / rate


def _bits(message: bytes) -> NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(message, dtype=np.uint8))


def _voice(seconds: float) -> NDArray[np.int16]:
    """Return a hum with the resonances of a mouth that opens and closes four times a second."""
    times = np.arange(int(seconds * RATE)) / RATE
    phase = np.cumsum(_PITCH + 15 * np.sin(2 * np.pi * 3 * times)) / RATE
    # Centre and width of each resonance, Hz; they move as between two vowels.
    mouth = (
        (700 + 200 * np.sin(2 * np.pi * 2.3 * times), 90),
        (1220 + 400 * np.sin(2 * np.pi * 1.7 * times), 110),
        (2600 + 0 * times, 160),
    )
    sound = np.zeros(len(times))
    for overtone in range(1, 40):
        loud = sum(1 / (1 + ((overtone * _PITCH - centre) / width) ** 2) for centre, width in mouth)
        sound += loud / overtone**0.3 * np.sin(2 * np.pi * overtone * phase)
    sound *= 0.55 + 0.45 * np.sin(2 * np.pi * 4 * times)
    samples: NDArray[np.int16] = (12000 * sound / np.max(np.abs(sound))).astype(np.int16)
    return samples
