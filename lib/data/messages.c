/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messages - what queue and its satellites say to each other, as tables.
 * Runs in: every process.
 */
#include "data/messages.h"

#include <signal.h>

#include "base/limits.h"

#define ROLE_MAX 16
#define WHY_MAX 512

static const struct wire_field hello_fields[] = {
	WIRE_FIELD(WIRE_U32, msg_hello, protocol, 0),
	WIRE_FIELD(WIRE_STR, msg_hello, role, ROLE_MAX),
	WIRE_FIELD(WIRE_U32, msg_hello, slots, 1024),
};
WIRE_DESC(msg_hello_desc, msg_hello, hello_fields);

static const struct wire_field satellite_fields[] = {
	WIRE_FIELD(WIRE_STR, msg_satellite, role, ROLE_MAX),
	WIRE_FIELD(WIRE_U32, msg_satellite, index, 1024),
	WIRE_FIELD(WIRE_I64, msg_satellite, pid, 0),
};
WIRE_DESC(msg_satellite_desc, msg_satellite, satellite_fields);

static const struct wire_field degraded_fields[] = {
	WIRE_FIELD(WIRE_STR, msg_degraded, role, ROLE_MAX),
	WIRE_FIELD(WIRE_U32, msg_degraded, index, 1024),
	WIRE_FIELD(WIRE_BOOL, msg_degraded, over, 0),
	WIRE_FIELD(WIRE_STR, msg_degraded, why, WHY_MAX),
};
WIRE_DESC(msg_degraded_desc, msg_degraded, degraded_fields);

static const struct wire_field kick_fields[] = {
	WIRE_FIELD(WIRE_STR, msg_kick, role, ROLE_MAX),
	WIRE_FIELD(WIRE_U32, msg_kick, index, 1024),
	WIRE_FIELD(WIRE_STR, msg_kick, why, WHY_MAX),
};
WIRE_DESC(msg_kick_desc, msg_kick, kick_fields);

static const struct wire_field followed_fields[] = {
	WIRE_FIELD(WIRE_STR, followed, source, SOURCE_NAME_MAX),
	WIRE_FIELD(WIRE_BOOL, followed, has_cursor, 0),
	WIRE_FIELD(WIRE_I64, followed, serial, 0),
	WIRE_FIELD(WIRE_I64, followed, last_ok_us, 0),
};
static WIRE_DESC(followed_desc, followed, followed_fields);

static const struct wire_field feed_item_fields[] = {
	WIRE_FIELD(WIRE_ENUM, feed_item, source, SOURCE_COUNT - 1),
	WIRE_FIELD(WIRE_STR, feed_item, key, PROJECT_NAME_MAX + VERSION_MAX),
};
static WIRE_DESC(feed_item_desc, feed_item, feed_item_fields);

static const struct wire_field follow_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_follow, epoch, 0),
	WIRE_FIELD(WIRE_BOOL, msg_follow, first, 0),
	WIRE_FIELD(WIRE_I64, msg_follow, serial, 0),
	WIRE_FIELD(WIRE_I64, msg_follow, begin, 0),
	WIRE_FIELD_LIST(msg_follow, sources, nsources, FOLLOWED_MAX,
	    followed_desc),
	WIRE_FIELD_LIST(msg_follow, items, nitems, FEED_ITEMS_KNOWN,
	    feed_item_desc),
};
WIRE_DESC(msg_follow_desc, msg_follow, follow_fields);

static const struct wire_field events_stored_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_events_stored, seq, 0),
	WIRE_FIELD(WIRE_BOOL, msg_events_stored, ok, 0),
	WIRE_FIELD(WIRE_STR, msg_events_stored, why, WHY_MAX),
};
WIRE_DESC(msg_events_stored_desc, msg_events_stored, events_stored_fields);

static const struct wire_field listing_stored_fields[] = {
	WIRE_FIELD(WIRE_STR, msg_listing_stored, index, INDEX_NAME_MAX),
	WIRE_FIELD(WIRE_I64, msg_listing_stored, seq, 0),
	WIRE_FIELD(WIRE_BOOL, msg_listing_stored, ok, 0),
	WIRE_FIELD(WIRE_STR, msg_listing_stored, why, WHY_MAX),
};
WIRE_DESC(msg_listing_stored_desc, msg_listing_stored, listing_stored_fields);
static const struct wire_field popular_failed_fields[] = {
	WIRE_FIELD(WIRE_STR, msg_popular_failed, why, WHY_MAX),
};
WIRE_DESC(msg_popular_failed_desc, msg_popular_failed, popular_failed_fields);

