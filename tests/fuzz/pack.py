#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many small inputs in one file, each behind its length in four bytes, the highest first: pack.py pack FOLDER FILE, pack.py unpack FILE
FOLDER. The smallest input comes first, so that one that is added moves nothing but what stands behind it."""
import hashlib
import pathlib
import sys


def read(file):
    data, inputs = file.read_bytes(), []
    while data:
        size = int.from_bytes(data[:4], 'big')
        if len(data) < 4 + size:
            raise SystemExit(f'{file} ends within an input')
        inputs.append(data[4:4 + size])
        data = data[4 + size:]
    return inputs


def main(word, source, target):
    if word == 'pack':
        inputs = sorted({path.read_bytes() for path in source.iterdir()}, key=lambda data: (len(data), data))
        target.write_bytes(b''.join(len(data).to_bytes(4, 'big') + data for data in inputs))
    else:
        target.mkdir(parents=True, exist_ok=True)
        for data in read(source):
            (target / hashlib.sha1(data).hexdigest()).write_bytes(data)


if __name__ == '__main__':
    if len(sys.argv) != 4 or sys.argv[1] not in ('pack', 'unpack'):
        raise SystemExit(__doc__)
    main(sys.argv[1], *map(pathlib.Path, sys.argv[2:]))
