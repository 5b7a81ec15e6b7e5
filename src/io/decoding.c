#include "io/decoding.h"

#include <assert.h>

#include "base/mem.h"

struct decoding_job {
	struct decoding *decoding;	/* NULL: stopped meanwhile */
	struct loop *loop;
	struct decoding_job *next;
	size_t ask;
	struct reply reply;
	char *body;			/* owned; reply.body points here */
	uv_work_t work;
	struct probe probe;		/* as it was when the worker began: it may be gone at the end */
	void *facts;
	enum decoded result;
	char why[200];
};

static void next_job(struct decoding *decoding);

static void free_job(struct decoding_job *job)
{
	mem_free(job->body);
	mem_free(job->facts);
	mem_free(job);
}

static void take_now(struct decoding *decoding, size_t ask, const struct reply *reply)
{
	probe_take(decoding->probe, ask, reply, loop_now(decoding->loop));
	decoding->taken(decoding->arg, ask, reply);
}

/* In the worker: touches nothing but the job. */
static void work(uv_work_t *request)
{
	struct decoding_job *job = request->data;

	job->result = probe_decode(&job->probe, job->ask, &job->reply, job->facts, job->why);
}

static void on_worked(uv_work_t *request, int status)
{
	struct decoding_job *job = request->data;
	struct decoding *decoding = job->decoding;

	loop_job_ended(job->loop);
	if (decoding && status == 0) {
		decoding->jobs = job->next;
		probe_take_decoded(decoding->probe, job->ask, &job->reply, job->result, job->facts,
				   job->why, loop_now(decoding->loop));
		decoding->taken(decoding->arg, job->ask, &job->reply);
		next_job(decoding);
	}
	free_job(job);
}

static bool is_large(const struct reply *reply)
{
	return reply->kind == REPLY_ANSWER && reply->body.len > DECODING_WORKER;
}

static void start_worker(struct decoding *decoding, struct decoding_job *job)
{
	job->probe = *decoding->probe;
	job->facts = mem_dup(decoding->probe->facts, decoding->probe->backend->facts_size);
	job->work.data = job;
	job->loop = decoding->loop;
	loop_job_began(job->loop);
	uv_queue_work(loop_uv(decoding->loop), &job->work, work, on_worked);
}

/* The first that needs a worker gets one; what stands before it is taken here. */
static void next_job(struct decoding *decoding)
{
	while (decoding->jobs && !is_large(&decoding->jobs->reply)) {
		struct decoding_job *job = decoding->jobs;

		decoding->jobs = job->next;
		take_now(decoding, job->ask, &job->reply);
		free_job(job);
	}
	if (decoding->jobs)
		start_worker(decoding, decoding->jobs);
}

static void append(struct decoding *decoding, struct decoding_job *job)
{
	struct decoding_job **at = &decoding->jobs;

	while (*at)
		at = &(*at)->next;
	*at = job;
}

void decoding_put(struct decoding *decoding, size_t ask, const struct reply *reply)
{
	bool idle = !decoding->jobs;
	struct decoding_job *job;

	if (idle && !is_large(reply)) {
		take_now(decoding, ask, reply);
		return;
	}
	/* No kind is asked both for rows and for bodies as large as that. */
	assert(!reply->rows.count);
	job = mem_new(sizeof(*job));
	job->decoding = decoding;
	job->ask = ask;
	job->reply = *reply;
	job->body = mem_dup(reply->body.p, reply->body.len);
	job->reply.body.p = job->body;
	append(decoding, job);
	if (idle)
		next_job(decoding);
}

bool decoding_busy(const struct decoding *decoding)
{
	return decoding->jobs;
}

void decoding_stop(struct decoding *decoding)
{
	struct decoding_job *running = decoding->jobs;

	if (!running)
		return;
	while (running->next) {
		struct decoding_job *job = running->next;

		running->next = job->next;
		free_job(job);
	}
	running->decoding = NULL;
	decoding->jobs = NULL;
}
