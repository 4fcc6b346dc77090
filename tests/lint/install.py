#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a package gets: `meson install` into a folder, then every file is used from there. Prints TAP. Arguments: the build directory,
then the C compiler's command."""
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = '#include <sonde/{first}>\n#include <stdio.h>\n{others}int main(void) {{ puts(sonde_method_info(0)->name); return 0; }}\n'


def run(*command, **how):
    """Standard output; a failure is this command's words."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, f'{" ".join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}'
    return done.stdout


def one(root, pattern):
    found = sorted(path for path in root.rglob(pattern) if not path.is_symlink())
    assert len(found) == 1, f'one {pattern} wanted, found {[str(path.relative_to(root)) for path in found]}'
    return found[0]


class Installed:
    def __init__(self, build, root, cc):
        self.root, self.cc = root, cc
        run('meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', root)

    def program(self):
        assert run(one(self.root, 'bin/sonde'), '--version').startswith('sonde '), 'the version is wanted'

    def library(self):
        library = one(self.root, 'libsonde.so.*')
        symbols = {line.split()[-1] for line in run('nm', '--dynamic', '--defined-only', library).splitlines()}
        foreign = sorted(name for name in symbols if not name.startswith('sonde_'))
        assert symbols and not foreign, f'only sonde_ names may be seen: {foreign}'
        needed = [line for line in run('readelf', '--dynamic', library).splitlines() if '(NEEDED)' in line]
        assert all('libc.so' in line or 'ld-linux' in line for line in needed), f'libc only may be needed: {needed}'

    def development(self):
        """A program made as the pkg-config file says, with all public headers, runs against the library."""
        folder, headers = one(self.root, 'libsonde.pc').parent, sorted(path.name for path in self.root.rglob('include/sonde/*.h'))
        assert headers, 'no header is installed'
        flags = run('pkg-config', '--cflags', '--libs', 'libsonde',
                    env=os.environ | {'PKG_CONFIG_LIBDIR': str(folder), 'PKG_CONFIG_SYSROOT_DIR': str(self.root)}).split()
        source, program = self.root / 'user.c', self.root / 'user'
        source.write_text(PROGRAM.format(first=headers[0], others=''.join(f'#include <sonde/{name}>\n' for name in headers[1:])))
        run(*self.cc, '-std=c17', '-Werror', source, '-o', program, *flags)
        library = one(self.root, 'libsonde.so.*').parent
        assert run(program, env=os.environ | {'LD_LIBRARY_PATH': str(library)}).strip() == 'icmp', 'the first method is wanted'

    def manual(self):
        page = one(self.root, 'man1/sonde.1')
        complaints = run('mandoc', '-T', 'lint', '-W', 'warning', page)
        assert not complaints, complaints

    def completions(self):
        run('bash', '-n', one(self.root, 'bash-completion/completions/sonde'))
        run('zsh', '-n', one(self.root, '_sonde'))
        run('fish', '-n', one(self.root, 'sonde.fish'))

    def nothing_of_another_program(self):
        """What is for a link called traceroute lies where no shell looks for it."""
        found = {str(path.relative_to(self.root)).rsplit('share/', 1)[-1] for path in self.root.rglob('*traceroute*') if path.is_file()}
        wanted = {f'sonde/traceroute/{name}' for name in ('traceroute.bash', '_traceroute', 'traceroute.fish')}
        assert found == wanted, sorted(found ^ wanted)
        assert os.access(one(self.root, 'traceroute/link'), os.X_OK), 'the script that makes the link'


def main(build, cc):
    parts = (Installed.program, Installed.library, Installed.development, Installed.manual, Installed.completions,
             Installed.nothing_of_another_program)
    print(f'1..{len(parts)}')
    failed = 0
    with tempfile.TemporaryDirectory(prefix='sonde-install-') as folder:
        installed = Installed(build, pathlib.Path(folder), cc)
        for number, part in enumerate(parts, 1):
            try:
                part(installed)
                print(f'ok {number} - installed {part.__name__}')
            except AssertionError as error:
                failed += 1
                print(f'not ok {number} - installed {part.__name__}')
                print('\n'.join(f'# {line}' for line in str(error).splitlines()))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
