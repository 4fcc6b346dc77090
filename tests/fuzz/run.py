#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs each fuzz target for a while, one after the other, and says of each what it did: run.py TOP BUILD libfuzzer|afl SECONDS [TARGET…].
It starts from the inputs that are checked in and from those of runs before, and keeps what it finds below BUILD. Exit status 1: a find."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pack

# Of the sanitizers' memory most is shadow; a target that needs more than this is a find.
TIMEOUT_S, MEMORY_MB, INPUT_MAX_BYTES = 1, 512, 4096
SEEDS = {'answer4': 'packet', 'answer6': 'packet'}
ENVIRONMENT = {'AFL_NO_UI': '1', 'AFL_SKIP_CPUFREQ': '1', 'AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES': '1', 'AFL_NO_AFFINITY': '1',
               'ASAN_OPTIONS': 'abort_on_error=1:symbolize=0:detect_leaks=0', 'UBSAN_OPTIONS': 'abort_on_error=1:symbolize=0'}


def start(top, folder, name):
    """The inputs to start from."""
    corpus, kept = folder / 'corpus', top / 'tests/fuzz/corpus'
    corpus.mkdir(parents=True, exist_ok=True)
    for path in (kept / SEEDS.get(name, name)).iterdir():
        shutil.copy(path, corpus / path.name)
    if (kept / f'{name}.pack').exists():
        pack.main('unpack', kept / f'{name}.pack', corpus)
    return corpus


def by_libfuzzer(program, folder, corpus, seconds):
    finds = folder / 'finds'
    finds.mkdir(exist_ok=True)
    before = set(finds.iterdir())
    run = subprocess.run([program, f'-max_total_time={seconds}', f'-timeout={TIMEOUT_S}', f'-rss_limit_mb={MEMORY_MB}', '-entropic=0',
                          f'-max_len={INPUT_MAX_BYTES}', '-print_final_stats=1', f'-artifact_prefix={finds}/', corpus],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace', check=False)
    (folder / 'log').write_text(run.stderr, encoding='utf-8')
    stats = dict(re.findall(r'stat::(\w+):\s+(\d+)', run.stderr))
    found = [str(path) for path in set(finds.iterdir()) - before]
    if run.returncode and not found:
        found = [f'{folder}/log']
    return int(stats.get('number_of_executed_units', 0)), int(stats.get('new_units_added', 0)), found


def by_afl(program, folder, corpus, seconds):
    out = folder / 'afl'
    shutil.rmtree(out, ignore_errors=True)
    limits = ['-V', str(seconds), '-t', str(TIMEOUT_S * 1000), '-m', 'none']
    run = subprocess.run(['afl-fuzz', '-i', corpus, '-o', out, *limits, '--', program],
                         env={**os.environ, **ENVIRONMENT}, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace',
                         check=False)
    (folder / 'log').write_text(run.stdout + run.stderr, encoding='utf-8')
    stats_file = out / 'default/fuzzer_stats'
    stats = dict(re.findall(r'(\w+)\s+: (\S+)', stats_file.read_text(encoding='utf-8') if stats_file.exists() else ''))
    found = [str(path) for kind in ('crashes', 'hangs') for path in sorted((out / 'default' / kind).glob('id*'))]
    if run.returncode and not found or not stats:
        found = [f'{folder}/log']
    return int(stats.get('execs_done', 0)), int(stats.get('corpus_found', 0)), found


def main(top, build, engine, seconds, *wanted):
    programs = {path.name.removeprefix('fuzz_'): path for path in sorted((build / 'tests/fuzz').glob('fuzz_*'))
                if path.is_file() and os.access(path, os.X_OK)}
    finds = 0
    for name, program in programs.items():
        if wanted and name not in wanted:
            continue
        folder = build / 'fuzzed' / name
        corpus = start(top, folder, name)
        count, new, found = {'libfuzzer': by_libfuzzer, 'afl': by_afl}[engine](program, folder, corpus, seconds)
        print(f'{engine:9} {name:9} {count:>11} executions {count // max(1, int(seconds)):>8} a second {new:>6} new inputs '
              f'{len(found):>3} finds', flush=True)
        for path in found:
            print(f'  {path}', flush=True)
        finds += len(found)
    return 1 if finds or not programs else 0


if __name__ == '__main__':
    if len(sys.argv) < 5 or sys.argv[3] not in ('libfuzzer', 'afl') or not sys.argv[4].isdigit():
        raise SystemExit(__doc__)
    sys.exit(main(*(pathlib.Path(word).resolve() for word in sys.argv[1:3]), *sys.argv[3:]))
