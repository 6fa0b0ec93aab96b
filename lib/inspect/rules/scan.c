/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan - bytes through libyara, whole or by pieces.
 *
 * Takes: compiled rules; bytes.  Gives: what each rule that matches says.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <yara.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "inspect/rules/parts.h"

struct scan {
	const struct rules *rules;
	void	(*each)(void *, const struct rule_match *);
	void	*ctx;
	bool	*may;		/* NULL: nothing is left out later */
};

/*
 * Where the rule's first string stands.  libyara 4.2 packs matches into its
 * arena without alignment, which x86 and arm64 allow and the sanitizer reports
 * here, the only place of ours that reads one.
 */
__attribute__((no_sanitize("alignment")))
static void
read_place(YR_SCAN_CONTEXT *context, YR_RULE *rule, struct rule_match *m)
{
	bool found = false;
	YR_STRING *string;
	YR_MATCH *match;

	yr_rule_strings_foreach(rule, string) {
		yr_string_matches_foreach(context, string, match) {
			size_t at = (size_t)(match->base + match->offset);

			if (m->nplaces < RULE_PLACES)
				m->places[m->nplaces] = at;
			m->nplaces++;
			if (found && at >= m->offset)
				continue;
			found = true;
			m->offset = at;
			m->len = (size_t)match->match_length;
		}
	}
}

static int
on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	struct scan *scan = user;
	YR_RULE *rule = data;
	struct rule_match m = { 0 };

	if (message != CALLBACK_MSG_RULE_MATCHING)
		return CALLBACK_CONTINUE;
	if (scan->may != NULL)
		scan->may[rule - scan->rules->compiled->rules_table] = false;
	rule_read_meta(rule, &m);
	if (m.id == NULL)
		m.id = rule->identifier;
	read_place(context, rule, &m);
	scan->each(scan->ctx, &m);
	return CALLBACK_CONTINUE;
}

static YR_SCANNER *
scanner_of(struct scan *scan)
{
	YR_SCANNER *scanner;

	if (yr_scanner_create(scan->rules->compiled, &scanner) != ERROR_SUCCESS)
		return NULL;
	yr_scanner_set_callback(scanner, on_message, scan);
	yr_scanner_set_timeout(scanner, RULE_SCAN_SECONDS_MAX);
	/* Without NO_TRYCATCH libyara takes over SIGSEGV and SIGBUS. */
	/* Not in fast mode: every place of a string counts, not its first. */
	yr_scanner_set_flags(scanner, SCAN_FLAGS_NO_TRYCATCH |
	    SCAN_FLAGS_REPORT_RULES_MATCHING);
	return scanner;
}

int
scan_whole(const struct rules *r, const uint8_t *data, size_t size,
    void (*each)(void *, const struct rule_match *), void *ctx)
{
	struct scan scan = { r, each, ctx, NULL };
	YR_SCANNER *scanner = scanner_of(&scan);
	int failed;

	if (scanner == NULL)
		return -1;
	failed = yr_scanner_scan_mem(scanner, data, size);
	yr_scanner_destroy(scanner);
	return failed == ERROR_SUCCESS ? 0 : -1;
}

/* One piece of a file, which libyara takes for all that it can read of it. */
struct piece {
	const uint8_t	*data;		/* of the whole */
	size_t		 size;
	YR_MEMORY_BLOCK	 block;
};

static const uint8_t *
piece_bytes(YR_MEMORY_BLOCK *block)
{
	const struct piece *p = block->context;

	return p->data + block->base;
}

static YR_MEMORY_BLOCK *
piece_first(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
	struct piece *p = iterator->context;

	return &p->block;
}

static YR_MEMORY_BLOCK *
piece_next(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
	(void)iterator;
	return NULL;
}

static uint64_t
piece_of(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
	const struct piece *p = iterator->context;

	return p->size;
}

static int
scan_piece(YR_SCANNER *scanner, struct piece *p, size_t from)
{
	YR_MEMORY_BLOCK_ITERATOR all = { .context = p, .first = piece_first,
	    .next = piece_next, .file_size = piece_of };
	size_t left = p->size - from;

	p->block = (YR_MEMORY_BLOCK){ .base = from, .context = p,
	    .size = left < RULE_PIECE ? left : RULE_PIECE,
	    .fetch_data = piece_bytes };
	return yr_scanner_scan_mem_blocks(scanner, &all);
}

void
scan_pieces(const struct rules *r, bool *may, const uint8_t *data, size_t size,
    void (*each)(void *, const struct rule_match *), void *ctx)
{
	struct scan scan = { r, each, ctx, may };
	struct piece p = { .data = data, .size = size };
	YR_SCANNER *scanner = scanner_of(&scan);
	int64_t end = clock_mono_ms() + RULE_SCAN_SECONDS_MAX * 1000;
	const size_t step = RULE_PIECE - RULE_PIECE_SHARED;

	if (scanner == NULL)
		return;
	for (size_t at = 0; at < size && clock_mono_ms() < end; at += step) {
		/* `each` may scan, too, and leaves all rules allowed. */
		rules_allow(r, may);
		(void)scan_piece(scanner, &p, at);
	}
	yr_scanner_destroy(scanner);
}
