#!/bin/sh
# SPDX-License-Identifier: MIT
# What is checked in is what the tables give: completions, manual and reference. 'generated.sh --update SONDE' writes them anew.
set -u
update=
[ "${1-}" = --update ] && update=1 && shift
sonde=$1
top=$(realpath "$(dirname "$0")/../..")
failed=0
for pair in bash:completions/sonde.bash zsh:completions/_sonde fish:completions/sonde.fish man:docs/man/sonde.1 markdown:docs/reference.md \
	bash:completions/traceroute/traceroute.bash zsh:completions/traceroute/_traceroute fish:completions/traceroute/traceroute.fish; do
	file=$top/${pair#*:} called=
	case $file in */traceroute/*) called=--traceroute ;; esac
	if [ -n "$update" ]; then
		"$sonde" docgen $called "${pair%%:*}" >"$file" || exit 99
	elif ! "$sonde" docgen $called "${pair%%:*}" | diff -u "$file" -; then
		echo "$file is not what the tables give: $0 --update SONDE"
		failed=1
	fi
done
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$top/docs/man/sonde.1" || failed=1
else
	echo "mandoc is not installed: the manual is not checked"
fi
exit $failed
