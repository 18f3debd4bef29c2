"""Keeps the record: what happens goes into the journal, from there to a broker, and away after the retention."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later, async_track_time_change, async_track_time_interval
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util

from . import messages, repairs
from .afterwards import Afterwards
from .again import Again
from .const import CONF_RETENTION_DAYS, CONF_STORE_TRANSCRIPTS, DEFAULT_RETENTION_DAYS, JOURNAL
from .engine.activations import Activation, News, Report
from .engine.model import Record
from .inbox import Inbox
from .journal import Entry, Journal, Trouble
from .journal.delivery import Delivery
from .memory import Remembered, from_activation
from .post import decision_records
from .publish import Publisher
from .remote import Remote
from .runtime import Household, SpeakerView
from .setup_data import Home
from .storage import Json

_LOGGER = logging.getLogger(__name__)
# Counts are told, and how far the journal goes, at most so often.
_PAUSE: Final = timedelta(seconds=2)
# What no broker has taken for so long will hardly go by itself.
_OVERDUE: Final = timedelta(hours=1)


class Recorded:
    """What others see of the books."""

    _afterwards: Afterwards
    _books: Books

    @property
    def journal(self) -> Journal:
        """The record of what happened."""
        return self._books.journal

    @property
    def undelivered(self) -> int:
        """How many records no broker has yet."""
        return self._books.undelivered

    @property
    def rejected(self) -> Mapping[str, int]:
        """How many MQTT messages were refused, by reason."""
        return self._books.rejected

    async def recorded(self) -> None:
        """Return when all that was recorded is on disk. Raises HomeAssistantError where the disk does not take it."""
        self._afterwards.catch_up()
        await self._books.journal.settled()


class Books:
    """The journal of a home, and what goes out and comes in over MQTT."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        home: Home,
        household: Household,
        *,
        take: Callable[[str, Report], bool],
        told: CALLBACK_TYPE,
    ) -> None:
        """Open nothing yet; what is recorded before `open` waits.

        `take` receives reports by speaker, and returns False for one that is not there; `told` is called, at most
        every two seconds, when a count has changed.
        """
        self.journal = Journal(hass, hass.config.path(STORAGE_DIR, JOURNAL))
        self.journal.on_written, self.journal.on_trouble = self._written, self._troubled
        self._hass = hass
        self._entry = entry
        self._home = home
        self._household = household
        self._told = told
        self._missing: tuple[Path | None, int] = None, 0
        self._stops: list[CALLBACK_TYPE] = []
        self._opening: list[asyncio.Task[None]] = []
        self._reads: list[Again] = []
        self._looking = False
        self._closed = False
        self._cancel_telling: CALLBACK_TYPE | None = None
        self._delivery = Delivery(hass, self.journal, self._message, self._counted)
        self._inbox = Inbox(hass, Remote(entry, household), take, self._counted)
        self._publisher = Publisher(hass, home, self._views, self._delivery, self._inbox)

    @property
    def undelivered(self) -> int:
        """How many records no broker has yet."""
        return self._delivery.waiting

    @property
    def rejected(self) -> Mapping[str, int]:
        """How many MQTT messages were refused, by reason."""
        return self._inbox.rejected

    @callback
    def begin(self, now: datetime, memory: Remembered) -> None:
        """Record a start; after a stop that was not clean, also since when nobody looked."""
        self.journal.append(memory.waiting)
        if memory.alive_at is not None and not memory.stopped_well:
            self._lifecycle(now, {"event": "gap", "since": memory.alive_at.isoformat()})
        self._lifecycle(now, {"event": "start"})

    @callback
    def open(self, memory: Remembered) -> None:
        """Open the journal, then listen and publish; nobody waits for a disk or a broker."""
        begin = self._entry.async_create_background_task
        self._opening = [
            begin(self._hass, self._publisher.start(), "earlid publisher"),
            begin(self._hass, self._open(), "earlid journal"),
        ]
        self._reads = [
            Again(self._hass, self._entry, lambda: self._know(memory)),
            Again(self._hass, self._entry, self._delivery.start),
        ]
        self._stops = [
            async_track_time_change(self._hass, self._keep_within_retention, hour=3, minute=17, second=0),
            async_track_time_interval(self._hass, self._look_for_overdue, _OVERDUE / 12),
        ]

    async def _open(self) -> None:
        await self.journal.open()
        self._troubled()
        # Each goes on for itself: a file that cannot be read, or a disk that hangs, holds up nothing else.
        for read in self._reads:
            read.start()
        await self._keep_within_retention()

    async def _know(self, memory: Remembered) -> None:
        # A report that comes again after a start must be known before anyone can send it.
        entries = await self.journal.known_activations()
        await memory.know(entries, self._hass.async_add_executor_job)
        self._inbox.begin()

    async def say_goodbye(self) -> None:
        """Publish no more."""
        for opening in self._opening:
            opening.cancel()
        for read in self._reads:
            read.stop()
        await self._publisher.stop()

    async def close(self) -> None:
        """Record a clean stop, write what waits and close the journal."""
        while self._stops:
            self._stops.pop()()
        self._lifecycle(dt_util.utcnow(), {"event": "stop"})
        await self.journal.close()
        # A disk that hung may still be written to.
        self.journal.on_trouble, self.journal.on_written = (lambda: None), (lambda _: None)
        # What was written last is told to nobody any more.
        self._closed = True
        if self._cancel_telling is not None:
            self._cancel_telling()
            self._cancel_telling = None
        for issue in ("journal_not_written", "undelivered"):
            # Nobody would take it away any more.
            repairs.show_home(self._hass, issue, shown=False)

    @callback
    def looked(self, views: Iterable[SpeakerView], records: list[Record]) -> None:
        """Have the records written down, and publish what these speakers are now."""
        self.journal.append(records)
        if _LOGGER.isEnabledFor(logging.DEBUG):
            for record in records:
                _LOGGER.debug("%s: %s %s", record.speaker, record.kind, record.body)
        for view in views:
            try:
                self._publisher.state(view)
            except Exception:
                _LOGGER.exception("How %s is now cannot be published", view.speaker.slug)

    @callback
    def heard(self, activation: Activation, news: News, note: str | None) -> Record | None:
        """Write down what a report has told; return the record of a new activation.

        Whoever repeats a report has not seen that it was taken: it goes out once more.
        """
        body = dict(from_activation(activation))
        record_id, at = body.pop("id"), activation.at
        if note is not None and self._entry.options.get(CONF_STORE_TRANSCRIPTS, False):
            body["note"] = note
        record = Record(kind="activation", at=at, speaker=activation.speaker, body=body, id=record_id)
        if news is News.KNOWN:
            self._hass.async_create_background_task(self._repeat(record), "earlid repeats", eager_start=True)
            return None
        if news is News.AMENDED:
            # What is written is never changed: more that becomes known is a record of its own.
            record = Record(kind="activation", at=at, speaker=activation.speaker, body=body | {"amends": record_id})
        self.journal.append([record])
        return record if news is News.NEW else None

    @callback
    def move(self, home: Home) -> None:
        """Publish for this home from now on."""
        self._home = home
        self._publisher.move(home)

    @callback
    def forget(self, slug: str) -> None:
        """Clear what is published of a speaker that is gone."""
        self._publisher.forget(slug)

    async def _keep_within_retention(self, _now: datetime | None = None) -> None:
        """Remove the days that are older than the household keeps them."""
        days = self._entry.options.get(CONF_RETENTION_DAYS, DEFAULT_RETENTION_DAYS)
        oldest = dt_util.start_of_local_day(dt_util.now().date() - timedelta(days=days))
        await self.journal.cut(dt_util.as_utc(oldest))

    async def _look_for_overdue(self, _now: datetime | None = None) -> None:
        """Show whether something that others wait for has waited for too long."""
        if self._looking:
            # A disk that hangs would be asked once more each time, and each question keeps a thread.
            return
        waits_since = None
        if self._delivery.waiting and self._hass.config_entries.async_entries(mqtt.DOMAIN):
            self._looking = True
            try:
                entries, _ = await self.journal.after(self._delivery.through, 1)
            finally:
                self._looking = False
            waits_since = entries[0].at if entries else None
        overdue = waits_since is not None and dt_util.utcnow() - waits_since > _OVERDUE
        repairs.show_home(self._hass, "undelivered", shown=overdue)

    def _views(self) -> list[SpeakerView]:
        return list(self._household.speakers.values())

    def _message(self, entry: Entry | Record) -> bytes:
        view = self._household.speakers.get(entry.speaker) if self._home.publish_names else None
        name = None if view is None else view.speaker.name
        return messages.record(entry.id, entry.at, entry.speaker, entry.body, name)

    def _lifecycle(self, now: datetime, body: Json) -> None:
        self.journal.append([Record(kind="lifecycle", at=now, speaker="", body=body)])

    async def _repeat(self, record: Record) -> None:
        try:
            await self.journal.settled()
        except HomeAssistantError:
            # It is not on disk yet; when it is, it goes out.
            return
        self._delivery.repeat(record)

    @callback
    def _written(self, entries: list[Entry]) -> None:
        self._delivery.written(entries)
        self._counted()

    @callback
    def _troubled(self) -> None:
        not_written = self.journal.trouble is Trouble.NOT_WRITTEN
        repairs.show_home(self._hass, "journal_not_written", shown=not_written)
        if self.journal.aside is not None:
            repairs.journal_set_aside(self._hass, self.journal.aside.name, later=self.journal.aside_is_later)
        missing = self.journal.aside, self.journal.lost
        if not not_written and missing != self._missing:
            # What tells how things stand is in another file, or lost: until something changes nobody could know.
            self._missing = missing
            now = dt_util.utcnow()
            self.journal.append([record for view in self._views() for record in _as_it_is(view, now)])

    @callback
    def _counted(self) -> None:
        # An answer of the disk may come when all is closed.
        if self._cancel_telling is None and not self._closed:
            self._cancel_telling = async_call_later(self._hass, _PAUSE, self._tell)

    @callback
    def _tell(self, _now: datetime) -> None:
        self._cancel_telling = None
        self._publisher.head(self.journal.head)
        self._told()


def _as_it_is(view: SpeakerView, now: datetime) -> list[Record]:
    """Return the records of what holds for a speaker now."""
    slug = view.speaker.slug
    microphone = Record(kind="microphone", at=now, speaker=slug, body={"microphone": view.assessment.proof.value})
    return [*decision_records(slug, None, view.decision, now), microphone]
