/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_FOLD_STATE_H
#define PYTHON_FOLD_STATE_H

/* fold_state - what the files of fold share. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "python/fold.h"

#define FOLD_ARGUMENTS 8	/* positional ones of a call, that are
				   looked at */
#define FOLD_KEYWORDS 8

/* Variables while something is gone through step by step (fold_run.h). */
struct variable {
	uint32_t	 name;
	struct value	 value;
};

#define ENV_MOST 48		/* variables of one function */

struct env {
	struct variable	 vars[ENV_MOST];
	uint32_t	 n;
	struct env	*outer;
	bool		 loop;		/* of the source itself: names not here
					   are what they were before `at` */
	uint32_t	 at;
};

/* What a loop of the source left. */
struct loop {
	uint32_t	 node, n;
	bool		 busy;
	struct variable	*vars;
};

struct arguments {
	uint32_t	 node;		/* the call */
	uint32_t	 path;		/* word of what is called, or 0 */
	struct value	 self;		/* of a method */
	struct value	 at[FOLD_ARGUMENTS];
	uint32_t	 n;
	uint32_t	 names[FOLD_KEYWORDS];
	struct value	 keywords[FOLD_KEYWORDS];
	uint32_t	 nkeywords;
	bool		 whole;		/* none left out, none spread */
	bool		 bound;		/* a method: self is passed by itself */
	bool		 holes;		/* ... and a hole for each parameter */
	bool		 plain;		/* called without its decorators */
	uint32_t	 closure;	/* as `word` of code, or 0 */
	struct env	*env;
};

#define RECORD_DEEP 6		/* attributes made of attributes */
/* The name of a parameter in the text of an attribute. */
#define RECORD_HOLE '\x01'
#define RECORD_HOLE_END '\x02'

/* What a method of one object gave. */
struct ran {
	uint32_t	 code;
	struct value	 value;
	struct ran	*next;
};

/* What an object was made with. */
struct record {
	uint32_t	 class;		/* CLASS of this source, or 0 */
	uint32_t	 elsewhere;	/* the word of an object of another
					   module, or 0 */
	uint32_t	 of;		/* record of a namedtuple()'s
					   call, or 0 */
	uint32_t	 n, nkeywords;
	struct value	*at;		/* n, and behind them those of
					   keywords */
	uint32_t	*names;
	struct ran	*ran;
	uint32_t	 asked[RECORD_DEEP], nasked; /* attributes, right now */
	bool		 symbolic;	/* with a hole for each parameter */
};

/* ---- fold.c ---- */
struct value fold_in(struct fold *, uint32_t node, struct env *);
struct value fold_skip(struct fold *, enum fold_skip, uint32_t node);
bool	fold_step(struct fold *, uint32_t node);
/* What goes through bytes or makes them pays for them in steps.  False when
 * none are left, and for what is made when there is no room either. */
bool	fold_pay(struct fold *, uint32_t node, uint64_t bytes);
void	fold_charge(struct fold *, const struct value *);
/* By node, for nodes that are no expressions too. */
bool	fold_remembered(struct fold *, uint32_t node, struct value *);
void	fold_remember(struct fold *, uint32_t node, struct value);
/* The number that a value is remembered by: MEMO_FIRST and up. */
uint32_t fold_keep(struct fold *, const struct value *);
enum { MEMO_NONE, MEMO_BUSY, MEMO_UNKNOWN, MEMO_FIRST };

/* ---- fold_name.c ---- */
struct value fold_name(struct fold *, uint32_t node);
/* ... before `at`, where a loop begins. */
struct value fold_name_before(struct fold *, uint32_t node, uint32_t at);
/* fold_binding() without looking at older ones, and not remembered. */
struct value fold_binding_alone(struct fold *, uint32_t binding);
struct value fold_module_name(struct fold *, uint32_t name);
/* sys.modules[__name__]: of this source. */
#define FOLD_OWN_MODULE "sys.modules[__name__]"
struct value fold_own_module(struct fold *);
/* What globals()[name] is: bound by the module, or a builtin. */
struct value fold_global(struct fold *, uint32_t name);
/* "a" + "." + "b" */
struct value path_joined(struct fold *, uint32_t left, const char *between,
	    uint32_t right);

/* ---- fold_gather.c ---- */
/* What self.x is, or a name of the module, of which nothing but `base` is
 * known, once all functions have added to it. */
struct value fold_gathered(struct fold *, uint32_t name, bool attribute,
	    struct value base);
void	fold_gathered_free(struct fold *);
size_t	fold_gathered_memory(const struct fold *);

/* ---- fold_attribute.c ---- */
/* object.name; `hidden`: the name was a text. */
struct value fold_attribute(struct fold *, struct value object, uint32_t name,
	    bool hidden);
/* Of an ATTR node. */
struct value fold_member(struct fold *, uint32_t node, struct env *);
/* Texts of the standard library that codes are made of. */
bool	path_text(const struct fold *, const struct value *path,
	    struct value *);
