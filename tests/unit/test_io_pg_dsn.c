#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "io/pg_dsn.h"

/* Each holds canaries where libpq's own sentence would quote them. */
static const char *const malformed[] = {
	"postgresql://ana:s3cr%ZZet@h/d",
	"postgresql://ana:s3cret@[::1/db",
	"postgresql://ana:s3cret@h:port:5/db?x",
	"postgresql://ana:s3cret@h/db?s3cret=1",
	"postgresql://ana:s3cret@h/db?sslmode",
	"postgresql://ana:s3cret@h/db?sslmode=%",
	"postgresql://ana:s3cret@h/db?=s3cret",
	"postgres:/ana:s3cret@h/db=",
	"host=h password='s3cret",
	"host=h s3cret",
	"host=h password=s3cret s3cret user=x",
	"s3cret=1",
	"host = h password = 's3cret\\",
	"s3cret",
	"",
	"mysql://ana:s3cret@h/d",
	"host=h service=s3cret",
	"host=a,b hostaddr=127.0.0.1 password=s3cret",
	"host=a,b,c port=1,2 password=s3cret",
	"host=a,,b password=s3cret",
	"host=1,2,3,4,5,6,7,8,9 password=s3cret",
	"host=h port=123456789 password=s3cret",
};

static void what_libpq_says_of_a_malformed_dsn_is_not_repeated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
		struct dsn dsn;
		struct err err = { 0 };

		if (dsn_parse(&dsn, malformed[i], &err))
			fail_msg("taken: %s", malformed[i]);
		if (strstr(err.text, "s3cr") || strstr(err.text, "ZZ") || !strstr(err.text, "DSN"))
			fail_msg("%s: %s", malformed[i], err.text);
		dsn_done(&dsn);
	}
}

static void a_keyword_of_libpqs_own_may_be_named(void **state)
{
	struct dsn dsn;
	struct err err = { 0 };

	(void)state;
	assert_false(dsn_parse(&dsn, "host h", &err));
	dsn_done(&dsn);
	assert_false(dsn_parse(&dsn, "user=ana host", &err));
	assert_non_null(strstr(err.text, "near \"host\""));
	dsn_done(&dsn);
}

static const char *value_of(const struct dsn_params *params, const char *keyword)
{
	for (size_t i = 0; i < params->count; i++) {
		if (!strcmp(params->keywords[i], keyword))
			return params->values[i];
	}
	return NULL;
}

static const struct addresses loopback = { 2, { "::1", "127.0.0.1" }, "" };
static const struct addresses far = { 1, { "192.0.2.7" }, "" };
static const struct addresses none = { 0, { "" }, "no such host" };

/* What libpq is given for hosts, and whether it must verify. */
static const struct {
	const char *dsn;
	const struct addresses *addresses[3];
	const char *host, *hostaddr, *port, *sslmode;
} hosts[] = {
	{ "postgresql://ana@localhost/db", { &loopback }, "localhost,localhost", "::1,127.0.0.1",
	  "5432,5432", "prefer" },
	{ "postgresql://ana@db.example:6432/db", { &far }, "db.example", "192.0.2.7", "6432",
	  "verify-full" },
	{ "postgresql://ana@a,b:2/db", { &far, &loopback }, "a,b,b", "192.0.2.7,::1,127.0.0.1",
	  "5432,2,2", "verify-full" },
	{ "postgresql://ana@gone,b:2/db", { &none, &loopback }, "b,b", "::1,127.0.0.1", "2,2",
	  "prefer" },
	{ "host=db.example hostaddr=192.0.2.9 user=ana", { &none }, "db.example", "192.0.2.9", "5432",
	  "verify-full" },
	{ "hostaddr=127.0.0.1 user=ana", { &none }, "", "127.0.0.1", "5432", "prefer" },
	{ "host=/var/run/postgresql user=ana", { &none }, "/var/run/postgresql", "", "5432", "prefer" },
	{ "host=db.example user=ana sslmode=disable", { &far }, "db.example", "192.0.2.7", "5432",
	  "disable" },
};

