"""What the forms refuse of action sequences."""

from copy import deepcopy
from typing import Any

from homeassistant.const import CONF_ENABLED
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.script import async_validate_actions_config
from homeassistant.util.json import json_loads
import voluptuous as vol


async def sequence_problem(hass: HomeAssistant, typed: Any) -> tuple[str, str] | None:
    """Return why this cannot be a sequence of actions, with Home Assistant's own words; leave `typed` as it is.

    It must come back from JSON as it is, or Home Assistant could not save it, and pass both of its validations: the
    second knows device actions and the conditions of integrations. One that has no step in force would do nothing
    and say that it went well.
    """
    try:
        if json_loads(json_bytes(typed)) != typed:
            return "invalid_actions", "not JSON"
        sequence = cv.SCRIPT_SCHEMA(deepcopy(typed))
        if all(step.get(CONF_ENABLED) is False for step in sequence):
            return "no_actions", ""
        await async_validate_actions_config(hass, sequence)
    except (vol.Invalid, HomeAssistantError, TypeError, ValueError) as err:
        return "invalid_actions", str(err)
    return None
