/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world - what the modules of one package know of each other.
 * Runs in: worker child, command.  A hash table; bounded.
 */
#include "flow/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/facts.h"

#define HEADS 256		/* at first; a power of two */
#define ALIASES_MOST 4		/* a re-export of a re-export ... */
#define JOINED_MOST 1024		/* no module or class has a
					   longer name */
#define BASES_DEEP 4		/* a class of a class ... */
#define KIN_MOST 12		/* classes above and below one */

struct world *
world_new(void)
{
	struct world *w = mem_alloc(sizeof(*w));

	w->mask = HEADS - 1;
	w->heads = mem_array(HEADS, sizeof(struct world_name *));
	return w;
}

static void
free_passed(struct world_name *n)
{
	for (size_t k = 0; k < WORLD_PARAMETERS; k++)
		free(n->passed[k].object), free(n->passed[k].text);
	while (n->options != NULL) {
		struct world_option *o = n->options;

		n->options = o->next;
		free(o->passed.object), free(o->passed.text);
		free(o->key);
		free(o);
	}
}

void
world_free(struct world *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i <= w->mask; i++)
		while (w->heads[i] != NULL) {
			struct world_name *n = w->heads[i];

			w->heads[i] = n->next;
			free(n->name);
			free(n->text);
			free(n->alias);
			free(n->gives);
			free(n->stores);
			free(n->base);
			free(n->where);
			free(n->calls);
			free_passed(n);
			free(n->callers);
			free(n);
		}
	for (size_t i = 0; i < w->nedges; i++)
		free(w->edges[i].to);
	for (size_t i = 0; i < w->nlenders; i++)
		free(w->lenders[i]);
	for (size_t i = 0; i < w->npools; i++)
		for (size_t k = 0; k < w->pools[i].n; k++)
			free(w->pools[i].functions[k]);
	for (size_t i = 0; i < w->ntaken; i++)
		free(w->taken[i]);
	free(w->edges);
	free(w->newest);
	free(w->heads);
	free(w);
}

uint32_t
world_hash(const char *name)
{
	size_t len = strlen(name);
	uint64_t h = len * UINT64_C(0x9e3779b97f4a7c15), part;

	for (; len >= sizeof(part); name += sizeof(part)) {
		memcpy(&part, name, sizeof(part));
		h = (h ^ part) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 29;
		len -= sizeof(part);
	}
	part = 0;
	memcpy(&part, name, len);
	h = (h ^ part) * UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(h >> 32);
}

static struct world_name *
find_hashed(const struct world *w, const char *name, uint32_t hash)
{
	struct world_name *n = w->heads[hash & w->mask];

	while (n != NULL && (n->hash != hash || strcmp(n->name, name) != 0))
		n = n->next;
	return n;
}

uint32_t
world_root(const void *name, size_t len)
{
	const unsigned char *at = name, *end = at + len;
	uint32_t h = 2166136261u;

	for (; at < end && *at != '.'; at++)
		h = (h ^ *at) * 16777619u;
	return (h ^ h >> 15) % WORLD_ROOTS;
}

/* The bit of what stands before the first dot. */
static uint32_t
root_of(const char *name)
{
	size_t len = 0;

	while (name[len] != '\0' && name[len] != '.')
		len++;
	return world_root(name, len);
}

/* Of what stands behind the last dot, if there is one. */
static uint32_t
last_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL ? world_hash(dot + 1) : 0;
}

static struct world_name *
find(const struct world *w, const char *name)
{
	return find_hashed(w, name, world_hash(name));
}

struct world_name *
world_find(const struct world *w, const char *name)
{
	struct world_name *n = find(w, name);

	for (int i = 0; n != NULL && n->alias != NULL && i < ALIASES_MOST; i++)
		n = find(w, n->alias);
	return n;
}

struct world_name *
world_find_joined(const struct world *w, const char *a, size_t len,
    const char *b)
{
	char whole[JOINED_MOST];
	size_t more = strlen(b);

	if (len + more >= sizeof(whole))
		return NULL;
	memcpy(whole, a, len);
	memcpy(whole + len, b, more + 1);
	return world_find(w, whole);
}

struct world_name *
world_own(const struct world *w, const char *name)
{
	return find(w, name);
}

