"""The same faults on the twins' plugs: what Home Assistant's own automations made of them."""

from dataclasses import dataclass

from .checks import spell
from .stage import TWINS, Stage


@dataclass(slots=True)
class Fault:
    """One fault: how Earlid did, and from when to when the twins' plugs were watched (monotonic clock)."""

    name: str
    since: float
    earlid: str
    ended: float = 0.0


class Rivals:
    """Keeps the faults and tells how each twin did."""

    def __init__(self, stage: Stage) -> None:
        """Watch the twins of this stage."""
        self.faults: list[Fault] = []
        self._stage = stage

    def met(self, name: str, since: float, earlid: str) -> None:
        """Note a fault that the twins met too, and the moment from which OFF was to be expected."""
        self.faults.append(Fault(name, since, earlid))

    def end(self, at: float) -> None:
        """Stop watching: from `at` on hearing is allowed again, or the next fault comes."""
        for fault in self.faults:
            fault.ended = fault.ended or at

    def of(self, fault: Fault, room: str) -> str:
        """Return what became of a twin's plug."""
        plug = self._stage.home.plugs[room]
        off = self._stage.went_off(plug, fault.since, before=fault.ended)
        if off is None:
            return f"stayed on for {spell(round(fault.ended - fault.since))}"
        return f"off after {spell(off - fault.since)}"

    def careful_is_off(self) -> bool:
        """Return whether the careful twin has done its work."""
        return not self._stage.home.plugs[TWINS[0]].live
