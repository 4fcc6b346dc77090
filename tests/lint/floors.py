#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The floors of the house, read from the #include lines: an arrow may only point down, the core does no I/O, and every file names its
licence. Prints TAP, one point per rule; what breaks a rule is listed as FILE:LINE under it."""
import pathlib
import re
import sys

# Floor -> the floors of src/ that it may include besides itself. include/sonde/ is open to all.
CORE = {'base', 'packet', 'probe', 'plan', 'engine', 'path', 'diag'}
BELOW = {
    'base': set(),
    'packet': {'base'},
    'probe': {'packet', 'base'},
    'plan': {'probe', 'packet', 'base'},
    'engine': {'plan', 'probe', 'packet', 'base'},
    'path': {'base'},
    'diag': {'path', 'base'},
    'io': {'packet', 'base'},
    'replay': CORE,
    'session': CORE | {'io'},
    'sim': {'packet', 'base'},
    'out': {'base'},
    'ext': {'base'},
    'cli': CORE | {'io', 'replay', 'session', 'sim', 'out', 'ext'},
}
# Single files that see more than their floor, each with its reason.
MORE = {
    'src/ext/wire_sim.c': {'sim', 'packet'},  # the wire that is the simulator, and cuts packets as each wire does
}
# Sources without a unit test of their own name: which tests show what they do, and why those.
SHOWN_BY = (
    ('src/replay/*.c', 'tests/scenarios/test_replay.c', 'a run replayed from its own packets gives the same table'),
    ('src/session/session.c', 'tests/scenarios/test_*.c', 'the loop that turns every scenario'),
    ('src/engine/meaning.c', 'tests/unit/engine/test_receive.c', 'what answers mean when they come'),
    ('src/plan/sweep_end.c', 'tests/unit/plan/test_sweep.c', 'the part of the sweep that says how it ended'),
    ('src/plan/sweep_send.c', 'tests/unit/plan/test_sweep.c', 'the part of the sweep that picks the next probe'),
    ('src/plan/sweep_want.c', 'tests/unit/plan/test_sweep.c', 'what the rows of a sweep want'),
    ('src/plan/sweep_view.c', 'tests/unit/plan/test_sweep.c', 'the half of the sweep that looks'),
    ('src/packet/ext_*.c', 'tests/unit/packet/test_ext.c', 'the rows of one table'),
    ('src/packet/field_names.c', 'tests/unit/packet/test_fields.c', 'the words of those fields'),
    ('src/plan/pmtu_end.c', 'tests/unit/plan/test_pmtu.c', 'the part of the search that says how it ended'),
    ('src/plan/pmtu_prove.c', 'tests/scenarios/test_mtu.c', 'balancers that draw a way for each packet'),
    ('src/plan/pmtu_want.c', 'tests/unit/plan/test_pmtu.c', 'the part of the search that picks the next probe'),
    ('src/path/mtu_guess.c', 'tests/unit/path/test_mtu.c', 'a table of names'),
    ('src/path/mtu_*.c', 'tests/unit/path/test_mtu.c', 'the parts of that judge: the place, whether it was one way, and in one piece'),
    ('src/out/mtu.c', 'tests/golden/run', 'the table of sonde mtu'),
    ('src/packet/icmp_text?.c', 'tests/unit/packet/test_icmp_text.c', 'the two halves of one table'),
    ('src/probe/icmp_query.c', 'tests/unit/probe/test_icmp*.c', 'the header that both methods of ICMP share'),
    ('src/sim/*.c', 'tests/unit/sim/test_*.c', 'one machine, tested by what a network does: faults, balance, limits, TCP'),
    ('src/out/tell_*.c', 'tests/golden/schema.py', 'documents, held against their schema'),
    ('src/out/foreign.c', 'tests/golden/foreign.py', 'what those documents have in common'),
    ('src/out/mtr_json.c', 'tests/golden/foreign.py', 'read by the fields and types that mtr has'),
    ('src/out/atlas.c', 'tests/golden/foreign.py', 'read by the fields and types that RIPE Atlas has'),
    ('src/out/scamper_json.c', 'tests/golden/foreign.py', 'read by the fields and types that scamper has'),
    ('src/out/dot.c', 'tests/golden/reread.py', 'an independent reader compares nodes and edges with the JSON of the same run'),
    ('src/out/graph.c', 'tests/golden/reread.py', 'the nodes and edges of that drawing'),
    ('src/out/table.c', 'tests/golden/reread.py', 'the tables of markdown and html, row by row'),
    ('src/out/html*.c', 'tests/golden/reread.py', 'pages, read by another parser'),
    ('src/out/limiter.c', 'tests/golden/run', 'what --investigate found, in words'),
    ('src/out/report.c', 'tests/golden/reread.py', 'the rows of series, in the formats that have sums'),
    ('src/out/text_series.c', 'tests/golden/run', 'the table of --repeat'),
    ('src/out/text_report.c', 'tests/golden/run', 'a text file beside the table on standard output'),
    ('src/out/formats.c', 'tests/golden/run', 'the table behind -o'),
    ('src/ext/json.c', 'tests/golden/schema.py', 'an independent parser reads what it writes'),
    ('src/out/line.c', 'tests/unit/out/test_text.c', 'the lines of that table'),
    ('src/diag/rule_*.c', 'tests/unit/diag/test_*.c', 'one table, tested by what is said about made paths'),
    ('src/diag/*.c', 'tests/unit/diag/test_endings.c', 'what those rules have in common'),
    ('src/out/compare.c', 'tests/golden/run', 'the table of sonde compare'),
    ('src/session/compare.c', 'tests/scenarios/test_compare.c', 'several methods through simulated networks'),
    ('src/session/shape.c', 'tests/scenarios/test_shape.c', 'filters of each shape in simulated networks'),
    ('src/out/verdict.c', 'tests/golden/run', 'the paragraph below each table'),
    ('src/io/wire_raw*.c', 'tests/unit/io/test_raw_*.c', 'one wire, tested against the kernel'),
    ('src/io/wire_dgram*.c', 'tests/unit/io/test_dgram*.c', 'one wire, tested against the kernel'),
    ('src/io/route.c', 'tests/unit/io/test_raw_route.c', 'asks the kernel; its messages have a unit test'),
    ('src/io/sockaddr.c', 'tests/unit/io/test_raw_path.c', 'every packet of the wires passes it'),
    ('src/io/program.c', 'tests/unit/cli/test_hints.c', 'hints name the program that reads them'),
    ('src/io/landlock.c', 'tests/unit/io/test_helper.c', 'a process must give up what it tests'),
    ('src/io/nft.c', 'tests/kernel/doctor.py', 'asks the kernel; its messages have a unit test'),
    ('src/io/netns.c', 'tests/kernel/sim_judge.py', 'makes namespaces'),
    ('src/io/tun.c', 'tests/kernel/sim_judge.py', 'makes devices'),
    ('src/ext/cap.c', 'tests/unit/io/test_raw_cap.c', 'needs a kernel that grants and refuses'),
    ('src/ext/cares.c', 'tests/kernel/names.py', 'asks a name server inside a namespace'),
    ('src/ext/wire_sim.c', 'tests/unit/sim/test_wire_sim.c', 'stands beside the simulator that it wraps'),
    ('src/ext/net_file.c', 'tests/unit/sim/test_wire_sim.c', 'reads the files of that wire'),
    ('src/ext/file.c', 'tests/golden/run', 'what is said of a file that cannot be read or written'),
    ('src/ext/ini.c', 'tests/unit/cli/test_config.c', 'reads the lines of those files'),
    ('src/ext/pcap.c', 'tests/golden/run', 'captures are written by one command and read by another'),
    ('src/cli/doctor_facts.c', 'tests/kernel/doctor.py', 'looks at the machine; what it means has a unit test'),
    ('src/cli/cmd_doctor.c', 'tests/kernel/doctor.py', 'its text is about the machine it runs on'),
    ('src/cli/cmd_sim.c', 'tests/kernel/sim_judge.py', 'runs programs inside a simulated network'),
    ('src/cli/applet_traceroute.c', 'tests/shell/applet.py', 'a command line of another program, option by option'),
    ('src/cli/complete_*.c', 'tests/shell/*.sh', 'the shells themselves judge'),
    ('src/cli/*.c', 'tests/golden/run', 'a command line and the exact text it gives'),
)
# Floors without I/O: bytes and instants in, packets and events out. What opens, sleeps, reads clocks or talks to the kernel stays out.
PURE = CORE | {'replay', 'sim', 'out'}
IMPURE = re.compile(r'^(sys|linux|net|netinet|netpacket|asm)/|^(unistd|fcntl|time|poll|signal|pthread|threads|netdb|ifaddrs|termios)\.h$')

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LICENCE = 'SPDX-License-Identifier: MIT'


def includes(path):
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def sources(top, *folders):
    return sorted(path for folder in folders for path in (top / folder).rglob('*') if path.suffix in ('.c', '.h'))


def arrows(top):
    """Quoted includes name a file of src/ as "floor/name.h", on the same floor or an allowed lower one."""
    for path in sources(top, 'src'):
        name = path.relative_to(top).as_posix()
        floor = path.relative_to(top / 'src').parts[0]
        if floor not in BELOW:
            yield f'{name}: src/{floor} has no place among the floors; give it one in tests/lint/floors.py'
            continue
        open_to = BELOW[floor] | {floor} | MORE.get(name, set())
        for number, quote, target in includes(path):
            if quote == '<':
                if target.split('/')[0] in BELOW and (top / 'src' / target).exists():
                    yield f'{name}:{number}: <{target}> is ours, write it in quotes'
                continue
            if not (top / 'src' / target).is_file():
                yield f'{name}:{number}: "{target}" is no file of src/, write "floor/name.h" or <sonde/name.h>'
            elif target.split('/')[0] not in open_to:
                yield f'{name}:{number}: {floor} may not include {target.split("/")[0]} ("{target}")'


def public(top):
    """Public headers include public headers and the C library only."""
    for path in sources(top, 'include'):
        for number, quote, target in includes(path):
            if quote == '"':
                yield f'{path.relative_to(top)}:{number}: a public header includes "{target}" of the inside'


def purity(top):
    for path in sources(top, 'src'):
        floor = path.relative_to(top / 'src').parts[0]
        for number, quote, target in includes(path) if floor in PURE else ():
            if quote == '<' and IMPURE.match(target):
                yield f'{path.relative_to(top)}:{number}: {floor} does no I/O, but includes <{target}>'


def licences(top):
    scripts = [path for path in (top / 'tests').rglob('*') if path.suffix in ('.py', '.sh')]
    for path in sources(top, 'src', 'include', 'tests') + sorted(scripts) + [top / 'dev', top / '.ci/run', top / 'meson.build']:
        if LICENCE not in '\n'.join(path.read_text(encoding='utf-8').splitlines()[:3]):
            yield f'{path.relative_to(top)}: its first lines lack "{LICENCE}"'


def mirrors(top):
    """src/X/Y.c has tests/unit/X/test_Y.c or stands in SHOWN_BY."""
    bare = set()
    for path in sources(top, 'src'):
        inside = path.relative_to(top / 'src')
        if path.suffix == '.c' and not (top / 'tests/unit' / inside.parent / f'test_{inside.name}').exists():
            bare.add(path)
    for pattern, tests, _ in SHOWN_BY:
        found = bare & set(top.glob(pattern))
        if not found or not any(top.glob(tests)):
            yield f'SHOWN_BY: {pattern}: nothing needs this row any more, or {tests} is gone'
        bare -= found
    for path in sorted(bare):
        inside = path.relative_to(top / 'src')
        yield f'{path.relative_to(top)}: there is no tests/unit/{inside.parent}/test_{inside.name}'


RULES = (
    ('includes point down', arrows),
    ('public headers stand alone', public),
    ('the core does no I/O', purity),
    ('every file names its licence', licences),
    ('every source has its tests', mirrors),
)


def main(top):
    print(f'1..{len(RULES)}')
    failed = 0
    for number, (title, rule) in enumerate(RULES, 1):
        broken = list(rule(top))
        failed += bool(broken)
        print(f'{"not ok" if broken else "ok"} {number} - {title}')
        for line in broken:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
