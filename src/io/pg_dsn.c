#include "io/pg_dsn.h"

#include <assert.h>
#include <string.h>

static const char SYSTEM_AUTHORITIES[] = "/etc/ssl/certs/ca-certificates.crt";

static bool is_keyword(const char *word, size_t len)
{
	PQconninfoOption *options = PQconndefaults();
	bool found = false;

	for (PQconninfoOption *at = options; at && at->keyword; at++)
		found = found || (strlen(at->keyword) == len && !memcmp(at->keyword, word, len));
	PQconninfoFree(options);
	return found;
}

/* libpq's sentence quotes parts of the DSN: a quoted word is shown only if it is a keyword. */
static bool refuse(const char *message, struct err *err)
{
	struct str rest = str_of(message), word;

	while (str_cut(&rest, '"', &word)) {
		if (is_keyword(word.p, word.len))
			return err_set(err, ERR_CONFIG, "the DSN is malformed near \"%.*s\"",
				       (int)word.len, word.p);
	}
	return err_set(err, ERR_CONFIG, "the DSN is malformed: it is neither postgresql://USER@HOST/DB "
		       "nor KEYWORD=VALUE (what it says is not shown, it may hold a password)");
}

static const char *option(const struct dsn *dsn, const char *keyword)
{
	for (const PQconninfoOption *at = dsn->options; at->keyword; at++) {
		if (!strcmp(at->keyword, keyword))
			return at->val && *at->val ? at->val : NULL;
	}
	return NULL;
}

/* The i-th of a comma-separated list, or its only one. */
static struct str nth(const char *list, size_t i)
{
	const char *at = list ? list : "";

	for (const char *comma = strchr(at, ','); i && comma; i--) {
		at = comma + 1;
		comma = strchr(at, ',');
	}
	return str_sub(at, strcspn(at, ","));
}

static size_t list_length(const char *list)
{
	size_t count = list ? 1 : 0;

	for (; list && *list; list++)
		count += *list == ',';
	return count;
}

static bool split_hosts(struct dsn *dsn, struct err *err)
{
	const char *names = option(dsn, "host"), *addresses = option(dsn, "hostaddr");
	const char *ports = option(dsn, "port");
	size_t name_count = list_length(names), address_count = list_length(addresses);

	if (name_count && address_count && name_count != address_count)
		return err_set(err, ERR_CONFIG, "the DSN has %zu in host and %zu in hostaddr",
			       name_count, address_count);
	dsn->host_count = name_count > address_count ? name_count : address_count;
	if (!dsn->host_count)
		dsn->host_count = 1;
	if (dsn->host_count > DSN_HOSTS)
		return err_set(err, ERR_CONFIG, "the DSN names %zu hosts, at most %d",
			       dsn->host_count, DSN_HOSTS);
	if (list_length(ports) > 1 && list_length(ports) != dsn->host_count)
		return err_set(err, ERR_CONFIG, "the DSN has %zu in port for %zu in host",
			       list_length(ports), dsn->host_count);
	for (size_t i = 0; i < dsn->host_count; i++) {
		struct dsn_host *host = &dsn->hosts[i];
		struct str port = nth(ports, i);

		if (!str_copy(host->name, sizeof(host->name), nth(names, i)) ||
		    !str_copy(host->address, sizeof(host->address), nth(addresses, i)) ||
		    !str_copy(host->port, sizeof(host->port), port.len ? port : str_of("5432")))
			return err_set(err, ERR_CONFIG, "the DSN has a host or port that is too long");
		if (!*host->name && !*host->address && names)
			return err_set(err, ERR_CONFIG, "the DSN has an empty name in host");
	}
	return true;
}