/* Of a DEF or CLASS; 0: of the module. */
struct value fold_docstring(struct fold *, uint32_t owner);
struct value fold_builtins(struct fold *);

/* A method, or what a class binds; `instance`: through self, or one. */
struct value class_binding(struct fold *, uint32_t binding, bool instance);

/* ---- fold_record.c ---- */
/* The number of what a call makes, or 0. */
uint32_t record_make(struct fold *, uint32_t class, const struct arguments *);
uint32_t record_of_call(struct fold *, const struct value *callee,
	    const struct arguments *);
/* Of an object that another module made and named. */
uint32_t record_elsewhere(struct fold *, const char *module, size_t len,
	    struct word_text name);
/* Of one that is made with a hole for each parameter; 0 for none. */
uint32_t record_symbolic(struct fold *, uint32_t class);
struct value record_object(const struct fold *, uint32_t record);
/* What it was made with, by place and by keyword; nothing else is set. */
void	record_arguments(const struct record *, struct arguments *);
/* An attribute of an object of a class of this source, */
struct value record_attribute(struct fold *, struct value object,
	    uint32_t name);
/* and of one of another module. */
struct value record_outside(struct fold *, struct value object,
	    uint32_t name);
/* The fields of a namedtuple()'s call, with blanks between. */
struct value record_names(struct fold *, uint32_t record);
/* object.method(with) */
struct value record_run(struct fold *, struct value object, uint32_t def,
	    const struct value *with);
/* The same by a special method's name; false when there is none. */
bool	record_call(struct fold *, struct value object, const char *method,
	    struct arguments *, struct value *);
uint32_t record_method(struct fold *, uint32_t class, const char *name);
/* What is bound in a class, without field() around it. */
struct value record_constant(struct fold *, uint32_t binding);
uint32_t record_block(const struct fold *, uint32_t def);
uint32_t record_field_of(struct fold *, uint32_t statement);
struct value record_hole(struct fold *, uint32_t name);
bool	record_has_hole(const struct value *);
/* Does the name begin with that of the package? */
bool	record_is_ours(const struct fold *, uint32_t path);

/* ---- fold_op.c ---- */
struct value fold_index(struct fold *, uint32_t node, struct env *);
/* object[key] */
struct value fold_item(struct fold *, struct value object, struct value key);

static inline const struct node *
fold_at(const struct fold *f, uint32_t node)
{
	return &f->tree->nodes[node];
}

/* ---- fold_value.c: makers and readers of values ---- */
struct value value_int(int64_t);
struct value value_bool(bool);
/* A whole number of big-endian bytes, borrowed: small ones are a VALUE_INT. */
struct value value_big(const uint8_t *, size_t len);
struct value value_path(struct fold *, const char *, size_t len);
/* Room for `len` bytes, paid for, or NULL when the bounds are reached. */
uint8_t	*fold_room(struct fold *, uint32_t node, size_t len);
struct value *fold_items(struct fold *, uint32_t node, size_t n);
/* A text of bytes in the arena. */
struct value value_text(enum value_kind, const void *, size_t len);
struct value value_copy(struct fold *, uint32_t node, enum value_kind,
	    const void *, size_t len);
/* A buffer for a result, bounded by the room that is left for one; false when
 * a bound is reached.  The result itself; the buffer is released. */
bool	value_begin(struct fold *, uint32_t node, struct buf *);
struct value value_end(struct fold *, uint32_t node, enum value_kind,
	    struct buf *);
struct value value_list(struct value *, size_t n, unsigned int flags);
bool	value_is(const struct value *, const char *text);
bool	value_path_is(const struct fold *, const struct value *, const char *);
bool	value_equal(const struct value *, const struct value *);
/* The same where many are compared: texts are paid for. */
bool	value_matches(struct fold *, const struct value *,
	    const struct value *);
int	value_truth(const struct value *); /* 1, 0, -1 not known */
bool	value_as_int(const struct value *, int64_t *);
/* Elements of anything that can be gone through: of a range, more than its
 * `len`.  False when it cannot, and nothing is set. */
bool	value_items(struct fold *, uint32_t node, struct value,
	    struct value **, size_t *n);
/* str(x) into an array; the length, or -1. */
int	value_spell(const struct value *, char *out, size_t room, bool repr);
uint32_t value_length(const struct value *); /* len(x), for texts and items */
/* Finds out whether a str is VALUE_ASCII, before it is indexed in a loop. */
void	value_measure(struct value *);
struct value value_layer(struct fold *, uint32_t node, const char *how,
	    const struct value *from, struct value);
/* What a decoder wrote, as a layer: not `ok`, up to where the data broke, which
 * is said.  The buffer is released. */
struct value value_decoded(struct fold *, uint32_t node, const char *how,
	    const struct value *from, enum value_kind, struct buf *, bool ok);
/* How a list of numbers or letters came about, for the layer made of it:
 * WORK_XOR and the key in the low byte, when there is one; in a
 * list's `word`. */
