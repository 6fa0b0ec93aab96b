/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_cost - what rules are and what they cost, for people who write them.
 * Takes: compiled rules.  Gives: their fields, and time a byte.
 * Runs in: pypiwatch-worker --rules, which reads no package.
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
#include "inspect/rules.h"
#include "inspect/rules_parts.h"

#define SAMPLE_BYTES (256u << 10)
#define SAMPLE_RUNS 9

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

/* A byte, the best of some runs; as long as it may take, and no longer. */
static double
scan_ns(YR_RULES *rules, const uint8_t *sample)
{
	double best = -1, began, took;

	for (int i = 0; i < SAMPLE_RUNS; i++) {
		began = now_ns();
		if (yr_rules_scan_mem(rules, sample, SAMPLE_BYTES,
		    SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH, on_nothing,
		    NULL, RULE_SCAN_SECONDS_MAX) != ERROR_SUCCESS)
			return RULE_SCAN_SECONDS_MAX * 1e9 / SAMPLE_BYTES;
		took = (now_ns() - began) / SAMPLE_BYTES;
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
