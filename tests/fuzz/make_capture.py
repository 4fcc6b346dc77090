#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes pcap files as inputs of the fuzz target `capture`, whose form stands in fuzz_capture.c.
  make_capture.py FILE.pcap… FOLDER"""
import pathlib
import struct
import sys

LINKS = [0, 1, 101, 108, 113, 228, 229, 276]
TICKS_A_SECOND = 100_000
MOST_BYTES = 8192


def records(data):
    """(seconds, frame) of a pcap file of this machine's byte order; pcapng has none."""
    magic, link = struct.unpack_from('<I', data)[0], struct.unpack_from('<I', data, 20)[0]
    fraction = {0xa1b2c3d4: 1e6, 0xa1b23c4d: 1e9}.get(magic)
    at = 24
    while fraction and at + 16 <= len(data):
        seconds, part, captured, _ = struct.unpack_from('<IIII', data, at)
        yield link, seconds + part / fraction, data[at + 16:at + 16 + captured]
        at += 16 + captured


def converted(data):
    out, before = b'', None
    for link, at, frame in records(data):
        ticks = 0 if before is None else max(-32768, min(32767, round((at - before) * TICKS_A_SECOND)))
        before = at
        out = out or bytes([LINKS.index(link)])
        out += struct.pack('>Hh', len(frame), ticks) + frame
        if len(out) > MOST_BYTES:
            break
    return out


def main(*words):
    for name in words[:-1]:
        data = converted(pathlib.Path(name).read_bytes())
        if data:
            (pathlib.Path(words[-1]) / pathlib.Path(name).stem).write_bytes(data)


if __name__ == '__main__':
    main(*sys.argv[1:])
