"""An OFF that is sent before anything is read is one that the step would have sent, whatever it reads."""

from dataclasses import replace

from hypothesis import given, strategies as st

from custom_components.earlid.engine.commands import off_at_once
from custom_components.earlid.engine.enforcement import step
from custom_components.earlid.engine.leases import Terms
from custom_components.earlid.engine.memory import Memory
from custom_components.earlid.engine.model import Command, Meter, Readings, Report

from .factories import a_decision, a_property, a_report, a_speaker, at, watts
from .test_enforcement_properties import Event, events, live_through

MUTED = a_decision(may_listen=False)
RELAYS = st.builds(
    a_report,
    st.sampled_from([True, False, None]),
    st.sampled_from([-500.0, 0.0, 100.0, 5_000.0]),
)
METERS = st.none() | st.builds(watts, st.sampled_from([0.0, 3.0, None]), st.sampled_from([-1.0, 100.0, 5_000.0]))


@a_property(200)
@given(events(), RELAYS, METERS, st.booleans(), st.booleans())
def test_who_goes_off_at_once_is_sent_off_whatever_is_read(
    history: list[Event], relay: Report, meter: Meter | None, jumped: bool, heard: bool
) -> None:
    world = live_through(history, meter=True)
    readings = replace(world.readings, relay=relay, meter=meter, heard_at=world.wall if heard else None)
    if off_at_once(world.speaker, world.memory):
        for seen in (readings, world.readings):
            outcome = step(
                world.speaker, MUTED, seen, world.memory, world.wall, terms=Terms(wanted=True), jumped=jumped
            )
            assert outcome.command is Command.OFF
            assert not off_at_once(world.speaker, outcome.memory), "once"


def test_who_was_not_to_listen_or_is_only_observed_is_left_to_the_step() -> None:
    assert not off_at_once(a_speaker(), Memory())
    assert off_at_once(a_speaker(), Memory(on_from=at(0)))
    assert not off_at_once(a_speaker(enforce=False), Memory(on_from=at(0)))
    assert (
        step(
            a_speaker(enforce=False),
            MUTED,
            Readings(relay=a_report(True)),
            Memory(on_from=at(0)),
            at(1),
            terms=Terms(wanted=False),
        ).command
        is None
    )
