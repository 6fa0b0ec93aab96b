/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_cost - what rules are and what they cost, for people who write them.
 * Takes: compiled rules; bytes made up for it, or a package's.
 * Gives: their fields, and time a byte.
 * Runs in: pypiwatch-worker --rules, which reads no package; worker child.
 */
#include "inspect/rules_cost.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yara.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/finding.h"
#include "inspect/rules.h"
#include "inspect/rules_parts.h"

#define SAMPLE_BYTES (256u << 10)
#define SAMPLE_RUNS 9
#define VIEW_RUNS 3
#define VIEW_BYTES (64u << 10)	/* of a view: many tell more than one */

/* Honest text, with a word here and there that rules look for. */
static const char *const plain[] = { "value", " = ", "self.", "name", "(", "):\n",
	"\n\t\t", "for item in ", "return ", "None", ", ", "the list of ", "not ",
	"\"\"\"Says what it does.\"\"\"\n", "def method", "[index]", "0.5", "== ",
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
scan_once(YR_RULES *rules, const uint8_t *data, size_t size, int flags)
{
	double began = now_ns();

	if (yr_rules_scan_mem(rules, data, size, flags |
	    SCAN_FLAGS_NO_TRYCATCH, on_nothing, NULL,
	    RULE_SCAN_SECONDS_MAX) != ERROR_SUCCESS)
		return -1;
	return now_ns() - began;
}

/* A byte, the best of some runs; as long as it may take, and no longer. */
static double
scan_ns(YR_RULES *rules, const uint8_t *sample)
{
	double best = -1, took;

	for (int i = 0; i < SAMPLE_RUNS; i++) {
		took = scan_once(rules, sample, SAMPLE_BYTES,
		    SCAN_FLAGS_FAST_MODE) / SAMPLE_BYTES;
		if (took < 0)
			return RULE_SCAN_SECONDS_MAX * 1e9 / SAMPLE_BYTES;
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
		ns = scan_ns(rules, sample);
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

	all = scan_ns(compiled, sample);
	all_switch(compiled, false);
	none = scan_ns(compiled, sample);
	yr_rules_foreach(compiled, rule) {
		yr_rule_enable(rule);
		rule_say(rule, scan_ns(compiled, sample) - none, each, ctx);
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
	double	*ns, *view_ns;	/* in all; of the view at hand */
	size_t	 n;
	int64_t	 bytes;
	bool	 spent;
};

struct rule_costs *
rule_costs_new(const struct rules *r)
{
	struct rule_costs *c = mem_alloc(sizeof(*c));

	c->n = rules_count(r);
	c->ns = mem_array(c->n + 1, sizeof(*c->ns));
	c->view_ns = mem_array(c->n + 1, sizeof(*c->view_ns));
	return c;
}

void
rule_costs_free(struct rule_costs *c)
{
	if (c == NULL)
		return;
	free(c->ns);
	free(c->view_ns);
	free(c);
}

/* What a rule adds, at best: it and none in turn, since what else the machine
 * does makes some scans slower, and the first one brings the text near. */
static double
rule_ns(YR_RULES *rules, YR_RULE *rule, const uint8_t *data, size_t size)
{
	double with = RULE_SCAN_SECONDS_MAX * 1e9, without = with, took;

	for (int i = 0; i < VIEW_RUNS; i++) {
		took = scan_once(rules, data, size, 0);
		without = took >= 0 && took < without ? took : without;
		yr_rule_enable(rule);
		took = scan_once(rules, data, size, 0);
		yr_rule_disable(rule);
		if (took < 0)
			break;
		with = took < with ? took : with;
	}
	return with - without;
}

/* With one rule at a time; false when time is over. */
static bool
view_measure(struct rule_costs *c, YR_RULES *rules, const uint8_t *data,
    size_t size, double until)
{
	YR_RULE *rule;
	size_t i = 0;

	yr_rules_foreach(rules, rule) {
		c->view_ns[i++] = rule_ns(rules, rule, data, size);
		if (now_ns() > until)
			return false;
	}
	return true;
}

/* What is measured in part is left out: rules shall compare. */
void
rule_costs_add(struct rule_costs *c, const struct rules *r,
    const uint8_t *data, size_t size, uint64_t most_ns)
{
	YR_RULES *rules = rules_compiled(r);

	if (c->spent)
		return;
	size = size < VIEW_BYTES ? size : VIEW_BYTES;
	all_switch(rules, false);
	c->spent = !view_measure(c, rules, data, size, now_ns() +
	    (double)most_ns);
	all_switch(rules, true);
	if (c->spent)
		return;
	for (size_t i = 0; i < c->n; i++)
		c->ns[i] += c->view_ns[i];
	c->bytes += (int64_t)size;
}

struct ranked { const char *id; double ns; };

static int
by_cost(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->ns;
	double y = ((const struct ranked *)b)->ns;

	return (x < y) - (x > y);
}

void
rule_costs_give(const struct rule_costs *c, const struct rules *r,
    struct features *out)
{
	struct ranked *all = mem_array(c->n + 1, sizeof(*all));
	YR_RULE *rule;
	size_t n = 0;

	yr_rules_foreach(rules_compiled(r), rule) {
		struct rule_match m = { 0 };

		rule_read_meta(rule, &m);
		all[n].id = m.id != NULL ? m.id : rule->identifier;
		all[n].ns = c->ns[n] > 0 ? c->ns[n] : 0;
		n++;
	}
	qsort(all, n, sizeof(*all), by_cost);
	for (size_t i = 0; i < n && c->bytes > 0; i++)
		features_add_cost(out, all[i].id, true, (int64_t)all[i].ns);
	out->cost_bytes = c->bytes;
	free(all);
}
