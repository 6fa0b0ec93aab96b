/* SPDX-License-Identifier: Apache-2.0 */
/* loopback - a real HTTP server inside a test's event loop. */
#include "harness/loopback.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <sys/socket.h>

struct reply {
	LIST_ENTRY(reply) link;
	struct loopback	*server;
	struct bufferevent *bev;
	bool		 answered, closing, resetting;
	struct event	*trickle;
	char		*drops;
};

struct loopback {
	struct event_base *base;
	struct evconnlistener *listener;
	void		(*serve)(void *, struct reply *, const struct asked *);
	void		*ctx;
	LIST_HEAD(, reply) replies;
	unsigned int	 open, most;
	char		 url[64];
};

static void
reply_free(struct reply *r)
{
	struct linger hard = { 1, 0 };

	if (r->resetting)
		setsockopt(bufferevent_getfd(r->bev), SOL_SOCKET, SO_LINGER,
		    &hard, sizeof(hard));
	LIST_REMOVE(r, link);
	r->server->open--;
	if (r->trickle != NULL)
		event_free(r->trickle);
	bufferevent_free(r->bev);
	free(r->drops);
	free(r);
}

char *
asked_header(const struct asked *a, const char *name)
{
	size_t n = strlen(name);
	const char *line = a->head;

	while (*line != '\0') {
		if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
			line += n + 1;
			line += strspn(line, " ");
			return strndup(line, strcspn(line, "\r"));
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

/* A whole request, taken out of the input; false when there is none yet. */
static bool
take_request(struct reply *r)
{
	struct evbuffer *in = bufferevent_get_input(r->bev);
	struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	struct asked	a = { 0 };
	size_t		head_len, body_len;
	char		*bytes, *text;

	if (end.pos < 0)
		return false;
	head_len = (size_t)end.pos + 4;
	bytes = calloc(1, head_len + 1);
	evbuffer_copyout(in, bytes, head_len);
	a.head = strchr(bytes, '\n') + 1;
	text = asked_header(&a, "content-length");
	body_len = text != NULL ? strtoul(text, NULL, 10) : 0;
	free(text);
	if (evbuffer_get_length(in) < head_len + body_len) {
		free(bytes);
		return false;
	}
	evbuffer_drain(in, head_len);
	text = calloc(1, body_len + 1);
	evbuffer_remove(in, text, body_len);
	a.body = text;
	a.body_len = body_len;
	a.method = bytes;
	a.path = strchr(bytes, ' ') + 1;
	bytes[strcspn(bytes, " ")] = '\0';
	*strchr(a.path, ' ') = '\0';
	r->answered = false;
	r->server->serve(r->server->ctx, r, &a);
	free(text);
	free(bytes);
	return true;
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct reply *r = arg;

	(void)bev;
	while (!r->closing && take_request(r) && r->answered)
		continue;
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		reply_free(arg);
}

static void
on_written(struct bufferevent *bev, void *arg)
{
	struct reply *r = arg;

	if (r->closing && evbuffer_get_length(bufferevent_get_output(bev)) == 0)
		reply_free(r);
}

static void
on_accept(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *sa,
    int len, void *arg)
{
	struct loopback	*s = arg;
	struct reply	*r = calloc(1, sizeof(*r));

	(void)l;
	(void)sa;
	(void)len;
	r->server = s;
	r->bev = bufferevent_socket_new(s->base, fd,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	bufferevent_setcb(r->bev, on_read, on_written, on_event, r);
	bufferevent_enable(r->bev, EV_READ | EV_WRITE);
	LIST_INSERT_HEAD(&s->replies, r, link);
	if (++s->open > s->most)
		s->most = s->open;
}

struct loopback *
loopback_new(struct event_base *base,
    void (*serve)(void *, struct reply *, const struct asked *), void *ctx)
{
	struct loopback	*s = calloc(1, sizeof(*s));
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t	len = sizeof(in);

	s->base = base;
	s->serve = serve;
	s->ctx = ctx;
	LIST_INIT(&s->replies);
	s->listener = evconnlistener_new_bind(base, on_accept, s,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 512,
	    (struct sockaddr *)&in, sizeof(in));
	if (s->listener == NULL || getsockname(
	    evconnlistener_get_fd(s->listener), (struct sockaddr *)&in, &len))
		abort();
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u",
	    ntohs(in.sin_port));
	return s;
}

void
loopback_free(struct loopback *s)
{
	while (!LIST_EMPTY(&s->replies))
		reply_free(LIST_FIRST(&s->replies));
	evconnlistener_free(s->listener);
	free(s);
}

const char *
loopback_url(const struct loopback *s)
{
	return s->url;
}

unsigned int
loopback_open(const struct loopback *s)
{
	return s->open;
}

unsigned int
loopback_most(const struct loopback *s)
{
	return s->most;
}

void
reply_send(struct reply *r, int status, const char *headers, const void *body,
    size_t len)
{
	evbuffer_add_printf(bufferevent_get_output(r->bev),
	    "HTTP/1.1 %d Said\r\n%s", status, headers);
	if (status != 304)
		evbuffer_add_printf(bufferevent_get_output(r->bev),
		    "Content-Length: %zu\r\n", len);
	reply_raw(r, "\r\n", 2);
	reply_raw(r, body, len);
	r->answered = true;
}

void
reply_text(struct reply *r, int status, const char *type, const char *body)
{
	char	header[256];

	snprintf(header, sizeof(header), "Content-Type: %s\r\n", type);
	reply_send(r, status, header, body, strlen(body));
}

void
reply_raw(struct reply *r, const void *bytes, size_t len)
{
	evbuffer_add(bufferevent_get_output(r->bev), bytes, len);
}

void
reply_close(struct reply *r)
{
	r->closing = true;
}

void
reply_reset(struct reply *r)
{
	r->closing = r->resetting = true;
}

void
reply_hold(struct reply *r)
{
	(void)r;
}

static void
on_trickle(evutil_socket_t fd, short what, void *arg)
{
	struct reply *r = arg;

	(void)fd;
	(void)what;
	reply_raw(r, r->drops, 1);
	if (r->drops[1] != '\0')
		memmove(r->drops, r->drops + 1, strlen(r->drops));
}

void
reply_trickle(struct reply *r, const char *bytes, int ms)
{
	struct timeval each = { ms / 1000, ms % 1000 * 1000 };

	r->drops = strdup(bytes);
	r->trickle = event_new(r->server->base, -1, EV_PERSIST, on_trickle, r);
	event_add(r->trickle, &each);
}
