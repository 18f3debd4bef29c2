"""What the story adds up to: the comparison with Home Assistant's own automations, and the exposure."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from .checks import Outcome, spell
from .screen import Screen
from .stage import TWINS, Stage
from .story import Story

NAMES = dict(zip(TWINS, ("Careful automation", "Simple automation"), strict=True))
# What befell the twins' plugs as night began goes on for them while the story turns to other speakers.
TWINS_WORDS = dict.fromkeys(("night", "listening", "moved"), "deaf plug")
SHOWN_FROM = 0.05  # s of exposure that are worth a word

COMPARISON = (
    "Careful: decides anew at every change, at a start and when its plug goes on, and says OFF again every minute. "
    "Simple: acts when people come or go and when night begins; what it missed it never makes up for. Stayed on: until "
    "hearing was allowed again."
)
FLOOR = (
    "Home Assistant's connection to the broker sends the second of several small messages only when the first is "
    "acknowledged (Nagle's algorithm), so the last of 5 plugs waits for some 30 to 45 ms whoever commands it."
)
EXPOSURE = (
    "How long each speaker could really hear, held against what the story permitted; Earlid is not asked. While Home "
    "Assistant is dead nothing can silence these plugs, which have no clock of their own."
)


def compare(screen: Screen, story: Story) -> None:
    """Print how the twins did on the same faults, and the floor that Home Assistant sets."""
    screen.heading("The same faults, on plugs left to Home Assistant's own automations")
    row = "  {:<23}{:<18}{:<19}{}"
    screen.say(row.format("", "Earlid", "careful", "simple"))
    for fault in story.rivals.faults:
        twins = (story.rivals.of(fault, room) for room in TWINS)
        screen.say(row.format(fault.name, fault.earlid, *twins))
    floor = [delay.last for delay in story.stage.yardstick]
    if floor and story.leavings:
        both = [", ".join(spell(one) for one in some) for some in ([one.last for one in story.leavings], floor)]
        screen.say(f"\n  Everybody leaves, the last of 5 plugs is off:\n    Earlid, 2 rules          after {both[0]}")
        screen.say(f"    one switch.turn_off      after {both[1]}: Home Assistant's own floor")
    screen.paragraph(f"{COMPARISON}", first="\n  ", indent="  ")
    screen.paragraph(FLOOR, first="  ", indent="  ")


def conclude(screen: Screen, outcomes: Sequence[Outcome], took: float) -> bool:
    """Print the verdict; returns whether every step held."""
    failed = [str(number) for number, outcome in enumerate(outcomes, 1) if not outcome.held]
    if failed:
        steps = f"step {failed[0]}" if len(failed) == 1 else f"steps {', '.join(failed)}"
        screen.verdict(f"FAILED: {steps} of {len(outcomes)}, in {took:.0f} s.", good=False)
    else:
        screen.verdict(f"All {len(outcomes)} steps held, in {took:.0f} s.", good=True)
    return not failed


def expose(screen: Screen, stage: Stage, outcomes: Sequence[Outcome], ended: float) -> None:
    """Print for how long each speaker could hear, permitted or not, and at which steps it was not."""
    screen.heading("Exposure")
    screen.paragraph(EXPOSURE, first="  ", indent="  ")
    row = "  {:<20}{:>10}{:>15}   {}"
    screen.say(row.format("", "permitted", "not permitted", "at").rstrip())
    for room in stage.everywhere:
        speaker = stage.home.speakers[room]
        permitted = stage.permissions.of(room, ended)
        whole = stage.home.truth.exposure(speaker, permitted, since=outcomes[0].began, until=ended)
        shares = _shares(stage, room, outcomes, ended)
        words = ", ".join(
            _in_one_line(f"{word} {spell(seconds)}") for word, seconds in shares.items() if seconds >= SHOWN_FROM
        )
        name = NAMES.get(room, speaker.name)
        numbers = row.format(name, f"{whole.permitted:.1f} s", f"{whole.forbidden:.2f} s", "")
        screen.paragraph(words, first=numbers, indent=" " * len(numbers))


def _shares(stage: Stage, room: str, outcomes: Sequence[Outcome], ended: float) -> dict[str, float]:
    """Return the seconds without permission by the word of the step in which, or after which, they passed."""
    speaker, permitted = stage.home.speakers[room], stage.permissions.of(room, ended)
    shares: defaultdict[str, float] = defaultdict(float)
    starts = [outcome.began for outcome in outcomes]
    for outcome, (start, end) in zip(outcomes, pairwise([*starts, ended]), strict=True):
        word = outcome.step.word
        word = TWINS_WORDS.get(word, word) if room in TWINS else word
        shares[word] += stage.home.truth.exposure(speaker, permitted, since=start, until=end).forbidden
    return shares


def _in_one_line(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")
