# SPDX-License-Identifier: MIT
"""Holds each document and each event against docs/schema with python3-jsonschema; then each document against itself: what it counts it
also lists."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'support'))
import schemas  # pylint: disable=wrong-import-position

# Fewer documents than this mean that the cases were not run.
LEAST = {'sonde.trace/1': 100, 'sonde.compare/1': 20, 'sonde.mtu/1': 10, 'sonde.interface/1': 5, 'sonde.event/1': 100}
ALIKE = 4  # lines of one kind are alike: so many of a run are looked at


def disagreements(document):
    """Counts that do not fit the lists beside them."""
    for trace in document['traces']:
        listed = [probe for hop in trace['hops'] for probe in hop['probes']] + trace['other_probes']
        own = [probe for probe in listed if not probe['asked_later']]
        if len(own) != len({probe['serial'] for probe in own}):
            yield 'a probe stands in two places'
        left = sum(probe['state'] != 'local-error' for probe in own)
        if trace['stop'] and trace['stop']['probes'] != left:
            yield f'{trace["stop"]["probes"]} probes left, and {left} are listed'
        past = (trace['asked']['plan'] == 'sweep' and trace['stop'] and trace['stop']['reached'] and trace['stop']['distance']) or 255
        if any(probe['ttl'] > past and probe['state'] in ('lost', 'crowded') for probe in listed):
            yield f'probes past the target, at hop {past}, count as waited for'
        for hop in trace['hops']:
            states = [probe['state'] for probe in hop['probes']]
            counts = hop['counts']
            answered, lost = states.count('answered') + states.count('late'), states.count('lost') + states.count('crowded')
            if counts['answered'] != answered or counts['lost'] + counts['crowded'] != lost:
                yield f'hop {hop["hop"]}: {counts} but {states}'
            if sum(responder['answered'] for responder in hop['responders']) != counts['answered']:
                yield f'hop {hop["hop"]}: responders answered otherwise than the hop'


def misnamed(lines, document):
    """Each responder of whom something is known has one line in the stream, which says it."""
    keys = ('name', 'name_is_address', 'asn', 'as_name', 'network', 'country')
    told = [line for line in map(json.loads, lines) if line['event'] == 'who']
    known = {responder['address']: responder for trace in document['traces'] for hop in trace['hops'] for responder in hop['responders']
             if any(responder[key] for key in keys)}
    if len(told) != len({line['address'] for line in told}):
        yield 'the stream tells of an address twice'
    said = {line['address']: line for line in told}
    yield from (f'the stream says {said.get(address)} of {address}' for address, responder in known.items()
                if any(said.get(address, {}).get(key) != responder[key] for key in keys))


class Reader:
    formats = ('json', 'ndjson')

    def __init__(self):
        self.seen = dict.fromkeys(LEAST, 0)
        self.wrong = []

    def check(self, where, text):
        try:
            document, title, error = schemas.read(text)
        except (ValueError, KeyError) as error:
            self.wrong.append(f'{where}: {error}')
            return None
        if error:
            self.wrong.append(f'{where}: {error}')
        elif 'traces' in document:
            self.wrong.extend(f'{where}: {what}' for what in disagreements(document))
        return title

    def take(self, case):
        if not case.same:
            self.wrong.append(f'{case.name}: another exit status than without documents')
        for run in case.runs:
            if 'json' in run.texts:
                title = self.check(f'{case.name} document', run.texts['json'])
                if title:
                    self.seen[title] += 1
            if 'traces' in (run.document or {}) and 'ndjson' in run.texts:
                told = misnamed(run.texts['ndjson'].splitlines(), run.document)
                self.wrong.extend(f'{case.name} names: {what}' for what in told)
            kinds = {}
            for line in run.texts.get('ndjson', '').splitlines():
                kind = line[:40].split('"event":"')[-1].split('"')[0]
                kinds.setdefault(kind, []).append(line)
            for kind, alike in kinds.items():
                for line in alike[:ALIKE]:
                    self.check(f'{case.name} line {kind}', line)
            self.seen['sonde.event/1'] += bool(kinds)

    def points(self):
        for title, least in LEAST.items():
            seen = self.seen[title]
            yield f'{title}: {seen} documents, at least {least}', [] if seen >= least else ['too few'], None
        yield 'every document is what its schema says', self.wrong, None
