/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_SECRETS_H
#define FLOW_SECRETS_H

/* secrets - what is a secret, who looks for it, and whom it is lent to. */
#include "flow/state.h"

/* ---- unread.c ---- */
/* Of a call that is given, or called on, the name of a place that holds
 * secrets: may it read what is there?  Then so is all that the frame has. */
bool	flow_reads(struct flow *, struct frame *, uint32_t name);
/* A request tells only where secrets stand: into `out`, the call without
 * them. */
bool	flow_drops_unread(struct flow *, const struct frame *,
	    const struct fact *, struct frame *out);

/* ---- used.c ---- */
/* Of dotted names and of keywords, for their traits. */
bool	flow_uses_secret(const char *name, size_t len);
uint64_t flow_secret_keyword(const char *);
/* The call uses its arguments as secrets: so they are. */
void	flow_look_used(struct flow *, struct frame *);
/* So does who writes them behind the name of a way to log in. */
void	flow_look_scheme(struct flow *, uint32_t node);
void	flow_look_headers(struct flow *, uint32_t node);
/* x.encode(), x.strip(): the row of what was taken as it is, or 0. */
uint32_t flow_row_of_value(const struct flow *, uint32_t node);

/* ---- hunt.c ---- */
/* {".docx", ".kdbx"}, ("key", "token"): MARK_HUNTED for a list of what thieves
 * look for, or 0. */
uint64_t flow_hunt_list(const struct flow *, uint32_t node);
/* x in LIST: what decides is told to whoever filters by it. */
struct taint flow_hunt_compare(struct flow *, uint32_t node);
void	flow_hunt_if(struct flow *, uint32_t node);
void	flow_hunt_clause(struct flow *, uint32_t node);
/* Does the choice put something else in the place of secrets? */
bool	flow_leaves_out(const struct flow *, uint32_t choice);
/* A dictionary made by such a choice; a clause that takes only variables that
 * tell of Python and the system: neither is the whole environment. */
void	flow_hunt_left(const struct flow *, uint32_t node, struct taint *);
void	flow_hunt_plain(struct flow *, uint32_t clause, struct taint *);
/* os.environ.items(), sorted(os.environ): names and values, and no table that
 * holds the environment as one value. */
bool	flow_hunt_goes_through(const struct flow *, uint32_t source);
/* ... of a loop whose block begins with such a condition. */
void	flow_hunt_loop(struct flow *, uint32_t loop, struct taint *);
/* Every file below a home or the working folder, or all keys: marks, or 0. */
uint64_t flow_searched(struct flow *, const struct frame *, uint64_t traits);
/* name.endswith(LIST), PATTERN.search(name), fnmatch(name, "*.pem") */
void	flow_hunt_call(struct flow *, struct frame *);

/* ---- lent.c ---- */
/* A client of another service's library is made with a secret. */
void	flow_look_lent(struct flow *, const struct frame *);
/* service.api_key = key: the value is lent. */
void	flow_lend_setting(struct flow *, uint32_t target, uint32_t value);
/* `whole` is "service.api_key", or of a client; `name` its last part, `object`
 * what is in front: marks. */
uint64_t flow_lent_setting(struct flow *, uint32_t object, uint32_t whole,
	    uint32_t name);
/* session.query(Connection): all that a scheduler keeps; marks, or 0. */
uint64_t flow_asks_all(const struct flow *, const struct frame *);
/* MARK_LENT if the attribute's row is lent in the class around, or 0. */
uint64_t flow_lent_in(const struct flow *, uint32_t row);
/* An attribute is given that: it is lent in the class around alone. */
void	flow_keep_lent(struct flow *, uint32_t row, struct taint *);
/* Is a lent secret among what is sent to that address? */
bool	flow_sends_lent(const struct flow_call *, const char *address);
/* Is the host one of a library that secrets are lent to? */
bool	flow_is_lender(const struct flow *, const char *host);
bool	flow_lent_is_sorted(void);

#endif
