"""Every job of this project, for a person and for CI alike: `nox -l` lists them, `nox` runs the default ones."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_external_run = True
nox.options.reuse_venv = "yes"

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
PINS = "constraints.txt"


def install(session: nox.Session, *what: str) -> None:
    """Install with the project's pins, so that every machine gets the same versions."""
    session.install("--constraint", PINS, *what)


def group(name: str) -> list[str]:
    """The requirements of one dependency group."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


@nox.session
def lint(session: nox.Session) -> None:
    """Style and formatting of our own code."""
    install(session, *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types: our own code, and the generated client as its users see it."""
    install(session, "--editable", ".[suite,generate]", *group("types"))
    session.run("mypy", "src", "scripts", "noxfile.py", "contract_tests", "tests", "generated")


@nox.session
def generated(session: nox.Session) -> None:
    """Is generated/ what spec/ says it should be?"""
    install(session, "--editable", ".[generate]")
    session.run("atlas-contract", "generate", "--check")


@nox.session
def contract(session: nox.Session) -> None:
    """The contract suite against the embedded mock; flags after `--` are passed on."""
    install(session, "--editable", ".[suite]")
    session.run("atlas-contract", "test", *session.posargs)


@nox.session
def gate(session: nox.Session) -> None:
    """The smallest set of cases that proves as much, against the embedded mock: for every change."""
    install(session, "--editable", ".[suite]")
    session.run("atlas-contract", "test", "--gate")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, as a site in build/docs; any warning is an error."""
    install(session, "--editable", ".[suite]", *group("docs"))
    words = ("--fail-on-warning", "--fresh-env", "--quiet", "--builder", "html")
    session.run("sphinx-build", *words, "docs", "build/docs", *session.posargs)


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """The kill matrix: one fault after the other, until the suite has found it; flags after `--` are passed on."""
    install(session, "--editable", ".[suite]")
    session.run("atlas-contract", "faults", "run", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """The tests of the toolkit itself, on two cores; flags after `--` are passed on."""
    install(session, "--editable", ".[suite,generate]", *group("tests"))
    session.run("pytest", "--numprocesses", "2", "--dist", "worksteal", *session.posargs)


@nox.session(default=False)
def generate(session: nox.Session) -> None:
    """Regenerate generated/ after a change of spec/."""
    install(session, "--editable", ".[generate]")
    session.run("atlas-contract", "generate", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """What a call costs, a million path arguments, a hundred thousand malformed inputs: minutes, on a quiet machine."""
    install(session, "--editable", ".[suite,generate]")
    session.run("python", "scripts/benchmark.py", "client")
    session.run("python", "scripts/benchmark.py", "escapes", "--values", "1000000")
    session.run("python", "scripts/malformed.py", "--inputs", "100000")
    session.run("python", "scripts/benchmark.py", "alarms", "--cases", "100000")
    session.run("python", "scripts/benchmark.py", "suite")
    session.run("python", "scripts/benchmark.py", "kills", "--rounds", "200")


@nox.session(default=False, python=PYTHONS)
def every_python(session: nox.Session) -> None:
    """The tests on every supported Python that is installed."""
    install(session, "--editable", ".[suite,generate]", *group("tests"))
    session.run("pytest", "--numprocesses", "2", *session.posargs)
