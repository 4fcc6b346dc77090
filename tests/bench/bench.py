#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The real program beside Debian's traceroute and mtr, all through the same simulated paths behind a TUN device: wall time and packets
sent, medians of several runs. Writes docs/benchmarks.md; ends with 1 when one of our own bars is missed.
  bench.py SONDE [--runs N] [--random N] [--output FILE]"""
import argparse
import dataclasses
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import nets

TOP = pathlib.Path(__file__).resolve().parents[2]
RUN_BOUND_S = 120


@dataclasses.dataclass
class Figure:
    wall_ms: float
    packets: float


def sent_packets():
    """Of all devices of this namespace but the loopback: field 10 behind the colon is what went out."""
    with open('/proc/net/dev', encoding='ascii') as file:
        rows = [line.split(':', 1) for line in file if ':' in line]
    return sum(int(counters.split()[9]) for name, counters in rows if name.strip() != 'lo')


def measure(output, command):
    """Inside the simulated network: one run of a command, its wall time and what it sent."""
    before = sent_packets()
    begin_s = time.monotonic()
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    wall_s = time.monotonic() - begin_s
    figures = {'wall_ms': wall_s * 1e3, 'packets': sent_packets() - before, 'status': run.returncode, 'text': run.stdout + run.stderr}
    pathlib.Path(output).write_text(json.dumps(figures), encoding='utf-8')
    return 0


class Bench:
    def __init__(self, sonde, runs, folder):
        self.sonde, self.runs, self.folder, self.cache = str(pathlib.Path(sonde).resolve()), runs, pathlib.Path(folder), {}

    def once(self, path, command):
        net, output = self.folder / 'path.net', self.folder / 'figures.json'
        net.write_text(path.text(), encoding='ascii')
        output.unlink(missing_ok=True)
        inside = [sys.executable, __file__, '--measure', str(output), *command]
        run = subprocess.run([self.sonde, 'sim', str(net), '--', *inside], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=RUN_BOUND_S, check=False)
        if not output.exists():
            raise SystemExit(f'bench: {" ".join(command)} did not run behind the simulator: {run.stdout}{run.stderr}')
        figures = json.loads(output.read_text(encoding='utf-8'))
        if figures['status'] not in (0, 1):
            raise SystemExit(f'bench: {" ".join(command)}: status {figures["status"]}: {figures["text"]}')
        return figures

    def figure(self, path, command):
        """Medians. The same command through the same path is measured once."""
        key = (path.title, *command)
        if key not in self.cache:
            runs = [self.once(path, command) for _ in range(self.runs)]
            self.cache[key] = Figure(*(statistics.median(run[name] for run in runs) for name in ('wall_ms', 'packets')))
            print(f'{path.title}: {self.label(command)}: {self.cache[key].wall_ms:.0f} ms, {self.cache[key].packets:.0f} packets',
                  file=sys.stderr)
        return self.cache[key]

    def ours(self, path, *options, family=4):
        """Where nobody answers at the end, the time counts until the rows stand; what is waited beyond stands below the table."""
        return [self.sonde, '-n', *options, *(('--no-wait',) if path.filtered else ()), nets.TARGET[family]]

    def label(self, command):
        """The command as a reader would type it, without its target."""
        return ' '.join([pathlib.Path(command[0]).name, *command[1:-1]])


TUNED = ('-q', '1', '-N', '30', '-w', '1')
TARGET = nets.TARGET[4]
TRACEROUTE = {'icmp': '-I', 'udp': '-U', 'tcp': '-T'}


def mtr(cycles):
    return ['mtr', '-n', '-r', '-c', str(cycles), '-i', '.02', '-G', '.2', TARGET]


def rivals_of(path, method):
    """(our options, the rival's command): what does equal work. Tuned rivals are held against us as we are by ourselves, too."""
    letter = TRACEROUTE[method]
    yield ('-q', '1', '-N', '30'), ['traceroute', '-n', letter, *TUNED, TARGET]
    yield ('-q', '1'), ['traceroute', '-n', letter, *TUNED, TARGET]
    if method == 'icmp':
        yield ('-q', '1'), mtr(1)
    if method == 'icmp' and path.filtered:
        yield ('-q', '2', '-N', '60', '-w', '.2'), mtr(2)
    yield ('-q', '3'), ['traceroute', '-n', letter, TARGET]


def side_by_side(bench, path):
    """A table of one path: each rival beside us."""
    yield '| sonde | time, ms | packets | rival | time, ms | packets | ratio of times |'
    yield '|---|--:|--:|---|--:|--:|--:|'
    for method in TRACEROUTE:
        for options, rival in rivals_of(path, method):
            command = bench.ours(path, '-M', method, *options)
            mine, theirs = bench.figure(path, command), bench.figure(path, rival)
            yield (f'| `{bench.label(command)}` | {mine.wall_ms:.0f} | {mine.packets:.0f} | `{bench.label(rival)}` | {theirs.wall_ms:.0f}'
                   f' | {theirs.packets:.0f} | {theirs.wall_ms / mine.wall_ms:.2f} |')


def bars(path, queries, method):
    """(milliseconds, packets) that a trace of this path may take."""
    round_trip_ms, least = path.round_trip_ms, path.hops * queries
    if path.filtered:
        return 1000.0, None
    if path.silent:
        return 2.5 * round_trip_ms + 100, None
    if queries == 1:
        return 1.25 * round_trip_ms + 30, 1.5 * least + 12
    return 1.5 * round_trip_ms + 40, 1.5 * least + 20


def against_bar(bench, path, family, method, queries):
    """One row of the table of bars, and how many it missed."""
    figure = bench.figure(path, bench.ours(path, '-M', method, '-q', str(queries), family=family))
    bar_ms, bar_packets = bars(path, queries, method)
    # A kernel's reset for each SYN-ACK of an open port leaves the device, too, but is not one of our probes.
    late, many = figure.wall_ms > bar_ms, bar_packets is not None and method != 'tcp' and figure.packets > bar_packets
    row = (f'| {path.title} | {path.hops} | {path.round_trip_ms:.0f} | IPv{family} `-M {method} -q {queries}` | {figure.wall_ms:.0f}'
           f' | {bar_ms:.0f}{" **missed**" if late else ""} | {figure.packets:.0f}'
           f' | {"" if bar_packets is None else f"{bar_packets:.0f}"}{" **missed**" if many else ""} |')
    return row, late + many


def against_bars(bench, cases):
    """A table of our own bars for (path, family) pairs, and how many were missed."""
    rows, missed = ['| path | hops | R, ms | options | time, ms | bar | packets | bar |', '|---|--:|--:|---|--:|--:|--:|--:|'], 0
    for path, family in cases:
        for method in TRACEROUTE:
            for queries in (1, 3):
                row, count = against_bar(bench, path, family, method, queries)
                rows.append(row)
                missed += count
    return rows, missed


def compare_bar_ms(path):
    """What a comparison of the usual five methods may take: all answer, or some are filtered."""
    return 4000.0 if path.filtered or path.more else 2.5 * path.round_trip_ms + 100


def comparisons(bench):
    """A table of what comparing five methods takes, and how many bars were missed."""
    rows, missed = ['| path | R, ms | command | time, ms | bar | packets |', '|---|--:|---|--:|--:|--:|'], 0
    for path in (nets.ANSWERING, nets.UDP_FILTERED, nets.FILTERED):
        for family in (4, 6):
            command = [bench.sonde, 'compare', '-n', nets.TARGET[family]]
            figure, bar_ms = bench.figure(path, command), compare_bar_ms(path)
            late = figure.wall_ms > bar_ms
            missed += late
            rows.append(f'| {path.title} | {path.round_trip_ms:.0f} | IPv{family} `{bench.label(command)}` | {figure.wall_ms:.0f}'
                        f' | {bar_ms:.0f}{" **missed**" if late else ""} | {figure.packets:.0f} |')
    return rows, missed


ABOUT = """Made by `./dev bench`; not edited by hand. Median wall time of the whole process and packets that left the device,
{runs} runs each. Every program runs behind the same simulated internet (`sonde sim`, a TUN device in a namespace):
{hops} hops and a round trip R of {round_trip_ms:.0f} ms to the destination, unless a row says otherwise. A ratio above 1 says that sonde
is the faster one. Rivals are held against what does equal work: one query a hop against tuned ones, three against defaults. With `-N 30`
so many probes leave at once, as the tuned traceroute's do; without it sonde asks no farther ahead than a path as long as known so
far justifies. On the filtered path sonde asks each silent hop twice; `mtr -c 1` asks once, `mtr -c 2` twice, both wait 0.2 s."""


def version_of(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (run.stdout + run.stderr).strip().splitlines()
    return lines[0] if lines else 'unknown'


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        names = [line.split(':', 1)[1].strip() for line in file if line.startswith('model name')]
    return f'{os.cpu_count()} x {names[0]}' if names else f'{os.cpu_count()} x {platform.machine()}'


def report(bench, random_count):
    lines = ['# Benchmarks', '', *ABOUT.format(runs=bench.runs, hops=nets.HOPS, round_trip_ms=nets.ROUND_TRIP_MS).splitlines(), '',
             f'- date: {time.strftime("%Y-%m-%d", time.gmtime())}', f'- machine: {processor()}, Linux {platform.release()}']
    lines += [f'- {version_of(name, "--version")}' for name in (bench.sonde, 'traceroute', 'mtr')] + ['']
    main_paths = (nets.ANSWERING, nets.SILENT, nets.FILTERED)
    for path in main_paths:
        lines += [f'## {path.title[0].upper()}{path.title[1:]}', '', *side_by_side(bench, path), '']
    waited = bench.figure(nets.FILTERED, [word for word in bench.ours(nets.FILTERED, '-M', 'icmp', '-q', '1') if word != '--no-wait'])
    lines += ['The rows stand after the time above. Without `--no-wait` the trace of a filtered destination then listens for a',
              f"router's late host-unreachable and ends after {waited.wall_ms / 1e3:.1f} s in all.", '']
    cases = [(path, family) for path in main_paths for family in (4, 6)]
    cases += [(path, (4, 6)[number % 2]) for number, path in enumerate(nets.at_random(random_count))]
    rows, missed = against_bars(bench, cases)
    lines += ['## Our own bars', '', 'What a trace may take; see [internals/testing.md](internals/testing.md). The packets of TCP',
              "count the kernel's resets of half-open connections, too, and are held to no bar.", '', *rows, '',
              f'{missed} of these bars missed.' if missed else 'None of these bars missed.']
    rows, late = comparisons(bench)
    lines += ['', '## Comparing five methods', '',
              'icmp, udp/33434, udp/53, tcp/80 and tcp/443 side by side in one run. Where all answer 2.5 R + 100 ms are',
              'allowed, where some are filtered 4 s: most of that time a router may still say that a host is unreachable.', '', *rows]
    return '\n'.join(lines) + '\n', missed + late


def main():
    if sys.argv[1:2] == ['--measure']:
        return measure(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('sonde')
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--random', type=int, default=10, help='how many random paths')
    parser.add_argument('--engine', help='the output of the engine benchmark, to be added')
    parser.add_argument('--output', type=pathlib.Path, default=TOP / 'docs/benchmarks.md')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='sonde-bench-') as folder:
        text, missed = report(Bench(options.sonde, options.runs, folder), options.random)
    if options.engine:
        engine = pathlib.Path(options.engine).read_text(encoding='utf-8').rstrip()
        missed += engine.count('missed')
        text += f'\n## The engine alone\n\nA probe may cost 2 us, each of 10,000 traces 4096 bytes.\n\n```\n{engine}\n```\n'
    options.output.write_text(text + '\n<!-- SPDX-License-Identifier: MIT -->\n', encoding='utf-8')
    print(f'{options.output}: {missed} bars missed')
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
