"""Owns the command: start what can be started, say what could not and why, print the variables, stop all.

Progress goes to stderr, `export` lines to stdout: eval "$(script/services start)".
"""

import argparse
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.external import elasticsearch, postgres, s3
from tests.external.obtaining import Missing
from tests.external.running import DidNotStart, Place, Variables

SERVERS: Mapping[str, Callable[[Place], Variables]] = {
    "elasticsearch": elasticsearch.start,
    "minio": s3.start_minio,
    "versitygw": s3.start_versitygw,
    "postgresql": postgres.start,
}
FOLDER = Path(
    os.environ.get("ACERVO_SERVICES") or Path(tempfile.gettempdir()) / f"acervo-services-{os.getuid()}"
)


def say(text: str) -> None:
    """Tell the person at the terminal; stdout is for the shell."""
    print(text, file=sys.stderr, flush=True)


def place_of(name: str) -> Place:
    """Return the scratch folder of a server."""
    return Place(FOLDER / name)


def known(name: str) -> Variables | None:
    """Return the variables of a server that runs, or None."""
    place = place_of(name)
    try:
        return dict(json.loads((place.folder / "variables.json").read_text())) if place.runs else None
    except (OSError, ValueError):
        return None


def started(name: str) -> Variables:
    """Return the variables of a server, started if it does not run; none, with the reason said, if it cannot."""
    running = known(name)
    if running is not None:
        say(f"  {name}: runs already")
        return running
    began = time.monotonic()
    place = place_of(name)
    place.stop()
    shutil.rmtree(place.folder, ignore_errors=True)
    place.folder.mkdir(parents=True)
    try:
        variables = SERVERS[name](place)
    except (Missing, DidNotStart, OSError) as reason:
        say(f"  {name}: could not be started: {reason}")
        return {}
    (place.folder / "variables.json").write_text(json.dumps(dict(variables)))
    say(f"  {name}: answers after {time.monotonic() - began:.0f} s")
    return variables


def start(names: list[str]) -> int:
    """Start servers side by side and print their variables; the exit code says whether all run."""
    say(f"Servers in {FOLDER} (programs that have to be compiled take minutes, the first time):")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(SERVERS)) as pool:
        all_variables = list(pool.map(started, names))
    for name, value in sorted({pair for variables in all_variables for pair in variables.items()}):
        print(f"export {name}={shlex.quote(value)}")
    return 0 if all(all_variables) else 1


def stop(names: list[str]) -> int:
    """Stop servers and throw their data away."""
    for name in names:
        place_of(name).stop()
        shutil.rmtree(place_of(name).folder, ignore_errors=True)
        say(f"  {name}: stopped")
    return 0


def status(names: list[str]) -> int:
    """Say what runs and print the variables of it; the exit code says whether all run."""
    answers = {name: known(name) for name in names}
    for name, variables in answers.items():
        say(f"  {name}: {'runs' if variables else 'does not run'}")
        for variable, value in (variables or {}).items():
            print(f"export {variable}={shlex.quote(value)}")
    return 0 if all(answers.values()) else 1


def main() -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(prog="script/services", description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "status"), nargs="?", default="start")
    parser.add_argument(
        "names", nargs="*", metavar="server", help=f"some of {', '.join(SERVERS)}; default all"
    )
    given = parser.parse_args()
    unknown = sorted(set(given.names) - SERVERS.keys())
    if unknown:
        parser.error(f"no such server: {', '.join(unknown)}")
    act = {"start": start, "stop": stop, "status": status}[given.action]
    return act(given.names or list(SERVERS))


if __name__ == "__main__":
    sys.exit(main())
