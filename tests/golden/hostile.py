#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Strangers' text in every place that it can come from (names of interfaces and nodes in routers' answers, names of hosts, reverse names,
names of networks, what was typed) through every format: none may break a format, act on a terminal or become markup, and none may be
lost. Prints TAP.
  hostile.py SONDE"""
import csv
import importlib.util
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

from reread import CHECKS, judge

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NAME_BYTES = 63
CHAIN = 18  # routers of a network; each says two names


def strings():
    """Bytes, none longer than a router can send. Each stands for one way of going wrong."""
    for code in (*range(1, 32), 127):  # controls
        yield b'a' + bytes([code]) + b'b'
    for code in range(128, 160):  # … of ISO 6429 beyond ASCII, as UTF-8 and bare
        yield b'c' + chr(code).encode() + b'31m'
    for code in (0x9b, 0x9d, 0x90, 0x84, 0x85):
        yield b'raw' + bytes([code]) + b'2J'
    for code in (0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
                 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfe0f, 0xfeff, 0xfff9, 0xfffb, 0xe000, 0xe0001, 0xe0041, 0xf0000, 0x10ffff):
        yield b'x' + chr(code).encode() + b'gpj.exe'  # not seen, or turning the order around
    yield from (b'\xff', b'\xc0\xaf', b'\xe0\x80\xaf', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'\xc3', b'ab\xe2\x82', b'\x80\x80',
                b'\xfe\xff')
    for text in '''
        <script>alert(1)</script>|<img src=x onerror=alert(1)>|</style><script>|</svg>|</title><b>|<!--|-->|]]>|<![CDATA[|<?php
        &lt;b&gt;|&#60;b&#62;
        " onmouseover="x|' onload='x|javascript:alert(1)|<a href=//evil.example>|<svg/onload=x>|<iframe src=//e>|&amp;&quot;|&|<|>|<x
        </td></tr></table>
        =1+1|+1|-1|@SUM(A1)|=cmd'/C calc'!A0|=HYPERLINK("http://evil.example","x")|-2+3|＝1|＋1|－1|＠x|'=1|"=1|,=1|;=1|a,b|a;b|a"b|""|"|a""b
        a`b|``|```|`|* *|__x__|[x](http://evil.example)|![x](y)|<http://e>|http://evil.example|www.evil.example|@everyone|:tada:|#1|$x$
        ~~x~~|---|***|> q
        - item|1. item|\\|\\\\|\\n|\\"|\\`|\\*|\\|a&#124;b|&vert;|# head|[ ] box|[^1]|{x}|^x^|$(x)|$$
        \\N|\\G|\\l|"];|"]; x [label="|" -> "|n0 -> n1|}|{a|b}|<B>x</B>|/*|*/|//|#|digraph|&quot;|subgraph|;|=|->
        "} 1|",x="y|\\"} 2 #|# HELP x|# TYPE x gauge|{}|NaN|+Inf|1e400
        "}|","x":"|null|true|\\u0000|\\ud800|{"a":1}|[|]|//|/* */|1e999|-0
        $(reboot)|`reboot`|;reboot|&& reboot|| reboot|'; reboot|> /etc/passwd|~root|$HOME|*|?|!!|-rf|--help|-o json|%s%n%s|%41|%00
        ../../x|a b
        1  10.0.0.1 (10.0.0.1)  1.0 ms|* * *|traceroute to x (y), 30 hops|!H|!X|192.0.2.1|2001:db8::1|finding	x
        NULL|undefined|DROP TABLE x;--|' OR 1=1|(select 1)|${jndi:ldap://x}|{{7*7}}|<%= x %>|名前|имя|🎉🎉|ﬁ|é|e\u0301|ＡＢ|xe-0/0/1.100
        Te0/0/0/1 (to core)
        '''.replace('\n', '|').split('|'):
        if text.strip(' '):
            yield text.strip(' ').encode()
    yield from (b'|', b'a|b', b'\\|', b'`|`', b'||', b' ', b'  ', b'  a', b'a  ')
    yield from (b'\x1b]0;owned\x07', b'\x1b]8;;http://e\x1b\\x', b'\x1b[2J\x1b[H', b'\x1b[31m', b'\x1bP$q\x1b\\', b'\x1b[5n', b'\x1bc',
                b'\x9b5n', b'\x0e\x0f', b'\r\nfake row', b'\b\b\b', b'\x1b]52;c;eA==\x07', b'a\r', b'\n=1+1', b'\t=1')
    yield b'A' * NAME_BYTES
    yield '\u202e'.encode() * 21
    yield b'"' * NAME_BYTES
    yield b'<' * NAME_BYTES
    yield b'\\' * NAME_BYTES


def escaped(name):
    return ''.join(f'%{byte:02x}' for byte in name)


def network(names):
    """A chain whose routers say these names, of an interface and of themselves."""
    pairs = [names[i:i + 2] for i in range(0, len(names), 2)]
    routers = [f'r{i}' for i in range(len(pairs))]
    lines = ['observer me', 'router ' + ' '.join(routers), 'host web']
    for number, (left, right) in enumerate(zip(['me', *routers], [*routers, 'web'])):
        lines.append(f'link {left} {right} 10.0.{number}.1/24 10.0.{number}.2/24 delay=1ms')
    for router, pair in zip(routers, pairs):
        node = f' node-id=name={escaped(pair[1])}' if len(pair) > 1 else ''
        lines.append(f'router {router} interface-info=in,index=3,name={escaped(pair[0])}{node}')
    return '\n'.join(lines) + '\n'


def hosts(names):
    """Hosts of these names, all behind one router."""
    lines = ['observer me', 'router gw', 'host web', 'link me gw 10.0.0.1/24 10.0.0.2/24 delay=1ms', 'link gw web 10.1.0.1/16 10.1.0.2/16']
    return '\n'.join(lines).encode() + b''.join(b'\nname 10.1.0.2 ' + name for name in names) + b'\n'


def reverse(names):
    """A chain whose routers have these reverse names."""
    lines = ['observer me', 'router ' + ' '.join(f'r{i}' for i in range(len(names))), 'host web']
    nodes = ['me', *(f'r{i}' for i in range(len(names))), 'web']
    for number, (left, right) in enumerate(zip(nodes, nodes[1:])):
        lines.append(f'link {left} {right} 10.0.{number}.1/24 10.0.{number}.2/24 delay=1ms')
    lines = '\n'.join(lines).encode()
    return lines + b''.join(b'\nname 10.0.%d.2 %s' % item for item in enumerate(names)) + b'\n'


def databases():
    """The script that writes them, for tables of our own."""
    spec = importlib.util.spec_from_file_location('make', TOP / 'tests' / 'databases' / 'make.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def networks(names, file):
    """That chain, each router in a network of one of these names, in a database in that file."""
    make = databases()
    file.write_bytes(make.database('Test-ASN', [(f'10.0.{i}.0/24', make.system(64512 + i, name)) for i, name in enumerate(names)]))
    return reverse([b'x'] * len(names))


def can_be_name(name):
    """A line of the network's file can say it."""
    return not re.search(rb'[ \t\r\n\x00#]', name) and len(name) > 0