bool dsn_parse(struct dsn *dsn, const char *text, struct err *err)
{
	char *message = NULL;
	const char *password;
	bool ok;

	memset(dsn, 0, sizeof(*dsn));
	/* Without either, libpq would take the whole text for the name of a database. */
	if (!strchr(text, '=') && !strstr(text, "://"))
		return refuse(NULL, err);
	dsn->options = PQconninfoParse(text, &message);
	if (!dsn->options) {
		ok = refuse(message, err);
	} else if (option(dsn, "service")) {
		ok = err_set(err, ERR_CONFIG, "the DSN names a service: write out what it stands for");
	} else {
		password = option(dsn, "password");
		if (password)
			dsn->password = secret_new(str_of(password));
		ok = split_hosts(dsn, err);
	}
	PQfreemem(message);
	return ok;
}

void dsn_done(struct dsn *dsn)
{
	secret_free(dsn->password);
	for (PQconninfoOption *at = dsn->options; at && at->keyword; at++) {
		if (at->val && !strcmp(at->keyword, "password"))
			explicit_bzero(at->val, strlen(at->val));
	}
	PQconninfoFree(dsn->options);
	memset(dsn, 0, sizeof(*dsn));
}

bool dsn_needs_address(const struct dsn_host *host)
{
	return *host->name && *host->name != '/' && *host->name != '@' && !*host->address;
}

static void set(struct dsn_params *params, const char *keyword, const char *value)
{
	assert(params->count < DSN_OPTIONS);
	params->keywords[params->count] = keyword;
	params->values[params->count++] = value;
}

static void add_host(struct dsn_params *params, const struct dsn_host *host, const char *address)
{
	const char *comma = params->ports.len ? "," : "";

	buf_fmt(&params->hosts, "%s%s", comma, host->name);
	buf_fmt(&params->addresses, "%s%s", comma, address);
	buf_fmt(&params->ports, "%s%s", comma, host->port);
}

/* True when none of them leaves this machine. */
static bool add_hosts(struct dsn_params *params, const struct dsn *dsn,
		      const struct addresses *addresses)
{
	bool local = true;

	for (size_t i = 0; i < dsn->host_count; i++) {
		const struct dsn_host *host = &dsn->hosts[i];

		if (!dsn_needs_address(host)) {
			add_host(params, host, host->address);
			local = local && (!*host->address || resolve_is_loopback(host->address));
			continue;
		}
		for (size_t k = 0; k < addresses[i].count; k++) {
			add_host(params, host, addresses[i].text[k]);
			local = local && resolve_is_loopback(addresses[i].text[k]);
		}
	}
	return local;
}

/* Where the DSN is silent. Explicit even if it is libpq's own default: those can be changed from
 * outside. */
static const struct {
	const char *keyword, *value;
} quiet_defaults[] = {
	{ "client_encoding", "UTF8" },
	{ "gssencmode", "disable" },
	{ "tcp_user_timeout", "10000" },
	{ "keepalives_idle", "10" },
	{ "application_name", "binnacle" },
};

static bool is_ours(const char *keyword)
{
	return !strcmp(keyword, "host") || !strcmp(keyword, "hostaddr") || !strcmp(keyword, "port");
}

void dsn_params_init(struct dsn_params *params, const struct dsn *dsn,
		     const struct addresses *addresses)
{
	bool local;

	memset(params, 0, sizeof(*params));
	local = add_hosts(params, dsn, addresses);
	set(params, "host", buf_cstr(&params->hosts));
	set(params, "hostaddr", buf_cstr(&params->addresses));
	set(params, "port", buf_cstr(&params->ports));
	for (const PQconninfoOption *at = dsn->options; at->keyword; at++) {
		if (at->val && *at->val && !is_ours(at->keyword))
			set(params, at->keyword, at->val);
	}
	for (size_t i = 0; i < ARRAY_LEN(quiet_defaults); i++) {
		if (!option(dsn, quiet_defaults[i].keyword))
			set(params, quiet_defaults[i].keyword, quiet_defaults[i].value);
	}
	if (!option(dsn, "sslmode"))
		set(params, "sslmode", local ? "prefer" : "verify-full");
	if (!local && !option(dsn, "sslrootcert"))
		set(params, "sslrootcert", SYSTEM_AUTHORITIES);
}

void dsn_params_done(struct dsn_params *params)
{
	buf_done(&params->hosts);
	buf_done(&params->addresses);
	buf_done(&params->ports);
}
