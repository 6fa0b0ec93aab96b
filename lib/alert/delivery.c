/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery - deliveries under way to the sinks.
 * Takes: what queue wants delivered.  Gives: delivered, later or never.
 * Runs in: alert, the command (sinks test).
 *
 *	courier_deliver --> WAITING --lane free, pace kept--> SENDING
 *	                       |                                 | answer
 *	                       | sink gone, lane full            v
 *	                       +-----------------------------> done(), freed
 */
#include "alert/delivery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "alert/alert.h"
#include "alert/backoff.h"
#include "alert/sinks.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/dice.h"
#include "base/fault.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mail.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"

/* A crowded lane is asked for again after so long: seconds of its pace. */
#define CROWDED_MS 5000
/* A receiver that wants longer rest than this gets its deliveries from queue
 * again, which remembers them better than we do. */
#define HOLD_MS 30000

struct delivery {
	TAILQ_ENTRY(delivery) link;
	struct lane	*lane;
	struct post	*post;		/* the sink it goes to */
	int64_t		 id, first_tried_us;
	uint32_t	 attempt;
	char		*delivery_id;
	char		*payload;
	char		*thread_id, *thread_ref;
	char		*left;		/* of a mail that some have; or NULL */
};
TAILQ_HEAD(deliveries, delivery);

/* One receiver: a URL. */
struct lane {
	struct courier	*courier;
	const char	*url;		/* of one of its sinks; NULL: journal */
	char		 label[128];
	struct http_client *http;
	struct http_request *request;
	struct delivery	*sending;	/* at most one */
	struct deliveries waiting;
	size_t		 nwaiting;
	struct timer	*timer;		/* armed while the pace holds it, or
					   a line to the journal was written */
	bool		 wrote;
	int64_t		 not_before_ms;
	struct log_spell down;
};

struct post {
	struct sink	*sink;
	struct lane	*lane;
	bool		 gone;		/* it told us never to come again */
};

/* For twenty minutes: what follows waits behind it, and grey lists are done
 * within five. */
#define LEFT_ATTEMPTS 6

struct courier {
	struct courier_settings set;
	struct post	**posts;
	size_t		 nposts;
	struct lane	**lanes;
	size_t		 nlanes;
};

static void lane_step(struct lane *);
static void finish(struct lane *, const struct http_answer *);

struct courier *
courier_new(const struct courier_settings *set)
{
	struct courier *c = mem_alloc(sizeof(*c));

	c->set = *set;
	return c;
}

/* ---- mails that some have ----------------------------------------------- */

/* Is it one of the addresses in a list with commas between? */
static bool
is_left(const char *list, const char *address)
{
	size_t len = strlen(address);

	for (const char *at = list; (at = strstr(at, address)) != NULL; at++)
		if ((at == list || at[-1] == ',') &&
		    (at[len] == ',' || at[len] == '\0'))
			return true;
	return false;
}

/* Who of the sink's recipients a mail goes to: heap array of borrowed.  When
 * the config names none of those that were left, it goes to all of today's. */
static const char **
recipients_of(const struct delivery *d, size_t *n)
{
	const struct sink	*s = d->post->sink;
	const char		**to = mem_array(s->nto + 1, sizeof(*to));

	*n = 0;
	for (size_t i = 0; i < s->nto; i++)
		if (d->left != NULL && is_left(d->left, s->to[i]))
			to[(*n)++] = s->to[i];
	for (size_t i = 0; *n == 0 && i < s->nto; i++)
		to[i] = s->to[i];
	if (*n == 0)
		*n = s->nto;
	return to;
}

/* `letters` are the answers for those it was sent to.  Who may get it later,
 * heap; NULL: nobody. */
static char *
left_after(const struct delivery *d, const char *letters)
{
	struct buf	  b = BUF_EMPTY;
	size_t		  n;
	const char	**to = recipients_of(d, &n);

	for (size_t i = 0; i < n && letters[i] != '\0'; i++)
		if (letters[i] == 'l')
			buf_addf(&b, "%s%s", b.len > 0 ? "," : "", to[i]);
	free(to);
	return b.len > 0 ? buf_steal(&b) : NULL;
}

static void
delivery_free(struct delivery *d)
{
	free(d->delivery_id);
	free(d->payload);
	free(d->thread_id);
	free(d->thread_ref);
	free(d->left);
	free(d);
}

