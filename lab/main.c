/*
 * main.c: labserver, the stand-ins of the lab and the small tools of its scripts.
 *
 *   labserver serve NAME=PORT... indexer_dsn=FILE exporter_dsn=FILE    (estate.h)
 *                   api_dsn=FILE api_log=FILE jwt_dir=DIR redis=PORT
 *                   redis_password=FILE
 *   labserver ports N                                                  (tools.h)
 *   labserver ask [--option VALUE]... URL                              (tools.h)
 *   labserver token SECRETFILE SECONDS                                 (gate.h)
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "lab/estate.h"
#include "lab/tools.h"

enum { DSN_MAX = 512 };

struct command_line {
	struct estate_plan plan;
	char indexer_dsn[DSN_MAX], exporter_dsn[DSN_MAX], api_dsn[DSN_MAX];
	char redis_password[DSN_MAX];
};

/* DSNs come in files, so that no password stands in the list of processes. */
static bool read_line(const char *path, char out[DSN_MAX])
{
	FILE *file = fopen(path, "re");
	bool good = file && fgets(out, DSN_MAX, file);

	if (file)
		fclose(file);
	out[strcspn(out, "\n")] = '\0';
	return good;
}

static bool parse_port(const char *value, int *out)
{
	int64_t port;

	if (!num_parse_i64(str_of(value), &port) || port < 1 || port > 65535)
		return false;
	*out = (int)port;
	return true;
}

static bool parse_pair(struct command_line *line, struct str name, const char *value)
{
	const struct {
		const char *name;
		char *to;
	} files[] = {
		{ "indexer_dsn", line->indexer_dsn }, { "exporter_dsn", line->exporter_dsn },
		{ "api_dsn", line->api_dsn }, { "redis_password", line->redis_password },
	};
	const struct {
		const char *name;
		const char **to;
	} paths[] = {
		{ "jwt_dir", &line->plan.jwt_dir }, { "api_log", &line->plan.api_log },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (str_eq(name, files[i].name))
			return read_line(value, files[i].to);
	if (str_eq(name, "indexer_held")) {
		line->plan.indexer_held = strcmp(value, "1") == 0;
		return true;
	}
	if (str_eq(name, "redis"))
		return parse_port(value, &line->plan.redis_port);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		if (str_eq(name, paths[i].name)) {
			*paths[i].to = value;
			return true;
		}
	}
	for (size_t i = 0; i < ESTATE_PORT_COUNT; i++)
		if (str_eq(name, estate_port_names[i]))
			return parse_port(value, &line->plan.ports[i]);
	return false;
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	uv_stop(handle->loop);
}

static int serve(int argc, char **argv)
{
	static struct command_line line;
	static struct estate estate;
	uv_loop_t *loop = uv_default_loop();
	uv_signal_t on_term;
	struct err err;

	line.plan.indexer_dsn = line.indexer_dsn;
	line.plan.exporter_dsn = line.exporter_dsn;
	line.plan.api_dsn = line.api_dsn;
	line.plan.redis_password = line.redis_password;
	line.plan.jwt_dir = line.plan.api_log = "";
	for (int i = 0; i < argc; i++) {
		struct str rest = str_of(argv[i]), name;

		if (!str_cut(&rest, '=', &name) || !parse_pair(&line, name, rest.p)) {
			fprintf(stderr, "labserver: serve: cannot use %s\n", argv[i]);
			return 2;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	if (!estate_start(&estate, loop, &line.plan, &err)) {
		fprintf(stderr, "labserver: %s\n", err.text);
		return 1;
	}
	uv_signal_init(loop, &on_term);
	uv_signal_start(&on_term, on_signal, SIGTERM);
	uv_run(loop, UV_RUN_DEFAULT);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} verbs[] = {
		{ "serve", serve }, { "ports", tools_ports }, { "ask", tools_ask },
		{ "token", gate_mint },
	};

	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 2, argv + 2);
	fprintf(stderr, "usage: labserver serve NAME=PORT... | ports N | ask [--option VALUE]... URL | "
		"token SECRETFILE SECONDS\n");
	return 2;
}
