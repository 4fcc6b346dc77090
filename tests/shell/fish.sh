#!/bin/sh
# SPDX-License-Identifier: MIT
# The fish completion, asked by `complete -C`.
command -v fish >/dev/null || { echo "fish is not installed"; exit 77; }
script=$(realpath "$(dirname "$0")/../../completions/sonde.fish")
home=$(mktemp -d) || exit 99
trap 'rm -rf "$home"' EXIT
failed=0
fish -n "$script" || exit 1

# Completions of a command line, without their descriptions.
completions() {
	HOME=$home XDG_CONFIG_HOME=$home XDG_DATA_HOME=$home fish -N -c "source $script; complete -C '$1'" | cut -f1
}
offers() {
	completions "$2" | grep -qxF -- "$1" || { echo "'$2' does not offer '$1'"; failed=1; }
}
lacks() {
	! completions "$2" | grep -qxF -- "$1" || { echo "'$2' must not offer '$1'"; failed=1; }
}
offers --queries 'sonde --q'
offers dgram 'sonde --wire '
offers udp-classic 'sonde -M '
offers tcp:https 'sonde -M tcp:'
offers raw:gre 'sonde -M raw:'
lacks raw:https 'sonde -M raw:'
offers hop,address 'sonde --columns hop,'
offers ts,mptcp 'sonde --tcp-options ts,'
offers ndjson 'sonde -o '
offers json=/etc/passwd 'sonde -o json=/etc/passw'
offers --output=json=/etc/passwd 'sonde --output=json=/etc/passw'
offers af41 'sonde --dscp af'
offers completion 'sonde comp'
offers fish 'sonde completion '
offers stops-silent 'sonde explain '
lacks --queries 'sonde completion --q'
lacks completion 'sonde trace comp'
exit $failed
