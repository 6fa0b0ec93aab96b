# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What quickstart and tests/run share: Debian packages, and building out of
# tree from any path.  Sourced; needs $here, the source tree.

# packages_wanted KIND...: the packages of tests/packages of these kinds.
packages_wanted() {
	awk -v kinds=" $* " '!/^#/ && index(kinds, " " $1 " ") {
		$1 = ""; printf "%s", $0 }' "$here/tests/packages"
}

# packages_missing PACKAGE...: those that are not installed, on one line.
packages_missing() {
	local have package
	have=$(dpkg-query -W -f='${Package} ${db:Status-Abbrev}\n' 2>/dev/null |
	    awk '$2 == "ii" { print $1 }')
	for package in "$@"; do
		grep -qx -- "$package" <<<"$have" || printf ' %s' "$package"
	done
}

# packages_get SUDO PACKAGE...: installs, without Debian's PostgreSQL making a
# system cluster and exim starting as a service on their first installation.
packages_get() {
	local sudo=$1
	shift
	if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
		$sudo mkdir -p /etc/postgresql-common
		echo 'create_main_cluster = false' |
		    $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
	fi
	case " $* " in *" exim4-daemon-light "*)
		if [ ! -e /etc/default/exim4 ]; then
			echo "QUEUERUNNER='nodaemon'" |
			    $sudo tee /etc/default/exim4 >/dev/null
			$sudo mkdir -p /etc/systemd/system
			$sudo ln -s /dev/null \
			    /etc/systemd/system/exim4-base.timer
		fi ;;
	esac
	$sudo apt-get update -qq
	$sudo env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Sets $source and $tree (build folders live below it) to paths that Autoconf
# takes: it refuses white space, so a link in /tmp stands for such a path.
plain_paths() {
	local link
	source=$here
	case $here in *[[:space:]]*)
		link=${TMPDIR:-/tmp}/pypiwatch-$(id -u)-$(printf %s "$here" |
		    cksum | cut -d' ' -f1)
		mkdir -p "$link"
		ln -sfn "$here" "$link/source"
		source=$link/source ;;
	esac
	tree=${source%/source}
	[ "$source" != "$here" ] || tree=$here
}

# configure_tree FOLDER OPTION...: configures $source in FOLDER unless that is
# done with the same options.
configure_tree() {
	local folder=$1
	shift
	mkdir -p "$folder"
	if [ ! -x "$source/configure" ] ||
	    [ "$source/configure.ac" -nt "$source/configure" ]; then
		(cd "$source" && autoreconf -fi)
	fi
	if [ "$(cat "$folder/options" 2>/dev/null)" != "$*" ] ||
	    [ ! -e "$folder/Makefile" ]; then
		(cd "$folder" && "$source/configure" -q "$@")
		printf '%s\n' "$*" > "$folder/options"
	fi
}