def can_be_host(name):
    """A name beyond ASCII is looked up by its A-labels (RFC 5891), and is no host of that file."""
    return name.isascii() and not re.search(rb'[ \t\r\n\x00]', name) and not name.startswith((b'#', b'-')) and 0 < len(name) < NAME_BYTES


def acts(text):
    """Characters that a terminal, or a reader's eye, would be led by."""
    for character in text:
        kind = unicodedata.category(character)
        if (kind == 'Cc' and character != '\n') or kind in ('Cf', 'Co', 'Cs', 'Zl', 'Zp') or '\ufe00' <= character <= '\ufe0f':
            return f'U+{ord(character):04X} near {text[max(0, text.index(character) - 20):][:40]!r}'
    return None


def restored(text):
    """The bytes that were cleaned to this text."""
    def piece(match):
        if match[1]:
            return bytes([int(match[1], 16)]).decode('latin-1')
        return (chr(int(match[2], 16)).encode() if match[2] else match[3].encode()).decode('latin-1')
    return re.sub(r'\\x([0-9a-f]{2})|\\u\{([0-9a-f]+)\}|\\(.)', piece, text.encode().decode('latin-1'), flags=re.S).encode('latin-1')


def names_in(document):
    for trace in document['traces']:
        yield trace['target']['host']
        for hop in trace['hops']:
            for probe in hop['probes']:
                for extension in (probe['answer'] or {}).get('extensions', []):
                    if extension.get('name'):
                        yield extension['name']


def known_in(document, what):
    return [responder[what] for trace in document['traces'] for hop in trace['hops'] for responder in hop['responders'] if responder[what]]


def check_lines(text, document):
    """A JSON document a line."""
    del document
    for line in text.splitlines():
        json.loads(line)
    yield from ()


def nothing_more(text, document):
    del text, document
    return ()


def markdown_is_bare(text, document):
    """What is left of a page when blocks and code spans are taken out has no markup but ours."""
    yield from CHECKS['markdown'](text, document)
    text = re.sub(r'^```sh\n.*?^```$', '', text, flags=re.S | re.M)
    text = re.sub(r'(?<![`\\])(`+)(?!`).+?(?<!`)\1(?!`)', '', text)
    text = re.sub(r'\\[!-/:-@\[-`{-~]', '', text)
    for line in text.split('\n'):
        line = re.sub(r'^(- [^ ]* ?\*\*[a-z]+\*\*|#+ |\|[-:|]+\|$)', '', line)
        if re.search(r'[`<>\[\]*_~]|https?:|www\.|@', line):
            yield f'markup: {line[:80]!r}'


