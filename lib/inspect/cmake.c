/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmake - the commands that a CMake file has run, written out as a shell would
 * be told them, and its text without comments.
 *
 * Takes: a view.  Gives: lines.  Runs in: worker child, command.  No grammar of
 * CMake: calls, words and what "set" gives to variables.
 */
#include "inspect/cmake.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#define VARIABLES_MAX 64
#define WORD_MOST 400
#define FETCHED "@fetched/"	/* before the name of what FetchContent gets */

struct variable {
	char	 name[64], value[WORD_MOST];
};

struct cmake {
	const char	*at, *end;
	struct buf	*out;
	struct variable	*variables;
	size_t		 nvariables;
	char		 word[WORD_MOST];
	bool		 quoted;
};

static void
skip_blanks(struct cmake *m)
{
	while (m->at < m->end && (isspace((unsigned char)*m->at) ||
	    *m->at == '#')) {
		if (*m->at == '#')
			while (m->at < m->end && *m->at != '\n')
				m->at++;
		else
			m->at++;
	}
}

static const struct variable *
variable_find(const struct cmake *m, const char *name, size_t len)
{
	for (size_t i = m->nvariables; i > 0; i--)
		if (strlen(m->variables[i - 1].name) == len &&
		    memcmp(m->variables[i - 1].name, name, len) == 0)
			return &m->variables[i - 1];
	return NULL;
}

static void
variable_set(struct cmake *m, const char *name, const char *value)
{
	struct variable *v;

	if (m->nvariables == VARIABLES_MAX)
		return;
	v = &m->variables[m->nvariables];
	if (str_copy(v->name, sizeof(v->name), name) == 0 &&
	    str_copy(v->value, sizeof(v->value), value) == 0)
		m->nvariables++;
}

/* "${name}" is its value, if that is known. */
static void
expand(const struct cmake *m, const char *raw, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < WORD_MOST; i++) {
		const char *close = len - i > 3 && memcmp(raw + i, "${", 2) ==
		    0 ? memchr(raw + i, '}', len - i) : NULL;
		const struct variable *v = close != NULL ? variable_find(m,
		    raw + i + 2, (size_t)(close - raw) - i - 2) : NULL;

		if (v != NULL && strlen(v->value) + n + 1 < WORD_MOST) {
			memcpy(out + n, v->value, strlen(v->value));
			n += strlen(v->value);
			i = (size_t)(close - raw);
		} else {
			out[n++] = raw[i];
		}
	}
	out[n] = '\0';
}

/* The next argument; false at the parenthesis that closes the call. */
static bool
next_word(struct cmake *m)
{
	const char *from;
	size_t len;

	skip_blanks(m);
	if (m->at == m->end || *m->at == ')')
		return false;
	m->quoted = *m->at == '"';
	from = m->at += m->quoted;
	while (m->at < m->end && (m->quoted ? *m->at != '"' :
	    !isspace((unsigned char)*m->at) && *m->at != ')'))
		m->at += *m->at == '\\' && m->at + 1 < m->end ? 2 : 1;
	if (m->at > m->end)
		m->at = m->end;
	len = (size_t)(m->at - from);
	m->at += m->quoted && m->at < m->end;
	expand(m, from, len, m->word);
	return true;
}

/* COMMAND and BUILD_COMMAND begin a command, WORKING_DIRECTORY ends it. */
static bool
is_keyword(const struct cmake *m)
{
	if (m->quoted || strlen(m->word) < 4)
		return false;
	for (const char *c = m->word; *c != '\0'; c++)
		if (!isupper((unsigned char)*c) && *c != '_')
			return false;
	return true;
}

/* FetchContent puts sources into a folder of which only a variable knows the
 * name: what is started in it was fetched. */
static void
add_fetched(struct cmake *m)
{
	char name[WORD_MOST];
	const struct variable *url;

	if (!str_starts(m->word, FETCHED))
		return;
	memcpy(name, m->word + strlen(FETCHED), sizeof(name) -
	    strlen(FETCHED));
	url = variable_find(m, name, strcspn(name, "/"));
	if (url != NULL)
		buf_addf(m->out, "curl -o %s %s\n", m->word, url->value);
}

static void
add_commands(struct cmake *m)
{
	struct buf line = { .most = BUILD_COMMANDS_MAX };
	bool in = false;

	while (next_word(m)) {
		if (is_keyword(m)) {
			in = str_equal(m->word, "COMMAND") ||
			    str_ends(m->word, "_COMMAND");
			buf_addc(&line, '\n');
		} else if (in) {
			add_fetched(m);
			buf_adds(&line, m->word);
			buf_addc(&line, ' ');
		}
	}
	buf_add(m->out, buf_text(&line), line.len);
	buf_addc(m->out, '\n');
	buf_release(&line);
}

