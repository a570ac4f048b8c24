/*
 * Holding and swapping the partner.
 */
#include "api/partner.h"

#include "base/arena.h"

struct partner *
partner_new(void)
{
	struct arena *arena = arena_create();
	struct partner *partner = arena_new(arena, struct partner);

	partner->arena = arena;
	return partner;
}

void
partner_free(struct partner *partner)
{
	if (partner)
		arena_free(partner->arena);
}

void
partner_place_init(struct partner_place *place)
{
	*place = (struct partner_place){ .now = NULL };
	if (pthread_mutex_init(&place->lock, NULL) != 0)
		abort(); /* out of memory */
}

void
partner_place_release(struct partner_place *place)
{
	partner_swap(place, NULL);
	(void)pthread_mutex_destroy(&place->lock);
}

/* The place itself is one holder. */
static struct partner *
drop(struct partner *partner)
{
	return partner && --partner->n_holders == 0 ? partner : NULL;
}

void
partner_swap(struct partner_place *place, struct partner *fresh)
{
	struct partner *unheld;

	(void)pthread_mutex_lock(&place->lock);
	if (fresh)
		fresh->n_holders++;
	unheld = drop(place->now);
	place->now = fresh;
	(void)pthread_mutex_unlock(&place->lock);
	partner_free(unheld);
}

const struct partner *
partner_hold(struct partner_place *place)
{
	struct partner *partner;

	(void)pthread_mutex_lock(&place->lock);
	partner = place->now;
	partner->n_holders++;
	(void)pthread_mutex_unlock(&place->lock);
	return partner;
}

void
partner_drop(struct partner_place *place, const struct partner *partner)
{
	struct partner *unheld;

	(void)pthread_mutex_lock(&place->lock);
	/* Only the count of holders ever changes, and that here alone. */
	unheld = drop((struct partner *)(uintptr_t)partner);
	(void)pthread_mutex_unlock(&place->lock);
	partner_free(unheld);
}
