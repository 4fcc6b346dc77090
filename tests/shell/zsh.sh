#!/bin/sh
# SPDX-License-Identifier: MIT
# The zsh completion: syntax, and that it loads and defines its function.
command -v zsh >/dev/null || { echo "zsh is not installed"; exit 77; }
script=$(realpath "$(dirname "$0")/../../completions/_sonde")
zsh -n "$script" || exit 1
zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit && compinit -D -u && [[ $_comps[sonde] == _sonde ]]' zsh "$(dirname "$script")" || {
	echo "compinit does not find the completion"
	exit 1
}
