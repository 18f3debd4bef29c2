"""Home Assistant ends, by SIGKILL or cleanly, and begins again: what that does at the plugs."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.home.restarting import (
    ALLOWED,
    CONFIGURATION,
    CROSSED,
    PRESSED,
    SILENT,
    Restarted,
    furnish,
    restart,
)
from virtual_home import Meter, VirtualHome

BACK = 2.0  # s from the connection to the broker until what may not listen is off


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rooms_and_window() -> AsyncIterator[tuple[VirtualHome, str]]:
    """Give the home with a room for each case, and the subentry of the rule whose window is crossed."""
    async with VirtualHome(
        plugs=[], earlid=True, boot=0.5, meter=Meter(delay=0.3), configuration=CONFIGURATION
    ) as home:
        yield home, await furnish(home)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["killed", "stopped"])
async def restarted(
    rooms_and_window: tuple[VirtualHome, str], request: pytest.FixtureRequest
) -> AsyncIterator[Restarted]:
    """Restart the home once for all that is to be seen of it."""
    home, window = rooms_and_window
    yield await restart(home, window, cleanly=request.param == "stopped")


async def test_speakers_that_may_listen_before_and_after_are_not_told_anything(restarted: Restarted) -> None:
    assert {room: told for room in ALLOWED if (told := restarted.commands(room))} == {}
    assert [room for room in ALLOWED if not restarted.plug(room).live] == []
    assert await restarted.allowed(ALLOWED) == dict.fromkeys(ALLOWED, "on")


async def test_speakers_that_may_not_listen_before_and_after_are_never_turned_on(restarted: Restarted) -> None:
    assert [room for room in SILENT if "on" in restarted.commands(room)] == []
    assert {room: turned for room in SILENT if (turned := restarted.turned(room))} == {}
    assert [room for room in SILENT if restarted.plug(room).live] == []
    assert await restarted.allowed(SILENT) == dict.fromkeys(SILENT, "off")


async def test_a_speaker_whose_window_began_meanwhile_is_off_soon(restarted: Restarted) -> None:
    assert restarted.turned(CROSSED) == [False]
    assert restarted.off_after(CROSSED) < BACK


async def test_a_speaker_turned_on_meanwhile_is_off_soon_though_its_stored_state_says_off(
    restarted: Restarted,
) -> None:
    assert restarted.turned(PRESSED) == [True, False]
    assert restarted.off_after(PRESSED) < BACK


async def test_holds_go_on(restarted: Restarted) -> None:
    owner = restarted.home.owner
    assert await owner.value("select.by_hold_mode") == "listen"
    assert await owner.value("select.muted_by_hand_mode") == "mute"
    assert await owner.value("select.muted_without_retained_state_mode") == "mute"
    assert await owner.value("sensor.muted_by_hand_decided_by") == "hand"


async def test_nothing_was_complained_of(restarted: Restarted) -> None:
    assert restarted.home.ha.complaints("custom_components.earlid") == []
