/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_PROGRAMS_H
#define FLOW_PROGRAMS_H

/* programs - programs that are started: their lines and variables. */
#include "flow/state.h"

/* ---- line.c: command lines ---- */
/* Is that the name of a program that runs nothing of what it is given? */
bool	flow_is_tool(const char *word, size_t);
/* What comes of a template, a text, that values were put into with %, .format
 * or f"": where it is the line of such tools alone, what the values say is not
 * what runs. */
void	flow_fill_line(const struct flow *, uint32_t template,
	    struct taint *line);
/* "msgcat " + x, or a name that is given that and grows: the whole of it. */
bool	flow_grows_tool(const struct flow *, uint32_t node);
/* Does the program get words that somebody else said, behind its own? */
bool	flow_passes_on(const struct flow *, const struct frame *);

/* Does a program of that name run what one of its arguments says? */
bool	flow_starts_others(const char *name);

/* ---- input.c ---- */
/* Does what stands there, or comes out of a table of lists, start a program
 * that only reads its input, and none beside it? */
bool	flow_only_reads(struct flow *, uint32_t node);
/* Is that a NAME of the variable that has that binding? */
bool	flow_is_named(const struct flow *, uint32_t node, uint32_t b);
/* May other modules say what stands in it, for it is the module's? */
bool	flow_is_shared(const struct flow *, const struct binding *);
/* By what folding says: the call may stand further on than was walked. */
bool	flow_starts_process(struct flow *, uint32_t call);

/* ---- shown.c ---- */
/* Is a program that its user chose started to show him something? */
bool	flow_is_shown(const struct flow *, const struct frame *,
	    const struct fact *);
/* A folder that the source makes. */
bool	flow_is_folder(struct flow *, uint32_t node);
/* Does the path end as one of what is read, and never run? */
bool	flow_is_document(const struct flow *, uint32_t node);
/* Does a program of that name choose by the ending who reads a file? */
bool	flow_opens_by_end(const char *program);

/* ---- grown.c ---- */
struct flow_grown {
	uint64_t	 marks;		/* MARK_UPLOADING: it sends, */
	uint32_t	 where;		/* ... there: a text, or 0 */
	bool		 hands;		/* a file in which secrets stand */
	bool		 fetches;	/* a shell starts what it fetched, */
	bool		 goes_on;	/* ... while nobody waits for that */
};
/* Of a call that starts a program: what its line says, however many lists that
 * is put together from. */
void	flow_grow_line(struct flow *, const struct frame *,
	    struct flow_grown *);

/* ---- fetch.c: a process is started ---- */
/* Does it print what it fetched? */
bool	flow_prints_fetched(struct flow *, const struct frame *);
/* ... who and where the machine is: marks. */
uint64_t flow_prints_host(struct flow *, const struct frame *);
/* Does it fetch, and is its address more than the name of a file that it
 * fills? */
bool	flow_asks(struct flow *, const struct frame *);
/* Is it a program that unpacks an archive, and does nothing else? */
bool	flow_unpacks(struct flow *, const struct frame *);
/* ... that compiles sources? */
bool	flow_compiles(struct flow *, const struct frame *);
/* A line that fills files: they are not what it runs. */
bool	flow_fills(const struct flow *, const struct frame *);
/* Files that it fills with what it fetched are. */
void	flow_look_fetched(struct flow *, const struct frame *);

/* ---- interpreter.c ---- */
/* The list itself, or the one that a name was given; or 0. */
uint32_t flow_list_of(const struct flow *, uint32_t node);
/* Was the list filled step by step, or does a function give it? */
bool	flow_is_put_together(const struct flow *, uint32_t node,
	    const struct value *list);
/* A text that is the name of what fetches or runs what it is given. */
bool	flow_is_program(const struct flow *, uint32_t text);
/* Is what is started a program that executes what it reads? */
bool	flow_is_interpreter(struct flow *, const struct frame *);
/* Is it Python, told to run a source of the package? */
bool	flow_runs_source(const struct flow *, const struct frame *);
/* ... by code that stands in the list. */
bool	flow_tells_python(const struct flow *, const struct frame *);
/* [node, "-e", code]: an interpreter is told at once. */
void	flow_look_inline(struct flow *, const struct frame *,
	    const struct fact *);
/* ... or something that was started is told something now. */
void	flow_look_told(struct flow *, const struct frame *);

/* ---- typed.c ---- */
/* HELD_TYPED if the call gives what an interpreter reads, or 0. */
uint64_t flow_typed(struct flow *, const struct frame *);
/* Of something that holds that: may the attribute be its input? */
bool	flow_is_typed(const struct flow *, uint32_t attribute);
/* What a peer sends is typed there. */
void	flow_look_typed(struct flow *, const struct frame *);
/* What calls of what holds either end give holds none, or is a peer's. */
void	flow_end_typed(const struct flow *, const struct frame *,
	    struct taint *);

/* ---- planted.c ---- */
/* Of a call that copies or writes: a file of the package that is named as data
 * goes elsewhere. */
void	flow_plant(struct flow *, const struct frame *, enum deed);
/* Is what the call starts or loads such a file, wherever it stands? */
bool	flow_starts_planted(const struct flow *, const struct frame *);

/* ---- environ.c ---- */
/* os.environ[key] = value; `key` is a text. */
void	flow_give_variable(struct flow *, uint32_t key, const struct taint *);
void	flow_look_given(struct flow *, const struct frame *,
	    uint64_t traits);
/* What a program that is started finds there, if it asks. */
uint64_t flow_given_marks(const struct flow *, const struct frame *,
	    const struct fact *);

#endif
