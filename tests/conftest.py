"""What every test shares."""

import pytest


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load Earlid, in the tests that have one in process.

    Asking for it everywhere would give the engine's tests a Home Assistant they must not need, and fail those in
    tests/home, which run without its plugin.
    """
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")