static void
lane_free(struct lane *l)
{
	struct delivery *d;

	if (l->request != NULL)
		http_cancel(l->request);
	http_client_free(l->http);
	timer_free(l->timer);
	if (l->sending != NULL)
		delivery_free(l->sending);
	while ((d = TAILQ_FIRST(&l->waiting)) != NULL) {
		TAILQ_REMOVE(&l->waiting, d, link);
		delivery_free(d);
	}
	free(l);
}

void
courier_free(struct courier *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nlanes; i++)
		lane_free(c->lanes[i]);
	for (size_t i = 0; i < c->nposts; i++) {
		sink_free(c->posts[i]->sink);
		free(c->posts[i]);
	}
	free(c->lanes);
	free(c->posts);
	free(c);
}

static void
lane_wake(void *ctx)
{
	struct lane *l = ctx;
	const struct http_answer a = { .result = HTTP_OK,
	    .status = l->wrote ? 200 : 500, .retry_after_s = -1 };

	if (l->sending != NULL && l->request == NULL)
		finish(l, &a);
	else
		lane_step(l);
}

/* A client of its own: connections, and the check of addresses that goes with
 * opening them, are not shared between receivers. */
static struct lane *
lane_new(struct courier *c, const struct sink *s)
{
	struct lane *l = mem_alloc(sizeof(*l));
	const char *proxy = s->proxy != NULL ? s->proxy : c->set.proxy;
	struct http_settings http = {
		.user_agent = c->set.user_agent,
		.proxy = proxy != NULL && *proxy != '\0' ? proxy : NULL,
		.proxy_auth = c->set.proxy_auth,
		.no_proxy = c->set.no_proxy,
		.ca_file = s->ca_file != NULL ? s->ca_file : c->set.ca_file,
		.host_connections = 1,
		.total = 1,
		.public_only = true,
	};

	l->courier = c;
	l->url = s->url;
	if (s->url != NULL)
		sink_url_label(s->url, l->label, sizeof(l->label));
	TAILQ_INIT(&l->waiting);
	l->http = http_client_new(c->set.loop, &http);
	l->timer = timer_new(c->set.loop, lane_wake, l);
	c->lanes = mem_grow(c->lanes, c->nlanes + 1, sizeof(*c->lanes));
	c->lanes[c->nlanes++] = l;
	return l;
}

static struct lane *
lane_of(struct courier *c, const struct sink *s)
{
	for (size_t i = 0; i < c->nposts; i++)
		if (str_equal(c->posts[i]->sink->url, s->url) &&
		    str_equal(c->posts[i]->sink->proxy, s->proxy) &&
		    str_equal(c->posts[i]->sink->ca_file, s->ca_file))
			return c->posts[i]->lane;
	return lane_new(c, s);
}

void
courier_add(struct courier *c, struct sink *s)
{
	struct post *p = mem_alloc(sizeof(*p));

	p->sink = s;
	p->lane = lane_of(c, s);
	c->posts = mem_grow(c->posts, c->nposts + 1, sizeof(*c->posts));
	c->posts[c->nposts++] = p;
}

size_t
courier_pending(const struct courier *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nlanes; i++)
		n += c->lanes[i]->nwaiting + (c->lanes[i]->sending != NULL);
	return n;
}

static void
tell(const struct courier *c, const struct msg_delivered *m)
{
	c->set.done(c->set.ctx, m);
}

static char unknown_sink[] = "no sink of this name is configured and usable",
    sink_gone[] = "the receiver said that it is gone",
    nothing_to_send[] = "the message names no payload or delivery id",
    crowded[] = "many deliveries wait for this receiver",
    resting[] = "the receiver asked for a rest";

/* Answers about a delivery that never became one. */
static void
turn_away(const struct courier *c, int64_t id, enum delivery_status status,
    int64_t rest_ms, char *why)
{
	const struct msg_delivered out = { .id = id, .status = status,
	    .disable = status == DELIVERY_NEVER && why == sink_gone,
	    .answer = why, .again_ms = status == DELIVERY_LATER ?
	    rest_ms + (int64_t)(dice_roll() % CROWDED_MS) : 0 };

	tell(c, &out);
}

/* How much longer than we hold deliveries the receiver wants to rest, or 0. */
static int64_t
lane_rest(const struct lane *l)
{
	int64_t ms = l->not_before_ms - clock_mono_ms();

	return ms > HOLD_MS ? ms : 0;
}

static void
lane_send_back(struct lane *l, int64_t rest_ms)
{
	struct delivery *d;

	while ((d = TAILQ_FIRST(&l->waiting)) != NULL) {
		TAILQ_REMOVE(&l->waiting, d, link);
		l->nwaiting--;
		turn_away(l->courier, d->id, DELIVERY_LATER, rest_ms, resting);
		delivery_free(d);
	}
}

