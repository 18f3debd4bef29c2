"""A child process that can be stopped, killed and frozen, and that never outlives the home."""

import asyncio
import contextlib
import ctypes
import os
from pathlib import Path
import signal
import socket
import sys
from typing import Literal

# prctl(2), PR_SET_PDEATHSIG: without it a test run that is itself killed leaves its broker and its
# Home Assistant running for good.
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port


def waited_by(process: int | Literal["self"]) -> float:
    """Return for how many seconds a process was ready to run, in its main thread, and got no processor.

    https://docs.kernel.org/scheduler/sched-stats.html, `/proc/<pid>/schedstat`; 0 where the kernel does not tell.
    """
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One child process; output goes to a file, so that a full pipe never blocks it."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        *,
        output: Path,
        environment: dict[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        """Describe the process, and the working directory it gets; nothing runs until `start`."""
        self.name = name
        self.output = output
        self._arguments = arguments
        self._environment = environment
        self._directory = directory
        self._child: asyncio.subprocess.Process | None = None
        self._frozen = False

    @property
    def running(self) -> bool:
        """True while the process exists, frozen or not."""
        return self._child is not None and self._child.returncode is None

    @property
    def frozen(self) -> bool:
        """True between `freeze` and `thaw`."""
        return self.running and self._frozen

    @property
    def process_id(self) -> int:
        """The operating system's id; RuntimeError when it does not run."""
        if self._child is None or self._child.returncode is not None:
            raise RuntimeError(f"{self.name} is not running")
        return self._child.pid

    @property
    def waited(self) -> float:
        """Seconds its main thread was ready to run and got no processor: what a busy machine added to every answer."""
        return waited_by(self.process_id)

    async def start(self) -> None:
        """Start it; RuntimeError if it already runs."""
        if self.running:
            raise RuntimeError(f"{self.name} is already running")
        self._frozen = False
        with self.output.open("ab") as output:
            self._child = await asyncio.create_subprocess_exec(
                *self._arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                cwd=self._directory,
                preexec_fn=_die_with_parent,
            )

    async def stop(self, *, within: float = 30.0) -> None:
        """Ask it to end (SIGTERM) and wait; after `within` seconds it is killed."""
        if not self.running:
            return
        self.thaw()
        self._signal(signal.SIGTERM)
        assert self._child is not None
        try:
            await asyncio.wait_for(self._child.wait(), within)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """SIGKILL and wait until it is gone: nothing is flushed, no goodbye is said."""
        if not self.running:
            return
        self._signal(signal.SIGKILL)
        assert self._child is not None
        await self._child.wait()
        self._frozen = False

    def freeze(self) -> None:
        """SIGSTOP: the process hangs but keeps its sockets."""
        self._signal(signal.SIGSTOP)
        self._frozen = True

    def thaw(self) -> None:
        """SIGCONT; nothing happens if it was not frozen."""
        if self.frozen:
            self._signal(signal.SIGCONT)
        self._frozen = False

    def last_words(self, lines: int = 20) -> str:
        """Return the end of its output, for an error message."""
        if not self.output.exists():
            return ""
        return "\n".join(self.output.read_text(errors="replace").splitlines()[-lines:])

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process_id, number)
