"""Refuses what a satellite hears while its speaker may not listen: Home Assistant then hands it to no speech service.

A satellite runs the assistant that its select `…_pipeline` names. While it may not listen that is one whose speech
recognition does not exist, so each run ends before any sound is read. That is no mute: the microphone is on, the
satellite knows its wake word by itself, and what it sends on the network Home Assistant throws away.

What each select showed before is kept on disk until it shows that again; nothing else tells it after a kill.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_call_later, async_track_state_change_event

from . import deafened
from .assistants import NAME, PREFERRED, choose, make, selects, stored
from .const import CONF_REFUSE_PIPELINE, CONF_SLUG, DOMAIN, SUBENTRY_SPEAKER
from .facts import Eyes
from .runtime import EarlidConfigEntry
from .storage import load

_LOGGER = logging.getLogger(__name__)
_AGAIN: Final = 60  # s. After a failure.

ISSUE: Final = "pipeline_not_refused"


async def refuse(hass: HomeAssistant, entry: EarlidConfigEntry) -> CALLBACK_TYPE:
    """Refuse from now on; return what ends that and leaves all as it is, since the relays stay as they are too."""
    refusals = Refusals(hass, entry)
    deafened.leave_to_others(hass)
    await refusals.load()
    return refusals.start()


class Refusals:
    """Brings each select to where it belongs: it looks at all of them each time, whatever woke it."""

    def __init__(self, hass: HomeAssistant, entry: EarlidConfigEntry) -> None:
        """Know nothing yet."""
        self._hass = hass
        self._entry = entry
        self._eyes = Eyes(hass)
        self._store = stored(hass)
        self._before: dict[str, str] = {}
        """What each select showed before it was changed, by its id in the registry."""
        self._refusing: set[str] = set()
        """Those that have shown that they refuse since the start: what they show after that, somebody has chosen."""
        self._failing: set[str] = set()
        self._cancel_looking: CALLBACK_TYPE | None = None
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._followed: tuple[str, ...] = ()
        self._stop_following: Callable[[], None] = lambda: None

    async def load(self) -> None:
        """Remember what was there before the last stop."""
        try:
            self._before = await load(self._hass, self._store) or {}
        except HomeAssistantError as error:
            # A home that is not set up for this would guard nobody. Satellites that refuse get the home's assistant.
            _LOGGER.warning("What assistants satellites had is not known: %s", error)
            # It is kept beside; else there would be one more of it with each start.
            await self._store.async_remove()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Look at once and after each change; return what stops that."""

        async def set_up_otherwise(_hass: HomeAssistant, _entry: ConfigEntry[Any]) -> None:
            self.look()

        stops = [self._entry.add_update_listener(set_up_otherwise), self._entry.runtime_data.on_change(None, self.look)]
        self.look()

        @callback
        def stop() -> None:
            for each in stops:
                each()
            self._stop_following()
            if self._cancel_looking is not None:
                self._cancel_looking()
            if self._task is not None:
                self._task.cancel()

        return stop

    @callback
    def look(self) -> None:
        """See to it that every select is where it belongs."""
        wanted = self._wanted()
        if not wanted and not self._before:
            return
        self._follow(wanted.keys() | self._before.keys())
        self._again = True
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(self._hass, self._settle_all(), "earlid pipelines")

    def _wanted(self) -> dict[str, bool]:
        """Return whether each select of a speaker that wants it is to refuse; of two speakers the silent one counts."""
        wanted: dict[str, bool] = {}
        for subentry in self._entry.get_subentries_of_type(SUBENTRY_SPEAKER):
            view = self._entry.runtime_data.speakers.get(subentry.data[CONF_SLUG])
            if view is not None and subentry.data.get(CONF_REFUSE_PIPELINE) and view.speaker.enforce:
                for select in selects(self._hass, subentry.data.get(CONF_DEVICE_ID)):
                    wanted[select] = wanted.get(select, False) or not view.decision.may_listen
        return wanted

    def _follow(self, selects: set[str]) -> None:
        registry = er.async_get(self._hass)
        ids = (er.async_resolve_entity_id(registry, each) for each in selects)
        followed = tuple(sorted(entity_id for entity_id in ids if entity_id is not None))
        if followed != self._followed:
            self._stop_following()
            self._followed = followed
            told = callback(lambda _event: self.look())
            self._stop_following = async_track_state_change_event(self._hass, followed, told)

    async def _settle_all(self) -> None:
        while self._again:
            self._again = False
            wanted = self._wanted()
            failing = set()
            for select in {*wanted, *self._before}:
                try:
                    await self._settle(select, refused=wanted.get(select, False))
                except Exception as error:  # noqa: BLE001 - of a disk, a satellite or an assistant; the others go on
                    failing.add(select)
                    if select not in self._failing:
                        _LOGGER.warning("%s does not take another assistant, and is asked again: %r", select, error)
            self._failing = failing
            self._look_later()

    @callback
    def _look_later(self) -> None:
        """Look again in a minute if one failed: where nothing changes, nobody else would."""
        if not self._failing or self._cancel_looking is not None:
            return

        @callback
        def look(_now: datetime) -> None:
            self._cancel_looking = None
            self.look()

        job = HassJob(look, cancel_on_shutdown=True)
        self._cancel_looking = async_call_later(self._hass, _AGAIN, job)

    async def _settle(self, select: str, *, refused: bool) -> None:
        entity_id = er.async_resolve_entity_id(er.async_get(self._hass), select)
        shows = None if entity_id is None else self._eyes.satellite(entity_id)
        if entity_id is None:
            await self._remember(select, None)
        elif shows is None:
            return
        elif shows == NAME:
            self._refusing.add(select)
            if not refused:
                await choose(self._hass, entity_id, self._before.get(select, PREFERRED))
        else:
            # After a kill Home Assistant shows what it saved a quarter of an hour ago, and nobody has chosen that.
            lost = select in self._before and select not in self._refusing
            if refused and await self._there():
                # On disk first: killed in between, nobody would know what to go back to.
                await self._remember(select, self._before[select] if lost else shows)
                await choose(self._hass, entity_id, NAME)
            elif not refused:
                if lost and shows != self._before[select]:
                    await choose(self._hass, entity_id, self._before[select])
                self._refusing.discard(select)
                await self._remember(select, None)

    async def _remember(self, select: str, option: str | None) -> None:
        before = {key: value for key, value in self._before.items() if key != select}
        if option is not None:
            before[select] = option
        if before != self._before:
            # Not known before it is kept: where the disk does not take it, the next look must try again.
            await self._store.async_save(before)
            self._before = before

    async def _there(self) -> bool:
        """Return whether the assistant that refuses is there, after making it; the household is told if it is not."""
        made = await make(self._hass)
        if made:
            ir.async_delete_issue(self._hass, DOMAIN, ISSUE)
        else:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                ISSUE,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE,
                translation_placeholders={"assistant": NAME},
            )
        return made
