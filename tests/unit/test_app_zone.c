/*
 * test_app_zone.c: local time by IANA zones, across the changes of their clocks; and names that are
 * none. Also the configuration of it.
 */
#include "app/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/settings.h"
#include "base/attr.h"

static void an_offset_is_that_of_its_zone_at_that_time(void **state)
{
	static const struct { const char *zone, *at; int seconds; } cases[] = {
		{ "UTC", "2026-07-01T00:00:00Z", 0 },
		{ "Africa/Lagos", "2026-11-22T02:14:07Z", 3600 },
		{ "Europe/Berlin", "2026-03-29T00:59:59Z", 3600 },	/* a second before summer */
		{ "Europe/Berlin", "2026-03-29T01:00:00Z", 7200 },
		{ "Europe/Berlin", "2026-10-25T00:59:59.999Z", 7200 },	/* its last one */
		{ "Europe/Berlin", "2026-10-25T01:00:00Z", 3600 },
		{ "America/St_Johns", "2026-01-15T12:00:00Z", -12600 },	/* half hours */
		{ "Australia/Lord_Howe", "2026-01-15T12:00:00Z", 39600 },
		{ "Australia/Lord_Howe", "2026-07-15T12:00:00Z", 37800 },	/* by half an hour */
		{ "Etc/GMT+5", "2026-07-15T12:00:00Z", -18000 },
		{ "Europe/Berlin", "1969-12-31T23:59:59.500Z", 3600 },
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec at;

		assert_true(when_parse(str_of(cases[i].at), &at));
		assert_true(zone_use(cases[i].zone, &err));
		if (zone_offset(NULL, at) != cases[i].seconds)
			fail_msg("%s at %s: %d", cases[i].zone, cases[i].at, zone_offset(NULL, at));
	}
}

static void a_name_without_a_zone_file_is_not_taken_as_utc(void **state)
{
	static const char *const names[] = {
		"", "Europe/Nowhere", "Africa", "/etc/localtime", "../../../etc/localtime",
		"Europe/../UTC", "EST5EDT,M3.2.0,M11.1.0", ":Europe/Berlin", "zone.tab", "Berlin\n",
		"A23456789012345678901234567890123456789012345678901234567890123456789",
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (zone_known(names[i]) || zone_use(names[i], &err))
			fail_msg("'%s' is a zone", names[i]);
		assert_int_equal(zone_offset(NULL, 1795313647000), 0);
	}
	assert_non_null(strstr(err.text, "does not know the zone A2345"));
}

/* --- the configuration ------------------------------------------------------------------------ */

static struct settings settings;

static bool load(const char *yaml, struct buf *errors)
{
	static const char *const environment[] = { "HOME=/home/ana", "USER=ana",
						   "XDG_CONFIG_DIRS=/nonexistent", NULL };
	char path[] = "/tmp/binnacle-zone-XXXXXX";
	struct options options = { .given[OPTION_CONFIG] = true, .value[OPTION_CONFIG] = path };
	struct context context = { .options = &options, .environment = environment };
	int fd = mkstemp(path);
	bool ok;

	assert_true(fd >= 0);
	assert_true(dprintf(fd, "%s", yaml) >= 0);
	assert_int_equal(close(fd), 0);
	settings_done(&settings);
	buf_clear(errors);
	ok = settings_load(&context, &settings);
	problems_write(&settings.problems, errors);
	assert_int_equal(unlink(path), 0);
	return ok;
}

static void where_exports_go_and_their_zone_are_configured(void **state)
{
	struct buf errors = { 0 };

	(void)state;
	assert_true(load("version: 1\n", &errors));
	assert_string_equal(settings.postmortem.dir, "postmortems");
	assert_string_equal(settings.postmortem.zone, "UTC");
	assert_true(load("postmortem: {dir: /srv/pm, zone: Africa/Lagos}\n", &errors));
	assert_string_equal(settings.postmortem.dir, "/srv/pm");
	assert_string_equal(settings.postmortem.zone, "Africa/Lagos");
	buf_done(&errors);
}

static void a_zone_that_nobody_knows_is_a_problem_and_utc_holds(void **state)
{
	struct buf errors = { 0 };

	(void)state;
	assert_false(load("postmortem:\n  zone: Africa/Lagoss\n", &errors));
	assert_non_null(strstr(buf_cstr(&errors), ":2:9"));
	assert_non_null(strstr(buf_cstr(&errors),
			       "postmortem.zone: this host does not know the zone 'Africa/Lagoss'"));
	assert_string_equal(settings.postmortem.zone, "UTC");
	settings_done(&settings);
	buf_done(&errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offset_is_that_of_its_zone_at_that_time),
		cmocka_unit_test(a_name_without_a_zone_file_is_not_taken_as_utc),
		cmocka_unit_test(where_exports_go_and_their_zone_are_configured),
		cmocka_unit_test(a_zone_that_nobody_knows_is_a_problem_and_utc_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
