"""When each speaker may be heard, written down by whoever sets the scene: Earlid is never asked."""

from collections.abc import Iterable

from .truth import Interval


class Permissions:
    """The permitted intervals of each room, in seconds of the monotonic clock."""

    def __init__(self) -> None:
        """Permit nothing."""
        self._since: dict[str, float] = {}
        self._past: dict[str, list[Interval]] = {}

    def allow(self, rooms: Iterable[str], at: float) -> None:
        """Permit from `at` on."""
        for room in rooms:
            self._since.setdefault(room, at)

    def deny(self, rooms: Iterable[str], at: float) -> None:
        """Permit no longer from `at` on."""
        for room in rooms:
            if room in self._since:
                self._past.setdefault(room, []).append(Interval(self._since.pop(room), at))

    def of(self, room: str, until: float) -> list[Interval]:
        """Return when a room's speaker was permitted, up to `until`."""
        running = [Interval(self._since[room], until)] if room in self._since else []
        return self._past.get(room, []) + running
