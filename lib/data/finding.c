/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding, features - what the worker says about one file.
 * Runs in: worker, queue, the command.
 */
#include "data/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

static const struct wire_field finding_fields[] = {
	WIRE_FIELD(WIRE_STR, finding, rule, RULE_NAME_MAX),
	WIRE_FIELD(WIRE_STR, finding, category, RULE_NAME_MAX),
	WIRE_FIELD(WIRE_STR, finding, tactic, 16),
	WIRE_FIELD(WIRE_ENUM, finding, context, CONTEXT_COUNT - 1),
	WIRE_FIELD(WIRE_STR, finding, path, ENTRY_PATH_MAX),
	WIRE_FIELD(WIRE_U32, finding, line, 0),
	WIRE_FIELD(WIRE_STR, finding, layers, SNIPPET_MAX),
	WIRE_FIELD(WIRE_F64, finding, weight, 0),
	WIRE_FIELD(WIRE_BOOL, finding, novel, 0),
	WIRE_FIELD(WIRE_STR, finding, text, FINDING_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, finding, snippet, SNIPPET_MAX),
};
WIRE_DESC(finding_desc, finding, finding_fields);

static const struct wire_field name_match_fields[] = {
	WIRE_FIELD(WIRE_STR, name_match, target, PROJECT_NAME_MAX),
	WIRE_FIELD(WIRE_U32, name_match, rank, 0),
	WIRE_FIELD(WIRE_STR, name_match, technique, RULE_NAME_MAX),
	WIRE_FIELD(WIRE_U32, name_match, distance, 0),
	WIRE_FIELD(WIRE_U32, name_match, score, 100),
	WIRE_FIELD(WIRE_BOOL, name_match, is_protected, 0),
};
WIRE_DESC(name_match_desc, name_match, name_match_fields);

static const struct wire_field indicator_fields[] = {
	WIRE_FIELD(WIRE_STR, indicator, type, 32),
	WIRE_FIELD(WIRE_STR, indicator, value, INDICATOR_MAX),
	WIRE_FIELD(WIRE_STR, indicator, path, ENTRY_PATH_MAX),
	WIRE_FIELD(WIRE_U32, indicator, line, 0),
};
static WIRE_DESC(indicator_desc, indicator, indicator_fields);

static const struct wire_field cost_fields[] = {
	WIRE_FIELD(WIRE_STR, cost, name, RULE_NAME_MAX),
	WIRE_FIELD(WIRE_BOOL, cost, is_rule, 0),
	WIRE_FIELD(WIRE_I64, cost, ns, 0),
};
static WIRE_DESC(cost_desc, cost, cost_fields);

static const struct wire_field text_fields[] = {
	WIRE_FIELD(WIRE_STR, text, text, METADATA_TEXT_MAX),
};
static WIRE_DESC(text_desc, text, text_fields);

#define METADATA_TEXT(field) \
	WIRE_FIELD(WIRE_STR, features, metadata.field, METADATA_TEXT_MAX)
#define METADATA_LIST(field) \
	WIRE_FIELD_LIST(features, metadata.field, metadata.n##field, \
	    METADATA_LIST_MAX, text_desc)

static const struct wire_field features_fields[] = {
	WIRE_FIELD(WIRE_TEXT, features, sha256, SHA256_HEX),
	WIRE_FIELD(WIRE_ENUM, features, outcome, SCAN_COUNT - 1),
	WIRE_FIELD(WIRE_STR, features, why, FINDING_TEXT_MAX),
	METADATA_TEXT(name), METADATA_TEXT(version), METADATA_TEXT(summary),
	METADATA_TEXT(author), METADATA_TEXT(author_email),
	METADATA_TEXT(maintainer), METADATA_TEXT(maintainer_email),
	METADATA_TEXT(home_page), METADATA_TEXT(license),
	METADATA_LIST(project_urls), METADATA_LIST(requires),
	METADATA_LIST(classifiers),
	WIRE_FIELD(WIRE_U32, features, metadata.description_bytes, 0),
	WIRE_FIELD_LIST(features, findings, nfindings, FINDINGS_MAX,
	    finding_desc),
	WIRE_FIELD_LIST(features, names, nnames, NAME_MATCHES_MAX,
	    name_match_desc),
	WIRE_FIELD_LIST(features, indicators, nindicators, INDICATORS_MAX,
	    indicator_desc),
	WIRE_FIELD(WIRE_STR, features, modules, MODULES_TEXT_MAX),
	WIRE_FIELD(WIRE_STR, features, imports, MODULES_TOPS_MAX),
	WIRE_FIELD(WIRE_STR, features, payloads, PAYLOADS_MAX *
	    (SHA256_HEX + 2 + PAYLOAD_PATH_MAX)),
	WIRE_FIELD(WIRE_STR, features, platforms, 128),
	WIRE_FIELD(WIRE_STR, features, ruleset, 64),
	WIRE_FIELD(WIRE_U32, features, findings_dropped, 0),
	WIRE_FIELD(WIRE_U32, features, entries, 0),
	WIRE_FIELD(WIRE_U32, features, layers, 0),
	WIRE_FIELD(WIRE_U32, features, ms, 0),
	WIRE_FIELD(WIRE_I64, features, bytes, 0),
	WIRE_FIELD_LIST(features, costs, ncosts, COSTS_MAX, cost_desc),
	WIRE_FIELD(WIRE_I64, features, cost_bytes, 0),
	WIRE_FIELD(WIRE_U32, features, measuring_ms, 0),
};
WIRE_DESC(features_desc, features, features_fields);

