"""What measurements are taken on: times mean something beside it only."""

from datetime import UTC, datetime
import os
from pathlib import Path
import platform
import re
import subprocess

from homeassistant.const import __version__ as home_assistant

from virtual_home.broker import find_mosquitto


def conditions() -> dict[str, str]:
    """Return machine, versions, date and what else the machine did; nothing that tells whose machine it is."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()} GB, {platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "home_assistant": home_assistant,
        "broker": _broker(),
        "date": datetime.now(UTC).date().isoformat(),
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return " ".join(found[1].split()) if found else platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


def _broker() -> str:
    try:
        said = subprocess.run([find_mosquitto(), "-h"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    except FileNotFoundError:
        return "no Mosquitto"
    found = re.search(r"version (\S+)", said)
    return f"Mosquitto {found[1]}" if found else "Mosquitto"
