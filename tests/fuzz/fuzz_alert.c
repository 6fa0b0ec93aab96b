/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_alert - any bytes as an alert's payload, through every renderer. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/sinks.h"
#include "alert/text.h"
#include "base/mem.h"
#include "base/str.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

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

static void
render(const char *kind, const char *payload, const struct alert *a)
{
	const struct sink_kind	*k = sink_kind_find(kind);
	struct rendered		 r = { .nheaders = 0 };
	struct render_job	 job = { .payload = payload,
	    .delivery_id = "fuzz", .limits = &k->limits,
	    .link_base = "https://alerts.example.net" };
	char			 why[128];

	require(k->render(&job, a, &r, why, sizeof(why)) == 0);
	if (str_equal(kind, "slack"))
		check_slack(buf_text(&r.body), k->limits.total);
	rendered_release(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char		*payload = mem_strndup((const char *)data, size);
	struct alert	 a;
	char		 why[128];

	if (alert_open(&a, payload, why, sizeof(why)) == 0) {
		render("slack", payload, &a);
		render("webhook", payload, &a);
		alert_close(&a);
	}
	free(payload);
	return 0;
}
