/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - the words that this release knows, written to the database, so that
 * analyst.similar_names() knows them too.
 * Takes: the tables of lib/names.  Gives: rows of pypiwatch.word.
 * Runs in: the command, after the schema.
 */
#include "queue/words.h"

#include <stdlib.h>

#include "base/db_now.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/english.h"
#include "names/imports.h"
#include "names/stdlib.h"
#include "names/vocabulary.h"
#include "names/words.h"
#include "statements.h"

/* Columns of the rows to write; `copies` are ours to free. */
struct columns {
	const char	**words, **kinds, **projects;
	char		**copies;
	size_t		 n, ncopies;
};

static void
columns_add(struct columns *c, const char *word, const char *kind,
    const char *project)
{
	c->words[c->n] = word;
	c->kinds[c->n] = kind;
	c->projects[c->n++] = project;
}

static void
add_table(struct columns *c, unsigned int what, const char *kind)
{
	const char *word;

	for (size_t at = 0; (word = word_next(what, &at)) != NULL; at++)
		columns_add(c, word, kind, "");
}

static void
add_vocabulary(struct columns *c)
{
	struct vocabulary v = { 0 };
	const char *word;
	size_t len;

	while ((word = vocabulary_next(&v, &len)) != NULL) {
		char *copy = mem_printf("%.*s", (int)len, word);

		c->copies[c->ncopies++] = copy;
		columns_add(c, copy, "word", "");
	}
}

static void
columns_fill(struct columns *c)
{
	size_t most = stdlib_count + import_count + english_count +
	    vocabulary_count + word_count(WORD_BRAND) + word_count(WORD_LURE);

	*c = (struct columns){ .words = mem_array(most, sizeof(*c->words)),
	    .kinds = mem_array(most, sizeof(*c->kinds)),
	    .projects = mem_array(most, sizeof(*c->projects)),
	    .copies = mem_array(vocabulary_count, sizeof(*c->copies)) };
	for (size_t i = 0; i < stdlib_count; i++)
		columns_add(c, stdlib_names[i], "stdlib", "");
	for (size_t i = 0; i < import_count; i++)
		columns_add(c, import_names[i].name, "import",
		    import_names[i].project);
	for (size_t i = 0; i < english_count; i++)
		columns_add(c, english_words[i], "english", "");
	add_table(c, WORD_BRAND, "brand");
	add_table(c, WORD_LURE, "lure");
	add_vocabulary(c);
}

static void
columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->ncopies; i++)
		free(c->copies[i]);
	free(c->copies);
	free(c->words);
	free(c->kinds);
	free(c->projects);
}

enum db_status
words_store(struct db *db, struct db_rows **rows)
{
	char *words, *kinds, *projects;
	enum db_status status;
	struct columns c;

	columns_fill(&c);
	words = db_array(c.words, c.n);
	kinds = db_array(c.kinds, c.n);
	projects = db_array(c.projects, c.n);
	status = db_query_now(db, &STMT_WORDS_STORE,
	    (const char *const []){ words, kinds, projects }, rows);
	free(words);
	free(kinds);
	free(projects);
	columns_release(&c);
	return status;
}
