#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every header compiles alone, as C17 and warning-free; the public ones as C++ too. Prints TAP, one point per header and language.
Arguments: the tree, then the C compiler's command."""
import pathlib
import shutil
import subprocess
import sys

C_FLAGS = ['-std=c17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Wstrict-prototypes', '-Werror']
CXX_FLAGS = ['-std=c++17', '-Wall', '-Wextra', '-Wpedantic', '-Werror']


def compile_alone(command, language, flags, header, folders):
    """The compiler's complaint about a file that only includes this header, twice: its guard is tested too. Empty: none."""
    text = f'#include "{header}"\n' * 2 + 'int sn_header_alone;\n'
    line = [*command, '-fsyntax-only', '-x', language, *flags, *(f'-I{folder}' for folder in folders), '-']
    run = subprocess.run(line, input=text, capture_output=True, text=True, check=False)
    return run.stderr if run.returncode else ''


def main(top, cc):
    public = sorted((top / 'include').rglob('*.h'))
    internal = sorted((top / 'src').rglob('*.h'))
    cxx = shutil.which('c++') or shutil.which('g++') or shutil.which('clang++')
    jobs = [(cc, 'c', C_FLAGS, header, [top / 'include', top / 'src']) for header in public + internal]
    jobs += [([cxx] if cxx else None, 'c++', CXX_FLAGS, header, [top / 'include']) for header in public]
    failed = 0
    print(f'1..{len(jobs)}')
    for number, (command, language, flags, header, folders) in enumerate(jobs, 1):
        title = f'{header.relative_to(top)} as {language}'
        if command is None:
            print(f'ok {number} - {title} # SKIP there is no C++ compiler')
            continue
        complaint = compile_alone(command, language, flags, header, folders)
        failed += bool(complaint)
        print(f'{"not ok" if complaint else "ok"} {number} - {title}')
        for line in complaint.splitlines():
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