static void every_address_of_every_host_is_given_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct addresses addresses[DSN_HOSTS] = { 0 };
		struct dsn_params params;
		struct dsn dsn;
		struct err err;

		for (size_t k = 0; k < 3 && hosts[i].addresses[k]; k++)
			addresses[k] = *hosts[i].addresses[k];
		assert_true(dsn_parse(&dsn, hosts[i].dsn, &err));
		dsn_params_init(&params, &dsn, addresses);
		assert_string_equal(value_of(&params, "host"), hosts[i].host);
		assert_string_equal(value_of(&params, "hostaddr"), hosts[i].hostaddr);
		assert_string_equal(value_of(&params, "port"), hosts[i].port);
		assert_string_equal(value_of(&params, "sslmode"), hosts[i].sslmode);
		assert_null(params.keywords[params.count]);
		dsn_params_done(&params);
		dsn_done(&dsn);
	}
}

static void off_loopback_the_systems_authorities_are_asked(void **state)
{
	struct dsn_params params;
	struct dsn dsn;
	struct err err;

	(void)state;
	assert_true(dsn_parse(&dsn, "host=db.example user=ana", &err));
	dsn_params_init(&params, &dsn, &far);
	assert_string_equal(value_of(&params, "sslrootcert"), "/etc/ssl/certs/ca-certificates.crt");
	dsn_params_done(&params);
	dsn_done(&dsn);
	assert_true(dsn_parse(&dsn, "host=db.example user=ana sslrootcert=/x.pem", &err));
	dsn_params_init(&params, &dsn, &far);
	assert_string_equal(value_of(&params, "sslrootcert"), "/x.pem");
	dsn_params_done(&params);
	dsn_done(&dsn);
}

static void what_the_dsn_says_stands_and_where_it_is_silent_we_speak(void **state)
{
	struct dsn_params params;
	struct dsn dsn;
	struct err err;

	(void)state;
	assert_true(dsn_parse(&dsn, "postgresql://ana:p%40ss@h/db?application_name=x&keepalives_idle=3",
			      &err));
	dsn_params_init(&params, &dsn, &far);
	assert_string_equal(value_of(&params, "user"), "ana");
	assert_string_equal(value_of(&params, "password"), "p@ss");
	assert_string_equal(value_of(&params, "application_name"), "x");
	assert_string_equal(value_of(&params, "keepalives_idle"), "3");
	assert_string_equal(value_of(&params, "gssencmode"), "disable");
	assert_string_equal(value_of(&params, "tcp_user_timeout"), "10000");
	assert_string_equal(value_of(&params, "client_encoding"), "UTF8");
	dsn_params_done(&params);
	dsn_done(&dsn);
}

static void the_password_of_a_dsn_is_known_to_the_redactor(void **state)
{
	struct dsn dsn;
	struct err err;
	struct buf text = { 0 };

	(void)state;
	assert_true(dsn_parse(&dsn, "postgresql://ana:p%40ssw0rd-9@h/db", &err));
	redact(&text, str_of("log in with p@ssw0rd-9 failed"));
	assert_string_equal(buf_cstr(&text), "log in with [redacted] failed");
	buf_done(&text);
	dsn_done(&dsn);
}

static void names_are_looked_up_and_nothing_else(void **state)
{
	static const struct {
		struct dsn_host host;
		bool needs;
	} cases[] = {
		{ { .name = "db.example" }, true },
		{ { .name = "127.0.0.1" }, true },	/* the resolver knows a literal when it sees one */
		{ { .name = "db.example", .address = "192.0.2.1" }, false },
		{ { .name = "/var/run/postgresql" }, false },
		{ { .name = "@abstract" }, false },
		{ { .name = "" }, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(dsn_needs_address(&cases[i].host), cases[i].needs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_libpq_says_of_a_malformed_dsn_is_not_repeated),
		cmocka_unit_test(a_keyword_of_libpqs_own_may_be_named),
		cmocka_unit_test(every_address_of_every_host_is_given_in_order),
		cmocka_unit_test(off_loopback_the_systems_authorities_are_asked),
		cmocka_unit_test(what_the_dsn_says_stands_and_where_it_is_silent_we_speak),
		cmocka_unit_test(the_password_of_a_dsn_is_known_to_the_redactor),
		cmocka_unit_test(names_are_looked_up_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
