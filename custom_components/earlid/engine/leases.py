"""The relay's own clock as numbers: granted when listening begins, renewed at a third, shortened by OFF alone.

A lease ends the permission when nobody renews it, whatever became of Home Assistant, the network or this code.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import Clock, Report, passed

# Two renewals may get lost before the third is too late.
RENEWED_AT = 3
# A device's clock and its report are this inexact: an off so near to the end of a lease is the lease's.
DUE_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """On what terms a relay may be on: those of every speaker behind it."""

    wanted: bool
    """Every one of them may listen."""
    clock: Clock | None = None
    lease: timedelta = timedelta(seconds=300)
    """The shortest lease that one of them has."""
    until: datetime | None = None
    """When the first of their permissions ends, as far as that is known."""
    on_trial: bool = False
    """One of them is on trial, and nobody else lets the relay be on meanwhile."""

    def length(self, now: datetime) -> timedelta | None:
        """Return how long a lease granted at `now` is; None: the relay keeps no time.

        Where the device takes a length with each grant, it is not beyond the known end plus one renewal.
        """
        if self.clock is None:
            return None
        if self.clock.fixed is not None:
            return self.clock.fixed
        lease = min(self.lease, self.clock.longest)
        if not self.clock.per_grant or self.until is None:
            return lease
        return min(lease, max(self.until - now, timedelta(0)) + lease / RENEWED_AT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One lease as it was sent, to begin or to go on."""

    at: datetime
    length: timedelta

    @property
    def end(self) -> datetime:
        """When the relay turns itself off if it is not renewed."""
        return self.at + self.length

    @property
    def renew_at(self) -> datetime:
        """When it is renewed."""
        return self.at + self.length / RENEWED_AT

    def to_renew(self, now: datetime) -> bool:
        """Return whether it is time to renew."""
        return passed(self.at, self.length / RENEWED_AT, now)

    def overdue(self, now: datetime) -> bool:
        """Return whether it should have been renewed by then: nobody looked meanwhile."""
        return now - self.renew_at > DUE_SLACK


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases that may be running, the newest last; none: the relay is not known to be on a lease."""

    grants: tuple[Grant, ...] = ()
    ran_out_at: datetime | None = None
    """When a lease was found to have ended while nobody looked; the relay may have gone off and not said so yet."""

    @property
    def newest(self) -> Grant | None:
        """The lease granted last."""
        return self.grants[-1] if self.grants else None

    def after(self, relay: Report, *, on_its_way: bool) -> Leases:
        """Return what may still be running after this reading; `on_its_way`: a grant of ours has not shown yet.

        A sign of life after a renewal shows that the renewal arrived. An off ends every lease: who turns the relay on
        again elsewhere does so without one.
        """
        if relay.value is False:
            return Leases(self.grants) if on_its_way else Leases()
        newest = self.newest
        if relay.value and newest is not None and relay.reported_at is not None and relay.reported_at > newest.at:
            return replace(self, grants=(newest,))
        return self

    def after_jump(self, now: datetime) -> Leases:
        """Return what is known after the clock was set: when the leases end cannot be told by it."""
        return Leases(ran_out_at=self._runs_out(now))

    def granted(self, length: timedelta, now: datetime, clock: Clock) -> Leases:
        """Return the memory after a lease was sent at `now`.

        Only of a relay that confirms its renewals is one doubted that shows no sign of life: to doubt those of others
        would take hands for ends of leases, and turn on what someone turned off.
        """
        running = tuple(grant for grant in self.grants if clock.confirms and grant.end + DUE_SLACK > now)
        return Leases((*running, Grant(at=now, length=length)), self._runs_out(now))

    def due(self, off_at: datetime, report_takes: timedelta) -> bool:
        """Return whether an off at that time may be the relay's own clock.

        `report_takes`: how late the report of a lapse may come, when nobody looked while it happened.
        """
        if self.ran_out_at is not None and abs(off_at - self.ran_out_at) <= DUE_SLACK + report_takes:
            return True
        newest = self.newest
        if newest is None:
            return False
        # What nobody saw may have come at any time since the last lease was sent.
        since = newest.at if newest.overdue(off_at) else off_at
        return off_at >= newest.end - DUE_SLACK or any(
            since - DUE_SLACK <= grant.end <= off_at + DUE_SLACK for grant in self.grants
        )

    def _runs_out(self, now: datetime) -> datetime | None:
        unseen = self.newest is not None and self.newest.overdue(now)
        return now if unseen and any(grant.end - DUE_SLACK <= now for grant in self.grants) else self.ran_out_at