static struct post *
post_find(const struct courier *c, const char *name)
{
	for (size_t i = 0; i < c->nposts; i++)
		if (str_equal(c->posts[i]->sink->name, name))
			return c->posts[i];
	return NULL;
}

void
courier_deliver(struct courier *c, const struct msg_deliver *m)
{
	struct post	*p = post_find(c, m->sink);
	struct delivery	*d;
	int64_t		 rest = p != NULL ? lane_rest(p->lane) : 0;

	/* A sink may come back with the next config: nothing is lost yet. */
	if (p == NULL) {
		turn_away(c, m->id, DELIVERY_LATER, CROWDED_MS, unknown_sink);
	} else if (p->gone) {
		turn_away(c, m->id, DELIVERY_NEVER, 0, sink_gone);
	} else if (m->payload == NULL || m->delivery_id == NULL) {
		turn_away(c, m->id, DELIVERY_NEVER, 0, nothing_to_send);
	} else if (p->lane->nwaiting >= LANE_WAITING_MAX) {
		turn_away(c, m->id, DELIVERY_LATER, CROWDED_MS, crowded);
	} else if (rest > 0) {
		turn_away(c, m->id, DELIVERY_LATER, rest, resting);
	} else {
		d = mem_alloc(sizeof(*d));
		d->lane = p->lane;
		d->post = p;
		d->id = m->id;
		d->first_tried_us = m->first_tried_us;
		d->attempt = m->attempt;
		d->delivery_id = mem_strdup(m->delivery_id);
		d->payload = mem_strdup(m->payload);
		d->thread_id = mem_strdup(m->thread_id);
		d->thread_ref = mem_strdup(m->thread_ref);
		d->left = mem_strdup(m->left);
		TAILQ_INSERT_TAIL(&p->lane->waiting, d, link);
		p->lane->nwaiting++;
		lane_step(p->lane);
	}
}

/* "HTTP 503: Service Unavailable", visible and cut. */
static void
describe(const struct delivery *d, const struct http_answer *a, char *out,
    size_t room)
{
	static const char *const words[] = { [BY_HTTP] = "HTTP",
		[BY_SMTP] = "SMTP" };
	enum transport	 by = d->post->sink->kind->transport;
	struct buf	 b = BUF_EMPTY;
	const char	*body = a->body != NULL ? a->body : "";

	if (a->status > 0 && by <= BY_SMTP)
		buf_addf(&b, "%s %ld", words[by], a->status);
	if (a->result != HTTP_OK && a->error != NULL)
		buf_addf(&b, "%s%s%s", b.len > 0 ? ": " : "", a->error,
		    str_equal(a->error, HTTP_NOT_PUBLIC) ?
		    "; allow-private in the sink permits it" : "");
	if (body[0] != '\0' && (a->result == HTTP_OK || by == BY_SMTP))
		buf_addf(&b, "%s%.*s", b.len > 0 ? ": " : "", ANSWER_MAX,
		    body);
	if (b.len == 0)
		buf_adds(&b, "sent");
	vis_copy(out, room, buf_text(&b));
	buf_release(&b);
}

static enum answer_class
classify(const struct delivery *d, const struct http_answer *a,
    struct sink_answer *read)
{
	const struct sink *s = d->post->sink;

	*read = (struct sink_answer){ .body = a->body != NULL ? a->body : "",
	    .retry_after_s = a->retry_after_s,
	    .status = a->status > 0 && a->status < 1000 ?
	    (unsigned int)a->status : 0 };
	switch (a->result) {
	case HTTP_OK:
	case HTTP_TOO_BIG:	/* the status came before the endless body */
		return read->status > 0 ? sink_answer_read(s, read) :
		    ANSWER_RETRY;
	case HTTP_REFUSED:	/* a private address, perhaps only today */
		return ANSWER_RETRY_FEW;
	case HTTP_NETWORK:
		/* A mail server that refuses ends what libcurl began. */
		if (s->kind->transport == BY_SMTP && read->status >= 400)
			return sink_answer_read(s, read);
		break;
	case HTTP_ABORTED:
		break;
	}
	return ANSWER_RETRY;
}

static int64_t
wait_for(const struct delivery *d, int64_t retry_after_s)
{
	int64_t now = clock_wall_us();
	struct backoff b = {
		.attempt = d->attempt,
		.retry_after_s = retry_after_s,
		.age_s = d->first_tried_us > 0 && now > d->first_tried_us ?
		    (now - d->first_tried_us) / 1000000 : 0,
		.give_up_s = d->post->sink->give_up_s,
		.dice = dice_roll(),
	};

	return backoff_next(&b);
}

