"""A search in a process of its own: some faults end the process, and its memory is its own."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from .search import Fault, Outcome, search
from .targets import TARGETS


def search_apart(name: str, inputs: int, seed: int) -> Outcome:
    """Return what came of a search; where it ended the process, with the input that did."""
    spawn = multiprocessing.get_context("spawn")
    answer, tell = spawn.Pipe(duplex=False)
    with TemporaryDirectory() as folder:
        last = Path(folder) / "last"
        process = spawn.Process(target=_searched, args=(name, inputs, seed, last, tell))
        process.start()
        tell.close()
        try:
            outcome: Outcome = answer.recv()
        except EOFError:
            process.join()
            fault = Fault(
                given=last.read_text(encoding="utf-8") if last.exists() else "",
                error=f"the process ended with {process.exitcode}",
                where="",
                trace="",
            )
            return Outcome(name=name, faults=[fault])
        process.join()
        return outcome


def _searched(name: str, inputs: int, seed: int, last: Path, tell: Connection) -> None:
    with tell:
        tell.send(search(TARGETS[name], inputs, seed, last=last))
