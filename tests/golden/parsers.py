# SPDX-License-Identifier: MIT
"""Feeds -o traceroute to the parsers of traceroute's output that Debian has, jc and Perl's Net::Traceroute, and holds what they read
against the JSON document of the same run."""
import json
import pathlib
import re
import shutil
import subprocess

# Fewer traces than this, of so many cases, mean that they were not run.
LEAST_TRACES, LEAST_CASES = 150, 100
MARKS = {'net-unreachable': '!N', 'host-unreachable': '!H', 'protocol-unreachable': '!P', 'admin-prohibited': '!X', 'packet-too-big': '!F',
         'source-route-failed': '!S'}
# ICMP messages that end a trace or pass it on, without a mark.
UNMARKED = {'time-exceeded', 'port-unreachable', 'echo-reply', 'timestamp-reply'}
# The status that Net::Traceroute 1.15 makes of each mark (its TRACEROUTE_OK, TRACEROUTE_TIMEOUT …); over IPv6 it takes !P for another's !X.
STATS = {4: {'': 0, '*': 1, '!N': 4, '!H': 5, '!P': 6, '!F': 7, '!S': 8, '!X': 9}, 6: {'': 0, '*': 1, '!N': 4, '!P': 9}}
UNKNOWN = 2
PERL = '''
use strict; use warnings; use JSON::PP; use Net::Traceroute;
my $texts = decode_json(do { local $/; <STDIN> });
my @all;
for my $text (@$texts) {
	my @hops;
	my $t = eval { Net::Traceroute->new(backend => "Parser", text => $text) };
	if (!$t) { push @all, { died => "$@" }; next; }
	for my $hop (1 .. (scalar $t->hops // 0)) {
		push @hops, !$t->hop_queries($hop) ? [] : [
			map { [$t->hop_query_host($hop, $_), $t->hop_query_time($hop, $_) + 0, $t->hop_query_stat($hop, $_) + 0] }
			1 .. $t->hop_queries($hop)];
	}
	push @all, { hops => \\@hops };
}
print encode_json(\\@all);
'''
JC = 'import json, sys, jc; json.dump([jc.parse("traceroute", text, quiet=True) for text in json.load(sys.stdin)], sys.stdout)'


def mark_of(answer):
    if answer['meaning'] in MARKS:
        return MARKS[answer['meaning']]
    return f'!<{answer["icmp"]["code"]}>' if answer['icmp'] and answer['meaning'] not in UNMARKED else ''


def shown(hop, queries, others):
    """What the line of a hop has to say: (address, ms, mark) of each probe, (None, 0, '*') for silence."""
    answered = [probe for probe in hop['probes'] if probe['state'] in ('answered', 'late')]
    silent, said = max(queries - len(answered), 0), []
    for probe in hop['probes']:
        if len(said) == queries:
            break
        if probe in answered:
            answer = probe['answer']
            said.append((answer['address'].split('%')[0], answer['rtt_ms'], mark_of(answer)))
        elif silent:
            silent -= 1
            said.append((None, 0, '*'))
    last = answered[-1]['answer'] if answered else None
    if last and mark_of(last):
        for probe in sorted(others, key=lambda probe: (probe['ttl'], probe['serial'])):
            answer = probe['answer']
            same = probe['state'] in ('answered', 'late') and all(answer[key] == last[key] for key in ('address', 'meaning'))
            if len(said) < queries and probe['ttl'] > hop['hop'] and same:
                said.append((answer['address'].split('%')[0], answer['rtt_ms'], mark_of(answer)))
    return said or [(None, 0, '*')]


def is_beyond_perl(trace, hops):
    """Net::Traceroute 1.15 dies of marks that traceroute itself writes: codes of two digits, and over IPv6 all but !N and !P."""
    marks = {mark for said in hops.values() for _, _, mark in said}
    known = {'!N', '!P'} if trace['target']['family'] == 6 else set(MARKS.values())
    unknown = [mark for mark in marks if mark.startswith('!') and mark not in known and not re.fullmatch(r'!<\d>', mark)]
    return max(hops, default=0) > 99 or bool(unknown)