static const struct wire_field backfill_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_backfill, id, 0),
	WIRE_FIELD(WIRE_I64, msg_backfill, epoch, 0),
	WIRE_FIELD(WIRE_I64, msg_backfill, since, 0),
	WIRE_FIELD(WIRE_I64, msg_backfill, until, 0),
};
WIRE_DESC(msg_backfill_desc, msg_backfill, backfill_fields);

static const struct wire_field resolve_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_resolve, id, 0),
	WIRE_FIELD(WIRE_STR, msg_resolve, index, INDEX_NAME_MAX),
	WIRE_FIELD(WIRE_STR, msg_resolve, project, PROJECT_NAME_MAX),
	WIRE_FIELD(WIRE_STR, msg_resolve, version, VERSION_MAX),
	WIRE_FIELD(WIRE_STR, msg_resolve, filename, FILENAME_MAX_BYTES),
	WIRE_FIELD(WIRE_I64, msg_resolve, serial, 0),
	WIRE_FIELD(WIRE_U32, msg_resolve, attempt, 0),
};
WIRE_DESC(msg_resolve_desc, msg_resolve, resolve_fields);

static const struct wire_field events_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_events, seq, 0),
	WIRE_FIELD(WIRE_I64, msg_events, epoch, 0),
	WIRE_FIELD(WIRE_ENUM, msg_events, source, SOURCE_COUNT - 1),
	WIRE_FIELD(WIRE_BOOL, msg_events, has_cursor, 0),
	WIRE_FIELD(WIRE_I64, msg_events, cursor, 0),
	WIRE_FIELD(WIRE_STR, msg_events, gap, WHY_MAX),
	WIRE_FIELD(WIRE_I64, msg_events, gap_since, 0),
	WIRE_FIELD(WIRE_I64, msg_events, before_us, 0),
	WIRE_FIELD(WIRE_BOOL, msg_events, past, 0),
	WIRE_FIELD(WIRE_I64, msg_events, polled_at_us, 0),
	WIRE_FIELD_LIST(msg_events, events, nevents, EVENT_BATCH_MAX,
	    event_desc),
};
WIRE_DESC(msg_events_desc, msg_events, events_fields);

static const struct wire_field resolved_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_resolved, id, 0),
	WIRE_FIELD(WIRE_ENUM, msg_resolved, status, RESOLVE_COUNT - 1),
	WIRE_FIELD(WIRE_STR, msg_resolved, why, WHY_MAX),
	WIRE_FIELD(WIRE_I64, msg_resolved, retry_after_s, 0),
	WIRE_FIELD(WIRE_STR, msg_resolved, project_status, 32),
	WIRE_FIELD(WIRE_BOOL, msg_resolved, more, 0),
	{ .type = WIRE_STRUCT, .at = offsetof(struct msg_resolved, release),
	  .sub = &release_desc },
};
WIRE_DESC(msg_resolved_desc, msg_resolved, resolved_fields);

static const struct wire_field listed_file_fields[] = {
	WIRE_FIELD(WIRE_STR, listed_file, filename, FILENAME_MAX_BYTES),
	WIRE_FIELD(WIRE_STR, listed_file, version, VERSION_MAX),
	WIRE_FIELD(WIRE_TEXT, listed_file, sha256, SHA256_HEX),
	WIRE_FIELD(WIRE_I64, listed_file, uploaded_at_us, 0),
	WIRE_FIELD(WIRE_BOOL, listed_file, yanked, 0),
};
WIRE_DESC(listed_file_desc, listed_file, listed_file_fields);

