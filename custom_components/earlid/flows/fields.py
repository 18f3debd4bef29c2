"""The fields the forms are made of: each takes what a form may send and returns what can be stored as it is."""

from collections.abc import Iterable
from datetime import timedelta
import math
from typing import Any, Final, cast, override

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    ConditionSelector,
    DurationSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
    TimeSelector,
)
import voluptuous as vol

NO_TIME: Final = {"hours": 0, "minutes": 0, "seconds": 0}

# A span is added to the present to find the next moment to look at; one without limit leaves the calendar.
LONGEST_SPAN: Final = timedelta(days=7)

# A condition is a mapping in a list, and so is a step of an action sequence. Home Assistant tries a condition's
# shorthand twice a level, so that the time doubles with each, and JSON that nests 254 deep can be read but not saved.
DEEPEST: Final = 2 * 10

TEXT: Final = TextSelector()
PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))


def _plain(value: float) -> float:
    """Return the number, whole ones as int; JSON turns infinity and NaN into null, so they are refused."""
    if not math.isfinite(value):
        msg = f"{value} is not a number"
        raise vol.Invalid(msg)
    return int(value) if value.is_integer() else value


class _YesNo(BooleanSelector):
    """Yes or no; Home Assistant's own takes every word for yes, "false" too."""

    @override
    def __call__(self, data: Any) -> bool:
        return cv.boolean(data)


YES_NO: Final = _YesNo()


class _Number(NumberSelector):
    """A finite number."""

    @override
    def __call__(self, data: Any) -> float:
        return _plain(super().__call__(data))


class _Whole(NumberSelector):
    """A whole number."""

    @override
    def __call__(self, data: Any) -> int:
        number = _plain(super().__call__(data))
        if not isinstance(number, int):
            msg = f"{number} is not whole"
            raise vol.Invalid(msg)
        return number


class _Span(DurationSelector):
    """A span of time, as numbers of days, hours, minutes and seconds."""

    @override
    def __call__(self, data: Any) -> dict[str, float]:
        try:
            span = cv.positive_time_period_dict(data)
        except OverflowError as err:
            raise vol.Invalid(str(err)) from err
        if span > LONGEST_SPAN:
            msg = f"longer than {LONGEST_SPAN}"
            raise vol.Invalid(msg)
        return {unit: _plain(float(amount)) for unit, amount in data.items()}


class _TimeOfDay(TimeSelector):
    """A time of day as HH:MM:SS."""

    @override
    def __call__(self, data: Any) -> str:
        return cv.time(super().__call__(data)).isoformat()


class _Entities(EntitySelector):
    """Entities of the domains that the filter names.

    Home Assistant's own selector does not hold a filter against what is sent, and refuses an excluded entity
    with an error that cannot be translated; here the form says which one it is.
    """

    @override
    def __call__(self, data: Any) -> str | list[str]:
        filters = cast("list[dict[str, list[str]]]", self.config.get("filter", []))
        domains = [domain for each in filters for domain in each["domain"]]
        chosen = EntitySelector(EntitySelectorConfig(domain=domains, multiple=self.config["multiple"]))(data)
        return chosen if isinstance(chosen, str) else list(dict.fromkeys(chosen))


class RawConditions(ConditionSelector):
    """The condition editor. What was typed passes as it is.

    A validated condition holds objects (timedelta, Template) that cannot be saved, and one such subentry stops
    Home Assistant from saving any config entry. `checks.condition_problem` validates a copy.
    """

    @override
    def __call__(self, data: Any) -> Any:
        return _not_too_deep(data)


class RawActions(ActionSelector):
    """The editor of action sequences. What was typed passes as it is, for the reason that `RawConditions` gives.

    `actions.sequence_problem` validates a copy. Home Assistant's own sets no limit to the depth.
    """

    @override
    def __call__(self, data: Any) -> Any:
        return _not_too_deep(data)


def _not_too_deep(typed: Any) -> Any:
    if _depth(typed) > DEEPEST:
        msg = f"nested deeper than {DEEPEST} lists and mappings"
        raise vol.Invalid(msg)
    return typed


def _depth(value: Any) -> int:
    """Return how many lists and mappings lie within each other."""
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, list | dict)]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return depth


class Choices(SelectSelector):
    """Several of the options, each once; what is none of them passes, for the form to say which it is."""

    @override
    def __call__(self, data: Any) -> list[str]:
        return list(dict.fromkeys(vol.Schema([str])(data)))


def number(low: float, high: float, unit: str, *, step: float = 1) -> NumberSelector:
    """Return a field for a number from `low` to `high`, both included."""
    return _Number(
        NumberSelectorConfig(min=low, max=high, step=step, unit_of_measurement=unit, mode=NumberSelectorMode.BOX)
    )


def seconds(low: int, high: int) -> NumberSelector:
    """Return a field for `low` to `high` seconds."""
    return number(low, high, "s")


def count(low: int, high: int) -> NumberSelector:
    """Return a field for a whole number from `low` to `high`, both included."""
    return _Whole(NumberSelectorConfig(min=low, max=high, step=1, mode=NumberSelectorMode.BOX))


def lease() -> NumberSelector:
    """Return a field for how long a relay stays on by its own clock."""
    return seconds(30, 43200)


def deadline() -> NumberSelector:
    """Return a field for how soon a relay has to report off."""
    return seconds(2, 300)


def span() -> DurationSelector:
    """Return a field for a span of time, up to `LONGEST_SPAN`."""
    return _Span()


def time_of_day() -> TimeSelector:
    """Return a field for a time of day; it gives HH:MM:SS."""
    return _TimeOfDay()


def choice(translation_key: str, options: Iterable[str]) -> SelectSelector:
    """Return a field for one of `options`, which are translated under `selector`."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[str(option) for option in options],
            translation_key=translation_key,
            mode=SelectSelectorMode.LIST,
        )
    )


def days(options: Iterable[str]) -> SelectSelector:
    """Return a field for days of the week."""
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key="days", multiple=True, mode=SelectSelectorMode.LIST)
    )


def named(options: Iterable[tuple[str, str]]) -> SelectSelector:
    """Return a field for several of `options`, pairs of what is stored and what is shown."""
    return Choices(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=value, label=label) for value, label in options],
            multiple=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def entities(
    *domains: str,
    device_classes: dict[str, str] | None = None,
    multiple: bool = False,
    hide: Iterable[str] = (),
) -> EntitySelector:
    """Return a field for entities of `domains`.

    `device_classes`, by domain, and `hide` narrow only what the form offers, not what it takes.
    """
    filters = []
    for domain in domains:
        shown = EntityWithDeviceFilterSelectorConfig(domain=domain)
        if device_class := (device_classes or {}).get(domain):
            shown["device_class"] = device_class
        filters.append(shown)
    return _Entities(EntitySelectorConfig(filter=filters, multiple=multiple, exclude_entities=list(hide)))
