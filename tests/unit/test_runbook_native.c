#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/books.h"

#define FRONT "---\nbinnacle: 1\nid: a\ntitle: A\nparams: {HOST: {type: string}}\n---\n"
#define STEPS FRONT "## Resolution\n\n"

static const char *native_of(struct arena *arena, struct str text)
{
	return book_dump(arena, "a.md", text);
}

static void a_native_runbook_is_read_by_its_comments(void **state)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{ STEPS "1. **First.** <!-- step id=one role=ops due=48h two-person -->\n"
		  "2. **Second.** <!-- step when=\"HOST\" -->\n"
		  "3. Third one. With more.\n   <!-- step id=three when=\"step.one == done\" -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 one manual [First] role='ops' due=2d two-person\n"
		  "  2:10 second manual [Second] when='HOST'\n"
		  "  3:11 three manual [Third one] when=one:done\n" },
		{ STEPS "1. **Look.** <!-- step check probe=\"db.lag_s < 3 for 2m\" every=5s timeout=1h "
		  "on-fail=two on-timeout=escalate -->\n2. **Two.** <!-- step wait for=5m goto=two "
		  "id=two -->\n3. **Ask.** <!-- step input ask=HOST -->\n4. **Call.** <!-- step "
		  "escalate to=\"on-call lead\" after=30m severity=SEV2 -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 look check [Look] probe='db.lag_s < 3 for 2m' every=5s for=2m timeout="
		  "1h on-fail='two' on-timeout='escalate'\n"
		  "  2:10 two wait [Two] for=5m on-timeout='two'\n"
		  "  3:11 ask input [Ask] ask='HOST'\n"
		  "  4:12 call escalate [Call] after=30m to='on-call lead' severity=2\n" },
		{ STEPS "1. **Which?** <!-- step decision id=which -->\n   Choose.\n"
		  "   - **One** way <!-- option value=one goto=next probe=\"db.ok\" -->\n"
		  "     1. **In one.** Do it.\n\n        ```sh\n        true\n        ```\n\n"
		  "     2. **Again.** <!-- step decision -->\n        - A [go](#after)\n"
		  "        - B [book](other.md)\n"
		  "   - Two. Less good.\n     <!-- option goto=next -->\n\n     ```sh\n     echo\n     ```\n"
		  "2. **Next.** <!-- step id=next -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 which decision [Which?]\n"
		  "    11 (one) One goto='next' probe\n"
		  "    21 (two) Two goto='next'\n"
		  "    24 sh runs: echo|\n"
		  "  2:12 in-one command [In one] branch=1/1\n"
		  "    14 sh runs: true|\n"
		  "  3:18 again decision [Again] branch=1/1\n"
		  "    19 (a-go) A go goto='#after'\n"
		  "    20 (b-book) B book goto='other.md'\n"
		  "  4:27 next manual [Next]\n" },
		{ STEPS "- [ ] **Promote.** <!-- step id=p target=db.primary interlock=promote -->\n\n"
		  "  > [!WARNING]\n  > Look out.\n\n  > [!CAUTION]\n  > No way\n  > back.\n\n"
		  "  ```sql {source=db node=target write}\n  select 1;\n  ```\n\n"
		  "  **Rollback:** start it again:\n\n  ```sh\n  start\n  ```\n\n  See [more](more.md).\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 p command [Promote] any-order target='db.primary' interlock='promote' "
		  "link='more.md' caution='No way back.' rollback='start it again:' undo=2\n"
		  "    18 sql runs write source='db' node='target': select 1;|\n"
		  "    24 sh runs: start|\n" },
		{ STEPS "1. **Tell.** <!-- step notify audience=public every=15m role=comms -->\n\n"
		  "   > [!NOTE]\n   > Not this.\n\n   > First line\n   > goes on.\n   >\n   > Second.\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 tell notify [Tell] role='comms' every=15m audience='public' draft='Fir"
		  "st line goes on.\n"
		  "Second.'\n" },
		{ STEPS "1. **Run.**\n\n   ```bash {check every=15s for=1m timeout=10s exit=3 on=web-1 "
		  "expect=\"^a \\\"b\\\"\\.$\" capture=OUT cwd=/tmp name=\"the one\" "
		  "background}\n   x\n   ```\n\n"
		  "   ```output\n   well\n   ```\n\n   ```console {interactive}\n   $ a \\\n     b\n   says\n"
		  "   $ c\n   ```\n\n   ```yaml\n   a: b\n   ```\n\n   ```sh {norun}\n   no\n   ```\n\n"
		  "   ```sh\n   ssh <host>\n   ```\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 run command [Run]\n"
		  "    11 bash runs check background every=15s for=1m timeout=10s exit=3 on='we"
		  "b-1' expect='^a \"b\"\\.$' capture='OUT' cwd='/tmp' name='the one': x| => we"
		  "ll|\n"
		  "    19 console runs interactive: a \\|  b|c| => says|\n"
		  "    26 text not='it is no command': a: b|\n"
		  "    30 sh not='it says norun': no|\n"
		  "    34 sh not='a placeholder is left: <host>': ssh <host>|\n" },
		{ FRONT "# A\n\nText.\n\n## Overview\n\n- not a step\n\n## immediate mitigation\n\n"
		  "### Group\n\n- a\n\n#### Deep\n\n1. b\n\n## Other things\n\n- c\n",
		  "11 h2 #overview Overview\n"
		  "15 h2 #immediate-mitigation Immediate mitigation\n"
		  "17 h3 #group Immediate mitigation\n"
		  "  1:19 a manual [a] any-order\n"
		  "  2:23 b manual [b]\n"
		  "25 h2 #other-things \n"
		  "  3:27 c manual [c] any-order\n" },
		{ FRONT "- before any heading\n",
		  "7 h2 #a \n"
		  "  1:7 before-any-heading manual [before any heading] any-order\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = { 0 };

		assert_string_equal(native_of(&arena, str_of(cases[i].text)), cases[i].tree);
		arena_done(&arena);
	}
}