/* What the answer means for queue, and for this lane and sink. */
static void
settle(struct delivery *d, enum answer_class class, int64_t retry_after_s,
    struct msg_delivered *out)
{
	out->status = DELIVERY_NEVER;
	switch (class) {
	case ANSWER_TAKEN:
		out->status = DELIVERY_OK;
		break;
	case ANSWER_RETRY_FEW:
		if (d->attempt >= RETRY_FEW_ATTEMPTS)
			break;
		__attribute__((fallthrough));
	case ANSWER_RETRY:
		out->again_ms = wait_for(d, retry_after_s);
		if (out->again_ms >= 0)
			out->status = DELIVERY_LATER;
		else
			out->again_ms = 0;
		/* What it asked for holds for everything sent there. */
		if (retry_after_s > 0 && out->again_ms > 0)
			d->lane->not_before_ms = clock_mono_ms() +
			    out->again_ms;
		break;
	case ANSWER_GONE:
		d->post->gone = true;
		out->disable = true;
		break;
	case ANSWER_REJECTED:
		break;
	}
}

/* A mail is over when nobody is left who may still take it; what some have
 * is delivered, and the answer names a refusal. */
static void
settle_mail(struct delivery *d, const struct http_answer *a,
    struct msg_delivered *m)
{
	bool last = d->attempt >= LEFT_ATTEMPTS;

	if (m->status == DELIVERY_OK && a->recipients != NULL) {
		m->left = left_after(d, a->recipients);
		if (m->left != NULL && !last &&
		    (m->again_ms = wait_for(d, 0)) >= 0)
			m->status = DELIVERY_LATER;
		else
			m->again_ms = 0;
	} else if (d->left != NULL && (m->status == DELIVERY_NEVER || last)) {
		m->status = DELIVERY_OK;
		m->again_ms = 0;
		m->disable = false;
	}
}

static void
say(struct delivery *d, const struct msg_delivered *m)
{
	static const char *const words[] = { [DELIVERY_OK] = "delivered",
		[DELIVERY_LATER] = "later", [DELIVERY_NEVER] = "never" };
	struct lane	*l = d->lane;
	const char	*name = d->post->sink->name;

	if (m->status == DELIVERY_OK) {
		log_spell_end(&l->down, "sink=%s receiver=%s works again",
		    vis(name), l->label);
		log_info("delivery=%s sink=%s outcome=delivered attempt=%u",
		    vis(d->delivery_id), vis(name), d->attempt);
		return;
	}
	log_spell_begin(&l->down, "sink=%s receiver=%s does not take"
	    " deliveries: %s", vis(name), l->label, vis(m->answer));
	if (m->status == DELIVERY_NEVER)
		log_warn("delivery=%s sink=%s outcome=never attempt=%u%s"
		    " why=%s", vis(d->delivery_id), vis(name), d->attempt,
		    m->disable ? " sink-disabled=yes" : "", vis(m->answer));
	else
		log_debug("delivery=%s sink=%s outcome=%s attempt=%u"
		    " again-ms=%" PRId64 " why=%s", vis(d->delivery_id),
		    vis(name), words[m->status], d->attempt, m->again_ms,
		    vis(m->answer));
}

/* The lane's only delivery under way is over. */
static void
finish(struct lane *l, const struct http_answer *a)
{
	char		 text[ANSWER_MAX + 1];
	struct delivery	*d = l->sending;
	struct sink_answer read;
	struct msg_delivered m = { .id = d->id };
	enum answer_class class = classify(d, a, &read);

	describe(d, a, text, sizeof(text));
	m.http_status = read.status;
	m.answer = text;
	settle(d, class, read.retry_after_s, &m);
	if (d->post->sink->kind->transport == BY_SMTP)
		settle_mail(d, a, &m);
	if (m.status == DELIVERY_OK && read.ref[0] != '\0')
		m.ref = read.ref;
	if (a->rest_ms > 0 && l->not_before_ms < clock_mono_ms() + a->rest_ms)
		l->not_before_ms = clock_mono_ms() + a->rest_ms;
	say(d, &m);
	l->request = NULL;
	l->sending = NULL;
	delivery_free(d);
	tell(l->courier, &m);
	free(m.left);
	if (lane_rest(l) > 0)
		lane_send_back(l, lane_rest(l));
	lane_step(l);
}

static void
answered(void *ctx, const struct http_answer *a)
{
	finish(ctx, a);
}

