# SPDX-License-Identifier: MIT
"""Packets as a capture file, for foreign programs to read."""
import struct

LINKTYPE_RAW = 101  # an IP header of either version comes first


def pcap(packets):
    head = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINKTYPE_RAW)
    return head + b''.join(struct.pack('<IIII', 0, 0, len(p), len(p)) + p for p in packets)