/* FetchContent_Declare(NAME URL address), without a digest to check. */
static void
note_declared(struct cmake *m)
{
	char name[WORD_MOST], folder[WORD_MOST + 12], value[WORD_MOST + 12];
	char url[WORD_MOST] = "";
	bool checked = false, next = false;

	if (!next_word(m))
		return;
	memcpy(name, m->word, sizeof(name));
	while (next_word(m)) {
		if (next)
			memcpy(url, m->word, sizeof(url));
		next = str_equal(m->word, "URL") ||
		    str_equal(m->word, "GIT_REPOSITORY");
		checked = checked || str_equal(m->word, "URL_HASH") ||
		    str_equal(m->word, "URL_MD5");
	}
	if (checked || *url == '\0')
		return;
	(void)snprintf(folder, sizeof(folder), "%s_SOURCE_DIR", name);
	(void)snprintf(value, sizeof(value), FETCHED "%s", name);
	variable_set(m, name, url);
	variable_set(m, folder, value);
}

/* file(DOWNLOAD address file), without a digest to check. */
static void
add_download(struct cmake *m)
{
	char url[WORD_MOST] = "", path[WORD_MOST] = "";
	bool checked = false;

	if (!next_word(m) || !str_equal(m->word, "DOWNLOAD"))
		return;
	if (next_word(m))
		memcpy(url, m->word, sizeof(url));
	if (next_word(m))
		memcpy(path, m->word, sizeof(path));
	while (next_word(m))
		checked = checked || str_starts(m->word, "EXPECTED_");
	if (!checked)
		buf_addf(m->out, "curl -o %s %s\n", path, url);
}

static void
set_variable(struct cmake *m)
{
	char name[WORD_MOST];

	if (!next_word(m))
		return;
	memcpy(name, m->word, sizeof(name));
	if (next_word(m))
		variable_set(m, name, m->word);
}

/* include(file): CMake runs it. */
static void
add_include(struct cmake *m)
{
	if (next_word(m) && strchr(m->word, '/') != NULL) {
		add_fetched(m);
		buf_addf(m->out, "source %s\n", m->word);
	}
}

static bool
is_call(const char *name, size_t len, const char *want)
{
	return strlen(want) == len && strncasecmp(name, want, len) == 0;
}

void
cmake_commands(const struct view *v, struct buf *out)
{
	static const char *const runs[] = { "execute_process",
	    "add_custom_command", "add_custom_target", "ExternalProject_Add",
	    "ExternalProject_Add_Step", "exec_program" };
	struct cmake m = { .at = (const char *)v->data, .end =
	    (const char *)v->data + v->size, .out = out,
	    .variables = mem_array(VARIABLES_MAX, sizeof(struct variable)) };

	while (m.at < m.end) {
		const char *from;
		size_t len;

		skip_blanks(&m);
		from = m.at;
		while (m.at < m.end && (isalnum((unsigned char)*m.at) ||
		    *m.at == '_'))
			m.at++;
		len = (size_t)(m.at - from);
		while (m.at < m.end && *m.at == ' ')
			m.at++;
		if (m.at == m.end || *m.at != '(' || len == 0) {
			m.at += m.at < m.end;
			continue;
		}
		m.at++;
		if (is_call(from, len, "set") ||
		    is_call(from, len, "find_program"))
			set_variable(&m);
		else if (is_call(from, len, "file"))
			add_download(&m);
		else if (is_call(from, len, "FetchContent_Declare"))
			note_declared(&m);
		else if (is_call(from, len, "include"))
			add_include(&m);
		for (size_t i = 0; i < ARRAY_LEN(runs); i++)
			if (is_call(from, len, runs[i]))
				add_commands(&m);
	}
	free(m.variables);
}

/* ---- its text without comments ------------------------------------------- */

bool
cmake_is(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_equal(slash != NULL ? slash + 1 : path, "CMakeLists.txt") ||
	    str_ends(path, ".cmake");
}

/* Where what begins at `at` ends that may hold lines beginning with "#": a
 * text in quotes or, as CMake writes long ones, between [==[ and ]==]. */
static size_t
skip_text(const uint8_t *d, size_t size, size_t at)
{
	size_t from = at++, signs;

	if (d[from] == '"') {
		while (at < size && d[at] != '"')
			at += d[at] == '\\' ? 2 : 1;
		return at < size ? at + 1 : size;
	}
	while (at < size && d[at] == '=')
		at++;
	signs = at - from - 1;
	if (at == size || d[at] != '[')
		return at;
	for (size_t run = at; ++at < size; run = d[at] == '=' ? run : at)
		if (d[at] == ']' && d[run] == ']' && at - run == signs + 1)
			return at + 1;
	return size;
}

/* Only lines that are nothing else: a file of this name may be another
 * language's, in which a "#" further on means something. */
uint8_t *
cmake_blank(const uint8_t *d, size_t size)
{
	uint8_t *out = mem_alloc(size + 1);
	bool blank = true;

	memcpy(out, d, size);
	for (size_t at = 0; at < size;) {
		if (blank && d[at] == '#' && !(at + 1 < size &&
		    d[at + 1] == '[')) {
			while (at < size && d[at] != '\n')
				out[at++] = ' ';
			continue;
		}
		blank = d[at] == '\n' || (blank && isblank(d[at]));
		if (d[at] == '"' || d[at] == '[')
			at = skip_text(d, size, at);
		else
			at += d[at] == '\\' ? 2 : 1;
	}
	return out;
}
