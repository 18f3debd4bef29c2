"""The plan as docs/exposure.md shows it."""

from .plan import ASSUMED, DAY, HOUR, KINDS, LATE_BY, LOST_SHARE, LOST_SPAN, MINUTE, WRONG_BY, Kind, What, Where

_EACH = {Where.HOME: "home", Where.PLUG: "plug", Where.PHONE: "phone"}
_MEANS = {
    What.SERVER: "Home Assistant does not run",
    What.LOOP: "Home Assistant hangs; then all that came comes in a heap",
    What.BROKER: "no broker",
    What.BROKER_SLOW: f"messages over the broker take {LATE_BY[0]:.0f} to {LATE_BY[1]:.0f} s longer",
    What.CLOCK: f"the server's clock is {WRONG_BY[0] / MINUTE:.0f} to {WRONG_BY[1] / MINUTE:.0f} min ahead or behind",
    What.MAINS: "no power at the plug",
    What.RADIO: "the plug hears nothing and is not heard",
    What.EARS: "the plug hears no command",
    What.CONTACT: "the contact never opens; the plug reports off when told to",
    What.HAND: "somebody turns the plug on",
    What.PHONE: "the phone of a person says nothing",
}


def table() -> str:
    """Return every kind of fault as a row of Markdown."""
    lines = ["| fault | what it is | how often | how long | source |", "|---|---|---|---|---|", *map(_row, KINDS)]
    lines.append(
        f"| lost message | nothing sent to or by a plug within a span of {LOST_SPAN:.0f} s arrives | "
        f"{LOST_SHARE:.1%} of all spans | {LOST_SPAN:.0f} s | {ASSUMED} |"
    )
    return "\n".join(lines)


def _row(kind: Kind) -> str:
    what = "; ".join(_MEANS[one] for one in kind.what)
    return (
        f"| {kind.name} | {what} | {kind.a_year:g} a year and {_EACH[kind.where]} | "
        f"{_long(kind.shortest, kind.longest)} | {kind.source} |"
    )


def _long(shortest: float, longest: float) -> str:
    if not longest:
        return "a moment"
    return _spell(longest) if shortest == longest else f"{_spell(shortest)} to {_spell(longest)}"


def _spell(seconds: float) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= unit and seconds % unit == 0 and (unit is not DAY or seconds > DAY):
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"
