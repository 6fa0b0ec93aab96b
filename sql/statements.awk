# SPDX-License-Identifier: Apache-2.0
#
# Turns sql/statements/<noun>_<verb>.sql into statements.h (-v out=h) or
# statements.c: one `struct statement` a file, named STMT_<NOUN>_<VERB>.

function finish() {
	if (name == "")
		return
	if (out == "h")
		printf "extern const struct statement STMT_%s;\n", toupper(name)
	else
		printf "const struct statement STMT_%s = {\n\t\"%s\",\n%s\t%d\n};\n\n",
		    toupper(name), name, text ",\n", params
}

BEGIN {
	print "/* Made by sql/statements.awk; edit sql/statements instead. */"
	if (out == "h") {
		print "#ifndef SQL_STATEMENTS_H\n#define SQL_STATEMENTS_H\n"
		print "#include \"base/db.h\"\n"
	} else
		print "#include \"statements.h\"\n"
}

FNR == 1 {
	finish()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.sql$/, "", name)
	text = ""
	params = 0
}

/^(--|\/\*)/ && text == "" { next }
/^[ \t]*$/ { next }

{
	line = $0
	rest = line
	while (match(rest, /\$[0-9]+/)) {
		n = substr(rest, RSTART + 1, RLENGTH - 1) + 0
		if (n > params)
			params = n
		rest = substr(rest, RSTART + RLENGTH)
	}
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	text = text (text == "" ? "" : "\n") "\t\"" line "\\n\""
}

END {
	finish()
	if (out == "h")
		print "\n#endif"
}
