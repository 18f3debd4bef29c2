"""What every test with Home Assistant in process shares."""

import pytest


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give each test a folder of its own: the journal is a real file."""
    return hass_tmp_config_dir
