"""Cases of what a snapshot's state allows, and of what can be seen of it on the way."""

from __future__ import annotations

from collections.abc import Iterator

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.ground import is_sharded
from atlas_contract.model import Case, Place, Scene

UNFINISHED = {
    "unfinished-snapshot": "another snapshot is unfinished",
    "deletion-of-unfinished-refused": "the snapshot is unfinished",
    "retention-change-of-unfinished-refused": "the snapshot is unfinished",
}


def scene_cases(bench: Bench) -> Iterator[Case]:
    """The operation while a snapshot is unfinished, once it is completed, and after it was removed."""
    yield from _unfinished(bench)
    if bench.scene is Scene.COMPLETED:
        reason = "the snapshot was removed"
        yield from bench.stated("snapshot-unknown", "removed/snapshot", reason, scene=Scene.REMOVED)
    yield from _reads(bench)
    yield from _pages(bench)
    yield from _retentions(bench)
    yield from _sharded(bench)
    if bench.ground.drains:
        for behaviour in ("rate-limited", "token-rate-limited"):
            sent = {"path": bench.made_up, "scene": Scene.DRAINED}
            yield from bench.stated(behaviour, "drained", "the token bucket is empty", **sent)


def _unfinished(bench: Bench) -> Iterator[Case]:
    for behaviour, reason in UNFINISHED.items():
        yield from bench.stated(behaviour, "unfinished/refused", reason, scene=Scene.UNFINISHED)


def _reads(bench: Bench) -> Iterator[Case]:
    """Reads of an unfinished and of a completed snapshot, plain and wrapped, so that they can be compared."""
    if bench.operation.method != "GET" or not bench.operation.roles:
        return
    flags = {parameter.name for parameter in bench.operation.parameters_in(Place.QUERY)}
    for scene in (Scene.UNFINISHED, Scene.COMPLETED):
        yield bench.accepted(f"{scene}/read", bench.plain.clause, f"a read while {scene}", scene=scene)
        for flag in ("envelope", "pretty"):
            if flag in flags:
                reason = f"a read while {scene} with {flag}"
                query = ((flag, "true"),)
                yield bench.accepted(
                    f"{scene}/read-{flag}", bench.plain.clause, reason, scene=scene, query=query
                )
    if bench.scene is Scene.ANY:
        reason = "a list after a removal"
        yield bench.accepted("removed/read", bench.plain.clause, reason, scene=Scene.REMOVED)
    both = (("envelope", "true"), ("pretty", "true"))
    if flags >= {"envelope", "pretty"}:
        yield bench.accepted("completed/read-both", bench.plain.clause, "a read with both flags", query=both)


def _pages(bench: Bench) -> Iterator[Case]:
    """Pages of a list that has more than one item."""
    names = {parameter.name for parameter in bench.operation.parameters_in(Place.QUERY)}
    if not names >= {"itemsPerPage", "pageNum", "includeCount"}:
        return
    scene = Scene.COMPLETED if bench.operation.roles else Scene.ANY
    queries = {
        "first": (("itemsPerPage", "1"), ("pageNum", "1")),
        "second": (("itemsPerPage", "1"), ("pageNum", "2")),
        "second-reversed": (("pageNum", "2"), ("itemsPerPage", "1")),
        "beyond": (("pageNum", "50"),),
        "counted": (("includeCount", "true"), ("itemsPerPage", "100")),
        "uncounted": (("includeCount", "false"), ("itemsPerPage", "1")),
        "wrapped": (("envelope", "true"), ("itemsPerPage", "1")),
    }
    for label, query in queries.items():
        reason = f"the page {'&'.join(map('='.join, query))}"
        yield bench.accepted(f"page/{label}", "list-links", reason, query=query, scene=scene)


def _retentions(bench: Bench) -> Iterator[Case]:
    """Retentions that the schema allows and the operation doesn't."""
    if bench.speaks("retention-value-invalid"):
        for value in (0, -1):
            for name in bench.plain_body:
                if isinstance(bench.plain_body[name], int):
                    reason, body = f"{name} is {value}", bench.body(**{name: value})
                    yield from bench.stated(
                        "retention-value-invalid", f"body/{name}/of-{value}", reason, body=body
                    )


def _sharded(bench: Bench) -> Iterator[Case]:
    """Snapshots of sharded clusters by the plain paths, and those of replica sets by the sharded ones."""
    ground, contract = bench.ground, bench.contract
    names = [parameter.name for parameter in bench.operation.parameters_in(Place.PATH)]
    if len(names) < 2 or not ground.sharded:  # noqa: PLR2004  project and cluster
        return
    if is_sharded(contract, bench.operation):
        path = bench.with_path(names[1], ground.cluster)
        reason = "the snapshot is a replica set's"
        yield from bench.stated("sharded-path-needs-sharded", "sharded/replica-set", reason, path=path)
        return
    path = bench.with_path(names[1], ground.sharded)
    yield bench.accepted("sharded/plain-path", "sharded-by-plain-path", "of a sharded cluster", path=path)
