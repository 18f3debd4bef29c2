"""What was typed, as values; what is wrong with it is said in a translated sentence."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import DEFAULT_RETENTION_DAYS, DOMAIN
from .engine.ledger import KINDS
from .engine.model import Outcome
from .engine.rules import OUTLOOK
from .journal.answers import LAST_SEQ
from .untrusted import time_in

# Further ahead no rule's flips are known.
MOST_HOURS: Final = OUTLOOK // timedelta(hours=1)
# So many records are some MB, which Home Assistant builds and a browser shows at once; the export has no such end.
MOST_RECORDS: Final = 10_000
# So long a time fits on a time line, and is what the journal keeps by default.
LONGEST_STRETCH: Final = timedelta(days=DEFAULT_RETENTION_DAYS)
FARTHEST_AHEAD: Final = timedelta(days=31)
# Nobody has so many speakers; a longer list would be more than SQLite takes at once.
MOST_NAMED: Final = 1000
_USUAL_REACH: Final = timedelta(days=1)


def ms(typed: Any) -> datetime:
    """Return the moment that came over the websocket, in ms since 1970."""
    try:
        if isinstance(typed, bool) or not isinstance(typed, int | float):
            raise wrong("time_unreadable", at=typed)
        return datetime.fromtimestamp(typed / 1000, UTC)
    except (ValueError, OverflowError, OSError) as err:
        raise wrong("time_unreadable", at=typed) from err


def stretch(start: Any, end: Any) -> tuple[datetime, datetime]:
    """Return the time that is asked for, from ms: not longer than records are usually kept, nor far ahead."""
    first, last = ms(start), ms(end)
    if last <= first:
        raise wrong("end_before_start", start=first.isoformat(), end=last.isoformat())
    if last - first > LONGEST_STRETCH:
        raise wrong("time_too_long", days=LONGEST_STRETCH.days)
    if last > dt_util.utcnow() + FARTHEST_AHEAD:
        raise wrong("time_too_far_ahead", days=FARTHEST_AHEAD.days)
    return first, last


def among(typed: Any, known: Iterable[str]) -> list[str]:
    """Return the speakers that are named, of those that are known to who asks; None names all of these."""
    visible = list(known)
    if typed is None:
        return visible
    named = several(typed if isinstance(typed, list) else [typed])
    for slug in named:
        if slug not in visible:
            raise wrong("speaker_unknown", speaker=slug)
    return [slug for slug in visible if slug in named]


def several[C: Collection[Any]](named: C) -> C:
    """Return them as they are; too many are wrong."""
    if len(named) > MOST_NAMED:
        raise wrong("too_many_named", most=MOST_NAMED)
    return named


def outcomes(typed: Any) -> list[str] | None:
    """Return outcomes of activations; None: of any outcome."""
    if typed is None:
        return None
    return (
        list(dict.fromkeys(outcome(one).value for one in several(typed if isinstance(typed, list) else [typed])))
        or None
    )


def seq(typed: Any) -> int | None:
    """Return a record's place in the journal; None: behind the last."""
    if typed is not None and (isinstance(typed, bool) or not isinstance(typed, int) or not 0 < typed <= LAST_SEQ):
        raise wrong("seq_unreadable", seq=typed)
    return typed


def duration(typed: Any) -> timedelta:
    """Return the span that was typed as a duration selector gives it, as HH:MM:SS or in seconds."""
    try:
        span: timedelta = cv.time_period(typed)
    except (vol.Invalid, OverflowError, ValueError) as err:
        raise wrong("duration_unreadable", duration=typed) from err
    if span <= timedelta(0):
        raise wrong("duration_not_positive", duration=span)
    return span


def from_now(span: timedelta) -> datetime:
    """Return when a span that begins now is over."""
    try:
        return dt_util.utcnow() + span
    except OverflowError as err:
        raise wrong("duration_unreadable", duration=span) from err


def moment(typed: Any) -> datetime:
    """Return the moment that was typed; without an offset it is the home's local time."""
    try:
        parsed = typed if isinstance(typed, datetime) else time_in(str(typed))
        if parsed is None:
            raise wrong("time_unreadable", at=typed)
        return dt_util.as_utc(parsed)
    except (ValueError, OverflowError) as err:
        raise wrong("time_unreadable", at=typed) from err


def outcome(typed: Any) -> Outcome:
    """Return an activation's outcome."""
    try:
        return Outcome(typed)
    except ValueError as err:
        raise wrong("outcome_unknown", outcome=typed) from err


def hours(typed: Any) -> float:
    """Return how far ahead to look."""
    try:
        number = float(typed)
    except (TypeError, ValueError) as err:
        raise wrong("hours_out_of_range", hours=typed, most=MOST_HOURS) from err
    if not 0 < number <= MOST_HOURS:
        raise wrong("hours_out_of_range", hours=typed, most=MOST_HOURS)
    return number


def reach(start: Any, end: Any) -> tuple[datetime, datetime | None]:
    """Return from when to when; without a start a day up to the end, without an end (None) all there is since."""
    last = None if end is None else moment(end)
    try:
        first = (last or dt_util.utcnow()) - _USUAL_REACH if start is None else moment(start)
    except OverflowError as err:
        raise wrong("time_unreadable", at=end) from err
    if last is not None and last <= first:
        raise wrong("end_before_start", start=first.isoformat(), end=last.isoformat())
    return first, last


def kinds(typed: Any) -> list[str] | None:
    """Return the kinds of records; None: all of them."""
    if typed is None:
        return None
    named = several(typed if isinstance(typed, list | tuple | set) else str(typed).split(","))
    each = dict.fromkeys(str(kind).strip() for kind in named)
    for kind in each:
        if kind not in KINDS:
            raise wrong("kind_unknown", kind=kind, kinds=", ".join(KINDS))
    return list(each) or None


def languages(typed: Any, known: Collection[str]) -> list[str]:
    """Return the languages that were named, by default all that Earlid knows."""
    if typed is None or typed == []:
        return list(known)
    texts = several(typed if isinstance(typed, list | tuple | set) else str(typed).split(","))
    named = [str(language).strip() for language in texts]
    for language in named:
        if language not in known:
            raise wrong("language_unknown", language=language, languages=", ".join(known))
    return [language for language in known if language in named]


def limit(typed: Any, most: int = MOST_RECORDS) -> int:
    """Return how many records."""
    try:
        number = int(typed)
        fits = 1 <= number <= most and number == float(typed) and not isinstance(typed, bool)
    except (TypeError, ValueError, OverflowError) as err:
        raise wrong("limit_out_of_range", limit=typed, most=most) from err
    if not fits:
        raise wrong("limit_out_of_range", limit=typed, most=most)
    return number


def wrong(key: str, **placeholders: object) -> ServiceValidationError:
    """Return the error; what was typed is shown shortened, since it may be anything."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={name: str(value)[:100] for name, value in placeholders.items()},
    )
