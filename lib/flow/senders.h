/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_SENDERS_H
#define FLOW_SENDERS_H

/* senders - what is sent, where to, and by what. */
#include "flow/state.h"

/* ---- sent.c ---- */
/* Which argument tells where to send. */
size_t	flow_address_of(struct flow *, const struct frame *);
/* Its text; of (host, port), the host's. */
uint32_t flow_address_text(const struct flow *, const struct frame *,
	    size_t i);
/* What comes back when a request is sent. */
void	flow_answer(struct flow *, const struct frame *, struct taint *out);
/* The call has arguments. */
void	flow_tell_sent(struct flow *, const struct frame *,
	    struct flow_told *);

/* ---- wrap.c ---- */
/* A call that sends to an address which does not stand in the code. */
void	flow_note_sender(struct flow *, const struct frame *,
	    size_t address);
/* What a call sends that is none of a library's. */
struct flow_sending {
	uint64_t	 marks;
	uint32_t	 params, address; /* of the function around the call */
	uint32_t	 where;		/* text of the address, or 0 */
};
void	flow_tell_sender(struct flow *, const struct frame *,
	    const struct fact *, const struct flow_sending *);
/* A call sends parameters to an address in the code. */
void	flow_note_report(struct flow *, const struct frame *, size_t address);
/* A function that does so is called: true if the caller gives what is made of
 * what it hands on. */
bool	flow_is_worked(struct flow *, const struct frame *, uint32_t params);
/* Of a call that sends: does the function around it, or one that calls that,
 * give what is made of what is sent? */
bool	flow_works(const struct flow *, const struct flow_told *);
/* A wrapper is called; `parameter` says which of its parameters takes
 * argument `i`, or -1. */
void	flow_call_sender(struct flow *, const struct frame *,
	    const struct flow_sender *, const void *function,
	    int (*parameter)(const struct flow *, const struct frame *,
	    size_t i, const void *function));
/* Client("https://..."): the text of the address that an object is made with,
 * or 0. */
uint32_t flow_made_with(const struct flow *, const struct frame *);
/* ... Place("host", 21), of a record that is an address as a whole. */
uint32_t flow_record_where(const struct flow *, const struct frame *);

/* ---- client.c ---- */
/* The address of whoever has the login that stands in the code. */
bool	flow_is_owners(const struct flow *, uint32_t where);
/* Of an object of a client whose host or login stands in the code, or of
 * something of it. */
bool	flow_is_of_client(struct flow *, const struct taint *);
/* NAME_BINDS and those behind it, of a keyword or callee. */
uint64_t flow_client_traits(const char *name);
/* The text of the address that what the call gives is bound to, or 0. */
uint32_t flow_bound(struct flow *, const struct frame *, uint32_t name,
	    const struct fact *);
/* "https://" + host, f"https://{host}/x", "https://%s" % host, where flow knows
 * the host and folding does not: the text, or 0. */
uint32_t flow_address_made(struct flow *, uint32_t node);
/* A method of an object that is bound to an address is given something. */
void	flow_look_client(struct flow *, const struct frame *);

/* ---- partial.c ---- */
/* partial(post, "https://..."): the function, bound to its address. */
struct taint flow_partial(struct flow *, const struct frame *);
/* What is called stands at that node: the frame is given what a partial
 * function was made with. */
void	flow_take_partial(struct flow *, struct frame *, uint32_t callee);
/* ... that another module made of a function of its own, by that name. */
void	flow_take_bound(struct flow *, struct frame *, uint32_t name);

/* ---- tied.c ---- */
/* HELD_SOCKET if the call gives a connection, or 0. */
uint64_t flow_connection(struct flow *, const struct frame *);
/* What a connection's methods give: a file of it, or what its peer sends. */
void	flow_look_peer(const struct flow *, const struct frame *,
	    struct taint *);
/* One after the other of what is in a file of a connection. */
void	flow_take_lines(struct taint *);
/* A connection is opened to an address in the code: so is what comes of it. */
void	flow_bind_peer(struct flow *, const struct frame *, struct taint *);
/* An event loop connects a protocol of the package's. */
void	flow_look_protocol(struct flow *, const struct frame *);
/* Something that holds a connection connects. */
void	flow_look_connect(struct flow *, const struct frame *);
/* Of a call that ties a program's streams: to what? */
void	flow_tell_tied(struct flow *, const struct frame *,
	    struct flow_call *);

/* ---- chat.c ---- */
bool	flow_is_chat(const struct flow *, uint32_t name);
/* Of whoever has the key of a bot or webhook that stands in the code. */
uint32_t flow_chat_address(struct flow *);
bool	flow_is_chat_address(const struct flow *, uint32_t text);
void	flow_look_chat(struct flow *, const struct frame *);

/* ---- host.c ---- */
bool	flow_is_host(const char *);
/* (host, port), HUB, *HUB or self.hub of a pair: the host's node, or 0. */
uint32_t flow_pair(const struct flow *, uint32_t node);
bool	flow_is_fixed(const struct flow *, const struct frame *, size_t i);
/* Is it made of a literal by a decoder that folding does not know? */
bool	flow_is_sealed(const struct flow *, const struct frame *, size_t i);
/* The host of an address as a text, into the caller's array; "" for none. */
void	flow_host(const struct flow *, uint32_t text, char out[HOST_MOST + 1]);
bool	flow_is_foreign(struct flow *, const char *host);
bool	flow_is_listing(struct flow *, const struct flow_told *);
bool	flow_is_own_key(struct flow *, const char *host, bool listing);
/* Is a login for that host kept under a name that hints at it? */
bool	flow_is_kept_for(const struct flow *, const char *host);
/* get_password("service", user): the text names a login. */
void	flow_note_kept(struct flow *, const struct frame *);

#endif
