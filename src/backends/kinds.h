/*
 * kinds.h: the list of kinds. A kind exports one constant table, KIND_backend, and stands here with
 * the name that the configuration knows it by; that is all it takes to exist.
 */
#ifndef BACKENDS_KINDS_H
#define BACKENDS_KINDS_H

#include "backends/backend.h"

#define BACKEND_KINDS(X) \
	X(indexer, "indexer") \
	X(health, "health") \
	X(prometheus, "prometheus") \
	X(alertmanager, "alertmanager") \
	X(grafana, "grafana") \
	X(horizon, "horizon") \
	X(postgres, "postgres") \
	X(http, "http") \
	X(dns, "dns") \
	X(stellar_rpc, "stellar-rpc") \
	X(redis, "redis") \
	X(log, "log") \
	X(backup, "backup") \
	X(jwt, "jwt")

/* Sources that app/ makes of other settings; nobody configures them as such. */
#define MADE_KINDS(X) \
	X(version, "version")

#define X(kind, name) extern const struct backend kind##_backend;
BACKEND_KINDS(X)
MADE_KINDS(X)
#undef X

/* The lines of the tables of kinds that are asked over HTTP: one URL, or several of one thing. */
extern const struct setting http_auth_settings[];

#define URL_SETTING(config) \
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(config, source.url), \
	  .required = true, .help = "Where it answers, scheme and host first." }

#define URLS_SETTINGS(config) \
	{ .key = "urls", .type = SETTING_URLS, .offset = offsetof(config, source.urls), \
	  .help = "Where each of them answers; ours is the first." }, \
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(config, source.url), \
	  .help = "The same for a single one." }

#define HTTP_SETTINGS(config) \
	{ .key = "auth", .type = SETTING_GROUP, .offset = offsetof(config, source.access), \
	  .sub = http_auth_settings, .sub_size = sizeof(struct http_access), \
	  .help = "Credentials, never inline." }, \
	HTTP_WAY_SETTINGS(config)

#define HTTP_WAY_SETTINGS(config) \
	{ .key = "ca_file", .type = SETTING_PATH, .offset = offsetof(config, source.access.ca_file), \
	  .help = "Certificates to trust instead of the system's." }, \
	{ .key = "proxy", .type = SETTING_URL, .offset = offsetof(config, source.access.proxy), \
	  .help = "HTTP proxy; none is used unless it is named here." }

#endif
