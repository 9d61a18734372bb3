"""The way to move a mock's clock from outside: paths that Atlas doesn't use, for callers on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from atlas_contract.errors import BadInput
from atlas_contract.guard import is_loopback
from atlas_contract.mock.clock import END, ManualClock
from atlas_contract.mock.lifecycle import Lifecycle
from atlas_contract.mock.world import Cluster, Member, Project, Snapshot
from atlas_contract.model import Reply, Request

if TYPE_CHECKING:
    from atlas_contract.mock.app import Mock
    from atlas_contract.mock.handler import Handler

PREFIX = "/_mock/"
Answer: TypeAlias = tuple[HTTPStatus, Mapping[str, Any]]


def controlled(mock: Mock, handler: Handler, host: str) -> Handler:
    """The handler with the control before it where the mock's clock is a manual one, else the handler itself.

    Raises:
        BadInput: others than this machine could reach the host, and so the control.
    """
    clock = mock.world.clock
    if not isinstance(clock, ManualClock):
        return handler
    if not is_loopback(host):
        msg = "A mock with a manual clock listens on this machine only."
        raise BadInput(msg, where=f"--host {host}", expected="a loopback address or localhost")
    return Control(mock, clock, handler).handle


class Control:
    """Answers the paths under `/_mock/`, and hands every other request to a handler, the mock's unless named.

    `GET clock`, `POST clock {"advance": seconds}`, `GET world` (without secrets), `POST reset`.
    """

    def __init__(self, mock: Mock, clock: ManualClock, handler: Handler | None = None) -> None:
        self._mock = mock
        self._clock = clock
        self._handler = handler or mock.handle
        self._lifecycle = Lifecycle(mock.contract)
        self._time_format: str = mock.contract.behaviour("timestamps").values["format"]
        self._actions: Mapping[str, Mapping[str, Callable[[bytes], Answer]]] = {
            "clock": {"GET": self._read_clock, "POST": self._advance},
            "world": {"GET": self._show},
            "reset": {"POST": self._reset},
        }

    def handle(self, request: Request) -> Reply:
        """Answer a request of either kind."""
        path = request.target.partition("?")[0]
        if not path.startswith(PREFIX):
            return self._handler(request)
        if request.header("Origin") is not None:
            return _reply(HTTPStatus.FORBIDDEN, {"error": "no web page moves this clock"})
        methods = self._actions.get(path.removeprefix(PREFIX), {})
        if not methods:
            known = ", ".join(PREFIX + name for name in self._actions)
            return _reply(HTTPStatus.NOT_FOUND, {"error": f"there are {known}"})
        action = methods.get(request.method)
        if action is None:
            return _reply(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "try " + " or ".join(methods)})
        return _reply(*action(request.body))

    def _read_clock(self, _: bytes) -> Answer:
        return HTTPStatus.OK, {"now": self._time(self._clock.now())}

    def _advance(self, body: bytes) -> Answer:
        try:
            self._clock.advance(_seconds(body))
        except (ValueError, RecursionError):
            most = int(END - self._clock.now())
            error = f'the body must be {{"advance": seconds}}, with seconds from 0 to {most}'
            return HTTPStatus.BAD_REQUEST, {"error": error}
        return self._read_clock(body)

    def _reset(self, body: bytes) -> Answer:
        self._clock.restart()
        self._mock.world.restart()
        return self._show(body)

    def _show(self, _: bytes) -> Answer:
        world = self._mock.world
        with world.lock:
            projects = [self._project(each) for each in world.projects]
        active = [_member(each, revoked=False) for each in world.members]
        gone = [_member(each, revoked=True) for each in world.revoked]
        now = self._time(self._clock.now())
        return HTTPStatus.OK, {"now": now, "projects": projects, "credentials": active + gone}

    def _project(self, project: Project) -> Mapping[str, Any]:
        clusters = [self._cluster(project, each) for each in project.clusters]
        return {"id": project.id, "name": project.name, "clusters": clusters}

    def _cluster(self, project: Project, cluster: Cluster) -> Mapping[str, Any]:
        now = self._clock.now()
        kept = self._mock.world.snapshots.get((project.id, cluster.name), ())
        return {
            "name": cluster.name,
            "kind": "flex" if cluster.flex else "sharded" if cluster.parts else "replicaSet",
            "provider": cluster.provider,
            "mongodbVersion": cluster.mongod_version,
            "paused": cluster.paused,
            "backup": cluster.backup,
            "snapshots": [self._snapshot(each) for each in kept if not self._lifecycle.is_gone(each, now)],
        }

    def _snapshot(self, snapshot: Snapshot) -> Mapping[str, Any]:
        life, state = snapshot.life, self._lifecycle.state(snapshot, self._clock.now())
        stages = {
            stage.name: self._time(snapshot.requested + age)
            for stage, age in zip(life.stages, life.begins, strict=True)
        }
        return {
            "id": snapshot.id,
            "description": snapshot.description,
            "status": state.stage.status,
            "expiresAt": self._time(state.expires),
            "stages": stages,
        }

    def _time(self, second: float) -> str:
        return datetime.fromtimestamp(min(second, END), UTC).strftime(self._time_format)


def _seconds(body: bytes) -> float:
    match json.loads(body):
        case {"advance": int() | float() as seconds, **others} if not others:
            return -1.0 if isinstance(seconds, bool) else seconds
    return -1.0


def _member(member: Member, *, revoked: bool) -> Mapping[str, Any]:
    return {
        "roles": sorted(member.roles),
        "projects": sorted(member.projects),
        "clientId": member.account.id,
        "publicKey": member.key.public,
        "onAccessList": not member.barred,
        "revoked": revoked,
    }


def _reply(status: HTTPStatus, content: Mapping[str, Any]) -> Reply:
    body = json.dumps(content, ensure_ascii=True).encode() + b"\n"
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    return Reply(status.value, headers, body)
