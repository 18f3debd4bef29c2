"""Values in actions, addresses and questions over the websocket, which may be anything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from custom_components.earlid import typed
from custom_components.earlid.engine.ledger import KINDS
from custom_components.earlid.engine.model import Outcome
from fuzz.target import Feed, Target, one_of, part

_KNOWN: Final = ("kitchen", "bath", "")


def _duration(one: Any, _other: Any) -> None:
    span = typed.duration(one)
    assert span > timedelta(0)
    typed.from_now(span)


def _reach(one: Any, other: Any) -> None:
    start, end = typed.reach(one, other)
    assert start.tzinfo is not None
    assert end is None or start < end


def _stretch(one: Any, other: Any) -> None:
    start, end = typed.stretch(one, other)
    assert timedelta(0) < end - start <= typed.LONGEST_STRETCH
    assert end <= datetime.now(UTC) + typed.FARTHEST_AHEAD


def _among(one: Any, _other: Any) -> None:
    named = typed.among(one, _KNOWN)
    assert set(named) <= set(_KNOWN)
    assert one is None or len(named) <= (len(one) if isinstance(one, list) else 1)


def _limit(one: Any, _other: Any) -> None:
    assert 1 <= typed.limit(one) <= typed.MOST_RECORDS


def _hours(one: Any, _other: Any) -> None:
    assert 0 < typed.hours(one) <= typed.MOST_HOURS


def _seq(one: Any, _other: Any) -> None:
    assert (typed.seq(one) or 1) > 0


def _kinds(one: Any, _other: Any) -> None:
    assert set(typed.kinds(one) or KINDS) <= set(KINDS)


def _outcomes(one: Any, _other: Any) -> None:
    assert set(typed.outcomes(one) or Outcome) <= set(Outcome)


def _languages(one: Any, _other: Any) -> None:
    assert set(typed.languages(one, ("en", "de"))) <= {"en", "de"}


def _moment(one: Any, other: Any) -> None:
    if other is True and isinstance(one, str):
        # As it comes out of YAML.
        with suppress(ValueError):
            one = datetime.fromisoformat(one)
    assert typed.moment(one).tzinfo is UTC


def _ms(one: Any, _other: Any) -> None:
    assert typed.ms(one).tzinfo is UTC


_ASKED: Final[Mapping[str, Callable[[Any, Any], None]]] = {
    "duration": _duration,
    "reach": _reach,
    "stretch": _stretch,
    "among": _among,
    "limit": _limit,
    "hours": _hours,
    "seq": _seq,
    "kinds": _kinds,
    "outcomes": _outcomes,
    "languages": _languages,
    "moment": _moment,
    "ms": _ms,
}


@contextmanager
def _begin() -> Iterator[Feed]:
    before = dt_util.get_default_time_zone()
    zone = dt_util.get_time_zone("Europe/Berlin")
    assert zone is not None
    dt_util.set_default_time_zone(zone)

    def feed(given: Any) -> None:
        asked = one_of(tuple(_ASKED.values()), part(given, "asked"))
        try:
            asked(part(given, "one"), part(given, "other"))
        except ServiceValidationError as error:
            assert error.translation_key
            # Whoever typed it is shown it again.
            assert all(len(value) <= 100 for value in (error.translation_placeholders or {}).values())  # noqa: PLR2004

    try:
        yield feed
    finally:
        dt_util.set_default_time_zone(before)


_NOW: Final = int(datetime.now(UTC).timestamp()) * 1000

TARGETS: Final = (
    Target(
        name="typed",
        begin=_begin,
        parses=("typed",),
        begins_with=(
            *({"asked": number, "one": 1, "other": 2} for number in range(len(_ASKED))),
            {"asked": 0, "one": {"hours": 1, "minutes": "5"}},
            {"asked": 1, "one": "2026-11-22T12:00", "other": "2026-11-22T13:00:00+00:00"},
            {"asked": 2, "one": _NOW - 3_600_000, "other": _NOW},
            {"asked": 3, "one": ["kitchen"]},
            {"asked": 7, "one": "breach,hold"},
            {"asked": 10, "one": "2026-11-22T12:00:00", "other": True},
            {"asked": 1, "one": None, "other": "0001-01-01T00:00:00+00:00"},
            {"asked": 2, "one": _NOW, "other": _NOW + 10**10},
            {"asked": 8, "one": ["answered", "unknown"]},
            {"asked": 9, "one": ["de"]},
        ),
        words=(
            *_KNOWN,
            *KINDS,
            *Outcome,
            "en",
            "de",
            _NOW,
            _NOW + 1,
            -62135596800000,
            253402300799999,
            "days",
            "seconds",
            "milliseconds",
            "asked",
            "one",
            "other",
            ["kitchen"] * 1001,
            "de," * 1001,
        ),
        share=4,
    ),
)
