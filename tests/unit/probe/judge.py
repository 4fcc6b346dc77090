# SPDX-License-Identifier: MIT
"""Debian's tshark reads probes and must see in them what they are: judge.py SAMPLES. Exit status 77: no tshark."""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

SKIPPED = 77
LINKTYPE_RAW = 101
CHECKSUM_GOOD = '1'
THERE = object()  # whatever it shows

# Sample: what each field of tshark's must show; '': it is not there.
TCP = {'tcp.flags.syn': '1', 'tcp.options.mss_val': '', 'tcp.options.sack_perm': '', 'tcp.options.timestamp.tsecr': '',
       'tcp.options.wscale.shift': '', 'tcp.options.tfo.request': '', 'tcp.options.mptcp.version': '', 'tcp.options.mptcp.sha256.flag': '',
       'tcp.len': '0'}
USUAL = {'tcp.options.sack_perm': THERE, 'tcp.options.timestamp.tsecr': '0'}
TLS = {'tls.record.content_type': '22', 'tls.handshake.type': '1', 'tls.handshake.version': '0x0303',
       'tls.handshake.extensions.supported_version': '0x0304,0x0303', 'tls.handshake.extensions_server_name': '',
       'tls.handshake.extensions_alpn_str': 'h2,http/1.1'}
WANTED = {
    'tcp': TCP | USUAL | {'tcp.options.mss_val': '1460', 'tcp.options.wscale.shift': '7'},
    'tcp-all': TCP | USUAL | {'tcp.options.mss_val': '1460', 'tcp.options.wscale.shift': '9', 'tcp.options.tfo.request': THERE,
                              'tcp.options.mptcp.version': '1', 'tcp.options.mptcp.sha256.flag': '1'},
    'tcp-tfo': TCP | {'tcp.options.tfo.request': THERE},
    'tcp-mptcp': TCP | {'tcp.options.mss_val': '1460', 'tcp.options.mptcp.version': '1', 'tcp.options.mptcp.sha256.flag': '1'},
    'tcp-none': TCP,
    'dns': {'dns.flags.response': '0', 'dns.qry.name': '0123456789abcdef.invalid', 'dns.qry.type': '1'},
    'ntp': {'ntp.flags.vn': '4', 'ntp.flags.mode': '3'},
    'tls': TCP | USUAL | TLS | {'tcp.options.mss_val': '1460', 'tcp.options.wscale.shift': '7', 'tcp.len': '209'},
    'tls-name': TCP | TLS | {'tcp.options.mss_val': '1460', 'tcp.options.tfo.request': THERE, 'tcp.len': '233',
                             'tls.handshake.extensions_server_name': 'www.example.net'},
    'quic': {'quic.header_form': '1', 'quic.version': '0x1a2a3a4a', 'quic.dcid': '0123456789abcdef', 'quic.scid': '0c93a7b79aeda89b'},
}
FIELDS = sorted({field for fields in WANTED.values() for field in fields}) + [
    'tcp.checksum.status', 'udp.checksum.status', '_ws.malformed']


def pcap(packets):
    head = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINKTYPE_RAW)
    return head + b''.join(struct.pack('<IIII', 0, 0, len(p), len(p)) + p for p in packets)


def seen_by_tshark(packets):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'probes.pcap'
        path.write_bytes(pcap(packets))
        command = ['tshark', '-r', str(path), '-T', 'fields', '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE']
        for field in FIELDS:
            command += ['-e', field]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [dict(zip(FIELDS, line.split('\t'))) for line in run.stdout.splitlines()]


def fits(seen, wanted):
    return bool(seen) if wanted is THERE else seen == wanted


def wanted_of(name, family):
    wanted = dict(WANTED[name])
    if family == '6' and 'tcp.options.mss_val' in wanted and wanted['tcp.options.mss_val']:
        wanted['tcp.options.mss_val'] = '1440'
    wanted['tcp.checksum.status' if 'tcp.len' in wanted else 'udp.checksum.status'] = CHECKSUM_GOOD
    return wanted | {'_ws.malformed': ''}


def main(samples):
    if not shutil.which('tshark'):
        print('tshark is not installed')
        return SKIPPED
    lines = subprocess.run([samples], capture_output=True, text=True, check=True).stdout.split('\n')[:-1]
    names = [line.split()[0].split('/') for line in lines]
    rows = seen_by_tshark([bytes.fromhex(line.split()[1]) for line in lines])
    assert len(rows) == len(lines) and {name for name, _ in names} == set(WANTED), 'samples and wanted differ'
    failed = 0
    for (name, family), seen in zip(names, rows):
        wanted = wanted_of(name, family)
        differing = {field: seen[field] for field, value in wanted.items() if not fits(seen[field], value)}
        if differing:
            failed += 1
            print(f'{name} over IPv{family}: tshark sees {differing}, {({field: wanted[field] for field in differing})} wanted')
    print(f'{len(lines)} probes read, {failed} of them otherwise')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