struct world_name *
world_inherited(const struct world *w, const char *name)
{
	const char *method = strstr(name, "().");
	const struct world_name *of = method != NULL ? world_find_joined(w,
	    name, (size_t)(method - name), "") : NULL;
	struct world_name *n = NULL;

	for (int i = 0; i < BASES_DEEP && n == NULL && of != NULL && of->type &&
	    of->base != NULL; i++) {
		n = world_find_joined(w, of->base, strlen(of->base), method);
		of = world_find(w, of->base);
	}
	return n;
}

const char *
world_alias(const struct world *w, const char *name)
{
	const struct world_name *n = find(w, name);

	return n != NULL ? n->alias : NULL;
}

static void
grow(struct world *w)
{
	size_t old = w->mask + 1;
	struct world_name **from = w->heads;

	w->mask = 4 * old - 1;
	w->heads = mem_array(w->mask + 1, sizeof(struct world_name *));
	for (size_t i = 0; i < old; i++)
		while (from[i] != NULL) {
			struct world_name *n = from[i];

			from[i] = n->next;
			n->next = w->heads[n->hash & w->mask];
			w->heads[n->hash & w->mask] = n;
		}
	free(from);
}

struct world_name *
world_make(struct world *w, const char *name)
{
	uint32_t hash = world_hash(name), root;
	struct world_name *n = find_hashed(w, name, hash), **head;

	if (n != NULL || w->nnames == WORLD_NAMES_MAX)
		return n;
	if (w->nnames > w->mask)
		grow(w);
	head = &w->heads[hash & w->mask];
	n = mem_alloc(sizeof(*n));
	n->name = mem_strdup(name);
	n->hash = hash;
	n->last = last_of(name);
	w->lasts[n->last / 64 % WORLD_LASTS] |= UINT64_C(1) << n->last % 64;
	root = root_of(name);
	w->roots[root / 64] |= UINT64_C(1) << root % 64;
	n->next = *head;
	*head = n;
	w->nnames++;
	return n;
}

/* Counted first: new names come to stand in the lists that are gone through. */
void
world_search(struct world *w, const char *folder)
{
	size_t len = strlen(folder), n = 0;
	struct world_name **below = mem_array(w->nnames + 1, sizeof(*below));

	for (size_t i = 0; w->nnames != 0 && i <= w->mask; i++)
		for (struct world_name *k = w->heads[i]; k != NULL; k = k->next)
			if (strncmp(k->name, folder, len) == 0 &&
			    k->name[len] == '.')
				below[n++] = k;
	for (size_t i = 0; i < n; i++) {
		const char *name = below[i]->name + len + 1;
		struct world_name *made = find(w, name) != NULL ? NULL :
		    world_make(w, name);

		if (made != NULL)
			made->alias = mem_strdup(below[i]->name);
	}
	free(below);
}

/* Does any name end so?  Most that are asked for do not. */
static bool
has_last(const struct world *w, uint32_t last)
{
	return w->lasts[last / 64 % WORLD_LASTS] >> last % 64 & 1;
}

size_t
world_methods(const struct world *w, const char *method,
    struct world_name **out, size_t most)
{
	uint32_t last = world_hash(method);
	size_t count = 0;

	if (!has_last(w, last))
		return 0;
	for (size_t i = 0; w->nnames != 0 && i <= w->mask; i++)
		for (struct world_name *n = w->heads[i]; n != NULL;
		    n = n->next) {
			const char *dot = n->function && n->last == last ?
			    strrchr(n->name, '.') : NULL;

			if (dot == NULL || strcmp(dot + 1, method) != 0 ||
			    dot - n->name < 2 || dot[-1] != ')')
				continue;
			if (count == most)
				return count;
			out[count++] = n;
		}
	return count;
}

struct world_name *
world_method(const struct world *w, const char *method)
{
	struct world_name *found[2];

	return world_methods(w, method, found, 2) == 1 ? found[0] : NULL;
}

bool
world_has(const struct world *w, const char *function)
{
	uint32_t last = world_hash(function);

	if (!has_last(w, last))
		return false;
	for (size_t i = 0; w->nnames != 0 && i <= w->mask; i++)
		for (const struct world_name *n = w->heads[i]; n != NULL;
		    n = n->next) {
			const char *dot = n->function && n->last == last ?
			    strrchr(n->name, '.') : NULL;

			if (dot != NULL && strcmp(dot + 1, function) == 0)
				return true;
		}
	return false;
}

