/* SPDX-License-Identifier: Apache-2.0 */
/* words: no text missing in any language, and every kind of sink speaks it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/alert.h"
#include "alert/sinks.h"
#include "alert/text.h"
#include "alert/words.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

/* Ours, and names that are the same everywhere. */
static bool
may_be_same(enum word w)
{
	return w == W_PYPI || w == W_INSPECTOR || w == W_TECHNIQUE ||
	    w == W_FILE_OUTCOME;
}

static struct words *
open_language(const char *language)
{
	const char	*build = getenv("top_builddir");
	char		*folder = mem_printf("%s/po/locale",
	    build != NULL ? build : ".");
	char		 why[300] = "";
	struct words	*w = words_open(language, folder, why, sizeof(why));

	if (w == NULL)
		fail_msg("%s", why);
	free(folder);
	return w;
}

/* The places for arguments are the same in any language. */
static unsigned int
places(const char *s)
{
	unsigned int set = 0;

	for (; *s != '\0'; s++)
		if (s[0] == '{' && s[1] >= '0' && s[1] <= '9' && s[2] == '}')
			set |= 1u << (s[1] - '0');
	return set;
}

static void
nothing_missing(void **state)
{
	(void)state;
	for (size_t l = 1; word_languages[l] != NULL; l++) {
		struct words *w = open_language(word_languages[l]);

		assert_string_equal(words_language(w), word_languages[l]);
		for (size_t i = 0; i < WORD_COUNT; i++) {
			const char *here = word(w, (enum word)i);
			const char *there = word(words_english(),
			    (enum word)i);

			assert_true(*here != '\0');
			assert_true(utf8_valid(here, strlen(here)));
			assert_int_equal(places(here), places(there));
			if (!may_be_same((enum word)i))
				assert_true(strchr(there, '/') != NULL ||
				    i == W_SCORE_OF ||
				    !str_equal(here, there));
		}
		words_free(w);
	}
}

static void
unknown_language(void **state)
{
	char why[200];

	(void)state;
	assert_null(words_open("tlh", "/nonexistent", why, sizeof(why)));
	assert_null(words_open("ja", "/nonexistent", why, sizeof(why)));
	assert_non_null(strstr(why, "missing"));
}

/* Two days and an hour before PyPI acted. */
static char *
payload_of(const char *type)
{
	char	*sample = alert_sample(type, "2026-11-26T12:00:00Z"), *out;
	json_t	*root = json_loads(sample, 0, NULL);

	json_object_set_new(json_object_get(root, "data"), "lead_seconds",
	    json_integer(49 * 3600));
	out = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	free(sample);
	return out;
}

static void
say(const struct sink_kind *k, const struct words *words, const char *type,
    struct rendered *r)
{
	static char	 name[] = "unit", from[] = "pw@example.net",
	    key[] = "0123456789abcdef0123456789abcdef", address[] = "a@b.example";
	char		*to[] = { address };
	char		*payload = payload_of(type);
	struct sink	 s = { .kind = k, .name = name, .from = from, .to = to,
	    .nto = 1, .secret = str_equal(k->name, "pagerduty") ? key : NULL };
	struct render_job job = { .payload = payload, .delivery_id = "d",
	    .now_s = 1700000000, .sink = &s, .words = words,
	    .limits = &k->limits };
	struct alert	 a;
	char		 why[200];

	assert_int_equal(alert_open(&a, payload, why, sizeof(why)), 0);
	assert_int_equal(k->render(&job, &a, r, why, sizeof(why)), 0);
	alert_close(&a);
	free(payload);
}

static void
check_lead(const struct words *w, const char *text)
{
	char *span = WORD_TEXT(w, W_DAYS, "2", "1");
	char *lead = WORD_TEXT(w, W_LEAD_QUARANTINED, span);

	assert_non_null(strstr(text, lead));
	free(span);
	free(lead);
}

static void
every_kind_speaks(void **state)
{
	(void)state;
	for (size_t l = 1; word_languages[l] != NULL; l++) {
		struct words *w = open_language(word_languages[l]);

		for (size_t i = 0; sink_kind_at(i) != NULL; i++) {
			const struct sink_kind *k = sink_kind_at(i);
			struct rendered r = { .nheaders = 0 };

			say(k, w, "detection.opened", &r);
			assert_true(utf8_valid(buf_text(&r.body), r.body.len));
			/* A webhook's JSON is for programs. */
			if (!str_equal(k->name, "webhook"))
				assert_non_null(strstr(buf_text(&r.body),
				    word(w, W_CRITICAL)));
			rendered_release(&r);
			r = (struct rendered){ .nheaders = 0 };
			say(k, w, "release.quarantined", &r);
			if (!str_equal(k->name, "webhook"))
				check_lead(w, buf_text(&r.body));
			rendered_release(&r);
		}
		words_free(w);
	}
}

/* A rule has its sentence, an operator's own keeps what it says. */
static void
findings_in_words(void **state)
{
	static const char said[] = "installs the module yaml of another";

	(void)state;
	for (size_t l = 0; word_languages[l] != NULL; l++) {
		struct words	*w = open_language(word_languages[l]);
		char		*own = word_sentence(w, "local-rule", said);
		char		*none = word_sentence(w, "", said);
		char		*known = word_sentence(w, "exec-decoded", said);
		char		*told = word_sentence(w, "foreign-module", said);
		char		*part = word_sentence(w, "daemon:database",
				    said);

		assert_string_equal(own, said);
		assert_string_equal(none, said);
		assert_int_equal(str_equal(known, said), l == 0);
		assert_true(utf8_valid(known, strlen(known)));
		assert_non_null(strstr(told, said));
		assert_int_equal(str_equal(told, said), l == 0);
		assert_non_null(strstr(part, said));
		assert_int_equal(str_equal(part, said), l == 0);
		free(own);
		free(part);
		free(none);
		free(known);
		free(told);
		words_free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_missing),
		cmocka_unit_test(findings_in_words),
		cmocka_unit_test(unknown_language),
		cmocka_unit_test(every_kind_speaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
