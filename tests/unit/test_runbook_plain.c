#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/books.h"

static const char *plain_of(struct arena *arena, struct str text)
{
	return book_dump(arena, "a.md", text);
}

static void every_shape_of_a_runbook_becomes_a_list_of_steps(void **state)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{ "# Title\n\nIntro.\n\n## Steps\n\n1. One. More.\n2. **Two** words\n",
		  "1 h1 #title \n"
		  "5 h2 #steps Resolution\n"
		  "  1:7 one manual [One]\n"
		  "  2:8 two manual [Two]\n" },
		{ "# Title\n\n## Fix\n\n- a\n- b\n  - nested\n",
		  "1 h1 #title \n"
		  "3 h2 #fix Resolution\n"
		  "  1:5 a manual [a] any-order\n"
		  "  2:6 b manual [b] any-order\n" },
		{ "# Title\n\n- [ ] a\n- [x] b\n",
		  "1 h1 #title \n"
		  "  1:3 a manual [a] any-order\n"
		  "  2:4 b manual [b] any-order\n" },
		{ "```sh\none\n```\n\n```sh\ntwo\n```\n",
		  "1 h2 #a \n"
		  "  1:1 one command [one]\n"
		  "    1 sh runs: one|\n"
		  "  2:5 two command [two]\n"
		  "    5 sh runs: two|\n" },
		{ "Do this:\n\n```sh\none\n```\n\nThen this:\n\n```sh\ntwo\n```\n\nDone.\n",
		  "1 h2 #a \n"
		  "  1:1 do-this command [Do this]\n"
		  "    3 sh runs: one|\n"
		  "  2:7 then-this command [Then this]\n"
		  "    9 sh runs: two|\n"
		  "  3:13 done manual [Done]\n" },
		{ "# Title\n\n## Restart\n\nSay\n\n```sh\none\n```\n\n```sh\ntwo\n```\n\n## Check\n\nLook.\n",
		  "1 h1 #title \n"
		  "3 h2 #restart \n"
		  "  1:5 restart command [Restart] any-order\n"
		  "    7 sh runs: one|\n"
		  "    11 sh runs: two|\n"
		  "15 h2 #check \n"
		  "  2:17 check manual [Check] any-order\n" },
		{ "Only prose here.\n\nAnd more.\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a] any-order\n" },
		{ "# Title\n\nOnly prose under a title.\n",
		  "1 h1 #title \n"
		  "  1:3 title manual [Title] any-order\n" },
		{ "## Symptoms\n\n- slow\n\n## Resolution\n\nRestart it.\n",
		  "1 h2 #symptoms Indicators\n"
		  "5 h2 #resolution Resolution\n"
		  "  1:7 resolution manual [Resolution] any-order\n" },
		{ "## Symptoms\n\n- slow\n",
		  "1 h2 #symptoms Indicators\n"
		  "  1:3 slow manual [slow] any-order\n" },
		{ "# A\n\n## Fix\n\n1. one\n\n```sh\nrun\n```\n\n2. two\n\nText behind.\n",
		  "1 h1 #a \n"
		  "3 h2 #fix Resolution\n"
		  "  1:5 one command [one]\n"
		  "    7 sh runs: run|\n"
		  "  2:11 two manual [two]\n" },
		{ "# A\n\n1. one\n\n   1. inner\n\n      ```bash\n      deep\n      ```\n",
		  "1 h1 #a \n"
		  "  1:3 one command [one]\n"
		  "    7 bash runs: deep|\n" },
		{ "1. a\n\n```sh\nnever closed\n\n2. b\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a]\n"
		  "    3 sh not='it is not closed, so where it ends is not known': never closed"
		  "||2. b|\n" },
		{ "1. a\n\n   ```\n   $ kubectl get pods\n   web-1 Running\n   ```\n",
		  "1 h2 #a \n"
		  "  1:1 a command [a]\n"
		  "    3 console runs: kubectl get pods| => web-1 Running|\n" },
		{ "1. a\n\n   ```\n   kubectl get pods\n   ```\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a]\n"
		  "    3 sh not='it names no language: write sh after its fence': kubectl get p"
		  "ods|\n" },
		{ "1. a\n\n   ```\n   some: yaml\n   ```\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a]\n"
		  "    3 text not='it names no language, as sh does': some: yaml|\n" },
		{ "1. a\n\n       kubectl get pods\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a]\n"
		  "    3 sh not='it names no language: write sh after its fence': kubectl get p"
		  "ods|\n" },
		{ "1. a\n\n   ```bash\n   $ sudo x\n   ```\n",
		  "1 h2 #a \n"
		  "  1:1 a command [a]\n"
		  "    3 console runs: sudo x|\n" },
		{ "1. a\n\n   ```sh {check every=5s source=db norun bogus}\n   x\n   ```\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a]\n"
		  "    3 sh every=5s source='db' not='it says norun': x|\n" },
		{ "1. a\n\n   ```{.bash .numberLines}\n   x\n   ```\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a]\n"
		  "    3 text not='it names no language, as sh does': x|\n" },
		{ "<h1>A</h1>\n<ol>\n<li>one</li>\n</ol>\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a] any-order\n" },
		{ "1. a <b>bold</b> <!-- step id=x -->\n",
		  "1 h2 #a \n"
		  "  1:1 a-b-bold-b manual [a <b>bold</b>]\n" },
		{ "# A\n\n- [One](#one)\n- [Two](#two)\n\n## One\n\n1. x\n\n## Two\n\n1. x\n1. x\n",
		  "1 h1 #a \n"
		  "6 h2 #one \n"
		  "  1:8 x manual [x]\n"
		  "10 h2 #two \n"
		  "  2:12 x-2 manual [x]\n"
		  "  3:13 x-3 manual [x]\n" },
		{ "# A\n\n# B\n\n1. x\n\n# C\n\n1. y\n",
		  "1 h1 #a \n"
		  "3 h1 #b \n"
		  "  1:5 x manual [x]\n"
		  "7 h1 #c \n"
		  "  2:9 y manual [y]\n" },
		{ "# A\n\n## Fix\n\n### Deep\n\n1. x\n\n## Whatever\n\n1. y\n",
		  "1 h1 #a \n"
		  "3 h2 #fix Resolution\n"
		  "5 h3 #deep Resolution\n"
		  "  1:7 x manual [x]\n"
		  "9 h2 #whatever \n"
		  "  2:11 y manual [y]\n" },
		{ "---\nlayout: page\n---\n\n* star\n+ plus\n",
		  "4 h2 #a \n"
		  "  1:5 star manual [star] any-order\n"
		  "  2:6 plus manual [plus] any-order\n" },
		{ "+++\ntitle = \"Hugo\"\n+++\n\n1) paren\n",
		  "4 h2 #hugo \n"
		  "  1:5 paren manual [paren]\n" },
		{ "1. a\n\n   > [!CAUTION]\n   > Mind.\n\n   **Rollback**: go back.\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a] caution='Mind.' rollback='go back.'\n" },
		{ "- \n- ```sh\n  x\n  ```\n",
		  "1 h2 #a \n"
		  "  1:2 x command [x] any-order\n"
		  "    2 sh runs: x|\n" },
		{ "| a | b |\n|---|---|\n| c | d |\n",
		  "1 h2 #a \n"
		  "  1:1 a manual [a] any-order\n" },
		{ "",
		  "" },
		{ "# Only a title\n",
		  "1 h1 #only-a-title \n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = { 0 };

		assert_string_equal(plain_of(&arena, str_of(cases[i].text)), cases[i].tree);
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_of_a_runbook_becomes_a_list_of_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
