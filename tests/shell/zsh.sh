#!/bin/sh
# SPDX-License-Identifier: MIT
# The zsh completion: syntax, that it loads and defines its function, and what it offers. Argument: the program, which is asked for the
# profiles of its configuration.
command -v zsh >/dev/null || { echo "zsh is not installed"; exit 77; }
here=$(realpath "$(dirname "$0")")
script=$(realpath "$here/../../completions/_sonde")
zsh -n "$script" && zsh -n "$here/../../completions/traceroute/_traceroute" || exit 1
zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit && compinit -D -u && [[ $_comps[sonde] == _sonde ]]' zsh "$(dirname "$script")" || {
	echo "compinit does not find the completion"
	exit 1
}
bin=$(mktemp -d) || exit 99
trap 'rm -rf "$bin"' EXIT
ln -s "$(realpath "$1")" "$bin/sonde"
PATH=$bin:$PATH zsh -f "$here/complete.zsh" "$(dirname "$script")"
