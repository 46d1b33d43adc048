"""The indices on the cluster: which one is searched, which one is being built, which ones have had their day.

Names: ``<prefix>-<digest>-<stamp>`` is an index; the alias ``<prefix>-<digest>`` is the one that this release
searches, ``<index>-building`` one that is being filled, ``<index>-retired-<seconds>`` one that was replaced then.
Only names of this very form are touched: a cluster, and even a prefix, may have other users.
"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from elasticsearch import BadRequestError, Elasticsearch

from search.engines.base import EngineFailed, IndexOutdated
from search.engines.elasticsearch import schema

#: Searches that began in the old index end within this.
GRACE_S = 60.0
#: Processes of the release before this one may still search theirs while they are restarted one by one.
RELEASE_GRACE_S = 3600.0
_MADE_BY_ANOTHER = "resource_already_exists_exception"


@dataclass(frozen=True)
class State:
    """What there is. ``current`` and ``building`` are of this release, ``left`` lack both roles and any past."""

    current: frozenset[str] = frozenset()
    building: frozenset[str] = frozenset()
    retired: Mapping[str, int] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Return whether nobody has made an index yet."""
        return not (self.current or self.building or self.retired or self.others or self.left)

    @property
    def targets(self) -> frozenset[str]:
        """Return the indices that every write must reach."""
        return self.current | self.building


class Indices:
    """The indices of one prefix, as one release sees them."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self._client = client
        self._own = f"{prefix}-{schema.digest()}"
        self._everything = f"{prefix}-*"
        self._ours = re.compile(rf"({re.escape(prefix)}-[0-9a-f]{{12}})-[0-9a-f]+")

    @property
    def alias(self) -> str:
        """Return the name under which this release searches."""
        return self._own

    def state(self) -> State:
        """Ask the cluster."""
        found: dict[str, set[str]] = {name: set() for name in ("current", "building", "others", "left")}
        retired: dict[str, int] = {}
        for name, known in self._client.indices.get_alias(index=self._everything).items():
            ours = self._ours.fullmatch(name)
            if not ours:
                continue
            since = _retired_at(name, known["aliases"])
            is_own = ours.group(1) == self._own
            if since is not None:
                retired[name] = since
            elif building_alias(name) in known["aliases"]:
                found["building" if is_own else "others"].add(name)
            elif ours.group(1) in known["aliases"]:
                found["current" if is_own else "others"].add(name)
            else:
                found["left"].add(name)
        return State(retired=retired, **{name: frozenset(names) for name, names in found.items()})

    def first(self) -> None:
        """Make an empty index where there is none at all. Raises IndexOutdated where there is another release's."""
        state = self.state()
        if state.current:
            return
        if not state.is_empty:
            raise IndexOutdated(f"no index {self._own} of this release on the cluster; rebuild the index")
        try:
            self._create(f"{self._own}-0", self._own)
        except BadRequestError as error:
            if error.error != _MADE_BY_ANOTHER:
                raise

    def start(self) -> str:
        """Make an index that is to be filled, and return its name."""
        name = f"{self._own}-{time.time_ns():x}"
        self._create(name, building_alias(name))
        return name

    def publish(self, name: str) -> None:
        """Make ``name`` the one that is searched, in one step; what it replaces is retired.

        Fails where ``name`` is no longer being built, because another process took it for abandoned.
        """
        state, now = self.state(), int(time.time())
        actions: list[Mapping[str, Mapping[str, object]]] = [
            {"remove": {"index": name, "alias": building_alias(name), "must_exist": True}},
            {"add": {"index": name, "alias": self._own}},
        ]
        actions += [{"remove": {"index": old, "alias": self._own}} for old in state.current]
        actions += [
            {"add": {"index": old, "alias": f"{old}-retired-{now}"}} for old in state.current | state.others
        ]
        answer = self._client.indices.update_aliases(actions=actions)
        if not answer["acknowledged"]:
            raise EngineFailed(f"not every node of the cluster knows yet that {name} is the index")

    def abandon(self, name: str) -> None:
        """Remove an index that is being filled; one that came to be searched after all stays."""
        if name in self.state().building:
            self._remove([name])

    def sweep(self, state: State) -> None:
        """Remove what was retired long enough ago."""
        now = time.time()
        self._remove(
            name
            for name, since in state.retired.items()
            if now - since > (GRACE_S if name.startswith(f"{self._own}-") else RELEASE_GRACE_S)
        )

    def sweep_left(self, state: State) -> None:
        """Remove what killed rebuilds left. The caller learned after ``state`` that nobody was rebuilding."""
        self._remove(state.building | state.left)

    def _create(self, name: str, alias: str) -> None:
        self._client.indices.create(
            index=name, settings=schema.settings(), mappings=schema.mapping(), aliases={alias: {}}
        )

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._client.indices.delete(index=name, ignore_unavailable=True)


def building_alias(name: str) -> str:
    """Return the alias under which a rebuild fills an index; nothing can be written to it once it is swept."""
    return f"{name}-building"


def _retired_at(name: str, aliases: Mapping[str, object]) -> int | None:
    starts = f"{name}-retired-"
    times = [alias.removeprefix(starts) for alias in aliases if alias.startswith(starts)]
    return int(times[0]) if times else None
