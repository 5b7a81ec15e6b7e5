#include "backends/backend.h"

#include <string.h>

#include "backends/kinds.h"

static const struct backend *const backends[] = {
#define X(kind, name) &kind##_backend,
	BACKEND_KINDS(X)
	MADE_KINDS(X)
#undef X
};

const struct backend *backend_find(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(backends); i++)
		if (strcmp(backends[i]->kind, kind) == 0)
			return backends[i];
	return NULL;
}

const char *const *backend_kinds(void)
{
	static const char *const names[] = {
#define X(kind, name) name,
		BACKEND_KINDS(X)
#undef X
		NULL,
	};

	return names;
}

const struct setting *backend_settings(const char *kind, size_t *size)
{
	const char *const *known = backend_kinds();
	const struct backend *backend = backend_find(kind);

	while (*known && strcmp(*known, kind) != 0)
		known++;
	*size = *known ? backend->config_size : 0;
	return *known ? backend->settings : NULL;
}

const struct setting http_auth_settings[] = {
	{ .key = "bearer", .type = SETTING_SECRET, .offset = offsetof(struct http_access, bearer),
	  .help = "Token sent as Authorization: Bearer." },
	{ .key = "basic_user", .type = SETTING_TEXT,
	  .offset = offsetof(struct http_access, basic_user),
	  .help = "User of HTTP Basic authentication." },
	{ .key = "basic_password", .type = SETTING_SECRET,
	  .offset = offsetof(struct http_access, basic_password),
	  .help = "Password of HTTP Basic authentication." },
	SETTING_END
};

size_t backend_url_count(const struct source_config *config)
{
	return config->urls.count > 0 ? config->urls.count : config->url ? 1 : 0;
}

struct str backend_url(const struct source_config *config, unsigned target)
{
	struct str url;

	if (target >= backend_url_count(config))
		return str_of(NULL);
	url = str_of(config->urls.count > 0 ? config->urls.items[target] : config->url);
	while (str_ends(url, "/"))
		url.len--;
	return url;
}

struct str backend_target(const struct backend *backend, const void *config, unsigned target)
{
	return backend->target ? backend->target(config, target) : backend_url(config, target);
}

static const struct secret_ref *http_secret(const struct http_access *access)
{
	return access->bearer.from != SECRET_NONE ? &access->bearer : &access->basic_password;
}

const struct secret_ref *backend_secret(const struct backend *backend, const void *config,
					unsigned target)
{
	const struct source_config *source = config;
	const struct secret_ref *ref = backend->secret ? backend->secret(config, target) :
				       http_secret(&source->access);

	return ref && ref->from != SECRET_NONE ? ref : NULL;
}
