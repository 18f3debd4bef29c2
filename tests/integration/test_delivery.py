"""Records go out in order until the broker has routed them back, and count for good when it has lived on."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.earlid.journal import Journal
from custom_components.earlid.journal.delivery import OTHERS_COME_BACK, PATIENCE, WINDOW

from .journals import ask
from .outboxes import LONG, TOPIC, Outbox, id_of, outbox

PATIENT = PATIENCE.total_seconds()


def ids(payloads: list[bytes]) -> list[str]:
    return [id_of(payload) for payload in payloads]


async def test_what_does_not_come_back_is_sent_again_in_order_with_growing_patience(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(3)
        for patience in (10, 20, 40, 80, 160, 300, 300):
            # Real time goes on as well, beside what is let pass.
            before, began = len(box.broker.sent), asyncio.get_running_loop().time()
            while len(box.broker.sent) == before:
                await box.clock.go(1)
                await box.quiet()
            assert patience - 1 <= asyncio.get_running_loop().time() - began <= patience + 8
            assert ids(box.broker.sent[before:]) == box.ids
        box.broker.route(1)
        await box.quiet()
        before = len(box.broker.sent)
        await box.clock.go(PATIENT + 1)
        await box.quiet()
        # What came back shows that somebody is there; only the rest goes out again.
        assert ids(box.broker.sent[before:]) == box.ids[1:]


async def test_an_echo_that_is_missing_holds_up_what_counts_and_not_what_goes_out(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(4)
        box.broker.route(1, back=False)
        box.broker.route()
        await box.quiet()
        assert box.delivery.waiting == 4
        await box.clock.go(PATIENT + 1)
        await box.quiet()
        assert ids(box.broker.sent) == box.ids * 2
        await box.deliver_all()
        assert box.delivery.waiting == 0


async def test_no_more_are_under_way_than_the_window_holds(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.write(5 * WINDOW)
        await box.connect()
        assert len(box.broker.sent) == WINDOW
        while box.broker.in_hand:
            box.broker.route(7)
            await box.quiet()
        assert box.broker.most_under_way == WINDOW
        assert ids(box.broker.sent) == box.ids


async def test_a_new_connection_sends_what_came_back_in_the_last_seconds_again_and_nothing_older(
    tmp_path: Path,
) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(2)
        await box.deliver_all()
        await box.go(2 * LONG)
        await box.write(2)
        await box.deliver_all()
        await box.go(20)
        box.broker.die(box.delivery)
        before = len(box.broker.sent)
        await box.connect()
        assert ids(box.broker.sent[before:]) == box.ids[2:]
        assert box.delivery.waiting == 0


async def test_what_came_back_counts_for_good_only_when_the_broker_lived_on(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(2)
        await box.deliver_all()
        # It hangs, and says nothing to anyone, until somebody pulls the plug.
        await box.clock.go(10 * LONG)
        box.broker.die(box.delivery)
        before = len(box.broker.sent)
        await box.connect()
        assert ids(box.broker.sent[before:]) == box.ids


async def test_nothing_goes_out_before_others_have_had_time_to_come_back(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.write(1)
        box.broker.come()
        await box.clock.go(OTHERS_COME_BACK.total_seconds() - 0.5)
        await box.quiet()
        assert box.broker.sent == []
        await box.clock.go(0.6)
        await box.quiet()
        assert ids(box.broker.sent) == box.ids


async def test_a_connection_that_breaks_at_once_is_not_sent_to(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.write(1)
        box.broker.come()
        await box.clock.go(1)
        box.broker.die(box.delivery)
        await box.clock.go(60)
        assert box.broker.sent == []


async def test_forged_and_retained_echoes_count_for_nothing(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(2)
        topic, payload = box.broker.in_hand[0]
        box.broker.tell(topic, payload, retain=True)
        for forged in (b"", b"{}", payload + b" ", payload.decode(), b'{"id": "r2"}'):
            box.broker.tell(topic, forged)
        await box.quiet()
        assert box.delivery.waiting == 2
        await box.deliver_all()
        assert box.delivery.waiting == 0
        box.broker.tell(topic, payload)
        assert box.delivery.waiting == 0


async def test_a_repeat_takes_its_place_in_the_line(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(2)
        await box.deliver_all()
        await box.write(3 * WINDOW)
        # Of the backlog one is delivered, one under way and one still to come: none of them overtakes another.
        for number in (0, 10, -1):
            box.delivery.repeat(box.written[number])
        await box.quiet()
        await box.deliver_all()
        assert box.broker.firsts == box.ids
        # What was still to come went out once.
        assert ids(box.broker.sent) == [*box.ids, box.ids[0], box.ids[10]]
        assert box.delivery.waiting == 0


async def test_a_journal_that_cannot_be_read_for_a_while_delivers_later(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        with patch.object(Journal, "after", side_effect=HomeAssistantError) as asked:
            await box.write(3)
            await box.connect()
            await box.clock.go(PATIENT + 1)
            assert box.broker.sent == []
            # It asks again, and not without a pause.
            assert asked.call_count == 2
        await box.clock.go(PATIENT + 1)
        await box.quiet()
        await box.deliver_all()
        assert ids(box.broker.sent) == box.ids
        assert box.delivery.waiting == 0


@pytest.mark.parametrize("damage", ["x'ff'", "x'610062'", "x'7b22'", "x'00'", "x'c0af22'"])
async def test_a_damaged_record_holds_up_no_other(tmp_path: Path, damage: str) -> None:
    async with outbox(tmp_path) as box:
        await box.write(3)
        damaged = f"UPDATE record SET body = CAST({damage} AS TEXT), id = CAST({damage} AS TEXT) WHERE seq = 2"  # noqa: S608
        ask(tmp_path / "journal.db", damaged)
        await box.connect()
        await box.deliver_all()
        assert len(box.broker.sent) == 3
        assert box.delivery.waiting == 0


async def test_a_count_that_could_not_be_read_is_made_up_for(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.write(3)
        await box.close()
        with patch.object(Journal, "count_undelivered", side_effect=HomeAssistantError), suppress(HomeAssistantError):
            await box.open()
        assert box.delivery.waiting == 0
        await box.write(1)
        assert box.delivery.waiting == 4


async def test_records_that_are_removed_undelivered_wait_no_more(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.write(3)
        assert box.delivery.waiting == 3
        await box.journal.cut(dt_util.utcnow() - timedelta(days=1))
        await box.quiet()
        assert box.delivery.waiting == 0


async def test_a_journal_that_opens_late_is_not_sent_from_its_beginning(tmp_path: Path) -> None:
    async with outbox(tmp_path) as box:
        await box.connect()
        await box.write(3)
        await box.deliver_all()
        await box.go(3 * LONG)
        await box.write(1)
        await box.close()
        before = len(box.broker.sent)
        opening = Journal.open
        with patch.object(Journal, "open"):
            await box.open()
            await box.connect()
        await opening(box.journal)
        await box.write(1)
        await box.deliver_all()
        assert ids(box.broker.sent[before:]) == box.ids[3:]
        assert box.delivery.waiting == 0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 150)),
        st.tuples(st.just("note"), st.integers(1, 3)),
        st.tuples(st.just("route"), st.integers(1, 120)),
        st.tuples(st.just("lose"), st.integers(1, 5)),
        st.tuples(st.just("die"), st.integers(0, 40)),
        st.tuples(st.just("come"), st.just(0)),
        st.tuples(st.just("go"), st.sampled_from([0.5, 4, 11, 31, 70])),
        st.tuples(st.just("repeat"), st.integers(0, 10**6)),
        st.tuples(st.just("forge"), st.integers(0, 10**6)),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    min_size=1,
    max_size=25,
)


async def step(box: Outbox, what: str, much: float) -> None:
    """Do one thing to an outbox."""
    broker, number = box.broker, int(much)
    match what:
        case "write":
            await box.write(number)
        case "note":
            await box.write(number, "decision")
        case "route" | "lose":
            broker.route(number, back=what == "route")
        case "die" if broker.connected:
            broker.die(box.delivery, forgets=number)
        case "come" if not broker.connected:
            broker.come()
        case "go":
            await box.go(much)
        case "repeat" if box.written:
            box.delivery.repeat(box.written[number % len(box.written)])
        case "forge" if box.written:
            broker.tell(f"{TOPIC}/speaker/kitchen/activation", f'{{"id": "r{number}"}}'.encode())
        case "restart":
            await box.close()
            await box.open()
    await box.quiet()


async def lives(folder: Path, steps: list[tuple[str, float]]) -> None:
    """Go through all of it, and look each time."""
    async with outbox(folder) as box:
        for what, much in steps:
            await step(box, what, much)
            assert box.delivery.waiting == box.undelivered
            gone = len(box.ids) - box.delivery.waiting
            assert set(box.ids[:gone]) <= box.broker.returned
        if not box.broker.connected:
            await box.connect()
        await box.go(10)
        for _ in range(20):
            await box.deliver_all()
            await box.go(30)
        assert box.delivery.waiting == 0
        # Whoever listened has all of it, each for the first time in the order in which it was recorded.
        assert box.broker.firsts == box.ids
        assert box.broker.most_under_way <= WINDOW


def alone(work: Coroutine[Any, Any, None]) -> None:
    """Run in a loop of its own."""
    asyncio.run(work)


@pytest.mark.parametrize("_", [0])
@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_whatever_a_broker_does_all_is_delivered_in_order_and_the_number_that_waits_is_true(
    _: int, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, float]]
) -> None:
    alone(lives(tmp_path_factory.mktemp("outbox"), steps))