static const struct wire_field listing_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_listing, seq, 0),
	WIRE_FIELD(WIRE_I64, msg_listing, epoch, 0),
	WIRE_FIELD(WIRE_STR, msg_listing, index, INDEX_NAME_MAX),
	WIRE_FIELD(WIRE_STR, msg_listing, project, PROJECT_NAME_MAX),
	WIRE_FIELD(WIRE_ENUM, msg_listing, status, LISTING_STATUS_COUNT - 1),
	WIRE_FIELD(WIRE_STR, msg_listing, why, WHY_MAX),
	WIRE_FIELD(WIRE_I64, msg_listing, serial, 0),
	WIRE_FIELD(WIRE_I64, msg_listing, polled_at_us, 0),
	WIRE_FIELD(WIRE_I64, msg_listing, pass, 0),
	WIRE_FIELD(WIRE_BOOL, msg_listing, existing, 0),
	WIRE_FIELD(WIRE_BOOL, msg_listing, partial, 0),
	WIRE_FIELD(WIRE_BOOL, msg_listing, more, 0),
	WIRE_FIELD(WIRE_I64, msg_listing, cursor, 0),
	WIRE_FIELD_LIST(msg_listing, files, nfiles, LISTED_BATCH_MAX,
	    listed_file_desc),
};
WIRE_DESC(msg_listing_desc, msg_listing, listing_fields);

static const struct wire_field listed_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_listed, seq, 0),
	WIRE_FIELD(WIRE_I64, msg_listed, epoch, 0),
	WIRE_FIELD(WIRE_STR, msg_listed, index, INDEX_NAME_MAX),
	WIRE_FIELD(WIRE_I64, msg_listed, pass, 0),
	WIRE_FIELD(WIRE_I64, msg_listed, polled_at_us, 0),
	WIRE_FIELD(WIRE_I64, msg_listed, cursor, 0),
	WIRE_FIELD(WIRE_I64, msg_listed, since, 0),
	WIRE_FIELD(WIRE_I64, msg_listed, projects, 0),
	WIRE_FIELD(WIRE_I64, msg_listed, visited, 0),
	WIRE_FIELD(WIRE_BOOL, msg_listed, whole, 0),
};
WIRE_DESC(msg_listed_desc, msg_listed, listed_fields);

static const struct wire_field backfilled_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_backfilled, id, 0),
	WIRE_FIELD(WIRE_I64, msg_backfilled, epoch, 0),
	WIRE_FIELD(WIRE_BOOL, msg_backfilled, ok, 0),
	WIRE_FIELD(WIRE_BOOL, msg_backfilled, done, 0),
	WIRE_FIELD(WIRE_I64, msg_backfilled, cursor, 0),
	WIRE_FIELD(WIRE_I64, msg_backfilled, retry_after_s, 0),
	WIRE_FIELD(WIRE_STR, msg_backfilled, why, WHY_MAX),
	WIRE_FIELD_LIST(msg_backfilled, events, nevents, EVENT_BATCH_MAX,
	    event_desc),
};
WIRE_DESC(msg_backfilled_desc, msg_backfilled, backfilled_fields);

static const struct wire_field source_fields[] = {
	WIRE_FIELD(WIRE_ENUM, msg_source, source, SOURCE_COUNT - 1),
	WIRE_FIELD(WIRE_STR, msg_source, index, INDEX_NAME_MAX),
	WIRE_FIELD(WIRE_BOOL, msg_source, ok, 0),
	WIRE_FIELD(WIRE_BOOL, msg_source, stopped, 0),
	WIRE_FIELD(WIRE_I64, msg_source, last_ok_us, 0),
	WIRE_FIELD(WIRE_I64, msg_source, items, 0),
	WIRE_FIELD(WIRE_I64, msg_source, lag_s, 0),
	WIRE_FIELD(WIRE_I64, msg_source, server_serial, 0),
	WIRE_FIELD(WIRE_STR, msg_source, why, WHY_MAX),
};
WIRE_DESC(msg_source_desc, msg_source, source_fields);

static const struct wire_field fetch_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_fetch, id, 0),
	WIRE_FIELD(WIRE_STR, msg_fetch, url, URL_MAX),
	WIRE_FIELD(WIRE_TEXT, msg_fetch, sha256, SHA256_HEX),
	WIRE_FIELD(WIRE_I64, msg_fetch, size, 0),
	WIRE_FIELD(WIRE_I64, msg_fetch, size_most, 0),
};
WIRE_DESC(msg_fetch_desc, msg_fetch, fetch_fields);

