#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Broken packets must read as they should: check.py READINGS named|lengths|bits. READINGS is the program of read.c; what is right is worked
out by reader.py, or stands beside the packet. Prints TAP."""
import pathlib
import re
import subprocess
import sys
import tempfile

import make
import reader

HERE = pathlib.Path(__file__).resolve().parent
LEAST_NAMED, LENGTHS, GOOD = 500, 16 * 16 * 141, 40
SHOWN = 5


def readings(program, packets):
    """What the parsers read of each."""
    text = ''.join(f'{packet.hex()}\n' for packet in packets)
    run = subprocess.run([program], input=text, capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    if run.returncode or len(lines) != len(packets):
        raise SystemExit(f'Bail out! {program} ended with {run.returncode} behind {len(lines)} of {len(packets)} packets: {run.stderr}')
    return lines


def differing(names, got, wanted):
    return [f'{name}: read as {mine}\n#   in place of {right}' for name, mine, right in zip(names, got, wanted) if mine != right]


def stored():
    """(file and name, bytes, expected reading) of each packet in the repository."""
    for path in sorted((HERE / 'packets').glob('*.txt')):
        name, text = None, []
        for line in path.read_text(encoding='utf-8').splitlines():
            if line.startswith('  = '):
                yield f'{path.stem}/{name}', make.bytes_of(' '.join(text)), line[4:]
            elif line.startswith(' '):
                text.append(line)
            elif not line.startswith('#'):
                name, text = line, []


def named(program):
    packets = list(stored())
    names = [name for name, _, _ in packets]
    got = readings(program, [data for _, data, _ in packets])
    yield f'{len(packets)} named packets read as they are expected to', differing(names, got, [right for _, _, right in packets])
    yield f'there are {LEAST_NAMED} at least', [] if len(packets) >= LEAST_NAMED else [f'{len(packets)}']
    yield 'no two have one name', sorted({name for name in names if names.count(name) > 1})
    first, same = {}, []
    for name, mine in zip(names, got):
        decided = reader.decided(mine)
        if mine != 'refused' and first.setdefault(decided, name) != name:
            same.append(f'{name}: nothing is decided otherwise than of {first[decided]}')
    yield 'each reading decides something that no other does', same
    refused = sorted(name.split('/')[1] for name, mine in zip(names, got) if mine == 'refused')
    wanted = sorted(make.REFUSED + ('header-cut', 'upper-of-seven'))
    yield 'refused are those that branches.py knows of', [] if refused == wanted else refused
    with tempfile.TemporaryDirectory() as folder:
        make.main(pathlib.Path(folder))
        fresh = [path.name for path in sorted(pathlib.Path(folder).glob('*.txt'))
                 if (HERE / 'packets' / path.name).read_bytes() != path.read_bytes()]
    yield 'they are what make.py writes', fresh


def lengths(program):
    """Outer IHL, inner IHL, and where the packet was cut: a SYN with forty bytes of IP options, quoted."""
    quoted = make.probe(4, reader.TCP, options=bytes((1,)) * 40)
    base = bytearray(make.exceeded(4, quoted).ljust(140, b'\0'))
    cases = []
    for outer in range(16):
        for inner in range(16):
            base[0], base[28] = 0x40 | outer, 0x40 | inner
            cases += [(f'outer {outer}, inner {inner}, {size} bytes', bytes(base[:size])) for size in range(141)]
    wanted = [reader.packet(data) for _, data in cases]
    got = readings(program, [data for _, data in cases])
    yield f'{len(cases)} pairs of header lengths and cuts', differing([name for name, _ in cases], got, wanted)
    yield f'there are {LENGTHS}', [] if len(cases) == LENGTHS else [f'{len(cases)}']
    # So that a reader which refused everything would not do: what the RFCs let be seen is counted.
    kinds = {'refused': 0, ' quote=': 0, ' tcp=60 seen=': 0, ' tcp=40 seen=40': 0, 'odd=truncated': 0}
    for reading in got:
        for kind in kinds:
            kinds[kind] += kind in reading
    yield 'some are refused, some quote, some show TCP', [kind for kind in ('refused', ' quote=', ' tcp=40 seen=40') if not kinds[kind]]


# Of an IPv6 packet no checksum covers these bits (RFC 8200 sections 3 and 8.1): traffic class, flow label, hop limit.
UNCOVERED6 = {*range(4, 32), *range(56, 64)}
# … and of SCTP, which has no pseudo header (RFC 9260 section 6.8), the addresses.
ADDRESSES6 = {*range(64, 320)}
HELD = re.compile(r' (tos|label|ttl|src|dst):[0-9a-f]+')


def judged(bit, version, before, after):
    """THE RULE. None: one flipped bit did what it may do: it is refused, or it is flagged, or it says of itself that it is of another
    protocol and no answer of this one; and where nothing covers the bit, nothing is read otherwise but the field that it stands in."""
    sctp = ' proto=132 ' in before.split(' src:')[0]
    if version == 6 and (bit in UNCOVERED6 or (sctp and bit in ADDRESSES6)):
        return None if after != before and plain(after) == plain(before) else 'more than its own field changed'
    if after == 'refused' or ' all odd=' in after:
        return None
    if version == 6 and after.split(' proto=')[1].split()[0] != before.split(' proto=')[1].split()[0]:
        return None if ' sum=none' in after else 'another protocol verifies'
    return 'neither refused nor flagged'


def plain(reading):
    """The first fields of the text are those of the outer header."""
    head, upper, rest = reading.partition(' upper=')
    return HELD.sub('', head) + upper + rest


def bits(program):
    answers = list(make.good())
    yield f'{len(answers)} good answers', [] if len(answers) == GOOD and len({name for name, _ in answers}) == GOOD else ['not forty']
    before = readings(program, [data for _, data in answers])
    yield 'nothing is wrong with them', [f'{name}: {mine}' for (name, _), mine in zip(answers, before) if mine.endswith(' all') is False]
    names, flipped, rule = [], [], []
    for (name, data), mine in zip(answers, before):
        for bit in range(len(data) * 8):
            copy = bytearray(data)
            copy[bit // 8] ^= 0x80 >> bit % 8
            names.append(f'{name}, bit {bit}')
            flipped.append(bytes(copy))
            rule.append((bit, data[0] >> 4, mine))
    got = readings(program, flipped)
    yield f'{len(got)} flipped bits read as they should', differing(names, got, [reader.packet(data) for data in flipped])
    wrong = [f'{name}: {why}: {mine}' for name, mine, (bit, version, was) in zip(names, got, rule)
             for why in [judged(bit, version, was, mine)] if why]
    yield 'each is refused, or flagged, or covered by nothing', wrong


def main(program, what):
    failed = number = 0
    for number, (title, faults) in enumerate({'named': named, 'lengths': lengths, 'bits': bits}[what](program), 1):
        failed += bool(faults)
        print(f'{"not ok" if faults else "ok"} {number} - {title}')
        for line in faults[:SHOWN]:
            print(f'# {line}')
        if len(faults) > SHOWN:
            print(f'# and {len(faults) - SHOWN} more')
    print(f'1..{number}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
