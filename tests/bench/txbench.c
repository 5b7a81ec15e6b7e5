/*
 * txbench: how many transactions are taken apart, and judged, in a second on one core, beside a
 * plain SHA-256 of the same bytes, which is the least that checking a hash costs. The transactions
 * are our own vectors: every kind of operation; the evidence is what several sources say in random
 * histories, its bytes those of its JSON. All is in memory. It waits for nothing but the processor,
 * so that the time of the processor is judged: others may be at work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "stellar/base64.h"
#include "stellar/envelope.h"
#include "stellar/verdict.h"
#include "tests/lib/onlookers.h"
#include "tests/lib/samples.h"

enum { MOST = 200, LINE = 64 * 1024, ROUNDS = 9, TURNS = 400, CASES = 100 };

static const char vectors[] = "tests/lib/vectors/envelopes.jsonl";
static const char network[] = "Test SDF Network ; September 2015";

static struct {
	struct str bytes, base64;
} all[MOST];
static size_t count;
static struct envelope envelope;
static char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];

static void die(const char *what)
{
	fprintf(stderr, "txbench: %s\n", what);
	exit(1);
}

static void add(const char *text)
{
	struct buf bytes = { 0 };

	if (count == MOST || !base64_read(str_of(text), &bytes, NULL))
		die("a vector is no base64");
	all[count].base64 = str_of(mem_text(text));
	all[count].bytes.len = bytes.len;
	all[count].bytes.p = buf_take(&bytes);
	count++;
}

static void load(void)
{
	FILE *file = fopen(vectors, "r");
	char *line = mem_new(LINE);

	if (!file)
		die(vectors);
	while (fgets(line, LINE, file)) {
		json_t *vector = json_read(str_of(line), LINE, NULL);

		if (!vector)
			die("a vector is no JSON");
		add(json_text_at(vector, "envelope", ""));
		json_decref(vector);
	}
	fclose(file);
	mem_free(line);
}

static bool digest_it(size_t i)
{
	digest_sha256(hash, all[i].bytes);
	return hash[0] != '\0';
}

static bool decode_it(size_t i)
{
	return envelope_read(all[i].bytes, &envelope, NULL);
}

static bool decode_base64(size_t i)
{
	return envelope_read_base64(all[i].base64, &envelope, NULL);
}

static bool decode_and_hash(size_t i)
{
	if (!envelope_read(all[i].bytes, &envelope, NULL))
		return false;
	envelope_hash(&envelope, all[i].bytes, network, hash, inner);
	return hash[0] != '\0';
}

static struct {
	struct tx_evidence evidence;
	struct buf json;
} cases[CASES];

static void gather(void)
{
	static struct chain chain;
	static struct view view;

	for (size_t i = 0; i < CASES; i++) {
		chain_start(&chain, i);
		for (int k = 0; k < 10; k++)
			chain_close(&chain);
		view_start(&view, &chain);
		view_round(&view, &chain);
		cases[i].evidence = view.evidence;
		evidence_write(&view.evidence, &cases[i].json);
	}
}

static bool digest_case(size_t i)
{
	digest_sha256(hash, str_sub(cases[i].json.data, cases[i].json.len));
	return hash[0] != '\0';
}

static bool judge(size_t i)
{
	static struct verdict verdict;

	verdict_reach(&cases[i].evidence, &verdict);
	return verdict.because[0] != '\0';
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How many in a second: the median of some rounds. */
static double rate_of(bool (*once)(size_t i), size_t number)
{
	struct samples took = { 0 };
	double median;

	for (int round = 0; round < ROUNDS; round++) {
		double start = seconds();

		for (int turn = 0; turn < TURNS; turn++)
			for (size_t i = 0; i < number; i++)
				if (!once(i))
					die("a vector is refused");
		samples_add(&took, seconds() - start);
	}
	median = samples_median(&took);
	samples_done(&took);
	return (double)number * TURNS / median;
}

/* As for every gate: it fails at half its goal. 0: no goal. */
static bool report(const char *what, double rate, double floor, double goal)
{
	bool ok = rate >= goal / 2;

	printf("T1 %s: %.0f a second, %.1f times a plain SHA-256", what, rate, floor / rate);
	if (goal > 0)
		printf(" (goal %.0f)%s", goal, rate >= goal ? "" : ok ? ": under its goal" : ": FAILED");
	printf("\n");
	return ok;
}

int main(void)
{
	static const struct {
		const char *what;
		bool (*once)(size_t i);
		double goal;
	} measures[] = {
		{ "an envelope taken apart", decode_it, 50000 },
		{ "an envelope taken apart, from base64", decode_base64, 50000 },
		{ "an envelope taken apart and hashed", decode_and_hash, 0 },
	};
	size_t bytes = 0;
	double floor;
	bool ok = true;

	load();
	for (size_t i = 0; i < count; i++)
		bytes += all[i].bytes.len;
	floor = rate_of(digest_it, count);
	printf("T1 %zu envelopes, %zu bytes in the middle; a plain SHA-256: %.0f a second\n", count,
	       bytes / count, floor);
	for (size_t i = 0; i < ARRAY_LEN(measures); i++)
		ok = report(measures[i].what, rate_of(measures[i].once, count), floor,
			    measures[i].goal) && ok;
	gather();
	ok = report("a verdict reached", rate_of(judge, CASES), rate_of(digest_case, CASES),
		    200000) && ok;
	return ok ? 0 : 1;
}
