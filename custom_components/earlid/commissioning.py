"""Gets to know each relay: what its device is set to, and whether its own clock turns it off."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .engine.assurance import Evidence
from .engine.model import Settings
from .engine.trials import ClockTrial, Finding, PowerTrial, Trial, Verdict
from .guard import Guard
from .post import Post
from .setup_data import Guarded

_LOGGER = logging.getLogger(__name__)

# How often each is asked again while it stays in sight: someone may set it another way, or give it new firmware.
ASKED_ANEW: Final = timedelta(days=1)

# So many at once: a household's network has other work to do.
_AT_ONCE: Final = 5

# A device is asked some four things, each of which it may take seconds to answer.
_INQUIRY_TIMEOUT: Final = 60

# Seconds that a trial waits for what is being set up: it would be graded by how the device was before.
_SET_UP_WITHIN: Final = 10

# One that does not answer is asked again after so many seconds, as long as it stays in sight.
_ASKED_AGAIN: Final = (60, 300, *[1800] * 48)

_ON_ITS_CLOCK: Final = (Verdict.PROVEN, Verdict.IGNORED, Verdict.CONTRADICTED)
_ON_ITS_POWER: Final = (Verdict.STAYED_OFF, Verdict.CAME_ON)


class Commissioning:
    """Asks relays what they are set to, sets them up with the household's consent, and tries them."""

    def __init__(self, hass: HomeAssistant, guard: Guard, learned: Callable[[str], None]) -> None:
        """`learned` is called with a speaker of whose relay something new is known."""
        self.hass = hass
        self._guard = guard
        self._learned = learned
        guard.appeared = self._appeared
        guard.found = self._found
        self._inquiries: dict[str, asyncio.Task[None]] = {}
        self._stopped = False
        self._asking: set[str] = set()
        """Who is being asked in this moment, and does not wait for the next."""
        self._postponed: set[str] = set()
        """Who is asked when the trial of its relay is over."""
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._awaited: dict[str, asyncio.Future[Finding]] = {}

    @callback
    def _appeared(self, slug: str) -> None:
        """Ask a relay that has come into sight how it is set; it may be another device by now, or have new firmware.

        One is asked once, for all who are behind it: two at once would write twice what wears the flash.
        """
        behind = self._behind(slug)
        if any(each.memory.trial is not None for each in behind):
            # To set it up meanwhile would give it another time than the one that is tried.
            self._postponed |= {each.slug for each in behind if each.memory.trial is not None}
            return
        if any(each.slug in self._inquiries for each in behind if each.slug != slug):
            return
        self._ask_no_more(slug)
        inquiry = self.hass.async_create_background_task(
            self._inquire(self._guard.posts[slug]), f"earlid asks the relay of {slug}"
        )
        # What has answered at once is not being asked any more.
        if not inquiry.done():
            self._inquiries[slug] = inquiry

    @callback
    def _ask_after_trial(self, slug: str) -> None:
        post = self._guard.posts.get(slug)
        if post is not None and post.relay.read().available_since is not None:
            self._appeared(slug)

    @callback
    def ask_anew(self, _now: datetime | None = None) -> None:
        """Ask every relay that is in sight, and is not being asked, how it is set now."""
        for line in {id(post.line): post.line for post in self._guard.posts.values()}.values():
            if line.relay.read().available_since is not None and not self._inquiries.keys() & set(line.behind):
                self._appeared(line.behind[0])

    @callback
    def set_up_anew(self, before: Guarded) -> None:
        """Follow a speaker that is set up another way than `before`."""
        post = self._guard.posts[before.speaker.slug]
        if post.guarded.relay != before.relay:
            self.stop_asking(post.slug)
        elif _asked_for(post.guarded) != _asked_for(before) and post.relay.read().available_since is not None:
            self._appeared(post.slug)

    @callback
    def stop_asking(self, slug: str) -> None:
        """Ask a relay no more; who waits for a trial of it is told that it was interrupted."""
        self._ask_no_more(slug)
        if (awaited := self._awaited.pop(slug, None)) is not None and not awaited.done():
            awaited.set_result(Finding(verdict=Verdict.INTERRUPTED, at=dt_util.utcnow()))

    @callback
    def _ask_no_more(self, slug: str) -> None:
        self._asking.discard(slug)
        if (before := self._inquiries.pop(slug, None)) is not None:
            before.cancel()

    @callback
    def stop_trials(self) -> None:
        """Ask nobody any more; who still waits for a trial is told that it was cancelled."""
        self._stopped = True
        self._postponed.clear()
        for slug in tuple(self._inquiries):
            self._ask_no_more(slug)
        for awaited in self._awaited.values():
            awaited.cancel()

    @callback
    def _found(self, slug: str, finding: Finding) -> None:
        """Take what came of a trial."""
        if slug in self._postponed:
            self._postponed.discard(slug)
            self.hass.loop.call_soon(self._ask_after_trial, slug)
        for post in self._behind(slug):
            if finding.verdict in _ON_ITS_CLOCK:
                post.evidence = replace(post.evidence, clock=finding, firmware=post.settings.firmware)
            elif finding.verdict in _ON_ITS_POWER:
                post.evidence = replace(post.evidence, power=finding, firmware=post.settings.firmware)
            # The look that found it is still going on, and tells the household how the speaker was before.
            self.hass.loop.call_soon(self._learned, post.slug)
        if (awaited := self._awaited.pop(slug, None)) is not None and not awaited.done():
            awaited.set_result(finding)

    async def self_test(self, slugs: Collection[str]) -> dict[str, Finding | None]:
        """Put the relays' clocks on trial; see `Household.self_test`."""
        posts = [self._guard.posts[slug] for slug in slugs]
        # Speakers behind one relay are tried by one of them.
        tried = {post.relay.key: post for post in posts if post.relay.clock is not None}
        for post in tried.values():
            self._refuse_unless_allowed(post)
        await self._let_answer(tried.values())
        for post in tried.values():
            self._refuse_unless_allowed(post)
        begun = {
            key: self._begin(post.slug, ClockTrial(length=clock.fixed or clock.trial))
            for key, post in tried.items()
            if (clock := post.relay.clock) is not None
        }
        await asyncio.gather(*begun.values())
        return {post.slug: begun[post.relay.key].result() if post.relay.key in begun else None for post in posts}

    async def power_test(self, slug: str) -> Finding:
        """Watch what the relay does when power returns; see `Household.power_test`."""
        post = self._guard.posts[slug]
        self._refuse_unless_allowed(post)
        await self._let_answer([post])
        self._refuse_unless_allowed(post)
        return await self._begin(slug, PowerTrial())

    async def provision(self, slug: str) -> None:
        """Set the relay's device up for Earlid; raises RelayError."""
        post = self._guard.posts[slug]
        if not post.counts:
            raise _wrong("self_test_observed", post)
        lease = self._lease(post)
        async with asyncio.timeout(_INQUIRY_TIMEOUT):
            settings = await post.relay.provision(lease)
        self._heard(post, settings, provisioned=lease)

    def _behind(self, slug: str) -> list[Post]:
        """Return every speaker behind the relay of this one."""
        return [self._guard.posts[each] for each in self._guard.posts[slug].line.behind]

    def _lease(self, post: Post) -> timedelta:
        """Return the shortest lease of those behind the relay: one length stands for all of them."""
        return min(each.guarded.speaker.lease for each in self._behind(post.slug) if each.counts or each is post)

    async def _let_answer(self, posts: Collection[Post]) -> None:
        """Wait for those who are being asked just now, but not for long."""
        slugs = {each.slug for post in posts for each in self._behind(post.slug)} & self._asking
        asked = [inquiry for slug, inquiry in self._inquiries.items() if slug in slugs]
        if asked:
            await asyncio.wait(asked, timeout=_SET_UP_WITHIN)
        if self._stopped or any(self._guard.posts.get(post.slug) is not post for post in posts):
            # Nobody would tell how the trial ended.
            raise asyncio.CancelledError

    def _begin(self, slug: str, trial: Trial) -> asyncio.Future[Finding]:
        """Begin a trial, before anybody else can; return what will come of it."""
        if asked := {each.slug for each in self._behind(slug)} & self._inquiries.keys():
            for each in asked:
                self._ask_no_more(each)
            self._postponed.add(slug)
        self._awaited[slug] = awaited = self.hass.loop.create_future()
        self._guard.begin(slug, trial)
        return awaited

    def _refuse_unless_allowed(self, post: Post) -> None:
        behind = self._behind(post.slug)
        if any(each.memory.trial is not None for each in behind):
            raise _wrong("self_test_running", post)
        if not post.counts:
            raise _wrong("self_test_observed", post)
        if any(each.decision is None or not each.decision.may_listen for each in behind if each.counts):
            raise _wrong("self_test_not_allowed", post)

    async def _inquire(self, post: Post) -> None:
        """Ask until it has answered: one that was busy when it came into sight would else never be set up."""
        for wait in _ASKED_AGAIN:
            lease = self._lease(post)
            # What is only observed would be turned off by a standing auto-off that nobody renews.
            consents = any(each.guarded.provision and each.counts for each in self._behind(post.slug))
            provisions = consents and post.provisioned != lease
            self._asking.add(post.slug)
            try:
                async with self._turns, asyncio.timeout(_INQUIRY_TIMEOUT):
                    settings = await (post.relay.provision(lease) if provisions else post.relay.inspect())
                    if consents and settings.kept_command and not provisions:
                        # It was left at the broker since.
                        settings = await post.relay.provision(lease)
            except (HomeAssistantError, TimeoutError) as error:
                # What it said last still stands.
                _LOGGER.info("The relay of %s does not say how it is set: %r", post.slug, error)
                self._asking.discard(post.slug)
                await asyncio.sleep(wait)
            else:
                self._inquiries.pop(post.slug, None)
                self._asking.discard(post.slug)
                self._heard(post, settings, provisioned=lease if provisions else None)
                return
        self._inquiries.pop(post.slug, None)

    def _heard(self, post: Post, settings: Settings, *, provisioned: timedelta | None = None) -> None:
        """Take what a device says, for all who are behind it."""
        for each in self._behind(post.slug):
            before, each.settings = each.settings, settings
            each.provisioned = provisioned or each.provisioned
            if not each.evidence.counts(settings):
                _LOGGER.info("The relay of %s has new firmware; its self-test is void", each.slug)
                each.evidence = Evidence()
            elif before.power_on_off is (not settings.power_on_off) and settings.power_on_off is not None:
                # What it did when power returned, it did by another setting.
                each.evidence = replace(each.evidence, power=None)
            if not each.evidence.firmware:
                each.evidence = replace(each.evidence, firmware=settings.firmware)
            self._learned(each.slug)


def _asked_for(guarded: Guarded) -> tuple[object, ...]:
    """Return what of a speaker's set-up decides what is written to its relay."""
    return guarded.provision, guarded.speaker.lease, guarded.speaker.enforce


def _wrong(key: str, post: Post) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"speaker": post.guarded.speaker.name},
    )
