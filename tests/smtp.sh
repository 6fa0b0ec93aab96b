# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# smtp.sh - a private mail server for a test: Debian's exim, with its own
# configuration, spool and certificate, on the loopback.  Source it, then:
#
#	smtp_start DIR	starts it with its files below DIR, or exits 77
#			without exim; sets smtp_port (STARTTLS), smtps_port
#			(TLS from the start), smtp_clear_port (no TLS offered)
#			and smtp_ca, the certificate to trust
#	smtp_stop, smtp_again
#	smtp_box NAME	the maildir of NAME: soc or cert; others are refused
#			(refused@: 550; later@: 451 until $smtp_dir/come is
#			there)
#	smtp_end
#
# The user is "alerts", the password "correct horse"; without it nothing is
# taken.  Root runs it as exim's own user.  No service of the system is used.

smtp_become() {
	[ "$(id -u)" != 0 ] || exec setpriv --reuid=Debian-exim \
	    --regid=Debian-exim --clear-groups "$@"
	exec "$@"
}

smtp_port_free() {
	python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# A CA of its own; the server's certificate is for localhost and 127.0.0.1.
smtp_certificates() {
	(cd "$smtp_dir" && {
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		    -nodes -keyout ca.key -out ca.pem -days 30 \
		    -subj '/CN=test CA' -addext basicConstraints=critical,CA:TRUE
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		    -keyout server.key -out server.csr -subj /CN=localhost
		printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' > ext
		openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key \
		    -CAcreateserial -days 30 -extfile ext -out server.pem
	} > certificates.log 2>&1) || { cat "$smtp_dir/certificates.log"; exit 1; }
	smtp_ca=$smtp_dir/ca.pem
}

smtp_config() {
	cat > "$smtp_dir/exim.conf" <<CONF
spool_directory = $smtp_dir/spool
log_file_path = $smtp_dir/log/%slog
pid_file_path = $smtp_dir/pid
primary_hostname = localhost
local_interfaces = <; [127.0.0.1]:$smtp_port ; [127.0.0.1]:$smtps_port ; \
    [127.0.0.1]:$smtp_clear_port
tls_on_connect_ports = $smtps_port
tls_advertise_hosts = \${if eq{\$received_port}{$smtp_clear_port}{}{*}}
tls_certificate = $smtp_dir/server.pem
tls_privatekey = $smtp_dir/server.key
auth_advertise_hosts = *
deliver_drop_privilege = true
$([ "$(id -u)" = 0 ] || echo "admin_groups = $(id -gn)")
keep_environment =
queue_only = false
host_lookup =
smtp_accept_max = 20
message_size_limit = 1M
log_selector = +smtp_protocol_error +smtp_syntax_error
acl_smtp_rcpt = recipient
acl_smtp_data = accept

begin acl
recipient:
  deny !authenticated = *
       message = authentication required
  deny !encrypted = *
  deny local_parts = refused
       message = no such person here
  defer local_parts = later
       condition = \${if !exists{$smtp_dir/come}}
       message = come back later
  accept local_parts = soc : cert : later
  deny message = unknown

begin routers
boxes:
  driver = accept
  local_parts = soc : cert : later
  transport = maildir

begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = $smtp_dir/box/\$local_part_data
  create_directory

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_set_id = \$auth2
  server_condition = \${if and{{eq{\$auth2}{alerts}}{eq{\$auth3}{correct horse}}}}
CONF
}

smtp_again() {
	# exec, so that $! is the server's own and not a shell's around it.
	(smtp_become "$smtp_exim" -C "$smtp_dir/exim.conf" -bdf) \
	    > "$smtp_dir/exim.out" 2>&1 &
	smtp_pid=$!
	for _ in $(seq 100); do
		curl -s --max-time 2 "telnet://127.0.0.1:$smtp_port" \
		    < /dev/null 2> /dev/null | grep -q '^220' && return 0
		kill -0 "$smtp_pid" 2> /dev/null || break
		sleep 0.1
	done
	cat "$smtp_dir/exim.out" "$smtp_dir"/log/* 2> /dev/null
	echo "the mail server does not start"
	exit 1
}

# With its children: one may hold a connection that is used again.
smtp_stop() {
	# shellcheck disable=SC2046
	[ -z "${smtp_pid:-}" ] || kill "$smtp_pid" \
	    $(ps -o pid= --ppid "$smtp_pid") 2> /dev/null || :
	wait "${smtp_pid:-}" 2> /dev/null || :
	smtp_pid=
}

smtp_end() {
	smtp_stop
	# A delivery that it had begun may write for a moment yet.
	for _ in $(seq 50); do
		rm -rf "${smtp_dir:-}" 2> /dev/null && return 0
		sleep 0.1
	done
}

smtp_box() {
	echo "$smtp_dir/box/$1"
}

smtp_start() {
	smtp_exim=$(command -v exim4 || command -v /usr/sbin/exim4 || :)
	[ -n "$smtp_exim" ] || { echo "exim4 is not installed"; exit 77; }
	smtp_dir=$1
	mkdir -p "$smtp_dir/spool" "$smtp_dir/log" "$smtp_dir/box"
	smtp_port=$(smtp_port_free)
	smtps_port=$(smtp_port_free)
	smtp_clear_port=$(smtp_port_free)
	smtp_certificates
	smtp_config
	if [ "$(id -u)" = 0 ]; then
		chown -R Debian-exim:Debian-exim "$smtp_dir"
		# Exim takes a configuration only from root or its own user.
		chmod 755 "$smtp_dir"
	fi
	smtp_again
}