static void what_is_wrong_in_a_native_runbook_is_said_with_place_and_way_out(void **state)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{ STEPS "1. **A.** <!-- step chekc -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: there is no kind 'chekc' [R013]\n"
		  "   did you mean 'check'?\n" },
		{ STEPS "1. **A.** <!-- step rol=ops -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: there is no attribute 'rol' [R013]\n"
		  "   did you mean 'role'?\n" },
		{ STEPS "1. **A.** <!-- step role=opps -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: there is no role 'opps' [R013]\n"
		  "   did you mean 'ops'?\n" },
		{ STEPS "1. **A.** <!-- step id=\"a b -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: the quote of id is not closed [R012]\n"
		  "   end the value with \"\n" },
		{ STEPS "1. **A.** <!-- step id=A_B -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: id: 1 to 64 of a-z, 0-9 and '-' is wanted, not 'A_B' [R013"
		  "]\n" },
		{ STEPS "1. **A.** <!-- step id=a -->\n2. **B.** <!-- step id=a -->\n3. **A.**\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "  2:10 a-2 manual [B]\n"
		  "  3:11 a-3 manual [A]\n"
		  "a.md:10:24: error: two steps are called 'a' [R010]\n"
		  "   give one of them another id\n" },
		{ STEPS "1. **A.** <!-- step check every=15 -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a check [A]\n"
		  "a.md:9:27: error: every: \"15\" is no duration: it has no unit, write for ex"
		  "ample 30s [R013]\n" },
		{ STEPS "1. **A.** <!-- step check\n   every=15 -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a check [A]\n"
		  "a.md:10:4: error: every: \"15\" is no duration: it has no unit, write for ex"
		  "ample 30s [R013]\n" },
		{ STEPS "1. **A.** <!-- step check probe=\"db.lag_s <\" -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a check [A]\n"
		  "a.md:9:44: error: probe: a value is missing after < [R013]\n" },
		{ STEPS "1. **A.** <!-- step when=\"step.a = done\" -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: when: a parameter or \"step.ID == done\" is wanted, not 's"
		  "tep.a = done' [R013]\n" },
		{ STEPS "1. **A.** <!-- step target=db -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: target: SOURCE.FIELD is wanted, not 'db' [R013]\n" },
		{ STEPS "1. **A.** <!-- step severity=SEV9 ask=a-b to= -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:21: error: severity: SEV1, SEV2 or SEV3 is wanted, not 'SEV9' [R013]"
		  "\n"
		  "a.md:9:35: error: ask: the name of a parameter is wanted, not 'a-b' [R013]\n"
		  "a.md:9:43: error: to: it needs a value [R013]\n" },
		{ STEPS "1. **A.** <!-- setp id=a -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "a.md:9:11: error: a comment that begins with 'setp' says nothing [R013]\n"
		  "   did you mean 'step'?\n" },
		{ STEPS "1. **A.** <!-- a note, k=v -->\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n" },
		{ STEPS "1. **A.** <!-- step decision -->\n   - B <!-- option gto=c -->\n   - C\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a decision [A]\n"
		  "    10 (b) B\n"
		  "    11 (c) C\n"
		  "a.md:10:20: error: there is no attribute 'gto' [R013]\n"
		  "   did you mean 'goto'?\n" },
		{ STEPS "1. **A.**\n\n   ```sh {check\n   true\n   ```\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "    11 sh not='its attributes are not closed': true|\n"
		  "a.md:11:10: error: the attributes of this fence are not closed [R011]\n"
		  "   end them with '}'\n" },
		{ STEPS "1. **A.**\n\n   ```sh {chek timeout=x exit=300 capture=a-b expect=\"(\" on=}\n"
		  "   true\n   ```\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a command [A]\n"
		  "    11 sh runs: true|\n"
		  "a.md:11:11: error: there is no attribute 'chek' [R013]\n"
		  "   did you mean 'check'?\n"
		  "a.md:11:16: error: timeout: \"x\" is no duration: write a number and a unit "
		  "of ms, s, m, h or d, as in 1h30m [R013]\n"
		  "a.md:11:26: error: exit: a number from 0 to 255 is wanted [R013]\n"
		  "a.md:11:35: error: capture: a name of a variable is wanted: letters, digits "
		  "and '_' [R013]\n"
		  "a.md:11:47: error: expect: unmatched ( or \\( [R013]\n"
		  "a.md:11:58: error: on: it needs a value [R013]\n" },
		{ STEPS "1. **A.**\n\n   ```sh {interactive=maybe}\n   true\n   ```\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a command [A]\n"
		  "    11 sh runs interactive: true|\n"
		  "a.md:11:11: error: interactive: true or false is wanted, not 'maybe' [R013]"
		  "\n" },
		{ STEPS "1. **A.**\n\n   ```sh\n   true\n",
		  "7 h2 #resolution Resolution\n"
		  "  1:9 a manual [A]\n"
		  "    11 sh not='it is not closed, so where it ends is not known': true|\n"
		  "a.md:11:4: error: this fence is not closed [R014]\n"
		  "   end it with a line of ```\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = { 0 };

		assert_string_equal(native_of(&arena, str_of(cases[i].text)), cases[i].tree);
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_native_runbook_is_read_by_its_comments),
		cmocka_unit_test(what_is_wrong_in_a_native_runbook_is_said_with_place_and_way_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
