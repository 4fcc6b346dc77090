#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each capture of this folder replayed: the hops that `sonde replay` shows are those that the tool printed when it was made (NAME.txt),
and the whole text is the one that was looked at (NAME.out). Prints TAP.
  check.py SONDE             compares
  check.py --update SONDE    writes NAME.out anew"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BOUND_S = 20
# How a line of each tool begins that has a hop and who answered there; several lines may have the same hop.
TRACEROUTE = re.compile(r'^ *(\d+)  (.*)$')
LINES = {
    'traceroute': TRACEROUTE,
    'scamper': TRACEROUTE,
    'mtr': re.compile(r'^ *(\d+)\.\|-- (\S+)'),
    'tracepath': re.compile(r'^ *(\d+):  (\S+)'),
    'nmap': re.compile(r'^(\d+) +[\d.]+ ms (\S+)'),
}
ADDRESS = re.compile(r'^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*)$')


def addresses(words):
    return {word for word in words.split() if ADDRESS.match(word)}


def told_by_tool(name):
    """{hop: who answered there}"""
    hops = {}
    pattern = LINES[name.split('-')[0]]
    for line in (HERE / f'{name}.txt').read_text().splitlines():
        match = pattern.match(line)
        if match:
            hops.setdefault(int(match[1]), set()).update(addresses(match[2]))
    return hops


def replay(sonde, name, *options):
    run = subprocess.run([sonde, 'replay', '-n', *options, str(HERE / f'{name}.pcap')], stdin=subprocess.DEVNULL, capture_output=True,
                         text=True, timeout=BOUND_S, check=False,
                         env={'LC_ALL': 'C.UTF-8', 'XDG_CONFIG_HOME': '/nonexistent', 'SONDE_NO_SYSTEM_CONFIG': '1'})
    return run.stdout, run.stderr, run.returncode


def told_by_sonde(sonde, name):
    out, _, _ = replay(sonde, name, '--columns', 'hop,address')
    hops, hop = {}, 0
    for line in out.splitlines()[2:]:
        words = line.split()
        if len(words) == 2 and words[0].isdigit():
            hop = int(words.pop(0))
            hops[hop] = set()
        if len(words) != 1 or hop == 0:
            break
        hops[hop] |= addresses(words[0])
    return hops


def judge(sonde, name):
    """What is wrong, '' for nothing."""
    tool, ours = told_by_tool(name), told_by_sonde(sonde, name)
    # a silent hop at the end is a row of the tool's, and of ours where the capture went on for long enough
    if not tool or any(tool.get(hop, set()) != ours.get(hop, set()) for hop in tool | ours):
        return f'the tool saw {tool}\nreplayed     {ours}'
    out, err, status = replay(sonde, name)
    wanted = (HERE / f'{name}.out').read_text()
    if (out, err, status) != (wanted, '', 0 if '\nReached ' in wanted else 1):
        return f'status {status}, wanted\n{wanted}got\n{out}{err}'
    return ''


def main(words):
    update = words[0] == '--update'
    sonde = words[-1]
    names = sorted(path.stem for path in HERE.glob('*.pcap'))
    print(f'1..{len(names)}')
    failed = 0
    for number, name in enumerate(names, 1):
        if update:
            (HERE / f'{name}.out').write_text(replay(sonde, name)[0])
        wrong = judge(sonde, name)
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - {name}')
        for line in wrong.splitlines():
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