#define WORK_XOR 0x100u
#define WORK_KEY 0x200u
#define WORK_DONE 0x400u	/* its text is a layer already: reversed() */
#define WORK_TABLE 0x1000u	/* letters were looked up one by one */
#define WORK_CYCLE 0x800u	/* goes on from its beginning */
const char *value_work(struct fold *, const struct value *list,
	    const char *otherwise);
uint32_t str_length(const uint8_t *, size_t len);
size_t	str_offset(const uint8_t *, size_t len, size_t characters);

/* ---- fold_closure.c ---- */
/* The variables around what stands at that node: a number, or 0; and into an
 * empty one. */
uint32_t closure_keep(struct fold *, uint32_t node, const struct env *);
void	closure_open(const struct fold *, uint32_t closure, struct env *);
bool	closure_is_decorated(const struct fold *, uint32_t def);
/* Through its decorators, as far as they are code of this source; unknown when
 * none is. */
struct value closure_call_decorated(struct fold *, uint32_t def,
	    struct arguments *);

/* ---- fold_told.c ---- */
/* The text was made of the other one, and has next to nothing of it. */
bool	value_is_new(struct fold *, uint32_t node, const struct value *from,
	    const struct value *);

/* ---- fold_across.c ---- */
/* What a function of another module of the package gives; false when nobody
 * knows. */
bool	across_call(struct fold *, const struct arguments *, struct value *);
/* What stands behind that path in another module. */
bool	across_value(struct fold *, struct word_text path, struct value *);

/* ---- others ---- */
struct value literal_string(struct fold *, uint32_t node);
struct value literal_strings(struct fold *, uint32_t node, struct env *);
struct value literal_number(struct fold *, uint32_t node);
/* Digits of a whole number; base 0: as Python's own literals. */
struct value literal_digits(struct fold *, uint32_t node, const uint8_t *,
	    size_t len, unsigned int base);
struct value fold_operator(struct fold *, uint32_t node, uint8_t op,
	    struct value, struct value);
/* fold_big.c: of numbers one of which, or what comes of them, is beyond 64
 * bits. */
struct value fold_big(struct fold *, uint32_t node, uint8_t op,
	    const struct value *, const struct value *);
struct value fold_unary(struct fold *, uint32_t node, struct env *);
struct value fold_compare(struct fold *, uint32_t node, struct env *);
struct value format_string(struct fold *, uint32_t node, struct env *);
struct value format_percent(struct fold *, uint32_t node, struct value,
	    struct value);
struct value format_method(struct fold *, struct arguments *);
struct value format_template(struct fold *, struct arguments *);
struct value fold_call(struct fold *, uint32_t node, struct env *);
/* A call whose parts are known. */
struct value fold_apply(struct fold *, struct value callee,
	    struct arguments *);
struct value method_call(struct fold *, struct arguments *);
struct value object_call(struct fold *, struct arguments *);
struct value function_call(struct fold *, struct arguments *, bool *known);
struct value run_function(struct fold *, uint32_t code, struct arguments *);
/* An expression in a function that is called with what the object was made
 * with. */
struct value run_with(struct fold *, uint32_t def, struct value object,
	    uint32_t node);
struct value run_comprehension(struct fold *, uint32_t node, struct env *);
/* A text that code put together is a layer, if it is not one already. */
struct value value_put_together(struct fold *, uint32_t node, const char *how,
	    struct value);
/* What a loop of the source leaves in a name, from what was before it. */
struct value run_loop_for(struct fold *, uint32_t loop, uint32_t name);
struct value *env_find(struct env *, uint32_t name);
/* Lists and texts that grow at their end, in place while nobody else has. */
struct value value_append(struct fold *, uint32_t node, struct value list,
	    struct value item);
struct value value_extend(struct fold *, uint32_t node, struct value text,
	    struct value more);
/* x.append(y) and the like. */
struct value value_changed(struct fold *, uint32_t call, struct value,
	    struct env *);

typedef struct value builtin(struct fold *, struct arguments *);
/* fold_table.c */
builtin method_maketrans, method_translate;
/* fold_sequence.c */
builtin function_list, function_range, function_sorted,
	function_reversed, function_enumerate, function_zip,
	function_cycle, function_map, function_filter, function_sum,
	function_dict;
/* fold_json.c */
builtin function_json, function_literal;
/* fold_decoder.c */
builtin function_unhex, function_from_bytes, function_partial,
	function_reduce, function_object;
/* Decoders by name; false when the name is none. */
bool	function_decode(struct fold *, struct arguments *, struct value *);
bool	function_decodes(struct word_text); /* it knows that name */
bool	str_ends_with(struct word_text, const char *);

static inline bool
word_is(struct word_text w, const char *text)
{
	/* The first letter tells most apart. */
	return w.len == 0 ? *text == '\0' : *w.text == (uint8_t)*text &&
	    strlen(text) == w.len && memcmp(w.text, text, w.len) == 0;
}

static inline struct value
value_unknown(void)
{
	return (struct value){ 0 };
}

/* The argument at that place, if there is one. */
static inline struct value
given(const struct arguments *a, uint32_t i)
{
	return i < a->n ? a->at[i] : value_unknown();
}

#endif