static const char *const contexts[CONTEXT_COUNT] = {
	[CONTEXT_INSTALL] = "install", [CONTEXT_STARTUP] = "startup",
	[CONTEXT_IMPORT] = "import", [CONTEXT_CALL] = "call",
	[CONTEXT_DATA] = "data", [CONTEXT_TEST] = "test",
	[CONTEXT_METADATA] = "metadata", [CONTEXT_NAME] = "name",
	[CONTEXT_ARCHIVE] = "archive",
};

static const char *const outcomes[SCAN_COUNT] = {
	[SCAN_SCANNED] = "scanned", [SCAN_PARTIAL] = "partial",
	[SCAN_UNSCANNABLE] = "unscannable",
};

const char *
context_name(enum context context)
{
	return context < CONTEXT_COUNT ? contexts[context] : "?";
}

int
context_from_name(const char *name)
{
	return str_index(contexts, CONTEXT_COUNT, name);
}

const char *
scan_outcome_name(enum scan_outcome outcome)
{
	return outcome < SCAN_COUNT ? outcomes[outcome] : "?";
}

int
scan_outcome_from_name(const char *name)
{
	return str_index(outcomes, SCAN_COUNT, name);
}

/* Grows an array by one zeroed element; NULL at its bound. */
static void *
list_add(void **items, size_t *n, size_t size, size_t most)
{
	char *grown;

	if (*n >= most)
		return NULL;
	grown = mem_array(*n + 1, size);
	if (*n != 0)
		__builtin_memcpy(grown, *items, *n * size);
	free(*items);
	*items = grown;
	return grown + (*n)++ * size;
}

static struct finding *
append(struct features *f)
{
	void *items = f->findings;
	struct finding *added = list_add(&items, &f->nfindings,
	    sizeof(*added), FINDINGS_MAX);

	f->findings = items;
	f->findings_dropped += added == NULL;
	return added;
}

/*
 * Would the verdict stay the same without it?  Only the strongest of a
 * category counts, and of one rule that is the one that runs first.  Up to
 * tests, contexts stand in the order in which they run.
 */
bool
finding_is_redundant(const struct features *f, size_t i)
{
	const struct finding *one = &f->findings[i];

	for (size_t k = 0; k < f->nfindings; k++) {
		const struct finding *other = &f->findings[k];
		bool earlier = other->context < one->context &&
		    one->context <= CONTEXT_TEST;

		if (k != i && str_equal(other->rule, one->rule) &&
		    str_equal(other->category, one->category) && (earlier ||
		    (other->context == one->context && k < i)))
			return true;
	}
	return false;
}

void
finding_drop(struct features *f, size_t i)
{
	wire_release(&finding_desc, &f->findings[i]);
	f->nfindings--;
	for (; i < f->nfindings; i++)
		f->findings[i] = f->findings[i + 1];
	f->findings_dropped++;
}

static void
make_room(struct features *f)
{
	for (size_t i = f->nfindings; i-- > 0;)
		if (finding_is_redundant(f, i)) {
			finding_drop(f, i);
			return;
		}
}

struct finding *
features_add_finding(struct features *f)
{
	if (f->nfindings == FINDINGS_MAX)
		make_room(f);
	return append(f);
}

void
features_end_early(struct features *f, const char *rule, const char *why)
{
	struct finding *one;

	f->outcome = SCAN_PARTIAL;
	free(f->why);
	f->why = NULL;
	finding_set(&f->why, why, strlen(why), FINDING_TEXT_MAX);
	one = features_add_finding(f);
	if (one == NULL)
		return;
	one->context = CONTEXT_ARCHIVE;
	finding_set(&one->rule, rule, strlen(rule), RULE_NAME_MAX);
	finding_set(&one->category, "exhaustion", strlen("exhaustion"),
	    RULE_NAME_MAX);
	finding_set(&one->text, why, strlen(why), FINDING_TEXT_MAX);
}

struct name_match *
features_add_name(struct features *f)
{
	void *items = f->names;
	struct name_match *added = list_add(&items, &f->nnames,
	    sizeof(*added), NAME_MATCHES_MAX);

	f->names = items;
	return added;
}

struct indicator *
features_add_indicator(struct features *f)
{
	void *items = f->indicators;
	struct indicator *added = list_add(&items, &f->nindicators,
	    sizeof(*added), INDICATORS_MAX);

	f->indicators = items;
	return added;
}

void
features_add_cost(struct features *f, const char *name, bool is_rule,
    int64_t ns)
{
	void		*items = f->costs;
	struct cost	*added = list_add(&items, &f->ncosts, sizeof(*added),
			    COSTS_MAX);

	f->costs = items;
	if (added == NULL)
		return;
	finding_set(&added->name, name, strlen(name), RULE_NAME_MAX);
	added->is_rule = is_rule;
	added->ns = ns;
}

void
features_release(struct features *f)
{
	wire_release(&features_desc, f);
}

void
finding_set(char **field, const void *bytes, size_t len, size_t most)
{
	struct buf	b = BUF_EMPTY;

	free(*field);
	vis_add(&b, bytes, len < 4 * most ? len : 4 * most, false);
	if (b.len > most)
		b.data[utf8_cut(b.data, b.len, most)] = '\0';
	*field = buf_steal(&b);
}
