/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_stix - detections as a STIX 2.1 bundle (OASIS).
 * Takes: detections.  Gives: for each a malware object; an indicator for each
 * file's digest; and what the files name (hosts, addresses, URLs) as
 * observables it communicates with, which by themselves say nothing bad.
 * Runs in: the command.  Pure: ids are made of what they stand for, so the
 * same detection is the same object in every bundle.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/project_page.h"
#include "evidence/export.h"

/* Ours, random once and for all; and that of STIX 2.1, section 2.9, for
 * observables. */
static const uint8_t our_space[16] = { 0x6e, 0x2f, 0x0c, 0x51, 0x9b, 0x7d,
	0x4a, 0x34, 0x8f, 0x90, 0x2c, 0x1e, 0x77, 0xd3, 0x0b, 0xa8 };
static const uint8_t stix_space[16] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42,
	0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7 };

#define ID_SIZE 80
/* The bundle's maker: as old as the format it writes. */
#define MAKER_SINCE "2021-06-10T00:00:00.000Z"

struct stix {
	json_t	*objects;
	json_t	*seen;		/* ids of observables */
	char	 maker[ID_SIZE];
};

static void
id_make(const char *type, const uint8_t space[16], const char *name,
    char out[ID_SIZE])
{
	char uuid[UUID_DIGITS + 1], *id;

	uuid_of(space, name, uuid);
	id = mem_printf("%s--%s", type, uuid);
	if (str_copy(out, ID_SIZE, id) == -1)
		out[0] = '\0';	/* types are ours, and short */
	free(id);
}

/* What every domain object of ours begins with. */
static json_t *
object_new(const struct stix *s, const char *type, const char *id,
    const char *created, const char *modified)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "type", type,
	    "spec_version", "2.1", "id", id, "created", created, "modified",
	    modified);

	if (!str_equal(type, "identity"))
		json_object_set_new(o, "created_by_ref", json_string(s->maker));
	return o;
}

struct stix *
stix_new(void)
{
	struct stix	*s = mem_alloc(sizeof(*s));
	json_t		*maker;

	s->objects = json_array();
	s->seen = json_object();
	id_make("identity", our_space, "pypiwatch", s->maker);
	maker = object_new(s, "identity", s->maker, MAKER_SINCE, MAKER_SINCE);
	json_object_set_new(maker, "name", json_string("pypiwatch"));
	json_object_set_new(maker, "identity_class", json_string("system"));
	json_array_append_new(s->objects, maker);
	return s;
}

void
stix_free(struct stix *s)
{
	if (s == NULL)
		return;
	json_decref(s->objects);
	json_decref(s->seen);
	free(s);
}

/* ---- one detection ------------------------------------------------------ */

struct subject {
	struct stix	*stix;
	const json_t	*d;
	const char	*at, *changed;
	char		 id[ID_SIZE];		/* the malware's */
};

static void
relate(struct subject *s, const char *from, const char *how, const char *to)
{
	char	 id[ID_SIZE], *name = mem_printf("%s %s %s", from, how, to);
	json_t	*o;

	id_make("relationship", our_space, name, id);
	free(name);
	o = object_new(s->stix, "relationship", id, s->at, s->changed);
	json_object_set_new(o, "relationship_type", json_string(how));
	json_object_set_new(o, "source_ref", json_string(from));
	json_object_set_new(o, "target_ref", json_string(to));
	json_array_append_new(s->stix->objects, o);
}

static json_t *
description(const json_t *d)
{
	struct buf	 b = BUF_EMPTY;
	const json_t	*one;
	size_t		 i;
	json_t		*out;

	json_array_foreach(json_object_get(d, "reasons"), i, one)
		buf_addf(&b, "%s%s", i == 0 ? "" : "; ", export_text(one,
		    "text"));
	out = export_visible(buf_text(&b));
	buf_release(&b);
	return out;
}

