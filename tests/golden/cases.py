# SPDX-License-Identifier: MIT
"""The golden cases, run once more with documents of many formats written beside what each command line asks for."""
import collections
import concurrent.futures
import functools
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
STUB = '''#!/bin/sh
# Writes documents beside what the command line asks for, into a folder of each run's own.
out=$(mktemp -d "$SONDE_DOCUMENTS/XXXXXXXX")
case ${{1-}} in
trace | compare | mtu | replay) word=$1 && shift ;;
probe-interface) shift && exec {sonde} probe-interface -o "json=$out/json" "$@" ;;
sim | explain | completion | docgen | doctor) exec {sonde} "$@" ;;
*) word=trace ;;
esac
exec {sonde} "$word"{outputs} "$@"
'''


def as_one(document, series):
    """The traces of a series as the one that some formats tell in their place: all their probes in the hops of the sum."""
    traces = [document['traces'][index] for index in series['traces']]
    probes = [(hop['hop'], probe) for trace in traces for hop in trace['hops'] for probe in hop['probes']]
    hops = [{**hop, 'probes': [probe for ttl, probe in probes if ttl == hop['hop']]} for hop in series['hops']]
    others = [probe for ttl, probe in probes if ttl not in {hop['hop'] for hop in hops}]
    return {**traces[0], 'stop': traces[-1]['stop'], 'hops': hops, 'findings': series['findings'],
            'other_probes': others + [probe for trace in traces for probe in trace['other_probes']]}


class Run(collections.namedtuple('Run', 'case texts')):
    """One run of sonde within a case: the text of each format that it wrote."""

    @functools.cached_property
    def document(self):
        """sonde's own document of that run; None where it did not come to one."""
        return json.loads(self.texts['json']) if 'json' in self.texts else None

    @functools.cached_property
    def summed(self):
        """The document as formats see it that have traces made again and again as one."""
        series = (self.document or {}).get('series')
        return {**self.document, 'traces': [as_one(self.document, one) for one in series]} if series else self.document

    @property
    def traces(self):
        """Of the document; none where it holds no traces."""
        return (self.document or {}).get('traces', [])


# What a case gave: its name, whether its exit status stayed, and its runs.
Case = collections.namedtuple('Case', 'name same runs')


def run_case(cmd, work):
    with tempfile.TemporaryDirectory(dir=work) as out:
        environment = {'PATH': f'{work}:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8', 'XDG_CONFIG_HOME': f'{work}/none',
                       'SONDE_NO_SYSTEM_CONFIG': '1', 'SONDE_DOCUMENTS': out}
        run = subprocess.run(['sh', cmd], cwd=TOP, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, check=False)
        name = cmd.parent.name
        runs = [Run(name, {path.name: path.read_text() for path in folder.iterdir()}) for folder in sorted(pathlib.Path(out).iterdir())]
        return Case(name, run.returncode == int((cmd.parent / 'status').read_text()), runs)


def run_cases(sonde, formats):
    """All cases in order, each run with -o FORMAT for all formats beside it; some run ahead while the caller looks at one."""
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        stub = pathlib.Path(folder) / 'sonde'
        stub.write_text(STUB.format(sonde=sonde, outputs=''.join(f' -o "{name}=$out/{name}"' for name in formats)))
        stub.chmod(0o755)
        yield from pool.map(lambda cmd: run_case(cmd, folder), sorted(HERE.glob('*/cmd')))