/* Discord tells errors only to who waits for its answer. */
static char *
url_of(const struct sink *s)
{
	if (str_equal(s->kind->name, "discord") &&
	    strstr(s->url, "wait=") == NULL)
		return mem_printf("%s%cwait=true", s->url,
		    strchr(s->url, '?') != NULL ? '&' : '?');
	return mem_strdup(s->url);
}

static void
post(struct delivery *d, const struct rendered *r)
{
	const struct sink *s = d->post->sink;
	const struct courier_settings *set = &d->lane->courier->set;
	char		*url = url_of(s);
	size_t		 nto = 0;
	const char	**to = s->kind->transport == BY_SMTP ?
	    recipients_of(d, &nto) : NULL;
	const struct mail mail = { .from = s->from, .to = to, .nto = nto,
	    .headers = (const char *const *)r->headers,
	    .text = buf_text(&r->body), .html = buf_text(&r->html),
	    .auth = s->auth };
	const struct frame frame = { buf_text(&r->body), r->body.len };
	struct http_ask	 ask = { .url = url,
	    .allow_plain = s->allow_private,
	    /* Through a proxy the address is the proxy's, which the operator
	     * chose. */
	    .allow_private = s->allow_private || s->proxy != NULL ||
	    (set->proxy != NULL && *set->proxy != '\0'),
	    .body_most = ANSWER_READ_MAX, .timeout_ms = s->timeout_s * 1000,
	    .done = answered, .ctx = d->lane };

	if (s->kind->transport == BY_SMTP) {
		ask.mail = &mail;
	} else if (s->kind->transport == BY_STREAM) {
		ask.frame = &frame;
	} else {
		ask.headers = (const char *const *)r->headers;
		ask.post = buf_text(&r->body);
		ask.post_len = r->body.len;
	}
	d->lane->request = http_send(d->lane->http, &ask);
	free(to);
	free(url);
}

/* One write: a line in a pipe or journal stays whole.  Its answer comes from
 * the loop, like all others. */
static void
journal(struct delivery *d, const struct rendered *r)
{
	d->lane->wrote = write(STDERR_FILENO, buf_text(&r->body),
	    r->body.len) == (ssize_t)r->body.len;
	timer_arm(d->lane->timer, 0);
}

/* Renders and sends; -1 with a reason when this alert cannot be rendered. */
static int
start(struct delivery *d, char *why, size_t room)
{
	const struct sink	*s = d->post->sink;
	struct rendered		 r = { .nheaders = 0 };
	struct alert		 a;
	struct render_job	 job = { .payload = d->payload,
	    .delivery_id = d->delivery_id, .thread_id = d->thread_id,
	    .thread_ref = d->thread_ref, .now_s = clock_wall_us() / 1000000,
	    .link_base = d->lane->courier->set.link_base,
	    .indexes = d->lane->courier->set.indexes,
	    .nindexes = d->lane->courier->set.nindexes, .sink = s,
	    .team = s->team, .words = s->words, .limits = &s->kind->limits };
	int			 rc;

	if (alert_open(&a, d->payload, why, room) == -1)
		return -1;
	rc = s->kind->render(&job, &a, &r, why, room);
	alert_close(&a);
	if (rc == 0 && s->kind->transport == BY_STDERR)
		journal(d, &r);
	else if (rc == 0)
		post(d, &r);
	rendered_release(&r);
	return rc;
}

static void
refuse(struct lane *l, char *why)
{
	struct delivery *d = l->sending;
	struct msg_delivered m = { .id = d->id, .status = DELIVERY_NEVER,
	    .disable = d->post->gone, .answer = why };

	log_error("delivery=%s sink=%s outcome=never why=%s",
	    vis(d->delivery_id), vis(d->post->sink->name), vis(why));
	l->sending = NULL;
	delivery_free(d);
	tell(l->courier, &m);
}

/* Sends the next one when nothing is under way and the pace allows it. */
static void
lane_step(struct lane *l)
{
	char		 why[FAULT_TEXT_MAX];
	struct delivery	*d;
	int64_t		 now = clock_mono_ms();

	while (l->sending == NULL && (d = TAILQ_FIRST(&l->waiting)) != NULL) {
		if (now < l->not_before_ms) {
			timer_arm(l->timer, l->not_before_ms - now);
			return;
		}
		TAILQ_REMOVE(&l->waiting, d, link);
		l->nwaiting--;
		l->sending = d;
		why[0] = '\0';
		if (d->post->gone)
			refuse(l, sink_gone);
		else if (start(d, why, sizeof(why)) == -1)
			refuse(l, why);
		else
			l->not_before_ms = now + d->post->sink->kind->pace_ms;
	}
}
