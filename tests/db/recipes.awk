# SPDX-License-Identifier: Apache-2.0
# The examples of pypiwatch-sql(7), one file a statement: DIR/01.1.sql is the
# first statement of the first example, DIR/01.title what it is for.
/^\.Sh / { in_it = $2 == "EXAMPLES"; title = "" }
!in_it { next }
/^\.Bd -literal/ {
	n++
	k = 1
	on = 1
	print title > sprintf("%s/%02d.title", dir, n)
	next
}
/^\.Ed/ { on = 0; title = ""; next }
on {
	if ($0 == "")
		next
	print > sprintf("%s/%02d.%d.sql", dir, n, k)
	if ($0 ~ /;$/)
		k++
	next
}
/^\.(Pp|Ss)/ { title = ""; next }
{ sub(/^\.(Ql|Pq|Li) /, ""); title = title (title == "" ? "" : " ") $0 }
