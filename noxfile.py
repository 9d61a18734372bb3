"""Every job of this project, for a person and for CI alike: `nox -l` lists them, `nox` runs the default ones."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_external_run = True
nox.options.reuse_venv = "yes"

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
PINS = "constraints.txt"
# Three for two cores: many tests wait for a process. Of a plugin loaded unasked, pytest would rewrite all modules.
PLUGINS = ("--disable-plugin-autoload", "-p", "xdist", "-p", "_hypothesis_pytestplugin")
PARALLEL = (*PLUGINS, "--numprocesses", "3", "--dist", "worksteal")
# A run starts hundreds of processes. Where the machine says to keep no bytecode, each would compile all it imports.
BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
DIST = Path("dist").absolute()
INSTALLED = """
import atlas_contract, atlas_snapshots, sys
sys.exit(any("site-packages" not in module.__file__ for module in (atlas_contract, atlas_snapshots)))
"""


def install(session: nox.Session, *what: str) -> None:
    """Install with the project's pins, so that every machine gets the same versions."""
    session.env.update(BYTECODE)
    session.install("--constraint", PINS, *what)


def group(name: str) -> list[str]:
    """The requirements of one dependency group."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


def built(pattern: str, extras: str = "") -> str:
    """The one file in dist/ of that kind, as something to install."""
    (path,) = DIST.glob(pattern)
    return f"{path}{extras}"


def installed_wheel(session: nox.Session) -> str:
    """The Python of an environment that has the wheel with its extras, and no tool that looks at it."""
    folder = Path(session.create_tmp()) / "wheel"
    session.run("uv", "venv", "--quiet", "--clear", str(folder))
    python = str(folder / "bin" / "python")
    what = built("*.whl", "[suite,generate]")
    session.run("uv", "pip", "install", "--quiet", "--python", python, "--constraint", PINS, what)
    return python


@nox.session
def lint(session: nox.Session) -> None:
    """Style and formatting of our own code."""
    install(session, *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types: our own code, and the generated client as its users see it."""
    install(session, "--editable", ".[suite,generate]", *group("types"), *group("browser"), *group("docs"))
    workers = ("--num-workers", "2")
    session.run("mypy", *workers, "src", "scripts", "noxfile.py", "contract_tests", "tests", "generated")


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


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """The documentation, as a site in build/docs; any warning is an error. The tests build it, too, elsewhere."""
    install(session, "--editable", ".[suite,generate]", *group("docs"))
    words = ("--fail-on-warning", "--fresh-env", "--quiet", "--builder", "html")
    session.run("sphinx-build", *words, "docs", "build/docs", *session.posargs)


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """The kill matrix: one fault after the other, until the suite has found it; flags after `--` are passed on."""
    install(session, "--editable", ".[suite]")
    session.run("atlas-contract", "faults", "run", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """The tests of the toolkit itself, for two cores; flags after `--` are passed on."""
    install(session, "--editable", ".[suite,generate]", *group("tests"))
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """The report page in a real browser: Chromium, as the machine has it."""
    install(session, "--editable", ".[suite]", *group("browser"))
    session.run("pytest", "tests/reports/test_page_browser.py", *session.posargs)


@nox.session(default=False)
def generate(session: nox.Session) -> None:
    """Regenerate generated/ after a change of spec/."""
    install(session, "--editable", ".[generate]")
    session.run("atlas-contract", "generate", *session.posargs)


@nox.session(default=False)
def upstream(session: nox.Session) -> None:
    """Has Atlas's published specification moved? `-- FILE` names it; docs/how-to/upstream.md says where it lies."""
    install(session, "--editable", ".[generate]")
    session.run("atlas-contract", "upstream", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """What calls and requests cost, and very many values and inputs: minutes, on a quiet machine."""
    install(session, "--editable", ".[suite,generate]")
    session.run("python", "scripts/benchmark.py", "client")
    session.run("python", "scripts/benchmark.py", "escapes", "--values", "1000000")
    session.run("python", "scripts/malformed.py", "--inputs", "100000")
    session.run("python", "scripts/benchmark.py", "alarms", "--cases", "100000")
    session.run("python", "scripts/benchmark.py", "suite")
    session.run("python", "scripts/benchmark.py", "kills", "--rounds", "200")
    if shutil.which("wrk"):
        session.run("python", "scripts/benchmark.py", "mock", "--requests", "1000000")
    else:
        session.warn("the mock is not measured: that needs `wrk`")
    session.run("python", "scripts/benchmark.py", "verify")
    session.run("python", "scripts/benchmark.py", "generate")


@nox.session
def workflows(session: nox.Session) -> None:
    """Our workflows and the examples for others: valid by the schemas of GitHub and GitLab, and safe."""
    install(session, *group("workflows"))
    github = [".github/workflows", "docs/examples/github"]
    files = [str(path) for folder in github for path in sorted(Path(folder).glob("*.yml"))]
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
    gitlab = [str(path) for path in sorted(Path("docs/examples/gitlab").glob("*.yml"))]
    session.run(
        "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", *gitlab
    )
    session.run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", *files)


@nox.session
def release(session: nox.Session) -> None:
    """Do version and changelog agree? `-- --tag v0.1.0` asks it of a release."""
    session.run("python", "scripts/check_release.py", *session.posargs)


@nox.session(tags=["release"])
def build(session: nox.Session) -> None:
    """The sdist, and the wheel built from it, into dist/: what is in them, and what a package index would say."""
    install(session, *group("release"))
    for old in DIST.glob("atlas_contract-*"):
        old.unlink()
    session.run("python", "-m", "build", "--no-isolation", "--outdir", str(DIST))
    session.run("python", "scripts/check_dist.py", str(DIST))
    session.run("twine", "check", "--strict", *map(str, DIST.glob("atlas_contract-*")))


@nox.session(default=False, requires=["build"], reuse_venv=False, tags=["release"])
def wheel(session: nox.Session) -> None:
    """The tests of the sdist against the wheel, away from the checkout, where there is no src/ and no generated/."""
    install(session, built("*.whl", "[suite,generate]"), *group("tests"))
    with tempfile.TemporaryDirectory() as folder, session.chdir(folder):
        session.run("python", "-c", INSTALLED)
        session.run("atlas-contract", "test", "--gate")
        shutil.unpack_archive(built("*.tar.gz"), filter="data")
        (unpacked,) = Path().iterdir()
        for name in ("src", "generated"):
            shutil.rmtree(unpacked / name)
        with session.chdir(unpacked):
            session.run("pytest", *PARALLEL, "-m", "not checkout", *session.posargs)


@nox.session(default=False, requires=["build"], reuse_venv=False, tags=["release"])
def base(session: nox.Session) -> None:
    """The base install alone: no library of an extra, clear words where one is needed, and a client that works."""
    install(session, built("*.whl"))
    script = Path("scripts/check_base.py").resolve()
    with tempfile.TemporaryDirectory() as folder:
        install(session, "--target", f"{folder}/mock", built("*.whl", "[mock]"))
        with session.chdir(folder):
            session.run("python", "-P", str(script), "--mock", f"{folder}/mock")


@nox.session(default=False, python=PYTHONS[0], venv_backend="uv", reuse_venv=False, tags=["release"])
def minimums(session: nox.Session) -> None:
    """The tests with the lowest version of each requirement that pyproject.toml allows, on the lowest Python."""
    lowest = ["--resolution", "lowest-direct"]
    session.install(*lowest, "--editable", ".[suite,generate]", *group("tests"))
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session(default=False, python=PYTHONS, tags=["release"])
def every_python(session: nox.Session) -> None:
    """The tests on every supported Python that is installed."""
    install(session, "--editable", ".[suite,generate]", *group("tests"))
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session(default=False, requires=["build"], venv_backend="uv", reuse_venv=False, tags=["release"])
def sbom(session: nox.Session) -> None:
    """What comes along with the wheel and its extras, as a CycloneDX bill of materials: dist/sbom.cdx.json."""
    install(session, *group("inventory"))
    session.run(
        *(
            "cyclonedx-py",
            "environment",
            installed_wheel(session),
            "--pyproject",
            "pyproject.toml",
            "--mc-type",
            "library",
        ),
        *("--output-reproducible", "--output-format", "JSON", "--output-file", f"{DIST}/sbom.cdx.json"),
    )


@nox.session(default=False, requires=["build"], venv_backend="uv", reuse_venv=False, tags=["release"])
def licences(session: nox.Session) -> None:
    """May every dependency be used freely? `-- --write` writes their list, docs/licences.md, anew."""
    install(session, *group("inventory"))
    python, found = installed_wheel(session), f"{DIST}/licences.json"
    session.run("pip-licenses", "--python", python, "--from=mixed", "--format=json", f"--output-file={found}")
    session.run("python", "scripts/check_licences.py", found, "docs/licences.md", *session.posargs)
