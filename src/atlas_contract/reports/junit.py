"""JUnit XML of a run, for the servers that show it: a test case for each clause that was probed, or each fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

Document: TypeAlias = Mapping[str, Any]
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(document: Document) -> bytes:
    """The XML of one run's document, in UTF-8; the same document gives the same bytes."""
    cases = list(_faults(document) if document.get("matrix") else _clauses(document))
    cases += [_case("run", trouble, "error", trouble) for trouble in document["troubles"]]
    name = f"atlas-contract {document['kind']}"
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": f"{document['seconds']:.3f}",
    }
    suite = ET.Element("testsuite", {"name": name, "timestamp": document["started"], **counts})
    suite.extend(cases)
    whole = ET.Element("testsuites", {"name": name, **counts})
    whole.append(suite)
    ET.indent(whole)
    text: str = ET.tostring(whole, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _clauses(document: Document) -> Iterator[ET.Element]:
    """A case for each clause that was probed or found broken, and one more for each further finding about it."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in document["findings"]:
        found.setdefault(finding["clause"], []).append(finding)
    for clause in document["clauses"]:
        if clause["cases"] and clause["id"] not in found:
            yield _case(clause["side"], clause["id"])
    for findings in found.values():
        yield from map(_finding, findings)


def _finding(finding: Mapping[str, Any]) -> ET.Element:
    name = f"{finding['clause']} ({finding['check']})"
    accepted = finding.get("accepted")
    if accepted:
        told = f"accepted until {accepted['expires']} by {accepted['owner']}: {accepted['reason']}"
        return _case(finding["operation"], name, "skipped", told)
    return _case(finding["operation"], name, "failure", finding["message"], finding["curl"])


def _faults(document: Document) -> Iterator[ET.Element]:
    for row in document["matrix"]["rows"]:
        kind, told = _FAULT.get(row["state"], ("", ""))
        yield _case(row["family"], row["fault"], kind, told)


_FAULT = {"survived": ("failure", "no check found this fault"), "equivalent": ("skipped", "cannot be seen")}


def _case(group: str, name: str, kind: str = "", message: str = "", text: str = "") -> ET.Element:
    case = ET.Element("testcase", {"classname": _clean(group), "name": _clean(name)})
    if kind:
        inner = ET.SubElement(case, kind, {"message": _clean(message)})
        inner.text = _clean(text) or None
    return case


def _clean(text: str) -> str:
    """The text with what XML cannot hold made visible."""
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
