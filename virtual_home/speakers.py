"""Smart speakers behind plugs. They draw watts, take time to boot, and wake only when they really can hear."""

import asyncio
from collections.abc import Callable
import time
from typing import Literal

from .network import slugify
from .outlets import Outlet
from .truth import Interval, Moment, Truth, Wake

type Outcome = Literal["answered", "unanswered", "unknown"]
type Detector = Callable[["Speaker", Moment, Outcome], None]

# Echo Dot 3: 1.75 W idle, 2.3 to 2.7 W playing; bramstroker/homeassistant-powercalc, profile_library.
IDLE_WATTS = 1.7
PLAYING_WATTS = 2.6
BOOT = 3.0  # s; a real one takes 20 to 60, a test cannot wait for that
ANSWER_LENGTH = 2.0  # s it talks after an answered wake


class Speaker:
    """One speaker. `outlet` is what powers it (None: the wall, past every plug).

    `microphone` is a plug whose contact carries the microphone line, for the homes that open that instead of the power.
    """

    def __init__(
        self,
        truth: Truth,
        name: str,
        outlet: Outlet | None,
        *,
        microphone: Outlet | None = None,
        idle: float = IDLE_WATTS,
        playing: float = PLAYING_WATTS,
        boot: float = BOOT,
    ) -> None:
        """Plug it in; it has been on for long if its outlet is live."""
        self.name = name
        self.slug = slugify(name)
        self.boot = boot
        self.outlet = outlet
        self.microphone = microphone
        self.muted = False
        self._truth = truth
        self._idle = idle
        self._playing = playing
        self._is_playing = False
        self._detectors: list[Detector] = []
        self._past: list[Interval] = []
        self._powered_since: float | None = None
        self._line_since: float | None = None
        now = Moment.now()
        if outlet is None or outlet.live:
            # Booted long ago: a home does not begin with all its speakers starting up.
            self._powered_since = now.monotonic - boot
        if outlet is not None:
            outlet.plug_in(self)
        if microphone is not None:
            microphone.plug_in(_MicrophoneLine(self))
        self._line_since = now.monotonic if self._line_open else None

    @property
    def powered(self) -> bool:
        """True while it has mains."""
        return self._powered_since is not None

    @property
    def hears(self) -> bool:
        """True while it is powered, booted, and its microphone is on."""
        start = self._hears_from()
        return start is not None and time.monotonic() >= start

    def watts(self) -> float:
        """Return its draw, W."""
        return self._playing if self._is_playing else self._idle

    def hearing(self, until: float) -> list[Interval]:
        """Return when it could hear, seconds of the monotonic clock, up to `until`."""
        start = self._hears_from()
        now = [Interval(start, until)] if start is not None and start < until else []
        return [one for one in self._past if one.start < until] + now

    def attach(self, detector: Detector) -> None:
        """Let something notice each wake: a light sensor on its ring, a listener on its network traffic."""
        self._detectors.append(detector)

    def wake(self, outcome: Outcome = "answered") -> bool:
        """Say the wake word next to it. Returns False, and nothing happens, when it cannot hear."""
        if not self.hears:
            return False
        at = Moment.now()
        self._truth.wakes.append(Wake(at, self.slug, outcome))
        for detector in self._detectors:
            detector(self, at, outcome)
        if outcome == "answered":
            self.play(seconds=ANSWER_LENGTH)
        return True

    def play(self, *, seconds: float | None = None) -> None:
        """Make sound until `stop`, or for `seconds`; it draws more meanwhile."""
        self._sound(on=self.powered)
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, self.stop)

    def stop(self) -> None:
        """Be silent again."""
        self._sound(on=False)

    def press_microphone_button(self) -> None:
        """Mute or unmute by its own button; forgotten when it loses power, as on most speakers."""
        self._close(Moment.now())
        self.muted = not self.muted
        self._line_since = time.monotonic() if self._line_open else None

    def move(self, outlet: Outlet | None) -> None:
        """Carry it to another outlet, or past all plugs to the wall; it boots there."""
        if self.outlet is not None:
            self.outlet.pull_out(self)
        self.outlet = outlet
        if outlet is None:
            self.power_changed(live=True, at=Moment.now())
        else:
            outlet.plug_in(self)

    def power_changed(self, *, live: bool, at: Moment) -> None:
        """Hear from the outlet."""
        if live == self.powered:
            return
        self._close(at)
        self._powered_since = at.monotonic if live else None
        self._is_playing = False
        if not live and self.muted:
            self.muted = False
            self._line_since = at.monotonic if self._line_open else None

    def line_changed(self, at: Moment) -> None:
        """Hear that the microphone line was opened or closed outside."""
        self._close(at)
        self._line_since = at.monotonic if self._line_open else None

    @property
    def _line_open(self) -> bool:
        return not self.muted and (self.microphone is None or self.microphone.live)

    def _hears_from(self) -> float | None:
        if self._powered_since is None or self._line_since is None:
            return None
        return max(self._powered_since + self.boot, self._line_since)

    def _close(self, at: Moment) -> None:
        start = self._hears_from()
        if start is not None and at.monotonic > start:
            self._past.append(Interval(start, at.monotonic))

    def _sound(self, *, on: bool) -> None:
        if self._is_playing != on:
            self._is_playing = on
            if self.outlet is not None:
                self.outlet.load_changed()


class _MicrophoneLine:
    """The contact that carries the microphone: no load, but it must tell the speaker."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def watts(self) -> float:
        return 0.0

    def power_changed(self, *, live: bool, at: Moment) -> None:  # noqa: ARG002  (read from the plug itself)
        self._speaker.line_changed(at)
