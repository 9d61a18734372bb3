"""Cleaning up: removes what is provably ours at one cluster, and says why it leaves what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from atlas_contract.cases.neighbours import neighbours_of
from atlas_contract.cases.wire import request_for
from atlas_contract.checks.reading import json_of
from atlas_contract.errors import TargetUnreachable
from atlas_contract.guard.ledger import Run
from atlas_contract.guard.leftovers import Leftover, Record, leftovers
from atlas_contract.guard.watch import Watch
from atlas_contract.model import Case, Reply
from atlas_contract.runner.target import Target

SETTLING = 2.0  # seconds after which a request whose answer nobody saw has arrived, if it ever does
MOST_PAGES = 1000


@dataclass
class Cleaned:
    """What became of each snapshot: removed, found gone, or staying with the reason."""

    removed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    staying: list[Leftover] = field(default_factory=list)
    would_remove: list[Leftover] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing of ours is left that could have been removed."""
        return not self.would_remove and not any(each.run for each in self.staying)


class Cleaner:
    """Cleans up one cluster through the guard.

    Args:
        is_alive: whether a run still runs; its snapshots are left alone.
        only: the one run to clean up after, None for every run that is not running.
        wait_at_most: seconds to wait for unfinished snapshots.
        most_pages: pages after which the server's list has no end.
        tell: is told what happens.
    """

    def __init__(
        self,
        target: Target,
        watch: Watch,
        *,
        is_alive: Callable[[Run], bool],
        only: Run | None = None,
        wait_at_most: float = 1800.0,
        most_pages: int = MOST_PAGES,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._target = target
        self._watch = watch
        self._is_alive = is_alive
        self._only = only
        self._left = wait_at_most
        self._most_pages = most_pages
        self._tell = tell
        contract = watch.contract
        self._plain = neighbours_of(contract, target.ground)
        self._next = contract.behaviour("list-links").values["next"]["rel"]
        self._results = contract.behaviour("envelope-layout").values["listKey"]
        self._unfinished = frozenset(contract.behaviour("one-unfinished-at-a-time").values["unfinished"])
        self._gone = int((contract.behaviour("snapshot-unknown").reply or {})["status"])

    def clean(self, *, apply: bool) -> Cleaned:
        """Remove what is ours, or with `apply` False only say what would be removed.

        Raises:
            TargetUnreachable, LoginRefused: the target cannot be used, or does not tell all that it has.
            LedgerUnusable: the ledger cannot be written.
        """
        self._watch.purse.cleaning = True
        runs = self._runs()
        dead = [run for run in runs if not run.ended and not self._is_alive(run)]
        self._settle(dead)
        found = Cleaned()
        listed = list(self._listed())
        records = {id_: Record(run, marked) for id_, run, marked in self._watch.ledger.taken()}
        for each in leftovers(listed, runs, records, self._is_alive):
            if self._only is not None and each.run != self._only:
                continue
            if each.stays or each.run is None:
                found.staying.append(each)
            elif apply:
                self._remove(each, each.run, found)
            else:
                found.would_remove.append(each)
        if apply:
            self._close(dead, {str(each.get("id")) for each in listed}, found)
        return found

    def _runs(self) -> list[Run]:
        ours = self._watch.run
        return [
            run
            for run in self._watch.ledger.runs()
            if (run.target, run.project, run.cluster) == (ours.target, ours.project, ours.cluster)
            and self._only in (None, run)
        ]

    def _settle(self, dead: list[Run]) -> None:
        """Let requests arrive that a dead run may have sent in its last moment."""
        latest = max((self._watch.ledger.last_unanswered(run) for run in dead), default=0.0)
        pause = latest + SETTLING - self._target.now()
        if 0 < pause <= SETTLING:
            self._target.wait(pause)

    def _listed(self) -> Iterator[Mapping[str, Any]]:
        """Every snapshot of the cluster, or an error: what is missing in half a list would count as gone."""
        case = self._plain.list
        for _ in range(self._most_pages):
            body = json_of(self._send(case, wanted=True))
            results = body.get(self._results) if isinstance(body, dict) else None
            if not isinstance(results, list):
                msg = "cannot be read"
                raise self._useless_list(msg)
            yield from (each for each in results if isinstance(each, dict))
            query = self._next_query(body)
            if not query:
                return
            case = replace(case, query=query)
        msg = f"has more than {self._most_pages:,} pages"
        raise self._useless_list(msg)

    def _useless_list(self, why: str) -> TargetUnreachable:
        msg = f"The server's list of snapshots {why}, so nothing was removed, or noted as gone."
        return TargetUnreachable(msg, where=self._target.base_url, hint="look at the project by hand")

    def _next_query(self, body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        links = body.get("links")
        found = (each for each in links if isinstance(each, dict)) if isinstance(links, list) else ()
        href = next((str(each.get("href")) for each in found if each.get("rel") == self._next), "")
        return tuple(parse_qsl(urlsplit(href).query))

    def _remove(self, left: Leftover, run: Run, found: Cleaned) -> None:
        now = self._target.now()
        self._watch.ledger.created(run, left.snapshot, now, marked=True)  # if only its mark has told of it
        status = self._finished(left)
        if status in self._unfinished:
            found.staying.append(replace(left, status=status, stays="it is still unfinished"))
            return
        reply = self._send(self._at(self._plain.remove, left.snapshot))
        if reply.succeeded or reply.status == self._gone:
            self._watch.gone(left.snapshot)
            self._tell(f"removed {left.snapshot} of run {run.id}")
            found.removed.append(left.snapshot)
        else:
            found.staying.append(replace(left, stays=f"the server answered its removal with {reply.status}"))

    def _finished(self, left: Leftover) -> str:
        """Wait until a snapshot is finished, or the time is up; its status then."""
        status = left.status
        for pause in self._target.pauses(0):
            if status not in self._unfinished or pause > self._left:
                break
            self._tell(f"waiting for {left.snapshot}, which is {status}")
            self._left -= pause
            self._target.wait(pause)
            reply = self._send(self._at(self._plain.read, left.snapshot))
            body = json_of(reply)
            status = str(body.get("status")) if reply.succeeded and isinstance(body, dict) else ""
        return status

    def _close(self, dead: list[Run], listed: set[str], found: Cleaned) -> None:
        """What the ledger calls ours and the server no longer lists is gone; runs that left nothing are over."""
        kept = {each.snapshot for each in found.staying}
        for run in dead:
            for snapshot in self._watch.ledger.left_by(run):
                if snapshot not in listed:
                    self._watch.gone(snapshot)
                    found.gone.append(snapshot)
            if not kept & set(self._watch.ledger.left_by(run)):
                self._watch.ledger.end(run, self._target.now())

    def _at(self, case: Case, snapshot: str) -> Case:
        *others, last = case.path
        return replace(case, path={**{name: case.path[name] for name in others}, last: snapshot})

    def _send(self, case: Case, *, wanted: bool = False) -> Reply:
        request = request_for(self._watch.contract.operations[case.operation], case)
        reply = self._target.send(request, case)
        if wanted and not reply.succeeded:
            msg = f"The server answered {request.method} {request.target} with {reply.status or 'nothing'}."
            hint = "check credentials, project and cluster, then run cleanup again"
            raise TargetUnreachable(msg, where=self._target.base_url, hint=hint)
        return reply