def csv_is_no_formula(text, document):
    yield from CHECKS['csv'](text, document)
    for row in csv.reader(io.StringIO(text, newline='')):
        yield from (f'a formula: {cell!r}' for cell in row if cell.startswith(tuple('=+-@\t\r\uff1d\uff0b\uff0d\uff20')))


FORMATS = {**CHECKS, 'csv': csv_is_no_formula, 'markdown': markdown_is_bare, 'json': nothing_more, 'text': nothing_more,
           'ndjson': check_lines, 'traceroute': nothing_more, 'mtr-json': check_lines, 'atlas': check_lines, 'scamper-json': check_lines}


class Trial:
    def __init__(self, sonde, folder):
        self.sonde, self.folder, self.wrong, self.files = sonde, folder, {}, 0
        shown = subprocess.run([sonde, '--help'], capture_output=True, text=True, check=True).stdout
        block = re.search(r'^Formats.*:\n((?: .*\n)+)', shown, flags=re.M)
        self.formats = re.findall(r'^  ([a-z-]+)(?: |$)', block[1], flags=re.M) if block else []

    def fail(self, name, what):
        self.wrong.setdefault(name, []).append(what)

    def run(self, net, operands, *options):
        """A run in every format; the JSON document."""
        path = self.folder / 'case.net'
        path.write_bytes(net if isinstance(net, bytes) else net.encode())
        for old in self.folder.glob('out.*'):
            old.unlink()
        outputs = [word for name in self.formats for word in ('-o', f'{name}={self.folder}/out.{name}')]
        command = [self.sonde, '-q', '1', '--no-wait', '--color', 'always', *outputs, *options, '--sim', path, '--', *operands]
        run = subprocess.run(command, capture_output=True, check=False)
        for name, told in (('terminal', run.stdout), ('messages', run.stderr)):
            self.look(name, re.sub(rb'\x1b\[[0-9;]*m', b'', told))
        document = json.loads((self.folder / 'out.json').read_bytes())
        for name in self.formats:
            text = self.look(name, (self.folder / f'out.{name}').read_bytes())
            self.files += 1
            try:
                for what in (*FORMATS[name](text, document), *judge(name, text, 0)):
                    self.fail(name, what)
            except (ValueError, LookupError, AttributeError) as error:
                self.fail(name, repr(error))
        return document

    def look(self, name, told):
        try:
            text = told.decode()
        except UnicodeDecodeError as error:
            self.fail(name, str(error))
            return ''
        if acts(text):
            self.fail(name, acts(text))
        return text


def main(sonde):
    names = list(dict.fromkeys(name[:NAME_BYTES] for name in strings()))
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(sonde, pathlib.Path(folder))
        said = set()
        for at in range(0, len(names), 2 * CHAIN):
            document = trial.run(network(names[at:at + 2 * CHAIN]), ['web'])
            said |= {restored(name) for name in names_in(document)}
        lost = [name for name in names if name not in said]
        named = [name for name in names if can_be_host(name)]
        for at in range(0, len(named), 40):
            document = trial.run(hosts(named[at:at + 40]), named[at:at + 40])
            got = [restored(trace['target']['host']) for trace in document['traces']]
            if got != named[at:at + 40]:
                trial.fail('json', f'hosts {[a for a, b in zip(named[at:], got) if a != b][:3]}')
        reversed_names = [name for name in names if can_be_name(name)]
        for at in range(0, len(reversed_names), 30):
            document = trial.run(reverse(reversed_names[at:at + 30]), ['web'], '-m', '40')
            got = [restored(name) for name in known_in(document, 'name')]
            wanted = reversed_names[at:at + 30]
            if got != wanted:
                trial.fail('json', f'reverse names {[pair for pair in zip(wanted, got) if pair[0] != pair[1]][:3]}, {len(got)}')
        for at in range(0, len(names), 30):
            systems = trial.folder / 'asn.mmdb'
            document = trial.run(networks(names[at:at + 30], systems), ['web'], '-m', '40', '--asn-db', systems)
            got = [restored(name) for name in known_in(document, 'as_name')]
            if got != names[at:at + 30]:
                trial.fail('json', f'systems {[pair for pair in zip(names[at:], got) if pair[0] != pair[1]][:3]}, {len(got)}')
        for name in names[::5]:  # nobody's name: what was typed is only complained about
            trial.run(hosts([]), [name])
    points = [(f'{len(names)} strings, at least 200, through {trial.files} files', [] if len(names) >= 200 else ['too few']),
              ('every format of the table has its reader', sorted(set(trial.formats) ^ set(FORMATS))),
              ('no name is lost', [repr(name) for name in lost])]
    points += [(name, trial.wrong.get(name, [])) for name in ('terminal', 'messages', *sorted(FORMATS))]
    print(f'1..{len(points)}')
    for number, (title, wrong) in enumerate(points, 1):
        print(f'{"not ok" if wrong else "ok"} {number} - {title}')
        for line in wrong[:6]:
            print(f'# {line}'.encode('ascii', 'backslashreplace').decode()[:400])
    return 1 if any(wrong for _, wrong in points) else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
