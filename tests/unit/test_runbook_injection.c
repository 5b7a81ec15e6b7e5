/*
 * Nothing runs that its author left for a reader to fill in, in whatever shape the runbook is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "runbook/runbook.h"

/* Each %s is the command. */
static const char *const shapes[] = {
	"```sh\n%s\n```\n",
	"~~~bash\n%s\n~~~\n",
	"# T\n\n## Fix\n\nSay:\n\n```shell\n%s\n```\n",
	"1. a\n\n   ```sh\n   %s\n   ```\n",
	"- a\n\n  ```bash\n  %s\n  ```\n",
	"- [ ] a\n\n  ```console\n  $ %s\n  ```\n",
	"1. a\n\n```sh\n%s\n```\n\n2. b\n",
	"1. a\n   - b\n\n     ```sh\n     %s\n     ```\n",
	"1. a\n\n   > ```sh\n   > %s\n   > ```\n",
	"1. a\n\n   ```\n   $ %s\n   ```\n",
	"1. a\n\n   ```\n   %s\n   ```\n",
	"1. a\n\n       %s\n",
	"---\nbinnacle: 1\n---\n## Resolution\n\n1. a\n\n   ```sh\n   %s\n   ```\n",
	"---\nbinnacle: 1\n---\n## Resolution\n\n1. a\n\n   ```sh {check every=5s}\n   %s\n   ```\n",
	"---\nbinnacle: 1\n---\n## Resolution\n\n1. a <!-- step decision -->\n   - b\n     1. c\n\n"
	"        ```bash\n        %s\n        ```\n",
	"---\nbinnacle: 1\n---\n## Resolution\n\n1. a\n\n   ```sql {source=db}\n   %s\n   ```\n",
	"---\nbinnacle: 1\n---\n## Resolution\n\n1. a\n\n   ```http\n   %s\n   ```\n",
	"---\nbinnacle: 1\n---\n## Resolution\n\n1. a\n\n   **Rollback:**\n\n   ```sh\n   %s\n   ```\n",
};

static const char *const unresolved[] = {
	"ssh <host>", "ssh <HOST>", "kubectl -n <name space> get", "cat <FILE>", "a <<NAME>> b",
	"x '<your-token>'", "curl http://<host>:<port>/", "rm -rf /data/<dir>/*", "a <db_name>;b",
	"mail <a@b.c>", "x <h\xc3\xb4te>", "x {{ cluster }}", "x {{cluster_name}}", "x {{ a-b }}",
	"export T=YOUR_TOKEN", "kubectl delete ns your-namespace", "x CHANGEME", "x REPLACE_ME",
	"id XXX", "a; ssh <host>", "x <EOF>>f",
};

static const char *const resolved[] = {
	"true", "sort <in.txt >out.txt", "a < b > c", "cat <<EOF >f",
	"docker ps --format '{{.Names}}'",
	"x '{{json .}}' '{{end}}'", "mktemp /tmp/a.XXXXXX", "[ 1 -lt 2 ]", "diff <(a) <(b)", "a 2>&1",
};

/* How many fences would run; none of them in part. */
static size_t running(const char *shape, const char *command)
{
	struct buf text = { 0 };
	struct err err;
	struct runbook *book;
	const char *at = strstr(shape, "%s");
	size_t count = 0, fences = 0;

	buf_add(&text, shape, (size_t)(at - shape));
	buf_text(&text, command);
	buf_text(&text, at + 2);
	book = runbook_read("a.md", str_sub(text.data, text.len), &err);
	assert_non_null(book);
	for (size_t i = 0; i < book->step_count; i++)
		for (size_t j = 0; j < book->steps[i].fence_count; j++, fences++)
			count += book->steps[i].fences[j].runnable;
	if (fences != 1)
		fail_msg("%zu fences in: %s", fences, buf_cstr(&text));
	runbook_free(book);
	buf_done(&text);
	return count;
}

static void nothing_with_a_placeholder_runs_in_any_shape(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		for (size_t j = 0; j < ARRAY_LEN(unresolved); j++)
			if (running(shapes[i], unresolved[j]) > 0)
				fail_msg("%s would run in %s", unresolved[j], shapes[i]);
}

