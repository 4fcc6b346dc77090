#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command of every golden case once more with -o json and -o ndjson beside it, and holds each document against docs/schema with
python3-jsonschema; then each document against itself: what it counts it also lists. Prints TAP.
  schema.py SONDE"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'support'))
import schemas  # pylint: disable=wrong-import-position

TOP = HERE.parent.parent
# Fewer documents than this mean that the cases were not run.
LEAST = {'sonde.trace/1': 100, 'sonde.compare/1': 20, 'sonde.mtu/1': 10, 'sonde.interface/1': 5, 'sonde.event/1': 100}
STUB = '''#!/bin/sh
# Writes documents beside what the command line asks for.
case ${{1-}} in
trace | compare | mtu | replay) word=$1 && shift ;;
probe-interface) shift && exec {sonde} probe-interface -o "json=$(mktemp {out}/XXXXXXXX).json" "$@" ;;
sim | explain | completion | docgen | doctor) exec {sonde} "$@" ;;
*) word=trace ;;
esac
name=$(mktemp {out}/XXXXXXXX)
exec {sonde} "$word"{outputs} "$@"
'''


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


def run_cases(sonde, work, formats):
    """Runs each case's command with -o FORMAT=FILE for all formats beside it: the case's name, whether its exit status stayed, and
    for each run of sonde a function from the suffix of a format to its file."""
    out = work / 'out'
    out.mkdir()
    stub = work / 'sonde'
    outputs = ''.join(f' -o "{name}=$name.{name}"' for name in formats)
    stub.write_text(STUB.format(sonde=sonde, out=out, outputs=outputs))
    stub.chmod(0o755)
    environment = {'PATH': f'{work}:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8'}
    for cmd in sorted(HERE.glob('*/cmd')):
        for old in out.glob('*'):
            old.unlink()
        run = subprocess.run(['sh', cmd], cwd=TOP, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, check=False)
        same = run.returncode == int((cmd.parent / 'status').read_text())
        yield cmd.parent.name, same, [path.with_suffix for path in sorted(out.iterdir()) if not path.suffix]


def main(sonde):
    seen = dict.fromkeys(LEAST, 0)
    wrong = []

    def check(case, title, text):
        try:
            document, schema, error = schemas.read(text)
        except (ValueError, KeyError) as error:
            wrong.append(f'{case} {title}: {error}')
            return None
        if error:
            wrong.append(f'{case} {title}: {error}')
        elif 'traces' in document:
            wrong.extend(f'{case} {title}: {what}' for what in disagreements(document))
        return schema

    with tempfile.TemporaryDirectory() as folder:
        for case, same, written in run_cases(sonde, pathlib.Path(folder), ('json', 'ndjson')):
            if not same:
                wrong.append(f'{case}: another exit status than without documents')
            for path in [of('.json') for of in written if of('.json').exists()]:
                schema = check(case, 'document', path.read_text())
                if schema:
                    seen[schema] += 1
            for of in written:
                if of('.json').exists() and '"traces"' in of('.json').read_text() and of('.ndjson').exists():
                    document = json.loads(of('.json').read_text())
                    wrong.extend(f'{case} names: {what}' for what in misnamed(of('.ndjson').read_text().splitlines(), document))
            for path in [of('.ndjson') for of in written if of('.ndjson').exists()]:
                lines = path.read_text().splitlines()
                # the lines of one kind are alike: some of each are looked at
                kinds = {}
                for line in lines:
                    kind = line[:40].split('"event":"')[-1].split('"')[0]
                    kinds.setdefault(kind, []).append(line)
                for kind, alike in kinds.items():
                    for line in alike[:4]:
                        check(case, f'line {kind}', line)
                if lines:
                    seen['sonde.event/1'] += 1
    print(f'1..{len(LEAST) + 1}')
    for number, (schema, least) in enumerate(LEAST.items(), 1):
        print(f'{"ok" if seen[schema] >= least else "not ok"} {number} - {schema}: {seen[schema]} documents, at least {least}')
    print(f'{"not ok" if wrong else "ok"} {len(LEAST) + 1} - every document is what its schema says')
    for line in wrong[:40]:
        print(f'# {line}')
    return 1 if wrong or any(seen[schema] < least for schema, least in LEAST.items()) else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
