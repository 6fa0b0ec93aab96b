/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cost - what rules are and what they cost, for people who write them.
 * Takes: compiled rules; bytes made up for it, or a package's.
 * Gives: their fields, and time a byte.
 * Runs in: pypiwatch-worker --rules, which reads no package; worker child.
 */
#include "inspect/rules/cost.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yara.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/finding.h"
#include "inspect/rules/parts.h"
#include "inspect/rules/rules.h"

#define SAMPLE_BYTES (256u << 10)
#define SAMPLE_RUNS 9
#define VIEW_BYTES (16u << 10)	/* of a view: many tell more than one */

/* Honest text, with a word here and there that rules look for. */
static const char *const plain[] = { "value", " = ", "self.", "name", "(",
	"):\n", "\n\t\t", "for item in ", "return ", "None", ", ",
	"the list of ", "not ", "\"\"\"Says what it does.\"\"\"\n",
	"def method", "[index]", "0.5", "== ",
	"if ", "else:\n", "True", "result", "# see above\n", "'text'", "data" };
static const char *const hot[] = { "import os\n", "import base64, zlib\n",
	"def run(self, cmd):\n\t", "return ", "self.", "exec", "eval(",
	"subprocess.run(", "requests.post(url, ", "\"https://example.invalid/",
	"open(path, 'rb')", " = ", "b64decode(", "for name in names:\n\t",
	"# a comment about the token\n", "if __name__ == '__main__':\n",
	"setup(name=\"x\", ", "'password'", "marshal.loads(", "\\x41\\x42\\x43",
	"socket.socket()", "os.environ.get(\"HOME\")", "0x1f, 0x8b, ",
	"MZ\x90", "AAAAAAAAAAAAAAAA", "lambda x: x", "})\n\n", "class A:\n" };

static uint8_t *
sample_new(void)
{
	uint8_t		*bytes = mem_alloc(SAMPLE_BYTES);
	uint32_t	 seed = 1;
	size_t		 at = 0;

	while (at < SAMPLE_BYTES) {
		uint32_t	 pick = seed >> 16;
		const char	*w = pick % 10 == 0 ?
		    hot[pick / 10 % ARRAY_LEN(hot)] :
		    plain[pick % ARRAY_LEN(plain)];
		size_t		 n = strlen(w);

		seed = seed * 1103515245u + 12345u;
		if (at % 16384 > 12288) {	/* a quarter is binary */
			bytes[at++] = (uint8_t)(seed >> 13);
			continue;
		}
		if (n > SAMPLE_BYTES - at)
			n = SAMPLE_BYTES - at;
		memcpy(bytes + at, w, n);
		at += n;
	}
	return bytes;
}

static double
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int
on_nothing(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	(void)context;
	(void)message;
	(void)data;
	(void)user;
	return CALLBACK_CONTINUE;
}

/* Processor time of one scan; -1 on a time-out. */
static double
scan_once(YR_RULES *rules, const uint8_t *data, size_t size)
{
	double began = now_ns();

	if (yr_rules_scan_mem(rules, data, size, SCAN_FLAGS_FAST_MODE |
	    SCAN_FLAGS_NO_TRYCATCH, on_nothing, NULL,
	    RULE_SCAN_SECONDS_MAX) != ERROR_SUCCESS)
		return -1;
	return now_ns() - began;
}

/* A byte, the best of some runs; as long as it may take, and no longer. */
static double
scan_ns(YR_RULES *rules, const uint8_t *sample, size_t size)
{
	double best = -1, took;

	for (int i = 0; i < SAMPLE_RUNS; i++) {
		took = scan_once(rules, sample, size) / (double)size;
		if (took < 0)
			return RULE_SCAN_SECONDS_MAX * 1e9 / (double)size;
		if (best < 0 || took < best)
			best = took;
		if (took > 1000)	/* a second a MiB: enough is known */
			break;
	}
	return best;
}

static double
floor_ns(const uint8_t *sample)
{
	YR_COMPILER	*compiler;
	YR_RULES	*rules;
	double		 ns = -1;

	if (yr_compiler_create(&compiler) != ERROR_SUCCESS)
		return -1;
	if (yr_compiler_add_string(compiler, "rule least { strings: $a = "
	    "\"qzjxkvwpqzjxkvwp\" condition: $a }", NULL) == 0 &&
	    yr_compiler_get_rules(compiler, &rules) == ERROR_SUCCESS) {
		ns = scan_ns(rules, sample, SAMPLE_BYTES);
		(void)yr_rules_destroy(rules);
	}
	yr_compiler_destroy(compiler);
	return ns;
}

static void
all_switch(YR_RULES *rules, bool on)
{
	YR_RULE *rule;

	yr_rules_foreach(rules, rule) {
		if (on)
			yr_rule_enable(rule);
		else
			yr_rule_disable(rule);
	}
}

