#include "tests/lib/owed.h"

void owed_again(struct owed_look *look, msec wall)
{
	look->in.wall = wall;
	look->count = clocks_owed(&look->in, look->rows, OWED_MAX);
}

void owed_look(struct owed_look *look, const struct incident *incident,
	       const struct policy *policy, msec wall)
{
	look->in = (struct clocks_in){ .incident = incident, .policy = policy,
				       .origin = "aaaaaaaaaaaaaaaa", .operator = "ana" };
	owed_again(look, wall);
}

const struct owed *owed_find(const struct owed_look *look, enum owed_kind kind)
{
	for (size_t i = 0; i < look->count; i++)
		if (look->rows[i].kind == kind)
			return &look->rows[i];
	return NULL;
}

size_t owed_count(const struct owed_look *look, enum owed_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < look->count; i++)
		count += look->rows[i].kind == kind;
	return count;
}
