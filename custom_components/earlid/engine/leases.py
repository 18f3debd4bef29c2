"""The relay's own clock as numbers: granted when listening begins, renewed at a third, shortened by OFF alone.

A lease ends the permission when nobody renews it, whatever became of Home Assistant, the network or this code. Where
the end of the permission is known, leases end with it too: the last is as long as that, or begins so that it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .model import CLOCK_SLACK, Clock, Report

# Two renewals may get lost before the third is too late.
RENEWED_AT = 3
# A device's clock and its report are this inexact: an off so near to the end of a lease is the lease's.
DUE_SLACK = timedelta(seconds=5)
# So long after the known end of the permission its last lease ends. At that end OFF is sent, and Home Assistant may be
# a little late: a lease that is due by then, or a clock that runs fast, would be first, and an off by hand of just
# before would be taken for it.
TAIL = 2 * DUE_SLACK


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

        Where the device takes a length with each grant, it does not outlast the permission as far as that is known.
        """
        if self.clock is None:
            return None
        if self.clock.fixed is not None:
            return self.clock.fixed
        lease = min(self.lease, self.clock.longest)
        if not self.clock.per_grant or self.until is None:
            return lease
        return min(lease, max(self.until - now, timedelta(0)) + TAIL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One lease as it was sent, to begin or to go on."""

    at: datetime
    length: timedelta
    sure: datetime | None = None
    """Until when the relay is on though this one got lost; None: nobody knows."""

    @property
    def end(self) -> datetime:
        """When the relay turns itself off if it is not renewed."""
        return self.at + self.length

    @property
    def renew_at(self) -> datetime:
        """When it is renewed: sooner than usual where it came late, and would itself be sent too late again."""
        usual = self.length / RENEWED_AT
        return self.at + (usual if self.sure is None else min(usual, (self.sure - self.at) / 2))

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

    def after(self, relay: Report, *, on_its_way: bool, confirms: bool) -> Leases:
        """Return what may still be running after this reading; `on_its_way`: a grant of ours has not shown yet.

        Where a renewal `confirms`, a sign of life after it shows that it arrived. An off ends every lease: who turns
        the relay on again elsewhere does so without one.
        """
        if relay.value is False:
            return Leases(self.grants) if on_its_way else Leases()
        newest, said = self.newest, relay.reported_at
        if confirms and relay.value and newest is not None and said is not None and said > newest.at:
            return replace(self, grants=(replace(newest, sure=newest.end),))
        return self

    def after_jump(self, now: datetime) -> Leases:
        """Return what is known after the clock was set: when the leases end cannot be told by it."""
        return Leases(ran_out_at=self._runs_out(now))

    def granted(self, length: timedelta, now: datetime, clock: Clock, *, shows: bool) -> Leases:
        """Return the memory after a lease was sent at `now`; `shows`: a relay that is on after that has it.

        Only of a relay that confirms its renewals is one doubted that shows no sign of life: to doubt those of others
        would take hands for ends of leases, and turn on what someone turned off. But a renewal that comes late is.
        """
        sure, late = now + length if shows else None, length / RENEWED_AT
        if self.newest is not None:
            sure = self.newest.end if self.newest.end > now else None
        running = tuple(
            grant
            for grant in self.grants
            if grant.end + DUE_SLACK >= now and (clock.confirms or grant.end - now < late)
        )
        return Leases((*running, Grant(at=now, length=length, sure=sure)), self._runs_out(now))

    def renew_at(self, terms: Terms, now: datetime) -> datetime | None:
        """Return when the newest is renewed; None: it surely reaches the known end of the permission.

        A length that stands cannot be cut for that end: so the last such lease begins when it just reaches it.
        """
        newest, clock = self.newest, terms.clock
        if newest is None or clock is None or newest.at - now > CLOCK_SLACK:
            return now
        if terms.until is None:
            return newest.renew_at
        last_ends = terms.until + TAIL
        if now >= terms.until or (newest.sure is not None and min(newest.sure, newest.end) >= last_ends):
            return None
        if clock.per_grant or newest.end >= last_ends:
            return newest.renew_at
        return min(newest.renew_at, last_ends - newest.length)

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
        return any(since - DUE_SLACK <= grant.end <= off_at + DUE_SLACK for grant in self.grants)

    def _runs_out(self, now: datetime) -> datetime | None:
        unseen = self.newest is not None and self.newest.overdue(now)
        return now if unseen and any(grant.end - DUE_SLACK <= now for grant in self.grants) else self.ran_out_at
