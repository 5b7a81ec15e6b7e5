#include "io/resolve.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netdb.h>
#include <string.h>

#include "base/mem.h"

struct name {
	char host[RESOLVE_NAME];
	struct addresses addresses;
	msec until;			/* steady: how long the answer counts; WHEN_NEVER: none yet */
	bool asked;			/* a look-up is in flight */
	struct lookup *waiting;
	struct name *next;
};

/* One getaddrinfo in libuv's pool. It may outlive the resolver, which then is NULL. */
struct system_call {
	uv_getaddrinfo_t req;
	struct resolver *resolver;
	char host[RESOLVE_NAME];
	struct system_call *next;
};

struct resolver {
	struct loop *loop;
	struct resolve_origin origin;
	struct name *names;
	struct system_call *calls;
	struct addresses literal;
};

static const struct {
	int status;
	const char *text;
} failures[] = {
	{ UV_EAI_NONAME, "no such host" },
	{ UV_EAI_NODATA, "the host has no address" },
	{ UV_EAI_AGAIN, "the name server does not answer" },
	{ UV_EAI_FAIL, "the name server failed" },
	{ UV_ECANCELED, "given up" },
};

static const char *failure_text(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		if (failures[i].status == status)
			return failures[i].text;
	}
	return uv_strerror(status);
}

static void add_address(struct addresses *out, const struct sockaddr *address, socklen_t len)
{
	char text[NI_MAXHOST];

	if (out->count == RESOLVE_MAX ||
	    getnameinfo(address, len, text, sizeof(text), NULL, 0, NI_NUMERICHOST))
		return;
	if (str_put(out->text[out->count], RESOLVE_ADDRESS, text))
		out->count++;
}

static void forget_call(struct system_call *call)
{
	struct system_call **at = &call->resolver->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
}

static void on_resolved(uv_getaddrinfo_t *req, int status, struct addrinfo *list)
{
	struct system_call *call = req->data;
	struct addresses addresses = { 0 };

	for (const struct addrinfo *at = list; at; at = at->ai_next)
		add_address(&addresses, at->ai_addr, at->ai_addrlen);
	uv_freeaddrinfo(list);
	if (!addresses.count)
		str_put(addresses.error, sizeof(addresses.error), failure_text(status));
	if (call->resolver) {
		struct resolver *resolver = call->resolver;

		forget_call(call);
		resolver_answer(resolver, call->host, &addresses);
	}
	mem_free(call);
}

static void system_start(void *arg, struct resolver *resolver, const char *host)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct system_call *call = mem_new(sizeof(*call));
	int failed;

	(void)arg;
	call->req.data = call;
	call->resolver = resolver;
	str_put(call->host, sizeof(call->host), host);
	call->next = resolver->calls;
	resolver->calls = call;
	failed = uv_getaddrinfo(loop_uv(resolver->loop), &call->req, on_resolved, host, NULL, &hints);
	if (failed)
		on_resolved(&call->req, failed, NULL);
}

struct resolver *resolver_new(struct loop *loop, const struct resolve_origin *origin)
{
	struct resolver *resolver = mem_new(sizeof(*resolver));

	resolver->loop = loop;
	if (origin)
		resolver->origin = *origin;
	else
		resolver->origin.start = system_start;
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	for (struct system_call *call = resolver->calls; call; call = call->next) {
		call->resolver = NULL;
		uv_cancel((uv_req_t *)&call->req);
	}
	while (resolver->names) {
		struct name *name = resolver->names;

		resolver->names = name->next;
		assert(!name->waiting);
		mem_free(name);
	}
	mem_free(resolver);
}

static struct name *find_name(struct resolver *resolver, const char *host)
{
	struct name *name = resolver->names;

	while (name && strcmp(name->host, host) != 0)
		name = name->next;
	return name;
}

static struct name *add_name(struct resolver *resolver, const char *host)
{
	struct name *name = mem_new(sizeof(*name));

	str_put(name->host, sizeof(name->host), host);
	name->until = WHEN_NEVER;
	name->next = resolver->names;
	resolver->names = name;
	return name;
}

static const struct addresses *literal(struct resolver *resolver, const char *host)
{
	struct str text = str_trim(str_of(host));

	if (str_starts(text, "[") && str_ends(text, "]"))
		text = str_sub(text.p + 1, text.len - 2);
	memset(&resolver->literal, 0, sizeof(resolver->literal));
	resolver->literal.count = 1;
	str_copy(resolver->literal.text[0], RESOLVE_ADDRESS, text);
	return &resolver->literal;
}

static const struct addresses *refuse(struct resolver *resolver, const char *why)
{
	memset(&resolver->literal, 0, sizeof(resolver->literal));
	str_put(resolver->literal.error, sizeof(resolver->literal.error), why);
	return &resolver->literal;
}

static void wait_for(struct name *name, struct lookup *lookup)
{
	struct lookup **at = &name->waiting;

	while (*at)
		at = &(*at)->next;
	*at = lookup;
	lookup->next = NULL;
	lookup->name = name;
}

const struct addresses *resolver_ask(struct resolver *resolver, const char *host, bool fresh,
				     struct lookup *lookup)
{
	struct name *name;

	assert(!lookup->name);
	if (resolve_is_literal(host))
		return literal(resolver, host);
	if (!*host || strlen(host) >= RESOLVE_NAME)
		return refuse(resolver, "no name that can be looked up");
	name = find_name(resolver, host);
	if (!name)
		name = add_name(resolver, host);
	if (!fresh && name->until > loop_now(resolver->loop).steady)
		return &name->addresses;
	if (!name->asked) {
		name->asked = true;
		resolver->origin.start(resolver->origin.arg, resolver, name->host);
		if (!name->asked)
			return &name->addresses;	/* it was no name at all */
	}
	wait_for(name, lookup);
	return NULL;
}

void lookup_cancel(struct lookup *lookup)
{
	struct lookup **at;

	if (!lookup->name)
		return;
	for (at = &lookup->name->waiting; *at != lookup;)
		at = &(*at)->next;
	*at = lookup->next;
	lookup->name = NULL;
}

static size_t count_waiting(const struct name *name)
{
	size_t count = 0;

	for (const struct lookup *lookup = name->waiting; lookup; lookup = lookup->next)
		count++;
	return count;
}

/* The list stays the name's own meanwhile, since a callback may cancel others that wait in it; who
 * asks again in a callback stands behind those that this answer is for. */
void resolver_answer(struct resolver *resolver, const char *host, const struct addresses *addresses)
{
	struct name *name = find_name(resolver, host);

	if (!name)
		return;
	name->asked = false;
	name->addresses = *addresses;
	name->until = loop_now(resolver->loop).steady +
		      (addresses->count ? RESOLVE_GOOD : RESOLVE_BAD);
	for (size_t left = count_waiting(name); left && name->waiting; left--) {
		struct lookup *lookup = name->waiting;

		name->waiting = lookup->next;
		lookup->name = NULL;
		lookup->done(lookup->arg, &name->addresses);
	}
}

bool resolve_is_literal(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	char bare[RESOLVE_ADDRESS];
	struct str text = str_of(host);

	if (str_starts(text, "[") && str_ends(text, "]"))
		text = str_sub(text.p + 1, text.len - 2);
	if (!str_copy(bare, sizeof(bare), text))
		return false;
	bare[strcspn(bare, "%")] = '\0';
	return inet_pton(AF_INET, bare, bytes) == 1 || inet_pton(AF_INET6, bare, bytes) == 1;
}

bool resolve_is_loopback(const char *address)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, address, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
