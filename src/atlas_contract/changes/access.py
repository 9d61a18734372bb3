"""Who may call, where and by which name: servers, logins, roles, defaults, and the Atlas CLI's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from atlas_contract.changes.change import Side
from atlas_contract.changes.exchanges import request
from atlas_contract.changes.naming import face
from atlas_contract.changes.nodes import is_note, pieces, told_apart
from atlas_contract.changes.parts import one_sided
from atlas_contract.changes.rules import parameter_rules, raw
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.wording import gone_and_new, shown
from atlas_contract.contract import Contract, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import Json, Operation, Violation

SERVERS = "#/servers"


def of_request(contract: Contract, operation: Operation, value: Mapping[str, Json]) -> Iterator[Violation]:
    """What a request breaks by its server, its login, the caller's role, and by what it leaves to defaults."""
    if "server" in value and value["server"] not in servers(contract):
        yield Violation(SERVERS, "/server", f"there is no server {value['server']}")
    if "login" in value and not _lets_in(contract, operation, value["login"]):
        clause = pointers.join(operation.pointer, "security")
        yield Violation(clause, "/login", "the operation does not take this login")
    if "role" in value and operation.roles and value["role"] not in operation.roles:
        clause = pointers.join(operation.pointer, "x-atlas-roles")
        yield Violation(clause, "/role", f"the operation needs one of the roles {', '.join(operation.roles)}")
    for place, meant in value.get("means", {}).items():
        clause, default = _default(contract, operation, place)
        if told_apart(default) != told_apart([meant]):
            told = shown(default[0]) if default else "nothing that the contract states"
            yield Violation(clause, place, f"left out, it means {told}")


def of_command(contract: Contract, command: Mapping[str, str]) -> Iterator[Violation]:
    """What the Atlas CLI's name for an operation breaks: nothing, or that there is none of that name."""
    if all((command["tag"], command["name"]) not in commands(each) for each in contract.operations.values()):
        yield Violation("#/paths", "/command", f"{command['tag']} has no command {command['name']}")


def servers(contract: Contract) -> dict[str, None]:
    """The base URLs, in order."""
    return {server["url"]: None for server in contract.document.get("servers", ())}


def commands(operation: Operation) -> dict[tuple[str, str], None]:
    """The tag with each name that the Atlas CLI has for an operation."""
    return {(operation.tag, name): None for name in operation.cli_names}


def logins(contract: Contract, operation: Operation) -> dict[str, list[Mapping[str, Any]]]:
    """The ways to log in, any of which will do, by their names: for each the facts of all schemes that it takes."""
    schemes = contract.document.get("components", {}).get("securitySchemes", {})
    stated = raw(contract, operation).get("security", contract.document.get("security", ()))
    return {
        " and ".join(option) or "no login": [_facts(contract, schemes.get(name, {})) for name in option]
        for option in stated
    }


def _facts(contract: Contract, scheme: Mapping[str, Any]) -> Mapping[str, Any]:
    scheme = pointers.get(contract.document, scheme["$ref"]) if "$ref" in scheme else scheme
    return {key: value for key, value in scheme.items() if not is_note(key)}


def _lets_in(contract: Contract, operation: Operation, login: list[Json]) -> bool:
    options = logins(contract, operation).values()
    return not options or any(all(facts in login for facts in option) for option in options)


def _default(contract: Contract, operation: Operation, place: str) -> tuple[str, list[Json]]:
    """Where the default of a parameter or body member stands, and the default in a list, which is empty without one."""
    where, *path = pointers.split(place)
    if where == "body":
        found = tuple(content.pointer for content in operation.body[:1] if content.pointer)
    else:
        name, *path = path
        rules = (rule.parameter for rule in parameter_rules(contract, operation))
        found = tuple(each.pointer for each in rules if (each.place, each.name) == (where, name))
    for name in path:
        found = face(contract, found).members.get(name, ()) if found else ()
    for pointer, schema in pieces(contract.document, found):
        if "default" in schema:
            return pointers.join(pointer, "default"), [schema["default"]]
    holder = found[0] if found else pointers.join(operation.pointer, "parameters")
    return pointers.join(holder, "default"), []