def against_perl(trace, hops, read):
    """Untimed answers are an address alone, which is no query there. Hops before the first are empty."""
    stats = STATS[trace['target']['family']]
    for number, said in hops.items():
        wanted = [['255.255.255.255' if mark == '*' else address, ms, stats.get(mark, UNKNOWN)] for address, ms, mark in said
                  if ms is not None]
        found = read[number - 1] if number <= len(read) else []
        if wanted != found:
            return f'hop {number}: wanted {wanted}, read {found}'
    return None


def against_jc(trace, hops, read):
    """jc gives all times of a line to its first address, and counts no stars."""
    if read['destination_ip'] != trace['target']['address'].split('%')[0]:
        return f'target {read["destination_ip"]}'
    if [hop['hop'] for hop in read['hops']] != list(hops):
        return f'hops {[hop["hop"] for hop in read["hops"]]}'
    for hop in read['hops']:
        said = [(ms, mark or None) for _, ms, mark in hops[hop['hop']] if mark != '*' and ms is not None]
        found = [(probe['rtt'], probe['annotation']) for probe in hop['probes'] if probe['rtt'] is not None]
        first = next((address for address, _, _ in hops[hop['hop']] if address), None)
        addresses = {probe['ip'] for probe in hop['probes']} - {None}
        if said != found or (found and addresses != {first}):
            return f'hop {hop["hop"]}: wanted {said} of {first}, read {found} of {addresses}'
    return None


def through(command, texts):
    return json.loads(subprocess.run(command, input=json.dumps(texts), stdout=subprocess.PIPE, check=True, text=True).stdout)


def judged_by_perl(trace, hops, read):
    """What is wrong with what Net::Traceroute read: None, or a line."""
    died = read.get('died')
    if is_beyond_perl(trace, hops):
        return None if died else 'reads what it was known to die of: the test can be mended'
    return f'dies: {died}' if died else against_perl(trace, hops, read['hops'])


class Reader:
    formats = ('json', 'traceroute')

    def __init__(self):
        self.traces = []  # (case, trace of the JSON document, its lines)

    def take(self, case):
        for run in case.runs:
            if 'traces' not in (run.document or {}):
                continue
            texts = re.split(r'(?m)^(?=traceroute to )', run.texts['traceroute'])
            assert texts[0] == '' and len(texts) - 1 == len(run.traces), f'{case.name}: {texts[0]!r}, {len(texts) - 1} traces'
            self.traces += [(case.name, trace, text) for trace, text in zip(run.traces, texts[1:])]

    def points(self):
        """All texts go through each parser at once: it takes longer to start than to read."""
        jc, perl = shutil.which('jc'), shutil.which('perl')
        if not jc or not perl or subprocess.run([perl, '-MNet::Traceroute', '-e1'], capture_output=True, check=False).returncode:
            yield 'parsers of traceroute', [], 'jc or Net::Traceroute is missing: apt-get install jc libnet-traceroute-perl'
            return
        texts = [text for _, _, text in self.traces]
        interpreter = pathlib.Path(jc).read_text().splitlines()[0].removeprefix('#!').split()
        by_jc, by_perl = through([*interpreter, '-c', JC], texts), through([perl, '-e', PERL], texts)
        wrong = {'jc': [], 'Net::Traceroute': []}
        for (case, trace, text), jc_read, perl_read in zip(self.traces, by_jc, by_perl):
            hops = {hop['hop']: shown(hop, trace['asked']['queries'], trace['other_probes']) for hop in trace['hops']}
            for parser, error in (('jc', against_jc(trace, hops, jc_read)), ('Net::Traceroute', judged_by_perl(trace, hops, perl_read))):
                if error:
                    wrong[parser].append(f'{case}: {error}\n{text}')
        for parser, errors in wrong.items():
            yield f'{parser} reads what JSON says', errors, None
        died = sum('died' in read for read in by_perl)
        cases = {case for (case, trace, _), read in zip(self.traces, by_perl) if 'died' not in read and trace['hops']}
        enough = len(texts) >= LEAST_TRACES and len(cases) >= LEAST_CASES
        yield f'{len(texts)} traces of {len(cases)} cases; {died} with marks that Perl dies of', [] if enough else ['too few'], None
