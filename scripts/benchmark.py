"""Measures the toolkit: one subcommand for each question, a module of `benchmarks` each.

python scripts/benchmark.py client
python scripts/benchmark.py escapes --values 1000000
python scripts/benchmark.py mock --prism node_modules/.bin/prism --requests 1000000
python scripts/benchmark.py suite
python scripts/benchmark.py alarms --cases 100000
python scripts/benchmark.py kills --rounds 200
python scripts/benchmark.py verify
python scripts/benchmark.py generate --openapi-generator openapi-generator-cli
python scripts/benchmark.py upstream
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from benchmarks import Benchmark, alarms, client, escapes, generate, kills, mock, suite, upstream, verify

BENCHMARKS: tuple[Benchmark, ...] = (
    client.BENCHMARK,
    escapes.BENCHMARK,
    mock.BENCHMARK,
    suite.BENCHMARK,
    alarms.BENCHMARK,
    kills.BENCHMARK,
    verify.BENCHMARK,
    generate.BENCHMARK,
    upstream.BENCHMARK,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one benchmark and print its result: 0 good, 1 not what was promised, 130 stopped by the user."""
    options = _options(argv)
    benchmark: Benchmark = options.benchmark
    try:
        result = benchmark.run(options)
    except KeyboardInterrupt:
        return 130
    print(json.dumps(result, indent=2) if options.json else "\n".join(benchmark.lines(result)))
    return 0 if result["good"] else 1


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmark.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="BENCHMARK")
    for benchmark in BENCHMARKS:
        command = commands.add_parser(benchmark.name, help=benchmark.question, description=benchmark.question)
        command.set_defaults(benchmark=benchmark)
        command.add_argument("--json", action="store_true", help="print the result as JSON")
        benchmark.add_flags(command)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