def suspects(pair: Pair) -> Iterator[Suspect]:
    """Where an operation differs in who may call it, and under which name."""
    yield from _logins(pair)
    yield from _roles(pair)
    yield from _commands(pair)


def server_suspects(pair: Pair) -> Iterator[Suspect]:
    """Where the contracts differ in their servers; the operation serves as an example."""
    old, new = servers(pair.old), servers(pair.new)
    for edit in _alternatives(SERVERS, "the server {}", list(old), list(new), frozenset({SERVERS})):
        yield _suspect(pair, edit, [{"server": url} for url in (*old, *new)])


def _roles(pair: Pair) -> Iterator[Suspect]:
    old, new = (list(operation.roles) for _, operation in pair.sides)
    clause, marks = _own(pair, "x-atlas-roles")
    if bool(old) == bool(new):
        for edit in _alternatives(clause, "the role {}", old, new, marks):
            yield _suspect(pair, edit, [{"role": role} for role in (*old, *new)])
    else:
        what = f"one of the roles {', '.join(old or new)} is {'needed now' if new else 'no longer needed'}"
        direction = Direction.NARROWER if new else Direction.WIDER
        yield _suspect(
            pair, Edit(clause, what, direction, marks, old, new), [{"role": "a role of another name"}]
        )


def _logins(pair: Pair) -> Iterator[Suspect]:
    old, new = (logins(contract, operation) for contract, operation in pair.sides)
    clause, marks = _own(pair, "security")
    for name in old:
        if name in new and old[name] != new[name]:
            at = pointers.join("#/components/securitySchemes", name)
            what = f"the login {name} works in another way"
            edit = Edit(at, what, Direction.UNCLEAR, marks, old[name], new[name])
            yield _suspect(pair, edit, [{"login": old[name]}, {"login": new[name]}])
    if bool(old) != bool(new):
        what = "a login is needed now" if new else "no login is needed any more"
        direction = Direction.NARROWER if new else Direction.WIDER
        yield _suspect(pair, Edit(clause, what, direction, marks, list(old), list(new)), [{"login": []}])
        return
    gone = [name for name in old if name not in new and old[name] not in new.values()]
    more = [name for name in new if name not in old and new[name] not in old.values()]
    for edit in _alternatives(clause, "the login {}", gone, more, marks):
        yield _suspect(pair, edit, [{"login": {**old, **new}[name]} for name in (*gone, *more)])


def _commands(pair: Pair) -> Iterator[Suspect]:
    """The Atlas CLI's names, which `atlas-contract api` takes, too."""
    old, new = (list(commands(operation)) for _, operation in pair.sides)
    moved = pair.old_operation.tag != pair.new_operation.tag
    clause = pointers.join(pair.new_operation.pointer, "tags" if moved else "x-atlas-cli")
    before, after = ([" ".join(each) for each in side] for side in (old, new))
    trials = [{"command": {"tag": tag, "name": name}} for tag, name in (*old, *new)]
    for edit in _alternatives(clause, "the command {}", before, after, frozenset({"#/paths"})):
        yield Suspect(edit, Side.REQUEST, (pair.operation,), lambda: trials)


def _own(pair: Pair, key: str) -> tuple[str, frozenset[str]]:
    """The clause of a key of the operation, and where either contract has it."""
    clauses = [pointers.join(operation.pointer, key) for _, operation in pair.sides]
    return clauses[1], frozenset(clauses)


def _alternatives(
    clause: str, words: str, old: list[str], new: list[str], marks: frozenset[str]
) -> Iterator[Edit]:
    """An edit of a list of alternatives from which something is gone, or on which something is new."""
    gone, more = [each for each in old if each not in new], [each for each in new if each not in old]
    if gone or more:
        yield Edit(clause, gone_and_new(words, gone, more), one_sided(gone, more), marks, old, new)


def _suspect(pair: Pair, edit: Edit, extras: list[dict[str, Json]]) -> Suspect:
    """Plain requests with something more said of the caller tell."""

    def trials() -> Iterator[Json]:
        for contract, operation in pair.sides:
            with suppress(BadInput):
                plain = request(contract, operation)
                yield from ({**plain, **extra} for extra in extras)

    return Suspect(edit, Side.REQUEST, (pair.operation,), trials)
