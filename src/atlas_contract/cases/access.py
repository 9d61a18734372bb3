"""Cases of who asks, in which version, by which method, and for whose things."""

from __future__ import annotations

from collections.abc import Iterator

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.wire import request_for
from atlas_contract.contract.judge import Judge
from atlas_contract.model import Case, Login, Parameter, Place, Scene

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OVERRIDE = "X-HTTP-Method-Override"
STRANGE_LOGINS = (Login.NONE, Login.WRONG_BEARER, Login.WRONG_DIGEST, Login.BASIC, Login.EXPIRED_BEARER)


def login_cases(bench: Bench) -> Iterator[Case]:
    """Every login there is, and every role."""
    for login in STRANGE_LOGINS:
        label = login.replace(" ", "-")
        case = bench.stated("credentials-missing", f"login/{label}", f"sent with login: {login}", login=login)
        yield from case
    yield from bench.stated(
        "ip-not-allowed", "login/barred", "sent from a barred address", login=Login.BARRED
    )
    if bench.speaks("credentials-missing"):
        reason = "sent with an API key by digest"
        yield bench.accepted("login/digest", "digest-challenge", reason, login=Login.DIGEST)
    for role in sorted(bench.ground.roles):
        name, reason = f"role/{role.replace(' ', '-')}", f"sent by a {role}"
        if not bench.operation.roles or role in bench.operation.roles:
            yield bench.accepted(name, "role-missing", reason, role=role)
        else:
            yield from bench.stated("role-missing", name, reason, role=role)


def token_cases(bench: Bench) -> Iterator[Case]:
    """Who asks the token endpoint, for whom."""
    yield from bench.stated(
        "token-client-invalid", "login/wrong-client", "sent with a wrong secret", login=Login.WRONG_CLIENT
    )
    yield from bench.stated(
        "token-client-invalid", "login/none", "sent without credentials", login=Login.NONE
    )


def version_cases(bench: Bench) -> Iterator[Case]:
    """Accept headers that name no version, and later dates, which mean the newest version before them."""
    if not bench.speaks("version-not-acceptable"):
        return
    template = bench.contract.behaviour("version-negotiation").values["template"]
    refused = {
        "missing": None,
        "anything": "*/*",
        "plain-json": "application/json",
        "too-early": template.format(date="1999-12-31"),
        "no-date": template.format(date="yesterday"),
        "no-such-day": template.format(date="2023-02-30"),
        "preview": template.format(date="preview"),
        "other-suffix": template.format(date="2023-01-01").replace("+json", "+csv"),
        "refused-by-quality": template.format(date="2023-01-01") + ";q=0",
    }
    for label, accept in refused.items():
        headers = bench.with_header("Accept", accept)
        reason = f"Accept is {accept or 'missing'}"
        yield from bench.stated("version-not-acceptable", f"version/{label}", reason, headers=headers)
    for label, date in (("later", "2025-03-12"), ("far-future", "2099-12-31")):
        headers = bench.with_header("Accept", template.format(date=date))
        reason = f"the version of {date} is the newest before it"
        yield bench.accepted(f"version/{label}", "version-negotiation", reason, headers=headers)


def method_cases(bench: Bench) -> Iterator[Case]:
    """Methods that the path doesn't take; told once a path, by the first operation on it."""
    operations = bench.contract.operations.values()
    on_path = [each for each in operations if each.path == bench.operation.path]
    if on_path[0].id != bench.operation.id or not bench.operation.roles:
        return
    path = request_for(bench.operation, bench.plain).target.partition("?")[0]
    for method in METHODS:
        if bench.contract.match(method, path) is None:
            reason = f"the path doesn't take {method}"
            yield from bench.stated("method-not-allowed", f"method/{method}", reason, method=method)


def override_cases(bench: Bench) -> Iterator[Case]:
    """A header that asks for another method is no reason to obey it."""
    if bench.operation.method == "GET" and bench.operation.roles:
        headers = (*bench.plain.headers, (OVERRIDE, "DELETE"))
        reason = f"{OVERRIDE} changes nothing"
        yield bench.accepted("method/override", bench.plain.clause, reason, headers=headers)


def stranger_cases(bench: Bench) -> Iterator[Case]:
    """Well-formed ids of things that are not there, or not the caller's."""
    names = [parameter.name for parameter in bench.operation.parameters_in(Place.PATH)]
    by_name = {parameter.name: parameter for parameter in bench.operation.parameters}
    if names:
        unknown = unlike(bench.judge, by_name[names[0]], bench.plain.path[names[0]])
        for label, text in unknown.items():
            sent = {"path": {**bench.made_up, names[0]: text}, "scene": Scene.ANY}
            reason = f"no project has the id {text}"
            yield from bench.stated("project-unknown", f"unknown/project/{label}", reason, **sent)
    if names and bench.ground.foreign:
        sent = {"path": {**bench.made_up, names[0]: bench.ground.foreign}, "scene": Scene.ANY}
        yield from bench.stated("project-forbidden", "foreign/project", "the project is another's", **sent)
    if len(names) > 1:
        yield from _cluster_cases(bench, by_name[names[1]])
    if bench.scene is Scene.COMPLETED:
        reason = "no snapshot has this id"
        sent = {"path": bench.made_up, "scene": Scene.ANY}
        yield from bench.stated("snapshot-unknown", "unknown/snapshot", reason, **sent)


def _cluster_cases(bench: Bench, parameter: Parameter) -> Iterator[Case]:
    known = bench.plain.path[parameter.name]
    for label, text in unlike(bench.judge, parameter, known).items():
        sent = {"path": {**bench.made_up, parameter.name: text}, "scene": Scene.ANY}
        reason = f"no cluster has the name {text}"
        yield from bench.stated("cluster-unknown", f"unknown/cluster/{label}", reason, **sent)
    for behaviour_id, name in bench.ground.refused:
        path = {**bench.made_up, parameter.name: name}
        label, reason = f"refused/{behaviour_id}", f"{name} is a cluster of this kind"
        yield from bench.stated(behaviour_id, label, reason, path=path, scene=Scene.ANY)


def unlike(judge: Judge, parameter: Parameter, known: str) -> dict[str, str]:
    """Well-formed arguments that differ from a known one; by label."""
    made = {
        "reversed": known[::-1],
        "other-end": known[:-1] + ("0" if known[-1:] != "0" else "1"),
        "upper-case": known.upper(),
        "lower-case": known.lower(),
        "one-short": known[:-1],
        "one-long": known + known[-1:],
    }
    return {
        label: text
        for label, text in made.items()
        if text not in ("", known) and judge.argument_conforms(parameter, text)
    }
