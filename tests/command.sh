# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# command.sh - the command `pypiwatch` under test.  Whoever sources it has
# `check NAME WANT GOT`, and the config's name in $conf.
#
#	run STATUS ARGUMENT...	it ends with that status; `any`: with whichever,
#				`unclean`: with 1 or 2
#	shows TEXT		its output had the text
#	says TEXT		its errors had the text
#	lines N			its output had so many lines
#
# Output and errors are in ./out and ./err.  Nothing from outside may act on a
# terminal, and a pipe has no colours; RFC 4180 ends lines with a return.  Where
# output is no text, $command_controls is empty for that call.
conf=pypiwatch.conf
command_controls='[\001-\010\013\014\016-\037]'
run() {
	wanted=$1
	shift
	status=0
	timeout 200 "$top_builddir/pypiwatch" -c "$conf" "$@" > out 2> err ||
	    status=$?
	case $wanted in
	any) ;;
	unclean) [ "$status" != 0 ] || check "status of $*" "1 or 2" 0 ;;
	*) check "status of $*: $(head -c 1000 err)" "$wanted" "$status" ;;
	esac
	# shellcheck disable=SC2059
	if [ -n "$command_controls" ] &&
	    LC_ALL=C grep -q "$(printf "$command_controls")" out err; then
		check "control characters of $*" none some
	fi
}
shows() {
	grep -qF -e "$1" out ||
	    check "output" "$1" "$(head -c 2000 out | tr -d '\000')"
}
says() { grep -qF -e "$1" err || check "error" "$1" "$(head -c 2000 err)"; }
lines() { check "lines" "$1" "$(wc -l < out | tr -d ' ')"; }