static void
malware_add(struct subject *s)
{
	const json_t	*d = s->d;
	char		*purl = export_purl(d);
	json_t		*o = object_new(s->stix, "malware", s->id, s->at,
			    s->changed);
	char		*url = export_is_pypi(d) ? project_page(PYPI_PAGES,
			    export_text(d, "normalized"), NULL) : NULL;

	json_object_set_new(o, "name", export_visible(purl));
	json_object_set_new(o, "description", description(d));
	json_object_set_new(o, "is_family", json_false());
	json_object_set_new(o, "first_seen", json_string(s->at));
	json_object_set_new(o, "confidence", json_incref(json_object_get(d,
	    "score")));
	json_object_set_new(o, "labels", json_pack("[s, s]", export_text(d,
	    "severity"), export_text(d, "triage_status")));
	if (url != NULL)
		json_object_set_new(o, "external_references", json_pack(
		    "[{s:s, s:s}]", "source_name", "pypi", "url", url));
	free(url);
	json_array_append_new(s->stix->objects, o);
	free(purl);
}

static void
file_add(struct subject *s, const json_t *file)
{
	const char	*sha256 = export_text(file, "sha256");
	char		*pattern, *name, id[ID_SIZE];
	json_t		*o;

	if (!str_is_hex(sha256, SHA256_HEX))
		return;
	name = mem_printf("%s %s", s->id, sha256);
	id_make("indicator", our_space, name, id);
	free(name);
	pattern = mem_printf("[file:hashes.'SHA-256' = '%s']", sha256);
	o = object_new(s->stix, "indicator", id, s->at, s->changed);
	json_object_set_new(o, "name", export_visible(export_text(file,
	    "filename")));
	json_object_set_new(o, "indicator_types", json_pack("[s]",
	    "malicious-activity"));
	json_object_set_new(o, "pattern", json_string(pattern));
	json_object_set_new(o, "pattern_type", json_string("stix"));
	json_object_set_new(o, "valid_from", json_string(s->at));
	json_array_append_new(s->stix->objects, o);
	free(pattern);
	relate(s, id, "indicates", s->id);
}

/* Deterministic as the standard wants it: by their value in canonical JSON. */
static void
observable_add(void *ctx, const char *type, const char *raw)
{
	struct subject	*s = ctx;
	const char	*stix_type = str_equal(type, "url") ? "url" :
	    str_equal(type, "domain") ? "domain-name" : !str_equal(type, "ip") ?
	    NULL : strchr(raw, ':') != NULL ? "ipv6-addr" : "ipv4-addr";
	json_t		*value, *o;
	char		*name, id[ID_SIZE];

	if (stix_type == NULL)
		return;
	value = export_visible(raw);
	o = json_pack("{s:O}", "value", value);
	name = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (name == NULL)
		mem_exhausted(0);
	id_make(stix_type, stix_space, name, id);
	free(name);
	if (json_object_get(s->stix->seen, id) == NULL) {
		json_object_set_new(s->stix->seen, id, json_true());
		json_array_append_new(s->stix->objects, json_pack(
		    "{s:s, s:s, s:s, s:O}", "type", stix_type, "spec_version",
		    "2.1", "id", id, "value", value));
	}
	json_decref(value);
	relate(s, s->id, "communicates-with", id);
}

void
stix_add(struct stix *stix, const json_t *d)
{
	struct subject	 s = { .stix = stix, .d = d,
	    .at = export_text(d, "first_detected_at"),
	    .changed = export_text(d, "updated_at") };
	char		*purl = export_purl(d);
	char		*name = mem_printf("%s %s", export_text(d, "index"),
			    purl);
	const json_t	*file;
	size_t		 i;

	/* A clock that was set back between the two. */
	if (strcmp(s.changed, s.at) < 0)
		s.changed = s.at;
	id_make("malware", our_space, name, s.id);
	free(name);
	free(purl);
	malware_add(&s);
	json_array_foreach(json_object_get(d, "files"), i, file)
		if (json_is_true(json_object_get(file, "alert")))
			file_add(&s, file);
	export_indicators(d, observable_add, &s);
}

/* The bundle's id is made of what is in it. */
void
stix_print(const struct stix *s, struct buf *out)
{
	struct buf	 ids = BUF_EMPTY;
	const json_t	*one;
	size_t		 i;
	char		 id[ID_SIZE];
	json_t		*bundle;

	json_array_foreach(s->objects, i, one)
		buf_addf(&ids, "%s %s\n", export_text(one, "id"),
		    export_text(one, "modified"));
	id_make("bundle", our_space, buf_text(&ids), id);
	buf_release(&ids);
	bundle = json_pack("{s:s, s:s, s:O}", "type", "bundle", "id", id,
	    "objects", s->objects);
	export_print(bundle, out);
	buf_addc(out, '\n');
	json_decref(bundle);
}
