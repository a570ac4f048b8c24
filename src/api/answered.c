/*
 * The latest answers in their order, in a ring.
 */
#include "api/answered.h"

#include "base/uuid.h"

#include <pthread.h>

/* Those of a retry's first second, at some thousands a second. */
#define N_ANSWERS 4096

struct answer_given {
	struct answer_time time;
	char id[UUID_TEXT_LEN];
};

struct answered {
	pthread_mutex_t lock;
	size_t n; /* all that were ever noted */
	struct answer_given ring[N_ANSWERS];
};

struct answered *
answered_new(void)
{
	struct answered *answered = calloc(1, sizeof(*answered));

	if (!answered || pthread_mutex_init(&answered->lock, NULL) != 0)
		abort(); /* out of memory */
	return answered;
}

void
answered_free(struct answered *answered)
{
	if (!answered)
		return;
	(void)pthread_mutex_destroy(&answered->lock); /* nobody holds it */
	free(answered);
}

void
answered_note(struct answered *answered, struct connection_id id, struct clock *clock)
{
	struct answer_given *given;

	if (id.value.len != UUID_TEXT_LEN)
		return;
	(void)pthread_mutex_lock(&answered->lock);
	given = &answered->ring[answered->n++ % N_ANSWERS];
	given->time = (struct answer_time){ clock_tick(clock), clock_now(clock) };
	memcpy(given->id, id.value.ptr, UUID_TEXT_LEN);
	(void)pthread_mutex_unlock(&answered->lock);
}

bool
answered_find(struct answered *answered, struct connection_id id, struct answer_time *ret_time)
{
	bool is_found = false;

	(void)pthread_mutex_lock(&answered->lock);
	for (size_t i = 0; !is_found && i < answered->n && i < N_ANSWERS; i++) {
		const struct answer_given *given =
			&answered->ring[(answered->n - 1 - i) % N_ANSWERS];

		is_found = str_equal(id.value, (struct str){ given->id, UUID_TEXT_LEN });
		if (is_found)
			*ret_time = given->time;
	}
	(void)pthread_mutex_unlock(&answered->lock);
	return is_found;
}
