/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_alert - any bytes as an alert's payload, through every renderer. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/sinks.h"
#include "alert/text.h"
#include "base/mem.h"
#include "base/str.h"
#include "fuzz.h"

/* Nothing but our own links may open with "<". */
static void
check_slack(const char *body, size_t most)
{
	const char	*s = body;
	json_t		*root = json_loads(body, 0, NULL);

	require(root != NULL);
	json_decref(root);
	require(text_units(body, strlen(body)) < most);
	while ((s = strchr(s, '<')) != NULL)
		require(str_starts(++s, "https://pypi.org/project/") ||
		    str_starts(s, "https://inspector.pypi.io/project/") ||
		    str_starts(s, "https://alerts.example.net/detections/"));
}

/* A sink of each kind, with what its renderer needs of it. */
static void
render(const struct sink_kind *k, const char *payload, const struct alert *a)
{
	char			*to[] = { (char[]){ "soc@example.net" } };
	struct sink		 s = { .kind = k, .name = (char[]){ "fuzz" },
	    .from = (char[]){ "pypiwatch@example.net" }, .to = to, .nto = 1 };
	struct rendered		 r = { .nheaders = 0 };
	struct render_job	 job = { .payload = payload, .sink = &s,
	    .delivery_id = "fuzz", .limits = &k->limits,
	    .link_base = "https://alerts.example.net" };
	char			 why[128];

	require(k->render(&job, a, &r, why, sizeof(why)) == 0);
	if (str_equal(k->name, "slack"))
		check_slack(buf_text(&r.body), k->limits.total);
	for (size_t i = 0; i < r.nheaders; i++)
		for (const char *c = r.headers[i]; *c != '\0'; c++)
			require(*c != '\n' || c[1] == ' ');
	if (k->transport >= BY_STREAM)
		require(strcspn(buf_text(&r.body), "\n") + 1 >= r.body.len);
	rendered_release(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char		*payload = mem_strndup((const char *)data, size);
	struct alert	 a;
	char		 why[128];

	if (alert_open(&a, payload, why, sizeof(why)) == 0) {
		for (size_t i = 0; sink_kind_at(i) != NULL; i++)
			render(sink_kind_at(i), payload, &a);
		alert_close(&a);
	}
	free(payload);
	return 0;
}
