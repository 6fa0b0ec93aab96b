/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_rows - reads what PostgreSQL answered, and writes arrays for it.
 * Takes: results of libpq, hostile text in their messages.  Gives: cells by
 * place or column, NULL for what is not there.
 * Runs in: queue, web, the command.
 */
#include "base/db_rows.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vis.h"

void
rows_set_error(struct db_rows *rows, const char *message)
{
	struct buf	line = BUF_EMPTY;
	size_t		len;

	buf_adds(&line, message != NULL ? message : "unknown error");
	for (len = 0; len < line.len; len++)
		if (line.data[len] == '\n' || line.data[len] == '\t')
			line.data[len] = ' ';
	while (line.len > 0 && line.data[line.len - 1] == ' ')
		line.data[--line.len] = '\0';
	vis_copy(rows->error, sizeof(rows->error), buf_text(&line));
	buf_release(&line);
}

void
rows_fill(struct db_rows *rows, PGresult *result)
{
	const char	*text, *state;
	struct buf	 message = BUF_EMPTY;

	*rows = (struct db_rows){ .result = result };
	if (result == NULL)
		return;
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (state != NULL &&
	    str_copy(rows->sqlstate, sizeof(rows->sqlstate), state) == -1)
		rows->sqlstate[0] = '\0';
	text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (text == NULL)
		return;
	buf_adds(&message, text);
	text = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	if (text != NULL)
		buf_addf(&message, " (%s)", text);
	rows_set_error(rows, buf_text(&message));
	buf_release(&message);
}

size_t
db_rows_count(const struct db_rows *rows)
{
	return rows->result != NULL ? (size_t)PQntuples(rows->result) : 0;
}

size_t
db_rows_affected(const struct db_rows *rows)
{
	int64_t n = 0;

	if (rows->result == NULL ||
	    str_int(PQcmdTuples(rows->result), 0, INT64_MAX, &n) == -1)
		return 0;
	return (size_t)n;
}

const char *
db_column(const struct db_rows *rows, size_t i)
{
	return rows->result != NULL ? PQfname(rows->result, (int)i) : NULL;
}

const char *
db_cell(const struct db_rows *rows, size_t row, size_t i)
{
	if (row >= db_rows_count(rows) ||
	    i >= (size_t)PQnfields(rows->result) ||
	    PQgetisnull(rows->result, (int)row, (int)i))
		return NULL;
	return PQgetvalue(rows->result, (int)row, (int)i);
}

const char *
db_text(const struct db_rows *rows, size_t row, const char *column)
{
	int i = rows->result != NULL ? PQfnumber(rows->result, column) : -1;

	return i < 0 ? NULL : db_cell(rows, row, (size_t)i);
}

int64_t
db_int(const struct db_rows *rows, size_t row, const char *column)
{
	const char	*text = db_text(rows, row, column);
	int64_t		 n = 0;

	if (text == NULL || str_int(text, INT64_MIN, INT64_MAX, &n) == -1)
		return 0;
	return n;
}

bool
db_bool(const struct db_rows *rows, size_t row, const char *column)
{
	const char *text = db_text(rows, row, column);

	return text != NULL && text[0] == 't';
}

const char *
db_error(const struct db_rows *rows)
{
	return rows->error;
}

const char *
db_sqlstate(const struct db_rows *rows)
{
	return rows->sqlstate;
}

char *
db_array(const char *const *values, size_t n)
{
	struct buf out = BUF_EMPTY;

	buf_addc(&out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(&out, ',');
		if (values[i] == NULL) {
			buf_adds(&out, "NULL");
			continue;
		}
		buf_addc(&out, '"');
		for (const char *s = values[i]; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				buf_addc(&out, '\\');
			buf_addc(&out, *s);
		}
		buf_addc(&out, '"');
	}
	buf_addc(&out, '}');
	return buf_steal(&out);
}