uint64_t
world_marks_of_methods(const struct world *w, const char *method)
{
	uint32_t last = world_hash(method);
	uint64_t marks = 0;

	if (!has_last(w, last))
		return 0;
	for (size_t i = 0; w->nnames != 0 && i <= w->mask; i++)
		for (struct world_name *n = w->heads[i]; n != NULL;
		    n = n->next) {
			const char *dot = n->function && n->last == last ?
			    strrchr(n->name, '.') : NULL;

			if (dot != NULL && strcmp(dot + 1, method) == 0 &&
			    dot - n->name >= 2 && dot[-1] == ')')
				marks |= n->marks;
		}
	return marks & ~(uint64_t)MARK_UNREAD;
}

/* "pkg.net.Client().key", "pkg.net.Client.key": of an object or a class. */
static bool
is_field(const struct world *w, const struct world_name *n, const char *dot)
{
	const struct world_name *of;
	char *class;

	if (n->function && !n->property)
		return false;
	if (dot > n->name && dot[-1] == ')')
		return true;
	if (n->marks == 0)
		return false;
	class = mem_strndup(n->name, (size_t)(dot - n->name));
	of = find(w, class);
	free(class);
	return of != NULL && of->type;
}

uint64_t
world_marks_of_fields(const struct world *w, const char *name)
{
	uint32_t last = world_hash(name);
	uint64_t marks = 0;

	if (!has_last(w, last))
		return 0;
	for (size_t i = 0; w->nnames != 0 && i <= w->mask; i++)
		for (const struct world_name *n = w->heads[i]; n != NULL;
		    n = n->next) {
			const char *dot = n->last == last ?
			    strrchr(n->name, '.') : NULL;

			if (dot != NULL && strcmp(dot + 1, name) == 0 &&
			    is_field(w, n, dot))
				marks |= n->marks;
		}
	return marks & ~(uint64_t)MARK_UNREAD;
}

static uint64_t
marks_of_one(const struct world *w, const char *object)
{
	size_t len = strlen(object);
	uint64_t marks = 0;

	for (size_t i = 0; w->nnames != 0 && i <= w->mask; i++)
		for (struct world_name *n = w->heads[i]; n != NULL;
		    n = n->next)
			if (!n->function && strncmp(n->name, object, len) ==
			    0 && n->name[len] == '.')
				marks |= n->marks;
	return marks;
}

/* Of "pkg.net.Client", with what it binds. */
static uint64_t
marks_of_class(const struct world *w, const struct world_name *class)
{
	char *object = mem_printf("%s()", class->name);
	uint64_t marks = class->members | marks_of_one(w, object);

	free(object);
	return marks;
}

/* Is it a kind of that, at most so many steps below? */
static bool
is_kind_of(const struct world *w, const struct world_name *n,
    const struct world_name *of)
{
	for (int i = 0; n != NULL && i < BASES_DEEP; i++) {
		if (n == of)
			return true;
		n = n->base != NULL ? world_own(w, n->base) : NULL;
	}
	return false;
}

uint64_t
world_marks_of_object(const struct world *w, const char *object)
{
	char *name = mem_strndup(object, strlen(object) - 2);
	const struct world_name *class = world_own(w, name);
	uint64_t marks = class == NULL ? marks_of_one(w, object) :
	    marks_of_class(w, class);
	size_t kin = 0;

	for (size_t i = 0; class != NULL && w->nnames != 0 && i <= w->mask;
	    i++)
		for (struct world_name *n = w->heads[i]; n != NULL &&
		    kin < KIN_MOST; n = n->next)
			if (n->type && n != class && (is_kind_of(w, n, class) ||
			    is_kind_of(w, class, n))) {
				marks |= marks_of_class(w, n);
				kin++;
			}
	free(name);
	return marks & ~(uint64_t)MARK_UNREAD;
}

int
world_parameter(const struct world_name *n, size_t at, const char *keyword)
{
	uint32_t hash = keyword != NULL ? world_hash(keyword) : 0;

	if (keyword == NULL && n->star != 0 && at + 1 >= n->star)
		return n->star - 1;
	if (keyword == NULL)
		return at < n->nparameters ? (int)at : -1;
	for (int k = 0; k < n->nparameters; k++)
		if (n->keywords[k] == hash)
			return k;
	return n->stars - 1;
}

struct world_passed *
world_option(struct world_name *n, const char *key)
{
	struct world_option **at = &n->options;
	size_t seen = 0;

	for (; *at != NULL; at = &(*at)->next, seen++)
		if (strcmp((*at)->key, key) == 0)
			return &(*at)->passed;
	if (seen == WORLD_OPTIONS)
		return NULL;
	*at = mem_alloc(sizeof(**at));
	(*at)->key = mem_strdup(key);
	return &(*at)->passed;
}

