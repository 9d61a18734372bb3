"""The first look at a server: one plain read with each login, so that a setting that is wrong becomes no finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from atlas_contract import redact
from atlas_contract.cases import Ground
from atlas_contract.checks.reading import json_of
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import judge_of
from atlas_contract.errors import BadInput, LoginRefused
from atlas_contract.model import Login, Place, Reply
from atlas_contract.quoting import printable
from atlas_contract.runner.session import Session
from atlas_contract.settings import CLIENT_ID, CLIENT_SECRET, PRIVATE_KEY, PROJECT_ID, PUBLIC_KEY

LONGEST_SAID = 300  # characters of what a server says that a message quotes
LOGINS = (
    (Login.CLIENT, Login.BEARER, f"{CLIENT_ID} and {CLIENT_SECRET}"),
    (Login.DIGEST, Login.DIGEST, f"{PUBLIC_KEY} and {PRIVATE_KEY}"),
)
"""What a target has if a login is configured, the login itself, and the variables that configure it."""
OF_THE_PROJECT = ("project-unknown", "project-id-malformed")
OF_THE_CLUSTER = ("cluster-unknown", "cluster-name-malformed")


def require_arguments(contract: Contract, ground: Ground) -> None:
    """Refuse a project or a cluster that the contract allows nobody to ask for.

    Raises:
        BadInput: it names the variable or the flag.
    """
    project, cluster, *_ = contract.main.parameters_in(Place.PATH)
    given = ((PROJECT_ID, project, ground.project), *((flag, cluster, name) for flag, name in _named(ground)))
    for where, parameter, value in given:
        broken = next(judge_of(contract).argument_violations(parameter, value), None)
        if broken is not None:
            msg = f"No server of this contract has such a {parameter.name}: {broken.message}"
            raise BadInput(printable(msg), where=where, expected=f"what the clause {broken.clause} allows")


def look(session: Session) -> None:
    """List the snapshots of each cluster with each login; the session learns from it what is unfinished already.

    Raises:
        BadInput: the server does not know the project or a cluster.
        LoginRefused: it does not let a login in.
        TargetUnreachable: there is none.
    """
    for configured, login, variables in LOGINS:
        if configured in session.target.ground.logins:
            for flag, cluster in _named(session.target.ground):
                _Look(session, login, variables, flag, cluster).take()


def _named(ground: Ground) -> Iterator[tuple[str, str]]:
    """The clusters of the target, each with the flag that names it."""
    yield "--cluster", ground.cluster
    if ground.sharded:
        yield "--sharded-cluster", ground.sharded


@dataclass(frozen=True, slots=True)
class _Look:
    session: Session
    login: Login
    variables: str
    flag: str
    cluster: str

    def take(self) -> None:
        plain = self.session.neighbours.list
        project, named, *rest = plain.path.items()
        path = dict([project, (named[0], self.cluster), *rest])
        reply = self.session.glance(replace(plain, login=self.login, path=path))
        if reply.status == HTTPStatus.NOT_FOUND:
            raise self._unknown(reply)
        if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise self._refused(reply)

    def _unknown(self, reply: Reply) -> BadInput:
        setting = f"{self.flag} {self.cluster}"
        if _has_code(self.session.contract, reply, OF_THE_PROJECT):
            what, where = "project", PROJECT_ID
        elif _has_code(self.session.contract, reply, OF_THE_CLUSTER):
            what, where = "cluster", setting
        else:
            what, where = "snapshots", f"{setting}, {PROJECT_ID}"
        msg = f"The target has no such {what}. It said: {self._said(reply)}"
        return BadInput(printable(msg), where=where, expected="what the target has; nothing was judged")

    def _refused(self, reply: Reply) -> LoginRefused:
        msg = f"Login refused. The target said: {self._said(reply)}"
        hint = f"check {self.variables}, and whether they may read the project of {PROJECT_ID}"
        return LoginRefused(printable(msg), where=self.session.target.base_url, hint=hint)

    def _said(self, reply: Reply) -> str:
        body = json_of(reply)
        told = [body.get(key) for key in ("errorCode", "detail")] if isinstance(body, Mapping) else []
        words = [str(reply.status), *(each for each in told if isinstance(each, str))]
        return redact.text(" ".join(words), self.session.target.secrets)[:LONGEST_SAID]


def _has_code(contract: Contract, reply: Reply, behaviours: tuple[str, ...]) -> bool:
    """Whether a reply gives the error code that one of the behaviours states."""
    body = json_of(reply)
    code = body.get("errorCode") if isinstance(body, Mapping) else None
    known = (contract.behaviours[each].reply or {} for each in behaviours if each in contract.behaviours)
    return code is not None and any(reply.get("errorCode") == code for reply in known)
