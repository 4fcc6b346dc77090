#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Damaged captures: each file of this folder cut, spoiled and shuffled by a fixed seed, and read. Whatever it holds, `sonde replay` ends in
bounded time and memory, writes nothing but text, and says in one line what it cannot read. Prints TAP, a point per capture.

    mutate.py SONDE          SONDE_MUTATIONS=500 asks more of each file; SONDE_MUTATION_SEED=N begins elsewhere
"""
import os
import pathlib
import random
import resource
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
EACH = int(os.environ.get('SONDE_MUTATIONS', '12'))
SEED = int(os.environ.get('SONDE_MUTATION_SEED', '1'))
BOUND_S = 60          # a hang, not slowness: a file of a few hundred packets takes milliseconds
MEMORY_KIB = 1 << 20  # of a child, the sanitizers' own included
HEAD, RECORD = 24, 16
STATUSES = {0, 1, 2, 130}  # reached, not reached, an error, cut short


def records(blob):
    """Where each record of a pcap in this machine's order begins, with its length."""
    at = HEAD
    while at + RECORD <= len(blob):
        length = RECORD + struct.unpack_from('<I', blob, at + 8)[0]
        yield at, length
        at += length


def cut(blob, draw):
    return blob[:draw.randrange(len(blob))]


def flip(blob, draw):
    blob = bytearray(blob)
    for _ in range(draw.choice((1, 1, 8, 64))):
        at = draw.randrange(len(blob) * 8)
        blob[at // 8] ^= 1 << at % 8
    return bytes(blob)


def spoil_record(blob, draw):
    """Seconds, fractions, and both lengths of a record."""
    blob = bytearray(blob)
    at = draw.choice([at for at, _ in records(blob)])
    value = draw.choice((0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 65536, draw.getrandbits(32)))
    struct.pack_into('<I', blob, at + 4 * draw.randrange(4), value)
    return bytes(blob)


def spoil_head(blob, draw):
    """Magic, version, snap length and link type."""
    blob = bytearray(blob)
    field = draw.choice((0, 4, 16, 20))
    struct.pack_into('<I', blob, field, draw.choice((0, 1, 12, 101, 113, 147, 276, 0x0a0d0d0a, 0xa1b2c3d4, draw.getrandbits(32))))
    return bytes(blob)


def shuffle(blob, draw):
    parts = [blob[at:at + length] for at, length in records(blob)]
    draw.shuffle(parts)
    return blob[:HEAD] + b''.join(parts)


def thin(blob, draw):
    return blob[:HEAD] + b''.join(blob[at:at + length] for at, length in records(blob) if draw.random() < 0.7)


def repeat(blob, draw):
    return blob[:HEAD] + blob[HEAD:] * draw.choice((2, 3, 40))


def snap(blob, draw):
    """As with a snap length: the beginning of each packet."""
    most, out = draw.randrange(100), bytearray(blob[:HEAD])
    for at, length in records(blob):
        kept = min(length - RECORD, most)
        out += blob[at:at + 8] + struct.pack('<I', kept) + blob[at + 12:at + RECORD + kept]
    return bytes(out)


def spoil_packets(blob, draw):
    """A byte at the same place of each packet: a field that is wrong in all of them."""
    blob, place, value = bytearray(blob), draw.randrange(120), draw.getrandbits(8)
    for at, length in records(bytes(blob)):
        if RECORD + place < length and at + RECORD + place < len(blob):
            blob[at + RECORD + place] = value
    return bytes(blob)


MUTATIONS = (cut, flip, spoil_record, spoil_head, shuffle, thin, repeat, snap, spoil_packets)


def judge(sonde, path, options):
    """What is wrong with what came of it; '' is fine."""
    try:
        run = subprocess.run([sonde, 'replay', '-n', *options, str(path)], stdin=subprocess.DEVNULL, capture_output=True, timeout=BOUND_S,
                             check=False)
    except subprocess.TimeoutExpired:
        return f'still runs after {BOUND_S} s'
    said = run.stderr.decode('utf-8', 'replace').splitlines()
    if run.returncode not in STATUSES:
        return f'status {run.returncode}: {said[:20]}'
    if run.returncode == 2 and not said:
        return 'status 2, and nothing is said'
    if any(not line.startswith('sonde: ') for line in said) or len(said) > 3:
        return f'no clear line: {said[:5]}'
    if any(byte < 0x20 and byte not in b'\n\t' or byte == 0x7f for byte in run.stdout + run.stderr):
        return 'control characters are written'
    if not run.stdout and not said:
        return 'nothing is said'
    return ''


def main():
    sonde, captures = sys.argv[1], sorted(HERE.glob('*.pcap'))
    failed = 0
    print(f'1..{len(captures) + 1}')
    with tempfile.TemporaryDirectory(prefix='sn') as folder:
        for number, capture in enumerate(captures, 1):
            blob, wrong = capture.read_bytes(), []
            for nth in range(EACH):
                draw = random.Random(f'{SEED} {nth} {capture.name}')
                mutated = blob
                names = []
                for mutation in draw.sample(MUTATIONS, draw.choice((1, 1, 2, 3))):
                    if len(mutated) > HEAD + RECORD:
                        mutated = mutation(mutated, draw)
                        names.append(mutation.__name__)
                path = pathlib.Path(folder) / 'mutated.pcap'
                path.write_bytes(mutated)
                options = draw.choice(([], ['--lost'], ['--findings'], ['--detail', '2'], ['--apart']))
                what = judge(sonde, path, options)
                if what:
                    wrong.append(f'{nth} ({" ".join(names)}, {" ".join(options)}): {what}')
                    if os.environ.get('SONDE_MUTATIONS_KEPT'):
                        (pathlib.Path(os.environ['SONDE_MUTATIONS_KEPT']) / f'{capture.stem}-{nth}.pcap').write_bytes(mutated)
            print(f'{"not " if wrong else ""}ok {number} - {capture.stem}')
            for line in wrong:
                print(f'# {line}')
            failed += bool(wrong)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    fits = most <= MEMORY_KIB
    print(f'{"" if fits else "not "}ok {len(captures) + 1} - no more than {MEMORY_KIB >> 10} MiB')
    if not fits:
        print(f'# {most >> 10} MiB')
    return 1 if failed or not fits else 0


if __name__ == '__main__':
    sys.exit(main())