void
world_mark(struct world *w, struct world_name *n, uint64_t marks,
    uint64_t loose, uint64_t held)
{
	w->written += marks_join(n->marks, marks) != n->marks ||
	    marks_join(n->loose, loose) != n->loose || (held & ~n->held) != 0;
	n->marks = marks_join(n->marks, marks);
	n->loose = marks_join(n->loose, loose);
	n->held |= held;
}

/* Where the newest edge of the module being read is kept. */
static uint32_t *
newest_edge(struct world *w)
{
	if (w->at >= w->nnewest) {
		size_t n = 2 * (size_t)w->at + 8;

		w->newest = mem_grow(w->newest, n, sizeof(*w->newest));
		memset(w->newest + w->nnewest, 0, (n - w->nnewest) *
		    sizeof(*w->newest));
		w->nnewest = n;
	}
	return &w->newest[w->at];
}

void
world_import(struct world *w, const char *module)
{
	uint32_t hash = world_hash(module), *newest = newest_edge(w);

	for (uint32_t i = *newest; i != 0; i = w->edges[i - 1].before)
		if (w->edges[i - 1].hash == hash &&
		    str_equal(w->edges[i - 1].to, module))
			return;
	if (w->nedges == WORLD_EDGES_MAX)
		return;
	if (w->nedges == w->edges_room) {
		w->edges_room = w->edges_room == 0 ? 32 : 2 * w->edges_room;
		w->edges = mem_grow(w->edges, w->edges_room,
		    sizeof(*w->edges));
	}
	w->edges[w->nedges++] = (struct world_edge){ w->at, hash,
	    mem_strdup(module), *newest };
	*newest = (uint32_t)w->nedges;
}

bool
world_reaches(const struct world *w, const char *module, const char *name)
{
	size_t len = strlen(module);

	for (size_t i = 0; i < w->nedges; i++) {
		const struct world_edge *e = &w->edges[i], *next = e + 1;
		bool named = i + 1 < w->nedges && next->from == e->from &&
		    str_starts(next->to, module) && next->to[len] == '.';

		if (!str_starts(e->to, module))
			continue;
		if (e->to[len] == '\0' ? !named : e->to[len] == '.' &&
		    str_equal(e->to + len + 1, name))
			return true;
	}
	return false;
}

/* A copy of the name, once, while there is room. */
static void
add_name(char **names, size_t *n, size_t most, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (str_equal(names[i], name))
			return;
	if (*n < most)
		names[(*n)++] = mem_strdup(name);
}

void
world_lend(struct world *w, const char *library)
{
	add_name(w->lenders, &w->nlenders, WORLD_LENDERS, library);
}

/* ---- functions that objects are given ---------------------------------- */

static size_t
pool_at(const struct world *w, uint32_t hash)
{
	size_t i = 0;

	while (i < w->npools && w->pools[i].hash != hash)
		i++;
	return i;
}

const struct world_pool *
world_pool(const struct world *w, const char *class)
{
	size_t i = pool_at(w, world_hash(class));

	return i < w->npools ? &w->pools[i] : NULL;
}

/* "pkg.steps" of "pkg.steps.Step" */
static uint32_t
module_hash(const char *class)
{
	const char *dot = strrchr(class, '.');
	char *module = mem_strndup(class, dot != NULL ?
	    (size_t)(dot - class) : 0);
	uint32_t hash = world_hash(module);

	free(module);
	return hash;
}

void
world_pool_add(struct world *w, const char *class, const char *function)
{
	uint32_t hash = world_hash(class);
	size_t i = pool_at(w, hash);

	if (i == WORLD_POOLS)
		return;
	if (i == w->npools) {
		w->pools[i].hash = hash;
		w->pools[i].module = module_hash(class);
		w->npools++;
	}
	add_name(w->pools[i].functions, &w->pools[i].n, WORLD_POOLED, function);
}

size_t
world_pooled(const struct world *w, uint32_t module)
{
	size_t n = 0;

	for (size_t i = 0; i < w->npools; i++)
		n += w->pools[i].module == module ? w->pools[i].n : 0;
	return n;
}

void
world_take(struct world *w, const char *function)
{
	add_name(w->taken, &w->ntaken, WORLD_TAKEN, function);
}
