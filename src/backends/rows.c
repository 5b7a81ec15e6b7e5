#include "backends/reply.h"

#include <string.h>

const char *rows_cell(const struct rows *rows, size_t row, const char *column)
{
	if (row >= rows->count)
		return NULL;
	for (size_t i = 0; i < rows->columns; i++)
		if (strcmp(rows->names[i], column) == 0)
			return rows->cells[row * rows->columns + i];
	return NULL;
}