static void
rule_say(YR_RULE *rule, double ns, void (*each)(void *,
    const struct rule_info *), void *ctx)
{
	struct rule_match m = { 0 };
	struct rule_info info = { .name = rule->identifier,
	    .origin = rule->ns->name, .ns = ns > 0 ? ns : 0 };

	rule_read_meta(rule, &m);
	info.id = m.id != NULL ? m.id : rule->identifier;
	info.category = m.category != NULL ? m.category : "operator-rule";
	info.tactic = m.tactic;
	info.text = m.text;
	info.contexts = m.contexts;
	info.kinds = m.kinds;
	info.needs = m.needs;
	each(ctx, &info);
}

double
rules_measure(struct rules *r, void (*each)(void *, const struct rule_info *),
    void *ctx)
{
	YR_RULES	*compiled = rules_compiled(r);
	uint8_t		*sample = sample_new();
	double		 least = floor_ns(sample), all, none;
	YR_RULE		*rule;

	all = scan_ns(compiled, sample, SAMPLE_BYTES);
	all_switch(compiled, false);
	none = scan_ns(compiled, sample, SAMPLE_BYTES);
	yr_rules_foreach(compiled, rule) {
		yr_rule_enable(rule);
		rule_say(rule, scan_ns(compiled, sample, SAMPLE_BYTES) - none,
		    each, ctx);
		yr_rule_disable(rule);
	}
	all_switch(compiled, true);
	free(sample);
	if (least < 0 || rules_count(r) == 0)
		return -1;
	return all > least ? (all - least) / (double)rules_count(r) : 0;
}

/* ---- of a package at hand ------------------------------------------------ */

struct rule_costs {
	uint8_t	*bytes;		/* of views, at most SAMPLE_BYTES */
	size_t	 len;
};

struct rule_costs *
rule_costs_new(void)
{
	struct rule_costs *c = mem_alloc(sizeof(*c));

	c->bytes = mem_alloc(SAMPLE_BYTES);
	return c;
}

void
rule_costs_free(struct rule_costs *c)
{
	if (c == NULL)
		return;
	free(c->bytes);
	free(c);
}

void
rule_costs_add(struct rule_costs *c, const uint8_t *data, size_t size)
{
	size = size < VIEW_BYTES ? size : VIEW_BYTES;
	size = size < SAMPLE_BYTES - c->len ? size : SAMPLE_BYTES - c->len;
	memcpy(c->bytes + c->len, data, size);
	c->len += size;
}

struct ranked { const char *id; double ns; };

static int
by_cost(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->ns;
	double y = ((const struct ranked *)b)->ns;

	return (x < y) - (x > y);
}

/* One scan with each rule alone, and before each one with none: the best so
 * far is kept.  What disturbs the machine disturbs neighbours alike, so the
 * scans of one rule stand a round apart.  False when the time is over. */
static bool
round_run(const struct rule_costs *c, YR_RULES *rules, double until,
    struct ranked *best, double *none)
{
	YR_RULE *rule;
	double took;

	yr_rules_foreach(rules, rule) {
		took = scan_once(rules, c->bytes, c->len);
		*none = *none < 0 || took < *none ? took : *none;
		yr_rule_enable(rule);
		took = scan_once(rules, c->bytes, c->len);
		yr_rule_disable(rule);
		if (took < 0)
			took = RULE_SCAN_SECONDS_MAX * 1e9;
		best->ns = best->ns < 0 || took < best->ns ? took : best->ns;
		best++;
		if (now_ns() > until)
			return false;
	}
	return true;
}

/* Nothing when not even one round is run in time. */
static size_t
rules_rank(const struct rule_costs *c, YR_RULES *rules, double until,
    struct ranked *out)
{
	double none = -1;
	YR_RULE *rule;
	size_t n = 0;
	int rounds = 0;

	yr_rules_foreach(rules, rule) {
		struct rule_match m = { 0 };

		rule_read_meta(rule, &m);
		out[n++] = (struct ranked){ m.id != NULL ? m.id :
		    rule->identifier, -1 };
	}
	all_switch(rules, false);
	while (rounds < SAMPLE_RUNS && round_run(c, rules, until, out, &none))
		rounds++;
	all_switch(rules, true);
	for (size_t i = 0; i < n; i++)
		out[i].ns = out[i].ns > none ? out[i].ns - none : 0;
	return rounds > 0 ? n : 0;
}

void
rule_costs_give(const struct rule_costs *c, const struct rules *r,
    uint64_t most_ns, struct features *out)
{
	struct ranked *all = mem_array(rules_count(r) + 1, sizeof(*all));
	size_t n = c->len == 0 ? 0 : rules_rank(c, rules_compiled(r),
	    now_ns() + (double)most_ns, all);

	qsort(all, n, sizeof(*all), by_cost);
	for (size_t i = 0; i < n; i++)
		features_add_cost(out, all[i].id, true, (int64_t)all[i].ns);
	out->cost_bytes = (int64_t)c->len;
	free(all);
}