static void what_only_looks_like_a_placeholder_runs(void **state)
{
	(void)state;
	for (size_t j = 0; j < ARRAY_LEN(resolved); j++)
		if (running(shapes[0], resolved[j]) != 1)
			fail_msg("%s would not run", resolved[j]);
}

/* A variable that nothing sets is empty: `rm -rf $DIR/` removes everything. */
static void a_variable_without_a_value_does_not_run_in_a_plain_runbook(void **state)
{
	static const struct {
		const char *command;
		size_t runs;
	} cases[] = {
		{ "rm -rf $DIR/*", 0 }, { "rm -rf \"${DIR}/x\"", 0 }, { "a ${DIR%/}", 0 },
		{ "DIR=/tmp/x; rm -rf $DIR", 1 }, { "for f in a b; do echo $f; done", 1 },
		{ "ls | while read -r a b; do echo $a $b; done", 1 }, { "echo $HOME $? $1 $$", 1 },
		{ "echo ${DIR:-/tmp}", 1 }, { "awk '{ print $NF }' f", 1 }, { "echo \\$DIR", 1 },
		{ "XDIR=1; rm $DIR", 0 }, { "echo '$DIR' \"$DIR\"", 0 }, { "echo \"it's $DIR\"", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (running(shapes[0], cases[i].command) != cases[i].runs)
			fail_msg("%s", cases[i].command);
}

static void a_param_of_a_plain_runbook_gives_a_variable_its_value(void **state)
{
	(void)state;
	assert_int_equal(running("---\nparams: {DIR: {type: string}}\n---\n```sh\n%s\n```\n",
				 "rm -r \"$DIR\""), 1);
}

/* What is shown is what runs: the bytes of the fence, up to a prompt that nobody would type. */
static void the_bytes_that_run_are_those_of_the_file(void **state)
{
	static const char command[] = "printf '%s' \"$(id)\" `x` \\\\ \t\xe2\x80\xae\xc2\xa0; a";
	struct buf text = { 0 };
	struct err err;
	struct runbook *book;

	(void)state;
	buf_fmt(&text, "1. a\n\n   ```sh\n   %s\n\t\tb\n   ```\n", command);
	book = runbook_read("a.md", str_sub(text.data, text.len), &err);
	assert_non_null(book);
	assert_int_equal(book->steps[0].fence_count, 1);
	assert_true(str_starts(str_of(book->steps[0].fences[0].text), command));
	assert_true(str_ends(str_of(book->steps[0].fences[0].text), "\n \tb\n"));
	runbook_free(book);
	buf_done(&text);
}

static void a_zero_an_open_end_or_no_language_does_not_run(void **state)
{
	static const struct {
		const char *text, *why;
		size_t len;
	} cases[] = {
		{ "```sh\na\0b and more of it\n```\n", "it holds a zero byte", 28 },
		{ "```sh\na\n", "it is not closed, so where it ends is not known", 0 },
		{ "```\nkubectl get x\n```\n", "it names no language: write sh after its fence", 0 },
		{ "```python\nx\n```\n", "it is no command", 0 },
		{ "```sh {norun}\nx\n```\n", "it says norun", 0 },
		{ "```sh\n\n```\n", "it is empty", 0 },
		{ "```console\nx\n```\n", "no line of it begins with '$ '", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err;
		size_t len = cases[i].len ? cases[i].len : strlen(cases[i].text);
		struct runbook *book = runbook_read("a.md", str_sub(cases[i].text, len), &err);

		assert_non_null(book);
		assert_false(book->steps[0].fences[0].runnable);
		assert_string_equal(book->steps[0].fences[0].why_not, cases[i].why);
		runbook_free(book);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_with_a_placeholder_runs_in_any_shape),
		cmocka_unit_test(what_only_looks_like_a_placeholder_runs),
		cmocka_unit_test(a_variable_without_a_value_does_not_run_in_a_plain_runbook),
		cmocka_unit_test(a_param_of_a_plain_runbook_gives_a_variable_its_value),
		cmocka_unit_test(the_bytes_that_run_are_those_of_the_file),
		cmocka_unit_test(a_zero_an_open_end_or_no_language_does_not_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