static const struct wire_field fetched_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_fetched, id, 0),
	WIRE_FIELD(WIRE_ENUM, msg_fetched, status, FETCH_COUNT - 1),
	WIRE_FIELD(WIRE_I64, msg_fetched, size, 0),
	WIRE_FIELD(WIRE_I64, msg_fetched, retry_after_s, 0),
	WIRE_FIELD(WIRE_U32, msg_fetched, http_status, 999),
	WIRE_FIELD(WIRE_TEXT, msg_fetched, sha256, SHA256_HEX),
	WIRE_FIELD(WIRE_STR, msg_fetched, why, WHY_MAX),
};
WIRE_DESC(msg_fetched_desc, msg_fetched, fetched_fields);

static const struct wire_field inspect_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_inspect, id, 0),
	WIRE_FIELD(WIRE_STR, msg_inspect, project, PROJECT_NAME_MAX),
	WIRE_FIELD(WIRE_STR, msg_inspect, version, VERSION_MAX),
	WIRE_FIELD(WIRE_STR, msg_inspect, filename, FILENAME_MAX_BYTES),
	WIRE_FIELD(WIRE_ENUM, msg_inspect, packagetype, PACKAGETYPE_COUNT - 1),
	WIRE_FIELD(WIRE_TEXT, msg_inspect, sha256, SHA256_HEX),
	WIRE_FIELD(WIRE_BOOL, msg_inspect, measure, 0),
};
WIRE_DESC(msg_inspect_desc, msg_inspect, inspect_fields);

static const struct wire_field inspected_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_inspected, id, 0),
	WIRE_FIELD(WIRE_BOOL, msg_inspected, clean, 0),
	WIRE_FIELD(WIRE_BOOL, msg_inspected, timed_out, 0),
	WIRE_FIELD(WIRE_U32, msg_inspected, signal, 128),
	WIRE_FIELD(WIRE_U32, msg_inspected, ms, 0),
};
WIRE_DESC(msg_inspected_desc, msg_inspected, inspected_fields);

static const struct wire_field deliver_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_deliver, id, 0),
	WIRE_FIELD(WIRE_STR, msg_deliver, delivery_id, DELIVERY_ID_MAX),
	WIRE_FIELD(WIRE_STR, msg_deliver, sink, RULE_NAME_MAX),
	WIRE_FIELD(WIRE_U32, msg_deliver, attempt, 0),
	WIRE_FIELD(WIRE_I64, msg_deliver, first_tried_us, 0),
	WIRE_FIELD(WIRE_STR, msg_deliver, payload, ALERT_PAYLOAD_MAX),
	WIRE_FIELD(WIRE_STR, msg_deliver, thread_id, DELIVERY_ID_MAX),
	WIRE_FIELD(WIRE_STR, msg_deliver, thread_ref, RECEIVER_REF_MAX),
	WIRE_FIELD(WIRE_STR, msg_deliver, left, RECIPIENTS_TEXT_MAX),
};
WIRE_DESC(msg_deliver_desc, msg_deliver, deliver_fields);

static const struct wire_field delivered_fields[] = {
	WIRE_FIELD(WIRE_I64, msg_delivered, id, 0),
	WIRE_FIELD(WIRE_ENUM, msg_delivered, status, DELIVERY_STATUS_COUNT - 1),
	WIRE_FIELD(WIRE_I64, msg_delivered, again_ms, 0),
	WIRE_FIELD(WIRE_U32, msg_delivered, http_status, 999),
	WIRE_FIELD(WIRE_BOOL, msg_delivered, disable, 0),
	WIRE_FIELD(WIRE_STR, msg_delivered, answer, ANSWER_MAX),
	WIRE_FIELD(WIRE_STR, msg_delivered, ref, RECEIVER_REF_MAX),
	WIRE_FIELD(WIRE_STR, msg_delivered, left, RECIPIENTS_TEXT_MAX),
};
WIRE_DESC(msg_delivered_desc, msg_delivered, delivered_fields);

/* Memory that is refused ends the child with a status, and the system's want of
 * it with SIGKILL; what crashes it, or has it call what it may not, is the
 * file. */
const char *
msg_inspected_rule(const struct msg_inspected *m)
{
	if (m->timed_out)
		return "inspection-time-out";
	return m->signal == 0 || m->signal == SIGKILL ? "inspection-memory" :
	    "inspection-crash";
}
