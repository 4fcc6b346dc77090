#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Parser, help, manual, Markdown and the three shells know the same options, each subcommand by itself. Each is asked or read for itself:
the parser by giving it the option, the shells by completing "sonde SUBCOMMAND -". Prints TAP. Argument: the program."""
import pathlib
import re
import shutil
import string
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
NET = TOP / 'tests/golden/chain.net'
# What has to be on the line so that options which need it are offered, and what is offered without.
CONTEXTS = ('', '--sim x ', '-M tcp ', '--if x ', '--as-lookup ', '--repeat 2 ', '--targets x ')
# A good value of each option that is for some methods only.
VALUES = {'port': '80', 'sport': '5000', 'payload': str(NET), 'tcp-options': 'sack'}
BASH = r'''
source "$1"; shift
for COMP_LINE; do
	COMP_WORDS=(${COMP_LINE}) COMP_POINT=${#COMP_LINE} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_sonde sonde "${COMP_WORDS[COMP_CWORD]}"
	printf '%s\n' "? $COMP_LINE" "${COMPREPLY[@]}"
done'''
FISH = 'source $argv[1]; for line in $argv[2..-1]; echo "? $line"; complete -C $line; end'


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                          timeout=120)


def names_of(words):
    """Options among the words, without their dashes: letters and long names."""
    return {word.lstrip('-').rstrip('=') for word in words if word.startswith('-') and word.strip('-')}


def parser(sonde, command, candidates):
    """The parser names a long option that it knows when it gets a value that is none; it never comes to sending anything."""
    known = set()
    for name in candidates:
        said = run(sonde, command, f'--{name}=').stderr
        match = re.search(r"option --([a-z0-9-]+)", said)
        if match and match[1] == name:
            known.add(name)
    return known | {letter for letter in string.ascii_letters + string.digits
                    if 'unknown option' not in run(sonde, command, f'-{letter}').stderr}


def help_of(sonde, command):
    found = re.findall(r'^  (?:-(.), |    )--([a-z0-9-]+)', run(sonde, command, '--help').stdout, re.M)
    return {word for pair in found for word in pair if word}


def manual(commands):
    """Options by subcommand; an option that names none is everybody's."""
    known = {command: set() for command in commands}
    for block in re.split(r'^\.It ', (TOP / 'docs/man/sonde.1').read_text(), flags=re.M)[1:]:
        head = re.match(r'(?:Fl (\S) , )?Fl Fl ([a-z0-9-]+)', block)
        if not head:
            continue
        taken = re.search(r'^Taken by\n((?:\.Cm .*\n|and\n)+)', block, re.M)
        for command in re.findall(r'\.Cm (\S+)', taken[1]) if taken else commands:
            known[command] |= {word for word in head.groups() if word}
    return known


def markdown(commands):
    text = (TOP / 'docs/reference.md').read_text()
    letters = dict(re.findall(r'^- `-(.)[^`]*`, `--([a-z0-9-]+)', text, re.M))
    known = {}
    for command in commands:
        part = text.split(f'### sonde {command}\n', 1)[1].split('### ', 1)[0]
        known[command] = set(re.findall(r'`--([a-z0-9-]+)`', part.split('Options: ', 1)[1].split('.\n', 1)[0]))
        known[command] |= {letter for letter, name in letters.items() if name in known[command]}
    for name, taken in re.findall(r'^- (?:`-.[^`]*`, )?`--([a-z0-9-]+).*\n.* Taken by ([a-z0-9, -]+)\.$', text, re.M):
        assert {c for c in commands if name in known[c]} == set(taken.split(', ')), f'--{name} is taken by others than {taken}'
    return known


def answers(output):
    """"? LINE" and what is offered for it, a word a line, a description behind a tab."""
    parts = {}
    for line in output.splitlines():
        if line.startswith('? '):
            words = parts.setdefault(line[2:], set())
        else:
            words.add(line.split('\t')[0])
    return parts


def shell(command, lines):
    done = run(*command, *lines)
    assert done.returncode == 0 and not done.stderr, f'{command[0]}: {done.stderr}'
    return answers(done.stdout)


def shells(home):
    asked = {'bash': ['bash', '--norc', '-c', BASH, 'bash', TOP / 'completions/sonde.bash'],
             'zsh': ['zsh', '-f', TOP / 'tests/shell/complete.zsh', TOP / 'completions'],
             'fish': ['env', f'HOME={home}', f'XDG_CONFIG_HOME={home}', f'XDG_DATA_HOME={home}', 'fish', '-N', '-c', FISH,
                      TOP / 'completions/sonde.fish']}
    return {name: command for name, command in asked.items() if shutil.which(name)}


def by_command(offered, commands):
    return {command: set().union(*(names_of(offered[f'sonde {command} {context}-']) for context in CONTEXTS)) for command in commands}


def differences(known, right):
    return [f'{command}: lacks {sorted(right[command] - known[command])}, has too many {sorted(known[command] - right[command])}'
            for command in right if known[command] != right[command]]


def refused(sonde, method, name):
    done = run(sonde, '--sim', NET, '-M', method, '-q', '1', f'--{name}', VALUES[name], '192.0.2.80')
    return done.returncode == 2


def fitting(sonde, methods, offered):
    """A shell offers with a method just those options that the program then takes."""
    wrong = []
    for method in methods:
        names = names_of(offered[f'sonde trace -M {method} --'])
        for name in VALUES:
            if (name in names) == refused(sonde, method, name):
                wrong.append(f'-M {method}: --{name} is {"" if name in names else "not "}offered')
    return wrong


def main(sonde):
    brief = run(sonde, '-h').stdout.split('Subcommands:\n')[1]
    commands = re.findall(r'^  ([a-z][a-z-]*) ', brief.split('\n\n')[0], re.M)
    methods = re.findall(r'^  ([a-z][a-z-]*) ', run(sonde, '--help').stdout.split('Methods (-M):\n')[1].split('\n\n')[0], re.M)
    source = set(re.findall(r'\{\.name = "([a-z0-9-]+)"', (TOP / 'src/cli/opts_table.c').read_text()))
    known = {'help': {command: help_of(sonde, command) for command in commands}, 'manual': manual(commands), 'Markdown': markdown(commands)}
    lines = [f'sonde {command} {context}-' for command in commands for context in CONTEXTS]
    fits = {}
    with tempfile.TemporaryDirectory() as home:
        for name, command in shells(home).items():
            offered = shell(command, lines + [f'sonde trace -M {method} --' for method in methods])
            known[name] = by_command(offered, commands)
            fits[name] = fitting(sonde, methods, offered)
    candidates = source.union(*(names for each in known.values() for names in each.values()))
    right = {command: parser(sonde, command, sorted(name for name in candidates if len(name) > 1)) for command in commands}
    assert len(commands) > 5 and len(methods) > 5 and len(right['trace']) > 50, 'nothing was compared'
    results = [(f'{name} has the options that the parser has', differences(each, right)) for name, each in known.items()]
    results += [(f'{name} offers options of methods just where they fit', wrong) for name, wrong in fits.items()]
    print(f'1..{len(results)}')
    for number, (title, wrong) in enumerate(results, 1):
        print(f'{"not ok" if wrong else "ok"} {number} - {title}')
        for line in wrong:
            print(f'# {line}')
    return 1 if any(wrong for _, wrong in results) else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
